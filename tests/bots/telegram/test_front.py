"""What is no message: blocking, moving, reacting, editing; and what groups are heard for."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from telegram import Bot

from core import serial
from core.deliveries import Delivery, DeliveryKind
from core.people import Person as Owner
from core.ports import Store, Work
from core.rows import Reminder
from core.values import (
    Address,
    Button,
    Card,
    CardKind,
    Identity,
    IncomingMessage,
    Reply,
    ToolTurn,
    UserTurn,
)
from db.work import DatabaseWork
from tests import given
from tests.bots.telegram.conftest import Ear, listening
from tests.fakes.clock import MONDAY, FakeClock
from tests.fakes.telegram import Person, TelegramServer
from tests.given import LEASE


@pytest.fixture
async def ear(
    bot: Bot, store: Store, clock: FakeClock, telegram: TelegramServer
) -> AsyncIterator[Ear]:
    async with listening("polling", bot, store, clock, telegram=telegram) as found:
        await telegram.until(lambda: "message_reaction" in telegram.updates.allowed)
        yield found


async def owner(store: Store, chat: object) -> Owner | None:
    identity = Identity(platform="telegram", workspace="", user=str(chat))
    return await store.read(lambda work: work.people.by_identity(identity))


async def known(ear: Ear, person: Person) -> Owner:
    """Somebody who has said hello."""
    person.says("hello")
    async with asyncio.timeout(60):
        while (found := await owner(ear.store, person.id)) is None:
            await asyncio.sleep(0.01)
    return found


async def caught_up(ear: Ear, telegram: TelegramServer) -> list[str]:
    """What waits to be answered, when everything until now has been taken in."""
    marker = await known(ear, telegram.person("Marker"))

    def unit(work: Work) -> None:
        (row,) = (row for row in _inbox(work) if row["owner"] == marker.id)
        work.inbox.ignore(marker.id, serial.load(IncomingMessage, row["message"]))

    await ear.store.run(unit)
    return await ear.texts()


def _inbox(work: Work) -> list[dict[str, Any]]:
    assert isinstance(work, DatabaseWork)
    return [dict(row) for row in work._session.all(sa.text("SELECT * FROM inbox"))]


async def becomes(store: Store, chat: object, *, paused: bool) -> None:
    async with asyncio.timeout(60):
        while (found := await owner(store, chat)) is None or found.paused != paused:
            await asyncio.sleep(0.01)


def place(chat: object, thread: str | None = None) -> Address:
    return Address(platform="telegram", workspace="", chat=str(chat), thread=thread)


# --- blocking ---


async def test_who_blocks_is_paused_and_goes_on_when_they_come_back(
    ear: Ear, alice: Person, store: Store
) -> None:
    await known(ear, alice)
    alice.blocks()
    await becomes(store, alice.id, paused=True)
    alice.unblocks()
    await becomes(store, alice.id, paused=False)
    alice.blocks()
    await becomes(store, alice.id, paused=True)
    alice.starts()
    await becomes(store, alice.id, paused=False)


async def test_an_old_block_that_comes_late_pauses_nobody(
    ear: Ear, alice: Person, store: Store, clock: FakeClock, telegram: TelegramServer
) -> None:
    await known(ear, alice)
    alice.blocks()
    blocked = telegram.updates.history[-1]["update_id"]
    await becomes(store, alice.id, paused=True)
    clock.advance(seconds=10)
    alice.unblocks()
    await becomes(store, alice.id, paused=False)
    telegram.updates.again(blocked)
    alice.says("still here")
    await ear.until(2)
    found = await owner(store, alice.id)
    assert found is not None
    assert not found.paused


async def test_who_is_written_to_elsewhere_first_is_not_paused(
    ear: Ear, alice: Person, store: Store, telegram: TelegramServer
) -> None:
    person = await known(ear, alice)
    await store.run(lambda work: work.people.save(replace(person, preferred=given.address())))
    alice.blocks()
    await caught_up(ear, telegram)
    found = await owner(store, alice.id)
    assert found is not None
    assert not found.paused


async def test_out_of_a_group_it_is_paused(
    ear: Ear, alice: Person, store: Store, telegram: TelegramServer
) -> None:
    group = telegram.group("Flat", alice)
    alice.says("@pixie_bot hello", group)
    await ear.until(1)
    group.removes_bot(alice)
    await becomes(store, group.id, paused=True)
    group.adds_bot(alice)
    await becomes(store, group.id, paused=False)


# --- groups ---


async def said(ear: Ear, telegram: TelegramServer) -> list[str]:
    """The group's messages, once all of them were taken in."""
    await caught_up(ear, telegram)
    return [each.text for each in await ear.messages() if each.group]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("@pixie_bot buy milk", "buy milk"),
        ("@Pixie_Bot, buy milk", "buy milk"),
        ("😀 hey @pixie_bot buy milk", "😀 hey buy milk"),
        ("buy milk @pixie_bot", "buy milk"),
        ("buy milk @pixie_bot, please", "buy milk, please"),
        ("@pixie_bot line one\n  line two", "line one\n  line two"),
        ("/today", "/today"),
        ("/today@pixie_bot", "/today"),
        ("/task@PIXIE_bot buy milk", "/task buy milk"),
        ("/task@pixie_bot ask @pixie_bot about 😀 milk", "/task ask about 😀 milk"),
        ("/today@another_bot", None),
        ("buy milk", None),
        ("hello @pixie_bot_two", None),
        ("mail me@pixie_bot.com", None),
    ],
)
async def test_a_group_is_heard_when_it_calls(
    text: str, heard: str | None, ear: Ear, alice: Person, telegram: TelegramServer
) -> None:
    group = telegram.group("Flat", alice, admin=True)
    alice.says(text, group)
    assert await said(ear, telegram) == ([] if heard is None else [heard])


