"""A loop that outlives its failures: woken by an event, and by time if nobody wakes it."""

import asyncio
import logging
from abc import ABC, abstractmethod

from core.errors import EdgeError, StorageError
from core.ports import Clock

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds between attempts while every turn fails."""


class Loop(ABC):
    """Takes a turn whenever it is woken, and at least every `every` seconds.

    While turns fail, the next is taken after `longest_pause` seconds at the most.
    """

    every = 5.0
    longest_pause = LONGEST_PAUSE

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._woken = asyncio.Event()
        self._stopped = asyncio.Event()

    @property
    def _stopping(self) -> bool:
        return self._stopped.is_set()

    @abstractmethod
    async def turn(self) -> None:
        """Do all that is to be done now."""

    def wake(self) -> None:
        """There may be something to do: look now."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the turn in hand, take no more."""
        self._stopped.set()
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
                pause = min(FIRST_PAUSE * 2**failures, self.longest_pause)
                await idle(self._clock, self._stopped, pause)
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
    """Log an error: what is outside of us with its words, which hold no more than a reason.

    A mistake of ours with its traceback, but without its words, which may hold what people said.
    """
    log = logging.getLogger(__name__)
    if isinstance(error, EdgeError | StorageError):
        log.error("%s: %s: %s", what, type(error).__name__, error)
        return
    bare = RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
    log.error("%s: %s", what, type(error).__name__, exc_info=bare)
