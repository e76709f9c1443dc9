"""All of Pixie on a loopback Telegram, as `main` puts her together: by polling and by webhook."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

import main
from adapters.anthropic_llm import AnthropicSettings
from adapters.embeddings import EmbeddingSettings
from adapters.openai_llm import OpenAISettings
from adapters.places import OfflinePlaces
from adapters.qdrant import QdrantSettings
from adapters.telegram.settings import TelegramSettings
from bots.web import app
from bots.web.settings import WebSettings, listen
from core.doorstep import Doorstep
from core.hearing import Ears
from core.intake import Admit, only
from core.ports import Clock, Files, Messenger, Store
from main import Pixie
from model_settings import ModelSettings, VendorSettings
from settings import AllSettings, Settings
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory

WAYS = ("polling", "webhook")
"""How updates can come."""
EVERYBODY = only("telegram")
PLACES = OfflinePlaces()
"""The cities of the world, read when one is asked for."""


class Loopback(Protocol):
    """A Telegram on this machine."""

    token: str

    @property
    def base_url(self) -> str:
        """Of the Bot API, up to and with `/bot`."""


@asynccontextmanager
async def whole(
    how: str,
    store: Store,
    clock: Clock,
    telegram: Loopback,
    *,
    moves: bool = True,
    admit: Admit = EVERYBODY,
    tell: Callable[[str], None] = lambda _: None,
    ears: Ears | None = None,
    others: Iterable[Messenger] = (),
) -> AsyncIterator[Pixie]:
    """Pixie at work, who hears people on Telegram `how` and tells the operator her link.

    `others` are her voices on other platforms.

    Unless she `moves`, only what `main.with_telegram` has added runs: the poller, or the webhook
    with a web server. The rest is for the caller to turn.
    """
    async with AsyncExitStack() as stack:
        web = WebSettings(web_port=0)
        sock = stack.enter_context(listen(web))
        if how == "webhook":
            web.public_url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        settings = _settings(telegram, web)
        messengers: dict[str, Messenger] = {each.platform: each for each in others}
        files: dict[str, Files] = {}
        bot = await main.telegram_voice(settings.telegram, store, clock, messengers, files, stack)
        built = main.build(
            store,
            clock,
            messengers,
            FakeMemory(),
            FakeEmbedder(ready=False),
            public_url=web.reached_at(),
            admit=admit,
            invite_url=bot.invite_url,
            files=files,
            places=PLACES,
            ears=ears,
        )
        doorstep = Doorstep(store, clock, messengers)
        pixie = main.with_telegram(built, bot, settings, doorstep, tell)
        serving = asyncio.create_task(
            app.serve(app.build(store, clock, pixie.checks, pixie.routers), web, sock)
            if pixie.routers
            else asyncio.sleep(0)
        )
        loops, stops = pixie.loops, pixie.stops
        if not moves:
            loops = loops[len(built.loops) :]
            stops = stops[: len(loops)]
        running = asyncio.gather(*(_run(loop) for loop in loops))
        try:
            yield pixie
        finally:
            for stop in stops:
                stop()
            await running
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def _run(loop: Callable[[], Awaitable[None]]) -> None:
    await loop()


def _settings(telegram: Loopback, web: WebSettings) -> AllSettings:
    return AllSettings(
        pixie=Settings(data=Path("loopback")),
        web=web,
        embeddings=EmbeddingSettings(),
        qdrant=QdrantSettings(),
        models=ModelSettings(),
        vendors=VendorSettings(anthropic=AnthropicSettings(), openai=OpenAISettings()),
        telegram=TelegramSettings(
            telegram_token=SecretStr(telegram.token), telegram_base_url=telegram.base_url
        ),
    )
