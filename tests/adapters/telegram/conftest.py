"""The fake Telegram with somebody in it, and Pixie's voice there."""

from collections.abc import AsyncIterator

import pytest

from adapters.telegram.bot import PixieBot, open_bot
from adapters.telegram.messenger import TelegramMessenger
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Person, TelegramServer
from tests.telegram_voice import Moves, settings_of, speaking


@pytest.fixture
async def telegram(clock: FakeClock) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(now=lambda: clock.now().timestamp()) as server:
        yield server


@pytest.fixture
def alice(telegram: TelegramServer) -> Person:
    return telegram.person("Alice")


@pytest.fixture
async def bot(telegram: TelegramServer) -> AsyncIterator[PixieBot]:
    async with open_bot(settings_of(telegram)) as bot:
        yield bot


@pytest.fixture
def moves() -> Moves:
    return Moves()


@pytest.fixture
async def messenger(
    bot: PixieBot, clock: FakeClock, moves: Moves
) -> AsyncIterator[TelegramMessenger]:
    async with speaking(bot, clock, moves) as messenger:
        yield messenger
