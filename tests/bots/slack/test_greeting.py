"""The first thing that somebody new hears."""

from collections.abc import AsyncIterator

import pytest

from tests.bots.slack.at_work import at_work
from tests.fakes.slack import SlackServer
from tests.slack_whole import WAYS


@pytest.fixture(params=WAYS)
async def slack(request: pytest.FixtureRequest, store_url: str) -> AsyncIterator[SlackServer]:
    async with at_work(request.param, store_url) as here:
        yield here.slack
    assert here.slack.refused == []


async def test_who_opens_the_chat_is_greeted_once(slack: SlackServer) -> None:
    alice = slack.workspace.person("Alice", tz="Europe/Lisbon")
    for _ in range(3):
        alice.opens_home("messages")
    await slack.until(lambda: alice.chat.from_bot)
    alice.opens_home("messages")
    alice.says("add a task: buy milk")
    await slack.until(lambda: "buy milk" in alice.chat.from_bot[-1].text)
    hello, card = alice.chat.from_bot
    assert hello.text.startswith("Hello Alice! I'm Pixie")
    assert "7:00" in hello.labels
    assert "buy milk" in card.text


async def test_who_has_written_is_not_greeted(slack: SlackServer) -> None:
    alice = slack.workspace.person("Alice")
    alice.says("add a task: buy milk")
    await slack.until(lambda: alice.chat.from_bot)
    alice.opens_home("messages")
    alice.says("thank you")
    await slack.until(lambda: len(alice.chat.from_bot) == 2)
    assert "welcome" in alice.chat.last.text


async def test_guests_are_not_spoken_to_before_they_write(slack: SlackServer) -> None:
    guest = slack.workspace.person("Guest", guest=True)
    guest.opens_home("messages")
    guest.says("hello")
    await slack.until(lambda: guest.chat.from_bot)
    (only,) = guest.chat.from_bot
    assert "members of this workspace" in only.text
