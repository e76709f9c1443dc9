"""Old rows go, an hour apart and a few at a time, so that nobody waits for it."""

from datetime import timedelta

from core.access import STRANGERS_KEPT
from core.loop import Loop
from core.offers import LAPSES
from core.ports import Clock, Store, Work

KEPT = timedelta(days=30)
"""How long finished rows stay: longer than any platform sends a message again, or an undo works."""
CARDS_KEPT = timedelta(days=365)
"""How long one can reply to a message that showed cards."""
OFFERS = 5
"""Offers in one unit: each may be a whole calendar."""
BATCH = 250
"""Rows in one unit: more would hold up the other writers for longer than 10 ms."""


class Housekeeping(Loop):
    """Deletes what nothing needs any more, at the start and every hour."""

    every = 3600.0

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(clock)
        self._store = store

    async def turn(self) -> None:
        """Delete all that is old by now."""
        for unit, batch in ((purge, BATCH), (lapse, OFFERS)):
            while not self._stopping and await self._store.run(unit) == batch:
                pass


def purge(work: Work) -> int:
    """Delete a batch; returns how many rows went."""
    gone = work.housekeeping.purge(work.now - KEPT, work.now - CARDS_KEPT, BATCH)
    if gone < BATCH:
        gone += work.housekeeping.forget_strangers(work.now - STRANGERS_KEPT, BATCH - gone)
    return gone


def lapse(work: Work) -> int:
    """Delete what was offered and is too old for a tap; returns how many offers went."""
    return work.offers.lapse(work.now - LAPSES, OFFERS)
