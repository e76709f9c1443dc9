"""Troubles to order, for one method or all: `server.script("sendMessage", Fault.RESET_AFTER)`."""

from collections import defaultdict, deque
from dataclasses import dataclass
from enum import Enum, auto

ANY = "*"


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


class FaultScript:
    """What goes wrong next, per method; names as Telegram spells them, in any case."""

    def __init__(self) -> None:
        self._steps: defaultdict[str, deque[Step]] = defaultdict(deque)
        self._always: dict[str, Step] = {}

    def add(self, method: str, *steps: Step, times: int = 1) -> None:
        """The coming calls of the method meet these, in order, `times` over."""
        self._steps[method.lower()].extend(steps * times)

    def always(self, method: str, step: Step) -> None:
        """Every call that no step is left for meets this, until `clear`."""
        self._always[method.lower()] = step

    def clear(self, method: str = ANY) -> None:
        """Nothing goes wrong any more, with one method or (by default) with all."""
        if method == ANY:
            self._steps.clear()
            self._always.clear()
        else:
            self._steps.pop(method.lower(), None)
            self._always.pop(method.lower(), None)

    def next(self, method: str) -> Step:
        for name in (method.lower(), ANY):
            if self._steps[name]:
                return self._steps[name].popleft()
        return self._always.get(method.lower(), self._always.get(ANY))
