"""What goes wrong between Slack and Pixie while people use her: nothing is lost, nothing twice."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TypeVar

import pytest
from pydantic import SecretStr

import doctor
from adapters.slack.settings import SlackSettings
from bots.web.settings import WebSettings
from core.models import Patience
from core.ports import Store, TaskQuery, Unit, Work
from core.values import Identity
from db.store import open_store
from tests.bots.telegram.test_poller import Failing
from tests.crash.life import FastClock
from tests.crash.slack_storm import SlacksClock
from tests.fakes.llm import ScriptedLLM, Silence, models
from tests.fakes.slack import Person, SlackServer
from tests.slack_whole import LONG, WAYS, whole

R = TypeVar("R")
PATIENT = Patience(first=600, gap=600, whole=600)
"""A model is waited for longer than the test lasts."""

AGAIN = 0.005
"""How long one of Slack's seconds lasts before it tells something again."""


class Held:
    """A store that commits nothing unless it is `free`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.free = asyncio.Event()
        self.free.set()

    async def run(self, unit: Unit[R]) -> R:
        await self.free.wait()
        return await self._store.run(unit)

    async def read(self, unit: Unit[R]) -> R:
        return await self._store.read(unit)

    async def close(self) -> None: ...


@pytest.fixture
def began() -> float:
    return time.time()


@pytest.fixture
async def slack(began: float, no_certificates: None) -> AsyncIterator[SlackServer]:
    async with SlackServer(clock=SlacksClock(began), scale=AGAIN) as slack:
        yield slack


@pytest.fixture
async def store(store_url: str, began: float) -> AsyncIterator[Store]:
    opened = await open_store(store_url, FastClock(began))
    yield opened
    await opened.close()


async def settled(store: Store) -> None:
    """Everything is answered, and known to have arrived."""
    async with asyncio.timeout(60):
        while await store.read(lambda work: work.inbox.waiting() + work.outbox.live()):
            await asyncio.sleep(0.01)


def identity(person: Person) -> Identity:
    return Identity(platform="slack", workspace=person.workspace.id, user=person.id)


async def titles(store: Store, person: Person) -> list[str]:
    """Of the person's tasks, in the order in which they were made."""

    def unit(work: Work) -> list[str]:
        owner = work.people.by_identity(identity(person))
        found = [] if owner is None else work.tasks.find(owner.id, TaskQuery())
        return [task.title for task in sorted(found, key=lambda task: task.number)]

    return await store.read(unit)


def begun(work: Work, person: Person) -> bool:
    """Whether the growing answer to one of their first messages is known."""
    owner = work.people.by_identity(identity(person))
    return owner is not None and any(work.turns.draft(owner.id, number) for number in range(10))


def answers(person: Person, words: str) -> int:
    return sum(words in message.shown for message in person.chat.from_bot)


async def cut(slack: SlackServer) -> None:
    slack.sockets.cut()


async def refresh(slack: SlackServer) -> None:
    await slack.sockets.disconnect("refresh_requested")


@pytest.mark.parametrize("ends", [cut, refresh])
async def test_a_connection_ends_with_fifty_envelopes_in_flight(
    ends: Callable[[SlackServer], Awaitable[None]], store: Store, slack: SlackServer, began: float
) -> None:
    people = [slack.workspace.person(f"Person{number}") for number in range(25)]
    held = Held(store)
    async with whole("socket", held, FastClock(began), slack):
        held.free.clear()
        for person in people:
            person.says("add a task: first")
        commands = [person.commands("/todo", "second") for person in people]
        for told in slack.deliveries.all:
            told.deadline = LONG
        (socket,) = slack.sockets.open
        await slack.until(lambda: len(socket.sent) == 50)
        assert not socket.acked
        await ends(slack)
        await slack.until(lambda: slack.sockets.open and socket not in slack.sockets.open)
        held.free.set()
        await slack.until(lambda: slack.heard)
        await settled(store)
    assert all(command.acked and not command.error for command in commands)
    assert not slack.deliveries.lost
    for person in people:
        assert await titles(store, person) == ["first", "second"]
        assert (answers(person, "first"), answers(person, "second")) == (1, 1)


