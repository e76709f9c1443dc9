"""A circuit breaker: what keeps failing is left alone for a while, then tried once.

States after M. Nygard, Release It!: closed (calls pass), open (none does), half open (one probe).
"""

from datetime import datetime, timedelta

FAILURES = 3
"""In a row, until it opens."""
SHORTEST = timedelta(seconds=30)
LONGEST = timedelta(minutes=5)


class Breaker:
    """Of one model, in this process. `now` is aware."""

    def __init__(self) -> None:
        self._failures = 0
        self._pause = SHORTEST
        self._until: datetime | None = None
        self._probing: datetime | None = None

    def allows(self, now: datetime) -> bool:
        """Whether a call may be made; when half open, it is the one probe."""
        if self.rests(now):
            return False
        if self._until is not None:
            self._probing = now
        return True

    def rests(self, now: datetime) -> bool:
        """Whether no call may be made; asking takes no probe."""
        if self._until is None:
            return False
        return now < self._until or (self._probing is not None and now - self._probing < LONGEST)

    def succeeded(self) -> None:
        self._failures, self._pause = 0, SHORTEST
        self._until = self._probing = None

    def failed(
        self, now: datetime, *, at_once: bool = False, pause: timedelta | None = None
    ) -> None:
        """Count a failure. `at_once` opens it, as for a wrong key; `pause` is what the other side
        asked for."""
        probed, self._probing = self._probing is not None, None
        self._failures += 1
        if not (at_once or probed or pause or self._failures >= FAILURES):
            return
        wait = LONGEST if at_once else max(self._pause, pause or SHORTEST)
        self._until = now + min(wait, LONGEST)
        self._pause = min(self._pause * 2, LONGEST)

    def spared(self) -> None:
        """A probe that ended for a reason of the question's, not of the model's."""
        self._probing = None
