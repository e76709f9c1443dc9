"""People and Pixie on Telegram, from what they type to what they see, both ways, both databases."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from core.engine import EDITED_LATE
from core.ports import Store, TaskQuery, Work
from core.rows import Task, TaskStatus
from core.values import Identity
from db.store import open_store
from tests import given
from tests.crash.life import FastClock
from tests.fakes.telegram import Message, Person, TelegramServer
from tests.telegram_whole import whole

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

    async def sees(self, message: Message, words: str) -> None:
        """The message has these words now."""
        try:
            await self.telegram.until(lambda: words in message.text, LATER)
        except TimeoutError:
            raise AssertionError(f"not {words!r} but {message.text!r}") from None

    async def settled(self) -> None:
        """What was sent is known to have arrived, as it is long before a thumb comes down."""
        async with asyncio.timeout(LATER):
            while await self.store.read(lambda work: work.outbox.live()):
                await asyncio.sleep(0.005)

    async def tasks(self, person: Person) -> list[Task]:
        def unit(work: Work) -> list[Task]:
            identity = Identity(platform="telegram", workspace="", user=str(person.id))
            owner = work.people.by_identity(identity)
            return [] if owner is None else work.tasks.find(owner.id, TaskQuery())

        return await self.store.read(unit)


@pytest.fixture
async def at_work(how: str, store_url: str) -> AsyncIterator[Whole]:
    clock = FastClock(time.time())
    store = await open_store(store_url, clock)

    async with (
        TelegramServer(now=lambda: clock.now().timestamp()) as telegram,
        whole(how, store, clock, telegram),
    ):
        await telegram.until(lambda: telegram.listening, LATER)
        yield Whole(telegram, store)
    await store.close()


async def test_a_task_is_made_and_done_by_a_hundred_presses_once(at_work: Whole) -> None:
    alice = at_work.telegram.person("Alice")
    alice.says("add a task: buy milk")
    card = await at_work.hears(alice, "buy milk")
    taps = [alice.taps(card, "Done") for _ in range(100)]
    await at_work.telegram.until(lambda: all(tap.answered for tap in taps), LATER)
    async with asyncio.timeout(60):
        while (await at_work.tasks(alice))[0].status is not TaskStatus.COMPLETED:
            await asyncio.sleep(0.05)
    (task,) = await at_work.tasks(alice)
    assert (task.title, task.status, task.version) == ("buy milk", TaskStatus.COMPLETED, 2)
    assert len(await given.stored(at_work.store, "undo")) == 2
    # The last state is in the place of the others, and nobody waits for ninety-nine messages.
    await at_work.sees(card, "done ✓")
    assert len(alice.chat.from_bot) == 1
    assert len(at_work.telegram.calls("editMessageText")) < 20
    alice.taps(card, "Undo")
    await at_work.sees(card, "buy milk")
    alice.says("thank you")
    await at_work.hears(alice, "welcome", card)


async def test_a_pressed_card_changes_where_it_is(at_work: Whole) -> None:
    alice = at_work.telegram.person("Alice")
    alice.says("add tasks: buy milk, water the plants")
    both = await at_work.hears(alice, "buy milk")
    await at_work.settled()
    alice.taps(both, "#1 Done")
    await at_work.sees(both, "buy milk · done ✓")
    assert "water the plants" in both.text
    alice.taps(both, "#2 Done")
    await at_work.sees(both, "water the plants · done ✓")
    assert "buy milk · done ✓" in both.text
    alice.taps(both, "#1 Undo")
    await at_work.telegram.until(lambda: "buy milk · done ✓" not in both.text, LATER)
    assert len(alice.chat.from_bot) == 1
    # What asks back does so beneath it.
    alice.taps(both, "#1 Move")
    asked = await at_work.hears(alice, "?", both)
    assert "buy milk" in both.text
    alice.says("tomorrow")
    await at_work.hears(alice, "buy milk", asked)


async def test_an_answered_question_gives_way_to_what_was_done(at_work: Whole) -> None:
    alice = at_work.telegram.person("Alice")
    alice.says("remember that the key is under the mat")
    note = await at_work.hears(alice, "mat")
    alice.says("forget #1")
    question = await at_work.hears(alice, "?", note)
    label = question.buttons[0][0]
    await at_work.settled()
    alice.taps(question, label)
    await at_work.telegram.until(lambda: label not in str(question.buttons), LATER)
    assert len(alice.chat.from_bot) == 2


async def test_a_press_on_anothers_card_changes_nothing(at_work: Whole) -> None:
    alice, bob = at_work.telegram.person("Alice"), at_work.telegram.person("Bob")
    alice.says("add a task: buy milk")
    card = await at_work.hears(alice, "buy milk")
    bob.says("hello")
    greeting = await at_work.hears(bob, "")
    data = card.button("Done")["callback_data"]
    bob.sends_callback(greeting, data)
    bob.sends_callback(greeting, "/done")
    bob.sends_callback(greeting, "v0|old|button")
    await at_work.hears(bob, "no such task", greeting)
    (task,) = await at_work.tasks(alice)
    assert task.status is TaskStatus.PENDING


async def test_an_answer_to_a_card_is_about_it(at_work: Whole) -> None:
    alice = at_work.telegram.person("Alice")
    alice.says("add a task: call the plumber")
    card = await at_work.hears(alice, "call the plumber")
    alice.says("add a task: water the plants")
    await at_work.hears(alice, "water the plants")
    alice.says("done", reply_to=card)
    await at_work.hears(alice, "call the plumber", card)
    async with asyncio.timeout(LATER):
        while {task.title for task in await at_work.tasks(alice) if task.completed_at} != {
            "call the plumber"
        }:
            await asyncio.sleep(0.05)


async def test_an_edit_runs_again_only_when_nothing_was_changed(at_work: Whole) -> None:
    alice = at_work.telegram.person("Alice")
    asked = alice.says("what's on tomorrow?")
    first = await at_work.hears(alice, "")
    alice.edits(asked, "add a task: buy oats")
    card = await at_work.hears(alice, "buy oats", first)
    alice.edits(asked, "add a task: buy coats")
    last = await at_work.hears(alice, EDITED_LATE, card)
    assert [task.title for task in await at_work.tasks(alice)] == ["buy oats"]
    alice.edits(asked, "add a task: buy coats")
    alice.says("thank you")
    await at_work.hears(alice, "", last)
    assert sum(text == EDITED_LATE for text in alice.chat.texts) == 1


async def test_a_reaction_on_a_reminder_completes_it(at_work: Whole) -> None:
    alice = at_work.telegram.person("Alice")
    alice.says("remind me to stretch in 1 minute")
    receipt = await at_work.hears(alice, "stretch")
    alice.reacts(receipt, "👍")
    reminder = await at_work.hears(alice, "stretch", receipt)
    assert "Done" in [label for row in reminder.buttons for label in row]
    alice.reacts(reminder, "👍")
    await at_work.telegram.until(lambda: "done" in reminder.text, LATER)
    async with asyncio.timeout(LATER):
        while (await given.stored(at_work.store, "reminders"))[0]["status"] != "DONE":
            await asyncio.sleep(0.05)


async def test_who_blocks_gets_the_reminder_when_they_are_back(at_work: Whole) -> None:
    alice = at_work.telegram.person("Alice")
    alice.says("remind me to stretch in 1 minute")
    receipt = await at_work.hears(alice, "stretch")
    alice.blocks()
    await asyncio.sleep(8)
    alice.unblocks()
    await at_work.hears(alice, "stretch", receipt)
