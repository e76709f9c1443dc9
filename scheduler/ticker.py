"""What wakes the loops by the clock. It keeps nothing: what is due stands in the rows."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

TICK = timedelta(seconds=0.5)
"""How often to look for what is due: the most that it can be late on a quiet day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """Something to wake, and how often."""

    name: str
    every: timedelta
    wake: Callable[[], None]
    """Returns at once: the work is done in a loop of its own."""


class Ticker:
    """Wakes each loop at its interval, by APScheduler with its memory store.

    A tick that was missed is not made up for: the next one finds all that is due.
    """

    def __init__(self, ticks: Sequence[Tick]) -> None:
        self._ticks = tuple(ticks)
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Tick no more."""
        self._stopped.set()

    async def run(self) -> None:
        """Tick until `stop` or cancelled."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        for tick in self._ticks:
            scheduler.add_job(
                _waking(tick.wake),
                IntervalTrigger(seconds=tick.every.total_seconds(), timezone=UTC),
                id=tick.name,
                coalesce=True,
                misfire_grace_time=None,
                max_instances=1,
            )
        scheduler.start()
        try:
            await self._stopped.wait()
        finally:
            scheduler.shutdown(wait=False)


def _waking(wake: Callable[[], None]) -> Callable[[], object]:
    async def tick() -> None:  # a coroutine, or APScheduler would call it in another thread
        wake()

    return tick
