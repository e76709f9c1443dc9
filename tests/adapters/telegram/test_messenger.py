"""What people on Telegram see of Pixie."""

import asyncio
import subprocess
import sys
from dataclasses import replace

import pytest

from adapters.telegram.messenger import IN_CHAT, IN_GROUP, TYPING_TIMES, TelegramMessenger
from core.errors import Refused, Unavailable, Unknown, Unreachable
from core.values import Address, Button, Card, CardKind, Reply
from tests.fakes.clock import MONDAY, FakeClock
from tests.fakes.telegram import Chat, Fault, Limited, Person, TelegramServer
from tests.telegram_voice import Moves

HELLO = Reply(text="hello")
CARD = Card(
    kind=CardKind.REMINDER,
    code="r7f3k2q9",
    version=1,
    number=12,
    icon="⏰",
    title="call mom",
    when="Mon 23 Nov 14:00",
    at=MONDAY,
    buttons=(Button(label="Done", command="/done r7f3k2q9@1"),),
)


def at(chat: Chat | Person, thread: int | None = None) -> Address:
    return Address(
        platform="telegram",
        workspace="",
        chat=str(chat.id),
        thread=None if thread is None else str(thread),
    )


async def test_a_card_arrives_with_its_marks_and_buttons(
    messenger: TelegramMessenger, alice: Person
) -> None:
    sent = await messenger.send(at(alice), Reply(text="Done.", cards=(CARD,)), "reply:1")
    message = alice.chat.last
    assert (sent, message.text) == (str(message.id), "Done.\n⏰ #12 call mom · Mon 23 Nov 14:00")
    assert [entity["type"] for entity in message.entities] == ["bold", "date_time"]
    assert message.entities[1]["unix_time"] == MONDAY.timestamp()
    assert message.buttons == [["Done"]]
    assert message.button("Done")["callback_data"] == "/done r7f3k2q9@1"


async def test_links_have_no_preview(
    messenger: TelegramMessenger, telegram: TelegramServer, alice: Person
) -> None:
    sent = await messenger.send(at(alice), Reply(text="https://example.org"), "reply:1")
    await messenger.edit(at(alice), sent, Reply(text="https://example.com"))
    for method in ("sendMessage", "editMessageText"):
        [call] = telegram.calls(method)
        assert '"is_disabled": true' in call.params["link_preview_options"]


async def test_an_edit_puts_text_and_buttons_in_place(
    messenger: TelegramMessenger, alice: Person
) -> None:
    sent = await messenger.send(at(alice), Reply(cards=(CARD,)), "reply:1")
    over = replace(CARD, struck=True, buttons=(Button(label="Undo", command="/undo r7f3k2q9@2"),))
    for _ in range(2):  # the second changes nothing, and is no error
        await messenger.edit(at(alice), sent, Reply(cards=(over,)))
    [message] = alice.chat.from_bot
    assert message.buttons == [["Undo"]]
    assert message.entities[0]["type"] == "strikethrough"
    await messenger.edit(at(alice), sent, Reply(text="gone"))
    assert (message.text, message.buttons) == ("gone", [])


async def test_what_is_gone_cannot_be_edited(messenger: TelegramMessenger, alice: Person) -> None:
    sent = await messenger.send(at(alice), HELLO, "reply:1")
    alice.deletes(alice.chat.last)
    for message_id in (sent, "999", "not a number"):
        with pytest.raises(Refused) as caught:
            await messenger.edit(at(alice), message_id, Reply(text="new"))
        assert type(caught.value) is Refused


async def test_a_group_that_moved_is_followed_at_once(
    messenger: TelegramMessenger, telegram: TelegramServer, alice: Person, moves: Moves
) -> None:
    group = telegram.group("Home", alice)
    before = await messenger.send(at(group), HELLO, "reply:1")
    grown = group.upgrades(alice)
    sent = await messenger.send(at(group), Reply(text="again"), "reply:2")
    assert (grown.last.text, str(grown.last.id)) == ("again", sent)
    assert moves.seen == [(at(group), at(grown))]
    # Messages of the old group stay behind.
    with pytest.raises(Refused):
        await messenger.edit(at(group), before, Reply(text="changed"))
    assert moves.seen == [(at(group), at(grown))] * 2


async def test_that_following_fails_does_not_undo_the_send(
    messenger: TelegramMessenger, telegram: TelegramServer, alice: Person, moves: Moves
) -> None:
    group = telegram.group("Home", alice)
    grown = group.upgrades(alice)
    moves.failing = True
    await messenger.send(at(group), HELLO, "reply:1")
    assert grown.last.text == "hello"
    telegram.script("sendMessage", None, Fault.RESET_AFTER)
    with pytest.raises(Unknown):
        await messenger.send(at(group), HELLO, "reply:2")


async def test_a_topic_keeps_its_thread(
    messenger: TelegramMessenger, telegram: TelegramServer, alice: Person
) -> None:
    group = telegram.group("Home", alice, forum=True)
    topic = group.topic("Shopping", alice)
    await messenger.typing(at(group, topic))
    assert telegram.calls("sendChatAction")[0].params["message_thread_id"] == str(topic)
    await messenger.send(at(group, topic), HELLO, "reply:1")
    assert group.last.thread == topic
    # A topic that was deleted gives way to its chat.
    await messenger.send(at(group, 999), Reply(text="homeless"), "reply:2")
    assert group.last.text == "homeless"
    assert group.last.json.get("message_thread_id") is None