async def test_an_answer_to_pixie_is_heard_and_to_another_is_not(
    ear: Ear, bot: Bot, alice: Person, bob: Person, telegram: TelegramServer
) -> None:
    group = telegram.group("Flat", alice, bob, admin=True)
    await bot.send_message(group.id, "what shall I do?")
    asked = group.last
    alice.says("that", group, reply_to=asked)
    bob.says("and this", group, reply_to=group.last)
    assert await said(ear, telegram) == ["that"]
    message = next(each for each in await ear.messages() if each.group)
    assert message.replies_to == str(asked.id)
    assert (message.address, message.sender.user) == (place(group.id), str(alice.id))


async def test_topics_keep_their_thread_and_their_beginning_is_no_answer(
    ear: Ear, alice: Person, telegram: TelegramServer
) -> None:
    group = telegram.group("Club", alice, forum=True, admin=True)
    thread = group.topic("Trips", alice)
    alice.says("just talking", group, thread=thread)
    alice.says("@pixie_bot book a bus", group, thread=thread)
    assert await said(ear, telegram) == ["book a bus"]
    message = next(each for each in await ear.messages() if each.group)
    assert message.address == place(group.id, str(thread))
    assert message.replies_to is None


async def test_a_group_that_grows_takes_everything_along(
    ear: Ear, alice: Person, store: Store, telegram: TelegramServer
) -> None:
    group = telegram.group("Flat", alice)
    alice.says("@pixie_bot hello", group)
    await ear.until(1)
    before = await owner(store, group.id)
    assert before is not None

    def rows(work: Work) -> None:
        work.outbox.add(delivery(before, place(group.id, "7"), "one"))
        work.outbox.add(delivery(before, place(group.id), "two"))
        work.reminders.add(
            before.id,
            Reminder(
                text="x", at_local=MONDAY.replace(tzinfo=None), zone="UTC", address=place(group.id)
            ),
        )

    await store.run(rows)
    grown = group.upgrades(alice)
    alice.says("@pixie_bot here now", grown)
    await ear.until(2)
    after = await owner(store, grown.id)
    assert after is not None
    assert (after.id, after.preferred) == (before.id, place(grown.id))
    assert await owner(store, group.id) is None
    assert {each.address.chat for each in await ear.messages()} == {str(grown.id)}

    def sends(work: Work) -> tuple[str, Address]:
        (claim,) = work.outbox.claim(5, LEASE)
        assert work.outbox.settle(claim, "1")
        return claim.delivery.key, claim.delivery.address

    assert await store.run(sends) == ("one", place(grown.id, "7"))
    assert await store.run(sends) == ("two", place(grown.id))
    reminders = await given.stored(store, "reminders")
    assert str(grown.id) in reminders[0]["address"]


