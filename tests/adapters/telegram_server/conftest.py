"""The loopback Telegram and the bare python-telegram-bot that asks it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Person, TelegramServer

PROXIES = ("http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """httpx would send loopback requests to the proxy that the environment names."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def telegram(clock: FakeClock) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(now=lambda: clock.now().timestamp()) as server:
        yield server


@pytest.fixture
async def bot(telegram: TelegramServer) -> AsyncIterator[Bot]:
    """Waits a second at most for an answer."""
    async with Bot(
        telegram.token,
        base_url=telegram.base_url,
        base_file_url=telegram.base_file_url,
        request=HTTPXRequest(read_timeout=1),
        get_updates_request=HTTPXRequest(read_timeout=1),
    ) as bot:
        telegram.accepted.clear()
        yield bot


@pytest.fixture
def alice(telegram: TelegramServer) -> Person:
    return telegram.person("Alice Doe", username="alice_doe", language="de")
