"""What people wrote while Pixie was not there is caught up, also from who never wrote before."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bots.slack import catch_up
from core.ports import Store
from db.store import open_store
from main import SystemClock
from tests.fakes.slack import Limited, Person, SlackServer
from tests.slack_whole import whole


@pytest.fixture
async def slack(
    no_certificates: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SlackServer]:
    monkeypatch.setattr(catch_up, "APART", 0.01)
    async with SlackServer() as slack:
        yield slack


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    store = await open_store(store_url, SystemClock())
    yield store
    await store.close()


def unheard(slack: SlackServer, person: Person, words: str) -> None:
    """They write while Pixie is away for so long that Slack gives up telling her."""
    events, slack.app.events = slack.app.events, set()
    person.says(words)
    slack.app.events = events


async def test_who_never_wrote_before_is_heard_once(slack: SlackServer, store: Store) -> None:
    alice = slack.workspace.person("Alice", tz="Europe/Lisbon")
    slack.workspace.im(slack.workspace.person("Bob").id)
    unheard(slack, alice, "add a task: buy milk")
    async with whole("socket", store, SystemClock(), slack):
        await slack.until(lambda: alice.chat.from_bot)
        assert "buy milk" in alice.chat.last.text
    async with whole("socket", store, SystemClock(), slack):
        alice.says("my tasks")
        await slack.until(lambda: len(alice.chat.from_bot) == 2)
        await _settled(store)
    assert len(alice.chat.from_bot) == 2


async def test_a_guest_who_wrote_is_told_once(slack: SlackServer, store: Store) -> None:
    guest = slack.workspace.person("Gus", guest=True)
    unheard(slack, guest, "hello?")
    for _ in range(2):
        async with whole("socket", store, SystemClock(), slack):
            await slack.until(lambda: guest.chat.from_bot)
            await slack.until(lambda: slack.asked["conversations.history"] >= 1)
    assert len(guest.chat.from_bot) == 1


async def test_the_newest_chats_are_looked_through_and_not_all(
    slack: SlackServer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up, "MOST_NEW", 3)
    people = [slack.workspace.person(f"P{number}") for number in range(5)]
    for each in people:
        each.chat.created = 1_700_000_000 + int(each.name[1:])
    unheard(slack, people[4], "add a task: buy milk")
    async with whole("socket", store, SystemClock(), slack):
        await slack.until(lambda: people[4].chat.from_bot)
        await slack.until(lambda: slack.asked["conversations.history"] >= 3)
        await _settled(store)
    read = [each for each in slack.accepted if each.method == "conversations.history"]
    newest = [each.chat.id for each in (people[4], people[3], people[2])]
    assert [each.params["channel"] for each in read[:3]] == newest
    assert {each.params["channel"] for each in read} == set(newest)


async def test_slack_asks_to_wait(slack: SlackServer, store: Store) -> None:
    alice = slack.workspace.person("Alice")
    unheard(slack, alice, "add a task: buy milk")
    slack.script("conversations.list", Limited(1))
    slack.script("conversations.history", Limited(1))
    async with whole("socket", store, SystemClock(), slack):
        await slack.until(lambda: alice.chat.from_bot)


async def test_without_its_scope_who_is_known_is_caught_up_still(
    slack: SlackServer, store: Store
) -> None:
    alice, bob = slack.workspace.person("Alice"), slack.workspace.person("Bob")
    async with whole("socket", store, SystemClock(), slack):
        alice.says("hello")
        await slack.until(lambda: alice.chat.from_bot)
        await _settled(store)
    slack.app.scopes = tuple(each for each in slack.app.scopes if each != "im:read")
    slack.workspace.grant(slack.app.scopes)
    for each in (bob, alice):
        unheard(slack, each, "add a task: buy milk")
    async with whole("socket", store, SystemClock(), slack):
        await slack.until(lambda: "buy milk" in alice.chat.last.text)
        await _settled(store)
    assert not bob.chat.from_bot


async def _settled(store: Store) -> None:
    async with asyncio.timeout(60):
        while await store.read(lambda work: work.inbox.waiting() + work.outbox.live()):
            await asyncio.sleep(0.02)
