"""Pixie's voice on the fake Telegram, through the real library and real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from adapters.telegram.bot import PixieBot, open_bot
from adapters.telegram.messenger import TelegramMessenger
from adapters.telegram.settings import TelegramSettings
from core.ports import Clock
from core.values import Address
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import TelegramServer


def settings_of(server: TelegramServer) -> TelegramSettings:
    """What the operator of this bot would set."""
    return TelegramSettings(
        telegram_token=SecretStr(server.token), telegram_base_url=server.base_url
    )


class Moves:
    """The groups that became supergroups, as the messenger told."""

    def __init__(self) -> None:
        self.seen: list[tuple[Address, Address]] = []
        self.failing = False

    async def __call__(self, old: Address, new: Address) -> None:
        self.seen.append((old, new))
        if self.failing:
            raise RuntimeError("the database is away")


@asynccontextmanager
async def telegram_messenger(
    server: TelegramServer, clock: Clock | None = None, moves: Moves | None = None
) -> AsyncIterator[TelegramMessenger]:
    async with open_bot(settings_of(server)) as bot, speaking(bot, clock, moves) as messenger:
        yield messenger


@asynccontextmanager
async def speaking(
    bot: PixieBot, clock: Clock | None = None, moves: Moves | None = None
) -> AsyncIterator[TelegramMessenger]:
    messenger = TelegramMessenger(bot, clock or FakeClock(), migrated=moves or Moves())
    try:
        yield messenger
    finally:
        await messenger.close()