async def test_who_blocked_is_unreachable_in_every_way(
    messenger: TelegramMessenger, alice: Person
) -> None:
    sent = await messenger.send(at(alice), HELLO, "reply:1")
    alice.blocks()
    with pytest.raises(Unreachable):
        await messenger.send(at(alice), HELLO, "reply:2")
    with pytest.raises(Unreachable):
        await messenger.edit(at(alice), sent, Reply(text="new"))
    with pytest.raises(Unreachable):
        await messenger.typing(at(alice))
    with pytest.raises(Unreachable):
        await messenger.draft(at(alice), "so far", None)


async def typed(telegram: TelegramServer, times: int) -> None:
    await telegram.until(lambda: len(telegram.calls("sendChatAction")) == times)
    assert {call.params["action"] for call in telegram.calls("sendChatAction")} == {"typing"}


async def sleeping(clock: FakeClock, sleepers: int) -> None:
    async with asyncio.timeout(60):
        while clock.sleepers != sleepers:
            await asyncio.sleep(0)


async def test_typing_goes_on_until_the_reply(
    messenger: TelegramMessenger, telegram: TelegramServer, alice: Person, clock: FakeClock
) -> None:
    await messenger.typing(at(alice))
    await typed(telegram, 1)
    for times in (2, 3):
        await sleeping(clock, 1)
        clock.advance(seconds=5)
        await typed(telegram, times)
    await sleeping(clock, 1)
    await messenger.send(at(alice), HELLO, "reply:1")
    await sleeping(clock, 0)
    clock.advance(minutes=1)
    await asyncio.sleep(0.01)
    await typed(telegram, 3)


async def test_typing_ends_by_itself(
    messenger: TelegramMessenger, telegram: TelegramServer, alice: Person, clock: FakeClock
) -> None:
    bob = telegram.person("Bob")
    await messenger.typing(at(bob))
    await messenger.typing(at(alice))
    await messenger.typing(at(alice))
    await sleeping(clock, 2)
    bob.blocks()
    clock.advance(seconds=5)
    await typed(telegram, 4)
    await sleeping(clock, 1)
    for times in range(2, TYPING_TIMES):
        clock.advance(seconds=5)
        await typed(telegram, times + 3)
        if times < TYPING_TIMES - 1:
            await sleeping(clock, 1)
    await sleeping(clock, 0)


async def test_closing_ends_typing(
    messenger: TelegramMessenger, alice: Person, clock: FakeClock
) -> None:
    await messenger.typing(at(alice))
    await sleeping(clock, 1)
    await messenger.close()
    assert clock.sleepers == 0


async def test_a_reply_is_drafted_while_it_grows(
    messenger: TelegramMessenger, alice: Person
) -> None:
    for text in ("I", "I will", "I will \x00remind\ud83d", ""):
        assert await messenger.draft(at(alice), text, None) is None
    drafted = [draft.text for draft in alice.chat.drafted]
    assert drafted == ["I", "I will", "I will remind\ufffd", "…"]
    assert len({draft.id for draft in alice.chat.drafted}) == 1
    await messenger.send(at(alice), HELLO, "reply:1")
    await messenger.draft(at(alice), "Next", None)
    assert len({draft.id for draft in alice.chat.drafted}) == 2


async def test_of_a_long_draft_its_end_is_shown(
    messenger: TelegramMessenger, alice: Person
) -> None:
    await messenger.draft(at(alice), "word " * 900 + "end", None)
    assert alice.chat.drafted[-1].text.endswith("end")


async def test_groups_see_no_drafts(
    messenger: TelegramMessenger, telegram: TelegramServer, alice: Person
) -> None:
    group = telegram.group("Home", alice)
    assert await messenger.draft(at(group), "so far", None) is None
    assert telegram.calls("sendMessageDraft") == []
    assert telegram.refused == []


async def test_groups_are_spoken_to_more_slowly(
    messenger: TelegramMessenger, telegram: TelegramServer, alice: Person
) -> None:
    assert messenger.apart(at(alice)) == IN_CHAT
    assert messenger.apart(at(telegram.group("Home", alice))) == IN_GROUP


async def test_a_limit_is_passed_on(
    messenger: TelegramMessenger, telegram: TelegramServer, alice: Person
) -> None:
    telegram.script("sendMessage", Limited(30))
    with pytest.raises(Unavailable):
        await messenger.send(at(alice), HELLO, "reply:1")


async def test_a_text_of_4097_characters_is_two_messages(
    messenger: TelegramMessenger, alice: Person
) -> None:
    text = "a" * 4090 + "👩‍👩‍👧‍👦"
    for part in messenger.parts(Reply(text=text)):
        await messenger.send(at(alice), part, "reply:1")
    assert len(alice.chat.texts) == 2
    assert "".join(alice.chat.texts) == text


def test_settings_do_not_load_the_library() -> None:
    lines = "import sys, main, adapters.telegram.settings; assert 'telegram' not in sys.modules"
    subprocess.run([sys.executable, "-c", lines], check=True)
