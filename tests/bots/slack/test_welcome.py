"""Who of a workspace is let in, and what the others read: what they can do about it."""

from collections.abc import AsyncIterator

import pytest

from core.access import GUEST, NOT_VALID
from core.invites import new_code
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


@pytest.mark.parametrize("who", ["guest", "stranger"])
async def test_who_is_no_member_is_let_in_by_an_invitation(
    slack: SlackServer, store: Store, who: str
) -> None:
    boss = slack.workspace.person("Boss", admin=True)
    other = slack.workspace.person("Gus", guest=who == "guest", stranger=who == "stranger")
    async with whole("socket", store, SystemClock(), slack):
        other.says("hello")
        await slack.until(lambda: other.chat.from_bot)
        assert other.chat.last.text == GUEST
        other.says(new_code())
        await slack.until(lambda: len(other.chat.from_bot) == 2)
        assert other.chat.last.text == NOT_VALID
        boss.says("/invite Gus")
        await slack.until(lambda: boss.chat.from_bot)
        code = boss.chat.last.text.splitlines()[1]
        other.says(code)
        await slack.until(lambda: len(other.chat.from_bot) == 3)
        assert "I'm Pixie, your secretary" in other.chat.last.text
        await slack.until(lambda: "Gus has come in" in boss.chat.last.text)


async def test_members_and_admins_are_welcome(slack: SlackServer, store: Store) -> None:
    bob = slack.workspace.person("Bob", tz="Europe/Lisbon")
    async with whole("socket", store, SystemClock(), slack):
        bob.says("add a task: buy milk")
        await slack.until(lambda: bob.chat.from_bot)
        assert "buy milk" in bob.chat.last.text
        bob.says("/invite Eve")
        await slack.until(lambda: len(bob.chat.from_bot) == 2)
        assert "Only whoever runs me" in bob.chat.last.text
