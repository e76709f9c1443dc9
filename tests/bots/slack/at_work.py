"""Pixie at work on a loopback Slack that validates what she says, and one who talks to her."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.ports import Store
from db.store import open_store
from main import SystemClock
from tests.fakes.slack import Message, Person, SlackServer
from tests.slack_whole import whole


@dataclass(frozen=True, kw_only=True, slots=True)
class AtWork:
    slack: SlackServer
    alice: Person
    store: Store

    async def hears(self, words: str, person: Person | None = None) -> Message:
        """The newest message to her, or to another, with these words."""
        chat = (person or self.alice).chat

        def found() -> list[Message]:
            return [each for each in chat.from_bot if words in each.shown]

        try:
            await self.slack.until(found)
        except TimeoutError:
            heard = [each.shown for each in chat.from_bot]
            raise AssertionError(f"not {words!r} in {heard}") from None
        return found()[-1]


@asynccontextmanager
async def at_work(how: str, store_url: str) -> AsyncIterator[AtWork]:
    clock = SystemClock()
    store = await open_store(store_url, clock)
    async with SlackServer() as slack, whole(how, store, clock, slack):
        alice = slack.workspace.person("Alice", tz="Europe/Lisbon")
        yield AtWork(slack=slack, alice=alice, store=store)
    await store.close()
