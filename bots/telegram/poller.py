"""Long polling: the offset moves on only after what came before it is committed.

The library's own polling acknowledges from memory, stops for ever at a 401 and turns in circles on
an update that it cannot parse, so the loop is ours and takes updates as plain JSON.
"""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta

from telegram import Bot
from telegram.error import Conflict

from adapters.telegram.read import KINDS
from bots.telegram.front import Front
from bots.telegram.trouble import Trouble
from core.errors import StorageError
from core.loop import idle
from core.ports import Clock, Store, Work

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
RENEW_EVERY = 5.0
"""Seconds; a third of the lease."""
POLL = 25
"""Seconds that Telegram holds a request open until there is news."""
WATCHDOG = 15.0
"""Seconds beyond that after which a request without an answer is given up."""
MOST = 100
"""Updates at a time, the most that Telegram gives."""
SILENCE = 120.0
"""Seconds without an answer from Telegram after which the poller is not well."""


class Poller:
    """Asks for updates while this process holds the lease."""

    def __init__(
        self,
        bot: Bot,
        front: Front,
        store: Store,
        clock: Clock,
        *,
        holder: str = "",
        poll: int = POLL,
    ) -> None:
        """`holder` names this process among those that share the database; the same after a
        restart, so that it need not wait for its own lease to end."""
        self._bot = bot
        self._front = front
        self._store = store
        self._clock = clock
        self._poll = poll
        self._trouble = Trouble()
        self._stopped = asyncio.Event()
        self._lease = f"telegram:{bot.token.partition(':')[0]}"
        self._holder = holder or secrets.token_hex(16)
        self._offset = 0
        self._hooked = True
        """There may be a webhook, and while there is one, nothing can be asked for."""
        self._heard = self._clock.now()

    async def works(self) -> bool:
        """Telegram has answered lately, or another process asks it."""
        return (self._clock.now() - self._heard).total_seconds() < SILENCE

    def stop(self) -> None:
        """Ask no more. What was not committed comes again at the next start."""
        self._stopped.set()

    async def run(self) -> None:
        """Poll until `stop`; nothing else ends it."""
        while not self._stopped.is_set():
            try:
                if self._front.me is None:
                    # Every process: links are made by those too that do not ask for updates.
                    await self._front.meet()
                if await self._store.run(self._take_lease):
                    await self._while_held()
                else:
                    self._heard = self._clock.now()
                    await idle(self._clock, self._stopped, RENEW_EVERY)
            except Exception as error:
                await self._wait(error)
        await self._front.close()

    def _take_lease(self, work: Work) -> bool:
        return work.leases.take(self._lease, self._holder, LEASE)

    async def _while_held(self) -> None:
        """Poll while the lease is renewed beside it; ends when it is lost or at `stop`."""
        tasks = [
            asyncio.ensure_future(work)
            for work in (self._keep_polling(), self._renew(), self._stopped.wait())
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            if self._stopped.is_set():
                await self._give_back()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    async def _renew(self) -> None:
        """Ends when another process holds the lease."""
        while True:
            await self._clock.sleep(RENEW_EVERY)
            if not await self._store.run(self._take_lease):
                log.warning("another process asks Telegram now")
                return

    async def _give_back(self) -> None:
        """So that the next process need not wait for the lease to end."""
        try:
            await self._store.run(lambda work: work.leases.release(self._lease, self._holder))
        except StorageError as error:
            log.warning("the lease was not given back: %s", type(error).__name__)

    async def _keep_polling(self) -> None:
        # Another process may have asked meanwhile. From 0, Telegram tells all that is not
        # acknowledged, and what is known is dropped.
        self._offset = 0
        while True:
            try:
                if self._hooked:
                    await self._bot.delete_webhook(drop_pending_updates=False)
                    self._hooked = False
                updates = await self._updates()
                await self._front.take(updates)
                self._offset = _next(updates, self._offset)
            except Exception as error:
                self._hooked = self._hooked or isinstance(error, Conflict)
                await self._wait(error)
            else:
                self._heard = self._clock.now()
                self._trouble.over()

    async def _updates(self) -> Sequence[object]:
        """As plain JSON: `Bot.get_updates` fails for all when it cannot parse one."""
        async with asyncio.timeout(self._poll + WATCHDOG):
            found = await self._bot._post(
                "getUpdates",
                {
                    "offset": self._offset,
                    "limit": MOST,
                    "timeout": self._poll,
                    "allowed_updates": list(KINDS),
                },
                read_timeout=self._poll + 5,
            )
        return found if isinstance(found, list) else []

    async def _wait(self, error: Exception) -> None:
        await idle(self._clock, self._stopped, self._trouble.met(error))


def _next(updates: Sequence[object], offset: int) -> int:
    """The offset that acknowledges all of these."""
    numbers = [update.get("update_id") for update in updates if isinstance(update, dict)]
    return max((number + 1 for number in numbers if isinstance(number, int)), default=offset)
