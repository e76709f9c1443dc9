"""A loop that outlives its failures: woken by an event, and by time if nobody wakes it."""

import asyncio
import logging
from abc import ABC, abstractmethod

from core.ports import Clock

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds between attempts while every turn fails."""


class Loop(ABC):
    """Takes a turn whenever it is woken, and at least every `every` seconds."""

    every = 5.0

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._woken = asyncio.Event()
        self._stopping = False

    @abstractmethod
    async def turn(self) -> None:
        """Do all that is to be done now."""

    def wake(self) -> None:
        """There may be something to do: look now."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the turn in hand, take no more."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Take turns until `stop`; an error is logged and the turn taken again."""
        failures = 0
        while not self._stopping:
            self._woken.clear()
            try:
                await self.turn()
            except Exception as error:
                report(error, f"{type(self).__name__} failed")
                await self._clock.sleep(min(FIRST_PAUSE * 2**failures, LONGEST_PAUSE))
                failures = min(failures + 1, 10)
                continue
            failures = 0
            await idle(self._clock, self._woken, self.every)


async def idle(clock: Clock, woken: asyncio.Event, seconds: float) -> None:
    """Until woken, or until the time has passed."""
    nap = asyncio.ensure_future(clock.sleep(seconds))
    waking = asyncio.ensure_future(woken.wait())
    try:
        await asyncio.wait({nap, waking}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        nap.cancel()
        waking.cancel()


def report(error: BaseException, what: str) -> None:
    """Log an error with its traceback but without its words, which may hold what people said."""
    bare = RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
    logging.getLogger(__name__).error("%s: %s", what, type(error).__name__, exc_info=bare)
