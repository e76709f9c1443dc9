"""Updates by polling and by webhook, on both databases: kept once, in order, whatever comes."""

import asyncio

from telegram import Bot

from core.ports import Store
from tests import given
from tests.bots.telegram.conftest import Ear, listening
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Person, TelegramServer


async def test_what_people_say_is_kept_and_confirmed(
    ear: Ear, alice: Person, bob: Person, telegram: TelegramServer
) -> None:
    for number in range(20):
        (alice, bob)[number % 2].says(f"m{number}")
    said = await ear.until(20)
    for person, numbers in ((alice, range(0, 20, 2)), (bob, range(1, 20, 2))):
        theirs = [each.text for each in await ear.messages() if each.address.chat == str(person.id)]
        assert theirs == [f"m{number}" for number in numbers]
    assert len(said) == 20
    await telegram.until(lambda: not telegram.updates.live())


async def test_what_comes_again_and_shuffled_is_kept_once(
    ear: Ear, alice: Person, telegram: TelegramServer
) -> None:
    telegram.shuffle(3)
    telegram.updates.duplicated = 15
    for number in range(30):
        alice.says(f"m{number}")
    await ear.until(30)
    telegram.updates.again()
    alice.says("last")
    said = await ear.until(31)
    await telegram.until(lambda: not telegram.updates.live())
    assert sorted(said) == sorted([*(f"m{number}" for number in range(30)), "last"])
    assert len(await ear.texts()) == 31


async def test_a_press_is_answered_at_once_and_is_its_command(
    ear: Ear, alice: Person, telegram: TelegramServer
) -> None:
    shown = alice.says("look")
    tap = alice.sends_callback(shown, "/done t7f3k2q1@3")
    await telegram.until(lambda: tap.answered)
    await ear.until(2)
    press = next(each for each in await ear.messages() if each.text.startswith("/"))
    assert (press.text, press.replies_to) == ("/done t7f3k2q1@3", str(shown.id))
    assert press.id == f"cb:{tap.id}"


async def test_a_hundred_presses_in_a_second_are_all_answered_and_one(
    ear: Ear, alice: Person, telegram: TelegramServer
) -> None:
    shown = alice.says("look")
    taps = [alice.sends_callback(shown, "/done t7f3k2q1@3") for _ in range(100)]
    await telegram.until(lambda: all(tap.answered for tap in taps), 20)
    other = alice.sends_callback(shown, "/move t7f3k2q1@3")
    await telegram.until(lambda: other.answered)
    await ear.until(3)
    assert await ear.texts() == ["look", "/done t7f3k2q1@3", "/move t7f3k2q1@3"]


async def test_a_press_too_old_to_be_answered_is_done_all_the_same(
    ear: Ear, alice: Person, telegram: TelegramServer
) -> None:
    shown = alice.says("look")
    press = {"id": "1", "from": alice.user, "chat_instance": "1", "data": "/today"}
    telegram.raw_update(callback_query={**press, "message": shown.json})
    assert set(await ear.until(2)) == {"look", "/today"}
    await telegram.until(lambda: telegram.refused)
    assert telegram.refused[0][0] == "answerCallbackQuery"


async def test_updates_that_nobody_understands_are_set_aside_and_passed(
    ear: Ear, alice: Person, store: Store, telegram: TelegramServer
) -> None:
    alice.says("before")
    telegram.raw_update(message={"message_id": "no number", "text": "secret words"})
    telegram.raw_update(teleportation={"from": 1, "to": 2})
    telegram.raw_update()
    alice.says("after")
    assert sorted(await ear.until(2)) == ["after", "before"]
    async with asyncio.timeout(60):
        while len(kept := await given.stored(store, "set_aside")) < 3:
            await asyncio.sleep(0.01)
    assert sorted(row["kind"] for row in kept) == ["message", "nothing", "teleportation"]
    assert any("secret words" in row["body"] for row in kept)
    assert not any("secret" in row["reason"] for row in kept)
    await telegram.until(lambda: not telegram.updates.live())


async def test_words_that_a_database_cannot_hold_are_kept_without_them(
    ear: Ear, alice: Person, telegram: TelegramServer
) -> None:
    said = alice.says("hello").json
    for number, text in enumerate(("nul \x00 here", "half \ud83d here", "‏שלום 👩‍👩‍👧")):
        message = {**said, "message_id": 900 + number, "text": text}
        telegram.raw_update(
            message={**message, "from": {**alice.user, "first_name": "A\x00\ud83d"}}
        )
    assert sorted(await ear.until(4)) == sorted(["hello", "nul  here", "half  here", "‏שלום 👩‍👩‍👧"])


async def test_strangers_are_turned_away_and_leave_nothing(
    bot: Bot, how: str, store: Store, clock: FakeClock, alice: Person, telegram: TelegramServer
) -> None:
    async with listening(how, bot, store, clock, "terminal", telegram=telegram) as ear:
        alice.says("let me in")
        await telegram.until(lambda: ear.strangers)
        assert [each.text for each in ear.strangers] == ["let me in"]
        for table in ("inbox", "people", "identities", "set_aside", "turns"):
            assert await given.stored(store, table) == []
        await telegram.until(lambda: not telegram.updates.live())