@pytest.mark.parametrize("how", WAYS)
async def test_nothing_is_acknowledged_while_the_database_is_down(
    how: str, store: Store, slack: SlackServer, began: float
) -> None:
    alice = slack.workspace.person("Alice")
    failing = Failing(store)
    async with whole(how, failing, FastClock(began), slack):
        alice.says("hello")
        await slack.until(lambda: alice.chat.from_bot)
        await settled(store)
        failing.down = True
        alice.says("add a task: first")
        told = slack.deliveries.all[-1]
        told.deadline = 0.5
        command = alice.commands("/todo", "second")
        command.deadline = 0.5
        await slack.until(lambda: len(told.outcomes) >= 2 and command.over)
        if how == "requests":
            assert {each.status for each in told.outcomes} == {503}
        assert not told.acked
        assert not command.acked
        assert alice.failures == [command.error]
        failing.down = False
        await slack.until(lambda: slack.heard)
        await slack.until(lambda: answers(alice, "first"))
        await settled(store)
    assert told.acked
    assert await titles(store, alice) == ["first"]
    assert answers(alice, "first") == 1


@pytest.mark.parametrize("how", WAYS)
async def test_a_revoked_token_keeps_what_is_to_be_said(
    how: str,
    store: Store,
    slack: SlackServer,
    began: float,
    caplog: pytest.LogCaptureFixture,
) -> None:
    people = [slack.workspace.person(f"Person{number}") for number in range(3)]
    token = slack.token
    async with whole(how, store, FastClock(began), slack):
        for person in people:
            person.says("hello")
        await slack.until(lambda: all(person.chat.from_bot for person in people))
        await settled(store)
        assert (await examined(slack, token)).state == "ok"
        caplog.set_level(logging.ERROR)
        for grant in slack.world.grants.of_workspace(slack.workspace):
            grant.revoked = True
        for number in range(2):
            for person in people:
                person.says(f"add a task: number {number}")
        await slack.until(lambda: slack.heard and slack.asked["chat.postMessage"] >= 3 + 3 + 3)
        found = await examined(slack, token)
        assert (found.state, "PIXIE_SLACK_BOT_TOKEN" in found.note) == ("broken", True)
    told = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
    assert len(told) == 1
    assert "token_revoked" in told[0]
    assert "PIXIE_SLACK_BOT_TOKEN" in told[0]
    assert all(len(person.chat.from_bot) == 1 for person in people)
    slack.workspace.grant(slack.app.scopes)
    async with whole(how, store, FastClock(began), slack):
        await settled(store)
    for person in people:
        assert await titles(store, person) == ["number 0", "number 1"]
        assert (answers(person, "number 0"), answers(person, "number 1")) == (1, 1)


async def test_a_crash_in_the_middle_of_a_stream_leaves_one_answer(
    store: Store, slack: SlackServer, began: float
) -> None:
    alice = slack.workspace.person("Alice")
    clock = FastClock(began)
    stuck = models([ScriptedLLM([Silence("I like Lisbon best. It has")])], clock, patience=PATIENT)
    async with whole("socket", store, clock, slack, models=stuck, moves=False) as pixie:
        working = asyncio.gather(pixie.workers.run(), pixie.delivery.run())
        root = alice.says("add a task: call mom")
        await slack.until(lambda: alice.chat.from_bot)
        await settled(store)
        alice.says("which city do you like best, and why?", thread=root)
        await slack.until(lambda: answers(alice, "I like Lisbon best."))
        async with asyncio.timeout(60):
            while not await store.read(partial(begun, person=alice)):
                await asyncio.sleep(0.01)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    well = models([ScriptedLLM(["I like Lisbon best. It has trams."])], clock)
    async with whole("socket", store, clock, slack, models=well):
        await slack.until(lambda: answers(alice, "It has trams."))
        await settled(store)
    [answer] = [message for message in alice.chat.from_bot if message.in_thread]
    assert answer.shown == "I like Lisbon best. It has trams."


async def examined(slack: SlackServer, token: str) -> doctor.Finding:
    """What the doctor says of this token."""
    own = SlackSettings(
        slack_bot_token=SecretStr(token),
        slack_app_token=SecretStr(slack.app.app_token),
        slack_base_url=slack.base_url,
    )
    return await doctor.slack(own, WebSettings())
