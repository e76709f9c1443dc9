"""Troubles to order, for one method or all: `slack.script("chat.postMessage", Fault.RESET_AFTER)`.

Beside the methods there is "response_url", and "*" for any.
"""

from dataclasses import dataclass
from enum import Enum, auto

from tests.fakes.script import Script


class Fault(Enum):
    """How a request goes wrong. "After" means that it was carried out all the same."""

    SERVER_ERROR = auto()
    """500 with an HTML page."""
    BAD_GATEWAY = auto()
    """502 with an HTML page."""
    UNAVAILABLE = auto()
    """503 with an HTML page."""
    ERROR_AFTER = auto()
    """Done, then 500 with an HTML page."""
    RESET_BEFORE = auto()
    """The connection is reset; nothing was done."""
    RESET_AFTER = auto()
    """Done, then the connection is reset."""
    TIMEOUT_BEFORE = auto()
    """No answer ever; nothing was done."""
    TIMEOUT_AFTER = auto()
    """Done, and no answer ever."""
    TOKEN_REVOKED = auto()
    """As if the token had been revoked."""
    GARBAGE = auto()
    """200 whose body is no JSON."""


PAGES = {
    Fault.SERVER_ERROR: (500, "500 Internal Server Error"),
    Fault.BAD_GATEWAY: (502, "502 Bad Gateway"),
    Fault.UNAVAILABLE: (503, "503 Service Unavailable"),
}


@dataclass(frozen=True, slots=True)
class Limited:
    """429, to be tried again after so many seconds."""

    after: int


@dataclass(frozen=True, slots=True)
class Delayed:
    """Done and answered, so many real seconds later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Refused:
    """`ok` false with this error; nothing was done."""

    error: str


Step = Fault | Limited | Delayed | Refused | None
"""None lets one request pass."""


class FaultScript(Script[Fault | Limited | Delayed | Refused]):
    """What goes wrong next, per method as Slack spells it."""
