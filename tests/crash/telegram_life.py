"""Pixie on Telegram in a process that is killed: `python -m tests.crash.telegram_life`.

As `tests.crash.child`, with points of its own around what Telegram tells.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import SecretStr

from adapters.telegram.bot import open_bot
from adapters.telegram.messenger import TelegramMessenger
from adapters.telegram.settings import TelegramSettings
from bots.telegram.front import Front
from bots.telegram.poller import Poller
from core.intake import only
from core.ports import Messenger
from core.values import Address, IncomingMessage
from db.store import open_store
from main import build
from tests.crash.child import Fate, MortalMessenger, MortalStore
from tests.crash.life import FastClock, Life
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory

POLL = 1
"""Seconds that a request for updates is held open."""


class TelegramPoint(StrEnum):
    """Where a life on Telegram can end."""

    TOLD = "told"
    """Updates have come, nothing is kept yet."""
    BEFORE_COMMIT = "before commit"
    AFTER_COMMIT = "after commit"
    KEPT = "kept"
    """All of them are kept, and Telegram does not know yet."""
    BEFORE_SEND = "before send"
    AFTER_ACCEPT = "after accept"


@dataclass(frozen=True, kw_only=True, slots=True)
class TelegramLife(Life):
    """One run of Pixie on Telegram."""

    token: str


class MortalFront(Front):
    """A front in which one can die before and after it keeps what Telegram tells."""

    fate: Fate

    async def take(self, updates: Sequence[object]) -> None:
        if updates:
            self.fate.reach(TelegramPoint.TOLD)
        await super().take(updates)
        if updates:
            self.fate.reach(TelegramPoint.KEPT)


async def live(life: TelegramLife) -> None:
    """Run all of Pixie until SIGTERM, or until fate strikes."""
    fate = Fate(life)
    clock = FastClock(life.started)
    store = MortalStore(await open_store(life.store_url, clock), fate)
    settings = TelegramSettings(
        telegram_token=SecretStr(life.token), telegram_base_url=life.platform_url
    )

    async def moved(old: Address, new: Address) -> None:
        await store.run(lambda work: work.addresses.move(old, new))

    async with open_bot(settings) as bot:
        voice = TelegramMessenger(bot, clock, migrated=moved)
        messengers: dict[str, Messenger] = {voice.platform: MortalMessenger(voice, fate)}
        pixie = build(
            store, clock, messengers, FakeMemory(), FakeEmbedder(), admit=only("telegram")
        )
        front = MortalFront(bot, store, pixie.intake, clock, turn_away=_nobody)
        front.fate = fate
        poller = Poller(bot, front, store, clock, holder="pixie", poll=POLL)

        def stop() -> None:
            poller.stop()
            pixie.stop()

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
        async with asyncio.TaskGroup() as group:
            group.create_task(poller.run())
            group.create_task(pixie.run())
        await voice.close()
    await store.close()


async def _nobody(message: IncomingMessage) -> None:
    raise AssertionError("everybody is admitted")


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            asyncio.run(live(TelegramLife(**json.loads(line))))
            os._exit(0)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
