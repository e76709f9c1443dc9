"""Who opens the chat for the first time is greeted there, once, and only who is welcome."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.ports import Store
from db.store import open_store
from main import SystemClock
from tests.fakes.slack import SlackServer
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


async def settled(store: Store) -> None:
    async with asyncio.timeout(60):
        while await store.read(lambda work: work.inbox.waiting() + work.outbox.live()):
            await asyncio.sleep(0.02)


async def test_the_first_opening_of_the_chat_is_greeted_once(
    slack: SlackServer, store: Store
) -> None:
    alice = slack.workspace.person("Alice Doe", tz="Europe/Lisbon", locale="en-GB")
    async with whole("socket", store, SystemClock(), slack):
        alice.opens_home("messages")
        alice.opens_home("messages")
        await slack.until(lambda: alice.chat.from_bot)
        greeting = alice.chat.last
        assert greeting.text.startswith("Hello Alice! I'm Pixie, your secretary")
        assert "“remind me to call mom tomorrow at 2”" in greeting.text
        assert {"8:00", "None"} <= set(greeting.labels)
        alice.opens_home("messages")
        alice.says("add a task: buy milk")
        await slack.until(lambda: len(alice.chat.from_bot) == 2)
        assert "Hello" not in alice.chat.last.text
        await settled(store)
    async with whole("socket", store, SystemClock(), slack):
        alice.opens_home("messages")
        alice.says("my tasks")
        await slack.until(lambda: len(alice.chat.from_bot) == 3)
        await settled(store)
    assert len(alice.chat.from_bot) == 3


async def test_who_wrote_already_is_not_greeted(slack: SlackServer, store: Store) -> None:
    alice = slack.workspace.person("Alice", tz="Europe/Lisbon")
    async with whole("requests", store, SystemClock(), slack):
        alice.commands("/todo", "buy milk")
        await slack.until(lambda: alice.chat.messages)
        await settled(store)
        alice.opens_home("messages")
        await slack.until(lambda: slack.deliveries.all[-1].acked)
        alice.says("my tasks")
        await slack.until(lambda: any("buy milk" in each.text for each in alice.chat.from_bot))
        await settled(store)
    assert not any("I'm Pixie" in each.text for each in alice.chat.from_bot)


async def test_who_is_not_welcome_is_left_alone_until_they_write(
    slack: SlackServer, store: Store
) -> None:
    gus = slack.workspace.person("Gus", guest=True)
    async with whole("socket", store, SystemClock(), slack):
        gus.opens_home("messages")
        await slack.until(lambda: slack.asked["users.info"])
        gus.says("hello")
        await slack.until(lambda: gus.chat.from_bot)
        await settled(store)
    assert len(gus.chat.from_bot) == 1
    assert "invitation" in gus.chat.last.text