async def test_who_spoke_in_the_grown_group_first_is_still_the_same_group(
    ear: Ear, alice: Person, store: Store, telegram: TelegramServer
) -> None:
    group = telegram.group("Flat", alice)
    alice.says("@pixie_bot hello", group)
    await ear.until(1)
    before = await owner(store, group.id)
    # The news of it comes after the first words there.
    telegram.updates.allowed = frozenset()
    there = group.upgrades(alice)
    telegram.updates.allowed = frozenset({"message"})
    alice.says("@pixie_bot early", there)
    await ear.until(2)
    for chat in (there, group):
        telegram.raw_update(message=chat.messages[-1 if chat is group else 0].json)
    await caught_up(ear, telegram)
    after = await owner(store, there.id)
    assert before is not None
    assert after is not None
    assert after.id == before.id


def delivery(person: Owner, address: Address, key: str, *cards: Card) -> Delivery:
    return Delivery(
        key=key,
        owner=person.id,
        address=address,
        reply=Reply(text=key, cards=cards),
        kind=DeliveryKind.REMINDER,
        due_at=MONDAY,
    )


# --- reactions ---


def card(code: str, *buttons: Button, kind: CardKind = CardKind.REMINDER) -> Card:
    return Card(
        kind=kind, code=code, version=1, number=1, icon="⏰", title="call mom", buttons=buttons
    )


DONE = Button(label="Done", command="/done r7f3k2q1@1")


async def shown(ear: Ear, bot: Bot, person: Owner, chat: int, *cards: Card) -> int:
    """A message with these cards that has arrived; returns its id."""
    message = await bot.send_message(chat, "⏰ call mom")
    key = f"reminder:{message.message_id}"

    def unit(work: Work) -> None:
        work.outbox.add(delivery(person, place(chat, "7" if chat < 0 else None), key, *cards))
        (claim,) = work.outbox.claim(5, LEASE)
        assert work.outbox.settle(claim, str(message.message_id))

    await ear.store.run(unit)
    return message.message_id


