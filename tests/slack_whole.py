"""All of Pixie on a loopback Slack, as `main` puts her together: by a socket and by requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

import main
from adapters.anthropic_llm import AnthropicSettings
from adapters.embeddings import EmbeddingSettings
from adapters.openai_llm import OpenAISettings
from adapters.places import OfflinePlaces
from adapters.qdrant import QdrantSettings
from adapters.slack.settings import SlackSettings
from bots.web import app
from bots.web.settings import WebSettings, listen
from core.doorstep import Doorstep
from core.hearing import Ears
from core.intake import Admit
from core.models import Models
from core.ports import Clock, Files, Messenger, Store
from main import Pixie
from model_settings import ModelSettings, VendorSettings
from settings import AllSettings, Settings
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory
from tests.fakes.slack import SlackServer

WAYS = ("socket", "requests")
"""How what happens can come."""
LONG = 60.0
"""Seconds, where a test is not about how fast this machine is."""
PLACES = OfflinePlaces()
"""The cities of the world, read when one is asked for."""


@asynccontextmanager
async def whole(
    how: str,
    store: Store,
    clock: Clock,
    slack: SlackServer,
    *,
    moves: bool = True,
    admit: Admit | None = None,
    ears: Ears | None = None,
    models: Models | None = None,
    others: Iterable[Messenger] = (),
) -> AsyncIterator[Pixie]:
    """Pixie at work, who hears people of the first workspace on Slack `how`.

    `others` are her voices on other platforms. Unless somebody else is to be let in (`admit`),
    the workspace's members are.

    Unless she `moves`, only what `main.with_slack` has added runs: the socket, App Home and what
    catches up, with a web server for requests. The rest is for the caller to turn.
    """
    async with AsyncExitStack() as stack:
        web = WebSettings(web_port=0)
        sock = stack.enter_context(listen(web))
        own = SlackSettings(slack_bot_token=SecretStr(slack.token), slack_base_url=slack.base_url)
        if how == "socket":
            own.slack_app_token = SecretStr(slack.app.app_token)
        else:
            own.slack_signing_secret = SecretStr(slack.app.signing_secret)
            web.public_url = f"http://127.0.0.1:{sock.getsockname()[1]}"
            slack.posts_to(f"{web.public_url}/slack/events")
        settings = loopback_settings(own, web)
        messengers: dict[str, Messenger] = {each.platform: each for each in others}
        files: dict[str, Files] = {}
        voice = await main.slack_voice(settings, store, clock, messengers, files, stack)
        built = main.build(
            store,
            clock,
            messengers,
            FakeMemory(),
            FakeEmbedder(ready=False),
            models=models,
            public_url=web.reached_at(),
            admit=admit or main.let_in(own),
            files=files,
            places=PLACES,
            ears=ears,
        )
        turn_away = Doorstep(store, clock, messengers).turn_away
        pixie = main.with_slack(built, voice, settings, turn_away)
        serving = asyncio.create_task(
            app.serve(app.build(store, clock, pixie.checks, pixie.routers), web, sock)
        )
        loops, stops = pixie.loops, pixie.stops
        if not moves:
            loops = loops[len(built.loops) :]
            stops = stops[: len(loops)]
        running = asyncio.gather(*(_run(loop) for loop in loops))
        try:
            if how == "socket":
                await slack.until(lambda: slack.sockets.open)
            yield pixie
        finally:
            for stop in stops:
                stop()
            await running
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


def loopback_settings(own: SlackSettings, web: WebSettings) -> AllSettings:
    """As for `main`, with Slack alone set."""
    return AllSettings(
        pixie=Settings(data=Path("loopback")),
        web=web,
        embeddings=EmbeddingSettings(),
        qdrant=QdrantSettings(),
        models=ModelSettings(),
        vendors=VendorSettings(anthropic=AnthropicSettings(), openai=OpenAISettings()),
        slack=own,
    )


async def _run(loop: Callable[[], Awaitable[None]]) -> None:
    await loop()
