"""A loopback Telegram, a bot, and Pixie's ear on it: by polling and by webhook."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr
from telegram import Bot

from adapters.telegram.bot import open_bot
from adapters.telegram.settings import TelegramSettings
from bots.telegram.front import Front
from bots.telegram.poller import Poller
from bots.telegram.webhook import Webhook
from bots.web.app import build, serve
from bots.web.settings import WebSettings, listen
from core import serial
from core.intake import Intake, only
from core.ports import Clock, Store
from core.values import IncomingMessage
from tests import given
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Person, TelegramServer


@pytest.fixture
async def telegram(clock: FakeClock) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(now=lambda: clock.now().timestamp()) as server:
        yield server


@pytest.fixture
async def bot(telegram: TelegramServer) -> AsyncIterator[Bot]:
    async with open_bot(bot_settings(telegram)) as bot:
        yield bot


def bot_settings(telegram: TelegramServer) -> TelegramSettings:
    """Those of the bot whose token this Telegram knows."""
    return TelegramSettings(
        telegram_token=SecretStr(telegram.token), telegram_base_url=telegram.base_url
    )


@pytest.fixture
def alice(telegram: TelegramServer) -> Person:
    return telegram.person("Alice Doe")


@pytest.fixture
def bob(telegram: TelegramServer) -> Person:
    return telegram.person("Bob")


async def soon(condition: Callable[[], object], within: float = 60.0) -> None:
    """Wait until something is so. Raises: TimeoutError."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.01)


@dataclass
class Ear:
    """A front with its way to Telegram, at work."""

    front: Front
    way: Poller | Webhook
    store: Store
    strangers: list[IncomingMessage] = field(default_factory=list)

    async def messages(self) -> list[IncomingMessage]:
        """What was kept, in the order of the inbox."""
        rows = await given.stored(self.store, "inbox")
        rows.sort(key=lambda row: int(row["id"]))
        return [serial.load(IncomingMessage, row["message"]) for row in rows if row["message"]]

    async def texts(self) -> list[str]:
        return [message.text for message in await self.messages()]

    async def until(self, texts: int | Callable[[list[str]], object]) -> list[str]:
        """Wait until so many messages are kept; then nothing more may come."""
        async with asyncio.timeout(60):
            while True:
                found = await self.texts()
                if len(found) >= texts if isinstance(texts, int) else texts(found):
                    return found
                await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(
    how: str,
    bot: Bot,
    store: Store,
    clock: Clock,
    *platforms: str,
    telegram: TelegramServer | None = None,
) -> AsyncIterator[Ear]:
    """An ear that admits everybody from these platforms, by default Telegram."""
    strangers: list[IncomingMessage] = []

    async def turn_away(message: IncomingMessage) -> None:
        strangers.append(message)
        if telegram is not None:
            telegram.world.touch()

    admit = only(*(platforms or ("telegram",)))
    intake = Intake(store, admit=admit, wake=lambda: None)
    front = Front(bot, store, intake, clock, turn_away=turn_away)
    async with running(how, bot, front, store, clock) as way:
        yield Ear(front, way, store, strangers)


@asynccontextmanager
async def running(
    how: str, bot: Bot, front: Front, store: Store, clock: Clock
) -> AsyncIterator[Poller | Webhook]:
    """Its way, until the end; a webhook with a web server of its own."""
    if how == "polling":
        poller = Poller(bot, front, store, clock, poll=1)
        polling = asyncio.create_task(poller.run())
        yield poller
        poller.stop()
        await polling
        return
    settings = WebSettings(web_port=0)
    sock = listen(settings)
    hook = Webhook(bot, front, clock, public_url=f"http://127.0.0.1:{sock.getsockname()[1]}/")
    app = build(store, clock, {"telegram": hook.works}, [hook.router])
    server = asyncio.create_task(serve(app, settings, sock))
    hooking = asyncio.create_task(hook.run())
    try:
        async with asyncio.timeout(60):
            while not await hook.works():
                await asyncio.sleep(0.005)
        yield hook
    finally:
        hook.stop()
        await hooking
        server.cancel()
        await asyncio.gather(server, return_exceptions=True)


@pytest.fixture(params=["polling", "webhook"])
def how(request: pytest.FixtureRequest) -> str:
    """Each way that updates can come."""
    return str(request.param)


@pytest.fixture
async def ear(
    how: str, bot: Bot, store: Store, clock: FakeClock, telegram: TelegramServer
) -> AsyncIterator[Ear]:
    async with listening(how, bot, store, clock, telegram=telegram) as found:
        # Telegram keeps what it is asked for; before that it drops reactions.
        await telegram.until(lambda: "message_reaction" in telegram.updates.allowed)
        yield found
