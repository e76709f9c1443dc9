"""An emoji on a reminder completes it, and what there is to say is said where the reminder is."""

from collections.abc import AsyncIterator

import pytest

from core.ports import Store
from db.store import open_store
from main import SystemClock
from tests.fakes.slack import Message, Person, SlackServer
from tests.slack_whole import whole


@pytest.fixture
async def slack(no_certificates: None) -> AsyncIterator[SlackServer]:
    async with SlackServer() as slack:
        yield slack


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    store = await open_store(store_url, SystemClock())
    yield store
    await store.close()


async def fired(slack: SlackServer, alice: Person, root: Message) -> Message:
    """A reminder in a thread that has gone off, and is known to have arrived."""
    alice.says("remind me in 1 second to drink", thread=root)
    await slack.until(lambda: any("Done" in each.labels for each in alice.chat.from_bot))
    return next(each for each in alice.chat.from_bot if "Done" in each.labels)


async def test_it_is_completed_in_its_thread(slack: SlackServer, store: Store) -> None:
    alice = slack.workspace.person("Alice", tz="Europe/Lisbon")
    async with whole("socket", store, SystemClock(), slack):
        root = alice.says("hello")
        reminder = await fired(slack, alice, root)
        alice.reacts(reminder, "white_check_mark")
        await slack.until(lambda: "done ✓" in reminder.text)
    assert reminder.root_ts == root.ts


async def test_what_cannot_be_done_is_said_in_its_thread(slack: SlackServer, store: Store) -> None:
    alice = slack.workspace.person("Alice", tz="Europe/Lisbon")
    async with whole("socket", store, SystemClock(), slack):
        root = alice.says("hello")
        reminder = await fired(slack, alice, root)
        said = len(alice.chat.from_bot)
        alice.says("/delete #1 yes")
        await slack.until(lambda: len(alice.chat.from_bot) > said)
        said = len(alice.chat.from_bot)
        alice.reacts(reminder, "white_check_mark")
        await slack.until(lambda: len(alice.chat.from_bot) > said)
    answer = alice.chat.last
    assert answer.root_ts == root.ts, alice.chat.texts