@pytest.mark.parametrize(
    ("emojis", "done"), [("👍", True), ("✅", True), ("🔥👍", True), ("👎", False)]
)
async def test_a_reaction_completes_the_reminder_it_is_put_on(
    emojis: str, done: bool, ear: Ear, bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    person = await known(ear, alice)
    number = await shown(ear, bot, person, alice.id, card("r7f3k2q1", DONE))
    message = alice.chat.history[number]
    alice.reacts(message, *emojis)
    alice.reacts(message, *emojis)
    await caught_up(ear, telegram)
    taps = [each for each in await ear.messages() if each.text.startswith("/")]
    assert [(each.text, each.replies_to) for each in taps] == (
        [("/done r7f3k2q1@1", str(number))] if done else []
    )


async def test_a_reaction_on_anything_else_does_nothing(
    ear: Ear, bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    person = await known(ear, alice)
    for cards in (
        (),
        (card("r7f3k2q1"),),
        (card("t7f3k2q1", DONE, kind=CardKind.TASK),),
        (card("r7f3k2q1", DONE), card("r7f3k2q2", DONE)),
    ):
        number = await shown(ear, bot, person, alice.id, *cards)
        alice.reacts(alice.chat.history[number], "👍")
    alice.reacts(alice.says("mine"), "👍")
    telegram.person("Stranger").reacts(alice.chat.last, "👍")
    assert await caught_up(ear, telegram) == ["hello", "mine"]


async def test_a_reaction_in_a_group_goes_to_the_topic_of_the_reminder(
    ear: Ear, bot: Bot, alice: Person, bob: Person, store: Store, telegram: TelegramServer
) -> None:
    group = telegram.group("Flat", alice, bob, admin=True)
    alice.says("/today", group)
    await ear.until(1)
    person = await owner(store, group.id)
    assert person is not None
    number = await shown(ear, bot, person, group.id, card("r7f3k2q1", DONE))
    bob.reacts(group.history[number], "👍")
    await ear.until(2)
    message = (await ear.messages())[-1]
    assert (message.text, message.address) == ("/done r7f3k2q1@1", place(group.id, "7"))
    assert (message.group, message.sender.user) == (True, str(bob.id))


# --- edits ---


async def answered(store: Store, *, changed: bool) -> None:
    """The oldest waiting message is answered; its tool changed something or not."""

    def unit(work: Work) -> None:
        # Lanes that are due at one instant come in any order, and the marker's is empty.
        claims = work.inbox.claim(LEASE, 9)
        claim, row = next((one, row) for one in claims if (row := work.inbox.next(one)))
        turn = ToolTurn(call_id="1", name="x", result="", changed=changed)
        said = UserTurn(text=row.message.text, at=MONDAY)
        work.turns.append(row.owner, row.id, said, turn)
        work.inbox.done(claim, row.id)
        work.inbox.release(claim)

    await store.run(unit)


async def test_what_waits_is_answered_in_its_new_words(
    ear: Ear, alice: Person, telegram: TelegramServer
) -> None:
    first = alice.says("remind me at 2")
    alice.says("buy milk")
    alice.edits(first, "remind me at 3")
    telegram.updates.again()
    alice.edits(first, "remind me at 4")
    assert await caught_up(ear, telegram) == ["remind me at 4", "buy milk"]


@pytest.mark.parametrize("changed", [True, False])
async def test_an_edit_of_what_was_answered_waits_for_its_turn(
    changed: bool, ear: Ear, alice: Person, store: Store, telegram: TelegramServer
) -> None:
    message = alice.says("remind me at 2")
    await ear.until(1)
    await answered(store, changed=changed)
    alice.edits(message, "remind me at 3")
    telegram.updates.again()
    assert await caught_up(ear, telegram) == ["remind me at 3"]
    (edit,) = await ear.messages()
    assert edit.edits == f"{alice.id}:{message.id}"


async def test_an_edit_that_changes_no_word_is_nothing(
    ear: Ear, alice: Person, store: Store, telegram: TelegramServer
) -> None:
    message = alice.says("what is on today?")
    await ear.until(1)
    alice.edits(message, "what is on today?")
    assert await caught_up(ear, telegram) == ["what is on today?"]
    await answered(store, changed=False)
    alice.edits(message, "what is on today?")
    assert await caught_up(ear, telegram) == []


async def test_an_edit_that_overtakes_its_message_stands_for_it(
    ear: Ear, alice: Person, telegram: TelegramServer
) -> None:
    telegram.updates.allowed = frozenset()
    message = alice.says("remind me at 2")
    telegram.updates.allowed = frozenset({"message", "edited_message"})
    alice.edits(message, "remind me at 3")
    await ear.until(1)
    telegram.raw_update(message=message.versions[0])
    assert await caught_up(ear, telegram) == ["remind me at 3"]


async def test_a_place_that_moves_on_is_no_edit(
    ear: Ear, alice: Person, telegram: TelegramServer
) -> None:
    place = alice.shares_location(38.7, -9.1)
    place.change(location={"latitude": 38.8, "longitude": -9.1}, edit_date=2)
    telegram.raw_update(edited_message=place.json)
    await caught_up(ear, telegram)
    (shared,) = await ear.messages()
    assert shared.attachments[0].latitude == pytest.approx(38.7)


async def test_what_is_being_answered_keeps_its_words(
    ear: Ear, alice: Person, store: Store, clock: FakeClock, telegram: TelegramServer
) -> None:
    first, second = alice.says("one"), alice.says("two")
    await ear.until(2)
    assert await store.run(lambda work: work.inbox.claim(timedelta(hours=1), 1))
    alice.edits(first, "ONE")
    alice.edits(second, "TWO")
    assert await caught_up(ear, telegram) == ["one", "TWO", "ONE"]
