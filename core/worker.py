"""The lanes' workers: one owner's messages in order, different owners' side by side."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from core.deliveries import Delivery, DeliveryKind, LaneClaim
from core.engine import LEASE, Engine
from core.errors import Fenced, StorageError
from core.loop import Loop, idle, report
from core.ports import Clock, Store, Work
from core.situation import Onward, Opened, onward, open_next
from core.values import Reply, ToolTurn

log = logging.getLogger(__name__)

RENEW_EVERY = 5.0
"""Seconds; a third of the lease."""
POLL_EVERY = 0.5
"""Seconds between looks for messages that another process accepted."""
STORAGE_PAUSE = 1.0
"""Seconds before a message is taken up again whose answer could not be stored."""
MOST_TOGETHER = 4
"""Lanes that are claimed in one unit."""
MAX_ATTEMPTS = 5
BACKOFF = (0.5, 2.0, 5.0, 15.0)
"""Seconds before the second, third, … attempt at a message."""
APOLOGY = (
    "Sorry, something went wrong on my side with your last message and I could not handle it. "
    "It is kept for whoever runs me. Please try saying it another way."
)


class Workers(Loop):
    """Claims lanes and answers what waits in them, at most `limit` lanes at once."""

    every = POLL_EVERY
    longest_pause = 5.0

    def __init__(
        self,
        store: Store,
        engine: Engine,
        clock: Clock,
        *,
        replied: Callable[[], None],
        limit: int = 16,
    ) -> None:
        super().__init__(clock)
        self._store = store
        self._engine = engine
        self._replied = replied
        self._limit = limit
        self._lanes: set[asyncio.Task[bool]] = set()

    async def run(self) -> None:
        """Work until `stop`, then return once the lanes in hand are given back."""
        try:
            await super().run()
            await asyncio.gather(*self._lanes)
        finally:
            for task in self._lanes:
                task.cancel()

    async def turn(self) -> None:
        """Begin on the lanes that wait."""
        while not self._stopping and (free := self._limit - len(self._lanes)) > 0:
            most = min(free, MOST_TOGETHER)
            claimed = await self._claimed(most)
            for claim, opened in claimed:
                task = asyncio.create_task(self._lane(claim, opened))
                self._lanes.add(task)
                task.add_done_callback(self._ended)
            if len(claimed) < most:
                return

    def _ended(self, task: asyncio.Task[bool]) -> None:
        full = len(self._lanes) >= self._limit
        self._lanes.discard(task)
        # Otherwise whoever put a message into a lane has woken us, or will.
        if full or (not task.cancelled() and task.result()):
            self.wake()

    async def work_off(self) -> None:
        """Answer everything that waits now, one lane after the other, and return."""
        while claimed := await self._claimed(1):
            for claim, opened in claimed:
                await self._lane(claim, opened)

    async def _claimed(self, most: int) -> list[tuple[LaneClaim, Opened | None]]:
        def unit(work: Work) -> list[tuple[LaneClaim, Opened | None]]:
            claims = work.inbox.claim(LEASE, most)
            return [(claim, open_next(work, claim)) for claim in claims]

        return await self._store.run(unit)

    async def _lane(self, claim: LaneClaim, opened: Opened | None) -> bool:
        """Answer one message after the other until the lane is empty.

        True when the lane may be claimed again at once.
        """
        try:
            while opened is not None:
                try:
                    then = await self._answered(claim, opened)
                    if then is None:
                        return False
                    self._replied()
                except StorageError as error:
                    # Not the message's fault: it is tried until there is room.
                    report(error, f"the answer to message {opened.row.id} is not stored")
                    await idle(self._clock, self._stopped, STORAGE_PAUSE)
                    if self._stopping:
                        break
                    then = await self._store.run(lambda work: onward(work, claim))
                opened = then.opened
                if opened is None:
                    return then.due
                if self._stopping:
                    break
            return await self._store.run(lambda work: work.inbox.release(claim))
        except Fenced:
            log.warning("lost the lane of %s", claim.owner)
        except Exception as error:
            # The lease runs out, and the message is taken up again.
            report(error, "a lane stopped")
        return False

    async def _answered(self, claim: LaneClaim, opened: Opened) -> Onward | None:
        """What the lane goes on with; None when it is deferred."""
        answering = asyncio.ensure_future(self._engine.answer(claim, opened))
        renewing = asyncio.ensure_future(self._renew(claim))
        try:
            await asyncio.wait({answering, renewing}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                await renewing
            return await answering
        except (Fenced, StorageError):
            raise
        except Exception as error:
            return await self._failed(claim, opened, error)
        finally:
            for task in (answering, renewing):
                task.cancel()
            await asyncio.gather(answering, renewing, return_exceptions=True)

    async def _renew(self, claim: LaneClaim) -> None:
        while True:
            await self._clock.sleep(RENEW_EVERY)
            await self._store.run(lambda work: work.inbox.renew(claim, LEASE))

    async def _failed(self, claim: LaneClaim, opened: Opened, error: Exception) -> Onward | None:
        """Try again later, or after the fifth time set the message aside with an apology."""
        reason = type(error).__name__
        report(error, f"message {opened.row.id} failed")

        def unit(work: Work) -> Onward | None:
            attempts = work.inbox.failed(claim, opened.row.id, reason)
            if attempts < MAX_ATTEMPTS:
                wait = timedelta(seconds=BACKOFF[min(attempts, len(BACKOFF)) - 1])
                work.inbox.defer(claim, work.now + wait)
                return None
            work.inbox.bury(claim, opened.row.id, reason)
            _forget_secrets(work, opened)
            work.outbox.add(
                Delivery(
                    key=f"reply:{opened.row.id}",
                    owner=opened.row.owner,
                    address=opened.row.message.address,
                    reply=Reply(
                        text=APOLOGY, draft=work.turns.draft(opened.row.owner, opened.row.id)
                    ),
                    kind=DeliveryKind.NOTICE,
                    due_at=work.now,
                )
            )
            return onward(work, claim)

        return await self._store.run(unit)


def _forget_secrets(work: Work, opened: Opened) -> None:
    """What a tool made for the person's eyes is not to stay when it will never be shown."""
    owner = opened.row.owner
    for turn in work.turns.of(owner, opened.row.id):
        for secret in turn.secrets if isinstance(turn, ToolTurn) else ():
            work.turns.redact(owner, secret)
