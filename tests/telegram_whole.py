"""All of Pixie on a loopback Telegram, as `main` puts her together: by polling and by webhook."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

import main
from adapters.anthropic_llm import AnthropicSettings
from adapters.embeddings import EmbeddingSettings
from adapters.openai_llm import OpenAISettings
from adapters.qdrant import QdrantSettings
from adapters.telegram.settings import TelegramSettings
from bots.web import app
from bots.web.settings import WebSettings, listen
from core.intake import only
from core.ports import Clock, Messenger, Store
from main import Pixie
from model_settings import ModelSettings, VendorSettings
from settings import AllSettings, Settings
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory

WAYS = ("polling", "webhook")
"""How updates can come."""


class Loopback(Protocol):
    """A Telegram on this machine."""

    token: str

    @property
    def base_url(self) -> str:
        """Of the Bot API, up to and with `/bot`."""


@asynccontextmanager
async def whole(
    how: str, store: Store, clock: Clock, telegram: Loopback, *, moves: bool = True
) -> AsyncIterator[Pixie]:
    """Pixie at work, who admits everybody from Telegram and hears them `how`.

    Unless she `moves`, only what `main.with_telegram` has added runs: the poller, or the webhook
    with a web server. The rest is for the caller to turn.
    """
    async with AsyncExitStack() as stack:
        web = WebSettings(web_port=0)
        sock = stack.enter_context(listen(web))
        if how == "webhook":
            web.public_url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        settings = _settings(telegram, web)
        messengers: dict[str, Messenger] = {}
        bot = await main.telegram_voice(settings.telegram, store, clock, messengers, stack)
        built = main.build(
            store,
            clock,
            messengers,
            FakeMemory(),
            FakeEmbedder(ready=False),
            public_url=web.reached_at(),
            admit=only("telegram"),
        )
        pixie = main.with_telegram(built, bot, settings)
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
