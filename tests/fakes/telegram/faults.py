"""Troubles to order, for one method or all: `server.script("sendMessage", Fault.RESET_AFTER)`."""

from dataclasses import dataclass
from enum import Enum, auto

from tests.fakes.script import Script


class Fault(Enum):
    """How a request goes wrong. "After" means that it was carried out all the same."""

    SERVER_ERROR = auto()
    """500 with an HTML page."""
    BAD_GATEWAY = auto()
    """502 with an HTML page."""
    RESET_BEFORE = auto()
    """The connection is reset; nothing was done."""
    RESET_AFTER = auto()
    """Done, then the connection is reset."""
    TIMEOUT_BEFORE = auto()
    """No answer ever; nothing was done."""
    TIMEOUT_AFTER = auto()
    """Done, and no answer ever."""
    UNAUTHORIZED = auto()
    """401: as if the token had been revoked."""
    NOT_FOUND = auto()
    """404: as if there were no such bot."""
    CONFLICT = auto()
    """409: as if another one polled."""
    GARBAGE = auto()
    """200 whose body is no JSON."""


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
    """400 with these words; nothing was done."""

    reason: str


Step = Fault | Limited | Delayed | Refused | None
"""None lets one request pass."""


class FaultScript(Script[Fault | Limited | Delayed | Refused]):
    """What goes wrong next, per method as Telegram spells it."""
