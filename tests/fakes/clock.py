"""A clock that stands until it is moved."""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class FakeClock:
    """See `core.ports.Clock`. Sleepers wake when the time they wait for is set or passed."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self._now = now.astimezone(UTC)
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        """Jump to an aware time, in either direction."""
        self._now = now.astimezone(UTC)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)

    def advance(self, delta: timedelta | None = None, **parts: float) -> None:
        """advance(timedelta(minutes=5)) or advance(minutes=5)."""
        self.set(self._now + (timedelta(**parts) if delta is None else delta))

    @property
    def sleepers(self) -> int:
        """How many wait."""
        return sum(not future.done() for _, _, future in self._sleepers)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        until = self._now + timedelta(seconds=seconds)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (until, next(self._order), future))
        await future
