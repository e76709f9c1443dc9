"""All of Pixie in a workspace, as `main` puts her together: by a socket and by requests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from core.ports import Clock, Store, TaskQuery, Work
from core.rows import Task
from core.values import Identity
from db.store import open_store
from main import Pixie, SystemClock
from tests.fakes.slack import Delivery, Message, Person, SlackServer
from tests.fakes.slack.deliveries import INTERACTIVE
from tests.fakes.slack.errors import Json
from tests.slack_whole import WAYS, whole

SCALE = 0.02
"""Slack's minute before it tells an event again lasts about a second."""


@dataclass(slots=True)
class Office:
    """Pixie at work for Ana."""

    slack: SlackServer
    ana: Person
    store: Store
    pixie: Pixie

    @property
    def said(self) -> list[Message]:
        """What Pixie wrote, wherever, also for one person alone."""
        channels = self.slack.workspace.channels.values()
        found = [message for channel in channels for message in channel.from_bot]
        return sorted(found, key=lambda message: message.ts)

    async def hears(self, words: str) -> Message:
        """Pixie's newest message with these words."""

        def found() -> list[Message]:
            return [each for each in self.said if words in each.text]

        try:
            await self.slack.until(found)
        except TimeoutError:
            said = [each.text for each in self.said]
            raise AssertionError(f"not {words!r} in {said}") from None
        return found()[-1]

    async def told(self) -> None:
        """Slack has told everything that happened so far, and Pixie has said yes."""
        await self.slack.until(lambda: self.slack.heard)

    async def settled(self) -> None:
        """Everything is told and answered, and known to have arrived."""
        await self._until_none(lambda work: work.inbox.waiting() + work.outbox.live())

    async def handled(self) -> None:
        """Everything is told and dealt with; what is said about it may still wait for its turn."""
        await self._until_none(lambda work: work.inbox.waiting())

    async def _until_none(self, left: Callable[[Work], int]) -> None:
        await self.told()
        async with asyncio.timeout(60):
            while await self.store.read(left):
                # Nobody outside sees that Pixie has noted it.
                await asyncio.sleep(0.005)
        await self.told()

    async def knows(self, person: Person) -> None:
        """Slack has told who somebody is: a command is not told again when that takes long."""
        person.changes()
        await self.told()

    async def interacts(self, payload: Json) -> None:
        """Slack tells something that no person can do, in Ana's name."""
        who = {"id": self.ana.id, "name": "ana", "team_id": self.slack.workspace.id}
        told = {"team": {"id": self.slack.workspace.id}, "user": who, **payload}
        number = str(self.slack.world.number("made up"))
        self.slack.deliveries.add(Delivery(id=number, kind=INTERACTIVE, payload=told))
        await self.told()

    async def tasks(self, person: Person | None = None) -> list[Task]:
        """Somebody's, or Ana's; the oldest first."""
        who = Identity(
            platform="slack", workspace=self.slack.workspace.id, user=(person or self.ana).id
        )

        def unit(work: Work) -> list[Task]:
            owner = work.people.by_identity(who)
            return [] if owner is None else work.tasks.find(owner.id, TaskQuery())

        return sorted(await self.store.read(unit), key=lambda task: task.number)

    async def nothing_is_amiss(self) -> None:
        """All that Slack told was taken, and all that Pixie sent was as Slack wants it."""
        await self.handled()
        assert [each for each in self.slack.deliveries.all if not each.acked] == []
        assert self.slack.deliveries.lost == []
        assert self.slack.refused == []


@asynccontextmanager
async def open_office(
    way: str, slack: SlackServer, ana: Person, store: Store, clock: Clock
) -> AsyncIterator[Office]:
    async with whole(way, store, clock, slack) as pixie:
        office = Office(slack, ana, store, pixie)
        yield office
        await office.nothing_is_amiss()


@pytest.fixture(autouse=True)
def hurry(request: pytest.FixtureRequest) -> None:
    """Slack is waited for as long as this machine takes, unless a module is about just that."""
    request.getfixturevalue("unhurried")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def slack(no_certificates: None) -> AsyncIterator[SlackServer]:
    async with SlackServer(scale=SCALE) as slack:
        yield slack


@pytest.fixture
def ana(slack: SlackServer) -> Person:
    return slack.workspace.person("Ana", tz="Europe/Lisbon", locale="en-GB")


@pytest.fixture
async def office(
    way: str, slack: SlackServer, ana: Person, store_url: str
) -> AsyncIterator[Office]:
    clock = SystemClock()
    store = await open_store(store_url, clock)
    async with open_office(way, slack, ana, store, clock) as office:
        yield office
    await store.close()
