"""All of Pixie in a workspace, as `main` puts her together: by a socket and by requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
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
from core.ports import Clock, Files, Messenger, Store, TaskQuery, Work
from core.rows import Task
from core.values import Identity
from db.store import open_store
from main import Pixie, SystemClock
from model_settings import ModelSettings, VendorSettings
from settings import AllSettings, Settings
from tests.adapters.slack.api import ANA, TOKEN, Message
from tests.bots.slack.workspace import APP_TOKEN, SECRET, TEAM, Workspace
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory

WAYS = ("socket", "requests")


@dataclass(slots=True)
class Office:
    """Pixie at work for Ana."""

    slack: Workspace
    store: Store
    pixie: Pixie

    async def hears(self, words: str) -> Message:
        """Pixie's newest message with these words."""

        def found() -> list[Message]:
            return [each for each in self.slack.messages if words in each.text]

        try:
            await self.slack.until(found)
        except TimeoutError:
            said = [each.text for each in self.slack.messages]
            raise AssertionError(f"not {words!r} in {said}") from None
        return found()[-1]

    async def settled(self) -> None:
        """Everything is answered, and known to have arrived."""
        async with asyncio.timeout(15):
            while await self.store.read(lambda w: w.inbox.waiting() + w.outbox.live()):
                await asyncio.sleep(0.005)

    async def tasks(self) -> list[Task]:
        def unit(work: Work) -> list[Task]:
            person = work.people.by_identity(Identity(platform="slack", workspace=TEAM, user=ANA))
            return [] if person is None else work.tasks.find(person.id, TaskQuery())

        return await self.store.read(unit)


@asynccontextmanager
async def open_office(slack: Workspace, store: Store, clock: Clock) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        web = WebSettings(web_port=0)
        sock = stack.enter_context(listen(web))
        own = SlackSettings(slack_bot_token=SecretStr(TOKEN), slack_base_url=slack.url)
        if slack.way == "socket":
            own.slack_app_token = SecretStr(APP_TOKEN)
        else:
            own.slack_signing_secret = SecretStr(SECRET)
            web.public_url = f"http://127.0.0.1:{sock.getsockname()[1]}"
            slack.target = f"{web.public_url}/slack/events"
        settings = AllSettings(
            pixie=Settings(data=Path("loopback")),
            web=web,
            embeddings=EmbeddingSettings(),
            qdrant=QdrantSettings(),
            models=ModelSettings(),
            vendors=VendorSettings(anthropic=AnthropicSettings(), openai=OpenAISettings()),
            slack=own,
        )
        messengers: dict[str, Messenger] = {}
        files: dict[str, Files] = {}
        voice = await main.slack_voice(settings, store, clock, messengers, files, stack)
        built = main.build(
            store,
            clock,
            messengers,
            FakeMemory(),
            FakeEmbedder(ready=False),
            files=files,
            places=OfflinePlaces(),
            admit=main.slack_members(own),
        )
        turn_away = Doorstep(store, clock, messengers).turn_away
        pixie = main.with_slack(built, voice, settings, turn_away)
        running = asyncio.gather(*(_run(loop) for loop in pixie.loops))
        serving = asyncio.create_task(
            app.serve(app.build(store, clock, pixie.checks, pixie.routers), web, sock)
        )
        try:
            if slack.way == "socket":
                await slack.until(lambda: slack.sockets)
            yield Office(slack, store, pixie)
        finally:
            pixie.stop()
            await running
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def _run(loop: Callable[[], Awaitable[None]]) -> None:
    await loop()


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def slack(way: str, no_certificates: None) -> AsyncIterator[Workspace]:
    clock = SystemClock()
    async with Workspace(way, lambda: clock.now().timestamp()) as slack:
        yield slack


@pytest.fixture
async def office(slack: Workspace, store_url: str) -> AsyncIterator[Office]:
    clock = SystemClock()
    store = await open_store(store_url, clock)
    async with open_office(slack, store, clock) as office:
        yield office
    await store.close()
