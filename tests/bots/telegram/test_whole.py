"""People and Pixie on Telegram, from what they type to what they see, both ways, both databases."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from adapters.telegram.bot import open_bot
from adapters.telegram.messenger import TelegramMessenger
from bots.telegram.front import Front
from core.engine import EDITED_LATE
from core.intake import only
from core.ports import Store, TaskQuery, Work
from core.rows import Task, TaskStatus
from core.values import Address, Identity, IncomingMessage
from db.store import open_store
from main import build
from tests import given
from tests.bots.telegram.conftest import bot_settings, running
from tests.crash.life import FastClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory
from tests.fakes.telegram import Message, Person, TelegramServer

LATER = 20.0
"""Seconds until what should happen has happened, on a busy machine."""


@dataclass
class Whole:
    """All of Pixie, on a clock that runs ten times faster."""

    telegram: TelegramServer
    store: Store

    async def hears(self, person: Person, words: str, after: Message | None = None) -> Message:
        """Pixie's newest message to this person with these words, after that one."""

        def found() -> Message | None:
            said = [each for each in person.chat.from_bot if words in each.text]
            newer = [each for each in said if after is None or each.id > after.id]
            return newer[-1] if newer else None

        try:
            await self.telegram.until(found, LATER)
        except TimeoutError:
            raise AssertionError(f"not {words!r} in {person.chat.messages}") from None
        message = found()
        assert message is not None
        return message

    async def tasks(self, person: Person) -> list[Task]:
        def unit(work: Work) -> list[Task]:
            identity = Identity(platform="telegram", workspace="", user=str(person.id))
            owner = work.people.by_identity(identity)
            return [] if owner is None else work.tasks.find(owner.id, TaskQuery())

        return await self.store.read(unit)


@pytest.fixture
async def whole(how: str, store_url: str) -> AsyncIterator[Whole]:
    clock = FastClock(time.time())
    store = await open_store(store_url, clock)

    async def moved(old: Address, new: Address) -> None:
        await store.run(lambda work: work.addresses.move(old, new))

    async with (
        TelegramServer(now=lambda: clock.now().timestamp()) as telegram,
        AsyncExitStack() as stack,
    ):
        bot = await stack.enter_async_context(open_bot(bot_settings(telegram)))
        voice = TelegramMessenger(bot, clock, migrated=moved)
        stack.push_async_callback(voice.close)
        pixie = build(
            store,
            clock,
            {voice.platform: voice},
            FakeMemory(),
            FakeEmbedder(),
            admit=only("telegram"),
        )
        front = Front(bot, store, pixie.intake, clock, turn_away=nobody)
        moving = asyncio.create_task(pixie.run())
        async with running(how, bot, front, store, clock):
            await telegram.until(lambda: "message_reaction" in telegram.updates.allowed)
            yield Whole(telegram, store)
        pixie.stop()
        await moving
    await store.close()


async def nobody(message: IncomingMessage) -> None:
    raise AssertionError("everybody is admitted")


async def test_a_task_is_made_and_done_by_a_hundred_presses_once(whole: Whole) -> None:
    alice = whole.telegram.person("Alice")
    alice.says("add a task: buy milk")
    card = await whole.hears(alice, "buy milk")
    taps = [alice.taps(card, "Done") for _ in range(100)]
    await whole.telegram.until(lambda: all(tap.answered for tap in taps), LATER)
    async with asyncio.timeout(60):
        while sum(row["state"] == "done" for row in await given.stored(whole.store, "inbox")) < 101:
            await asyncio.sleep(0.05)
    (task,) = await whole.tasks(alice)
    assert (task.title, task.status, task.version) == ("buy milk", TaskStatus.COMPLETED, 2)
    assert len(await given.stored(whole.store, "undo")) == 2


async def test_a_press_on_anothers_card_changes_nothing(whole: Whole) -> None:
    alice, bob = whole.telegram.person("Alice"), whole.telegram.person("Bob")
    alice.says("add a task: buy milk")
    card = await whole.hears(alice, "buy milk")
    bob.says("hello")
    greeting = await whole.hears(bob, "")
    data = card.button("Done")["callback_data"]
    bob.sends_callback(greeting, data)
    bob.sends_callback(greeting, "/done")
    bob.sends_callback(greeting, "v0|old|button")
    await whole.hears(bob, "no such task", greeting)
    (task,) = await whole.tasks(alice)
    assert task.status is TaskStatus.PENDING


async def test_an_answer_to_a_card_is_about_it(whole: Whole) -> None:
    alice = whole.telegram.person("Alice")
    alice.says("add a task: call the plumber")
    card = await whole.hears(alice, "call the plumber")
    alice.says("add a task: water the plants")
    await whole.hears(alice, "water the plants")
    alice.says("done", reply_to=card)
    await whole.hears(alice, "call the plumber", card)
    async with asyncio.timeout(LATER):
        while {task.title for task in await whole.tasks(alice) if task.completed_at} != {
            "call the plumber"
        }:
            await asyncio.sleep(0.05)


async def test_an_edit_runs_again_only_when_nothing_was_changed(whole: Whole) -> None:
    alice = whole.telegram.person("Alice")
    asked = alice.says("what's on tomorrow?")
    first = await whole.hears(alice, "")
    alice.edits(asked, "add a task: buy oats")
    card = await whole.hears(alice, "buy oats", first)
    alice.edits(asked, "add a task: buy coats")
    last = await whole.hears(alice, EDITED_LATE, card)
    assert [task.title for task in await whole.tasks(alice)] == ["buy oats"]
    alice.edits(asked, "add a task: buy coats")
    alice.says("thank you")
    await whole.hears(alice, "", last)
    assert sum(text == EDITED_LATE for text in alice.chat.texts) == 1


async def test_a_reaction_on_a_reminder_completes_it(whole: Whole) -> None:
    alice = whole.telegram.person("Alice")
    alice.says("remind me to stretch in 1 minute")
    receipt = await whole.hears(alice, "stretch")
    alice.reacts(receipt, "👍")
    reminder = await whole.hears(alice, "stretch", receipt)
    assert "Done" in [label for row in reminder.buttons for label in row]
    alice.reacts(reminder, "👍")
    await whole.hears(alice, "stretch", reminder)
    async with asyncio.timeout(LATER):
        while (await given.stored(whole.store, "reminders"))[0]["status"] != "DONE":
            await asyncio.sleep(0.05)


async def test_who_blocks_gets_the_reminder_when_they_are_back(whole: Whole) -> None:
    alice = whole.telegram.person("Alice")
    alice.says("remind me to stretch in 1 minute")
    receipt = await whole.hears(alice, "stretch")
    alice.blocks()
    await asyncio.sleep(8)
    alice.unblocks()
    await whole.hears(alice, "stretch", receipt)
