"""What humans do, as the bot hears of it."""

import pytest
from telegram import Bot, Message, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.fakes.telegram import Person, TelegramServer


class Ear:
    """Hears the updates since the last time."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.offset = 0

    async def updates(self) -> tuple[Update, ...]:
        found = await self.bot.get_updates(
            offset=self.offset, timeout=0, allowed_updates=Update.ALL_TYPES
        )
        self.offset = found[-1].update_id + 1 if found else self.offset
        return found

    async def message(self) -> Message:
        """The one that came."""
        [update] = await self.updates()
        assert update.effective_message is not None
        return update.effective_message

    async def texts(self) -> list[str | None]:
        return [
            each.effective_message.text for each in await self.updates() if each.effective_message
        ]


@pytest.fixture
async def ear(bot: Bot) -> Ear:
    ear = Ear(bot)
    await ear.updates()
    return ear


async def test_starting_by_a_link(ear: Ear, alice: Person) -> None:
    alice.starts("inv-17")
    message = await ear.message()
    assert message.text == "/start inv-17"
    assert message.from_user is not None
    assert message.from_user.language_code == "de"
    assert list(message.parse_entities(["bot_command"]).values()) == ["/start"]


async def test_answers_edits_and_forwards(
    ear: Ear, bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    reminder = await bot.send_message(alice.id, "Call mom")
    said = alice.says("move it to Friday", reply_to=alice.chat.last)
    message = await ear.message()
    assert message.reply_to_message is not None
    assert message.reply_to_message.message_id == reminder.message_id
    alice.edits(said, "move it to Sunday")
    [update] = await ear.updates()
    assert update.edited_message is not None
    assert (update.edited_message.text, said.text) == ("move it to Sunday", "move it to Sunday")
    with pytest.raises(ValueError, match="own messages"):
        alice.edits(alice.chat.from_bot[0], "x")
    bob = telegram.person("Bob")
    channel = {"id": -1001999999999, "type": "channel", "title": "News"}
    for by in (bob, "Hidden Name", channel):
        alice.forwards("look", by=by)
    alice.forwards(said)
    origins = [each.message.forward_origin for each in await ear.updates() if each.message]
    kinds = [each.type for each in origins if each]
    assert kinds == ["user", "hidden_user", "channel", "user"]


async def test_things_that_are_no_text(ear: Ear, bot: Bot, alice: Person) -> None:
    alice.shares_location(38.72, -9.14)
    alice.shares_contact("Bob", "+351911111111")
    alice.sends_photo(b"\xff\xd8" * 100, caption="receipt")
    alice.sends_voice(b"OggS", seconds=4)
    alice.sends_document("week.ics", b"BEGIN:VCALENDAR", mime_type="text/calendar", caption="here")
    place, contact, photo, voice, document = [each.message for each in await ear.updates()]
    assert (place.location.latitude, contact.contact.phone_number) == (38.72, "+351911111111")
    assert voice.voice.duration.total_seconds() == 4
    assert (photo.caption, photo.photo[-1].file_size) == ("receipt", 200)
    assert document.document.mime_type == "text/calendar"
    file = await bot.get_file(document.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"BEGIN:VCALENDAR"


async def test_a_tap_of_an_older_version(ear: Ear, bot: Bot, alice: Person) -> None:
    message = alice.says("x")
    await ear.updates()
    alice.sends_callback(message, "/done t1@1")
    alice.deletes(message)
    alice.sends_callback(message, "/done t1@1")
    first, second = [each.callback_query for each in await ear.updates()]
    assert (first.message.is_accessible, second.message.is_accessible) == (True, False)
    with pytest.raises(LookupError, match="deleted"):
        alice.taps(message, "Done")


async def test_privacy_in_a_group(
    ear: Ear, bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    bob = telegram.person("Bob")
    group = telegram.group("Team", alice, bob)
    change, service = await ear.updates()
    assert change.my_chat_member is not None
    assert change.my_chat_member.new_chat_member.status == "member"
    assert service.message is not None
    assert [each.id for each in service.message.new_chat_members] == [bot.id]
    await bot.send_message(group.id, "hello all")
    card = group.last
    bob.says("between us", group)
    bob.says("/today", group)
    bob.says("/today@pixie_bot", group)
    bob.says("/today@other_bot", group)
    bob.says("what about @pixie_bot?", group)
    bob.says("what about @pixie_bottle?", group)
    bob.says("yes", group, reply_to=card)
    bob.says("no", group, reply_to=group.messages[2])
    assert await ear.texts() == ["/today", "/today@pixie_bot", "what about @pixie_bot?", "yes"]
    bob.reacts(card, "👍")
    assert await ear.updates() == ()
    group.promotes_bot(alice)
    bob.says("between us", group)
    bob.reacts(card, "🔥")
    assert [each.message_reaction is not None for each in await ear.updates()] == [
        False,
        False,
        True,
    ]
    assert (await bot.get_chat_member(group.id, alice.id)).status == "creator"
    assert (await bot.get_chat_member(group.id, bob.id)).status == "member"
    assert [each.status for each in await bot.get_chat_administrators(group.id)] == [
        "creator",
        "administrator",
    ]
    full = await bot.get_chat(group.id)
    assert (full.title, full.type) == ("Team", "group")
    assert await bot.get_chat_member_count(group.id) == 3


async def test_leaving_and_being_thrown_out(
    ear: Ear, bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    group = telegram.group("Team", alice, supergroup=True)
    group.removes_bot(alice)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "x")
    group.adds_bot(alice)
    assert await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(group.id, "x")
    basic = telegram.group("Two", alice)
    basic.removes_bot(alice)
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(basic.id, "x")
    with pytest.raises(BadRequest, match="private chats"):
        await bot.leave_chat(alice.id)


async def test_topics(ear: Ear, bot: Bot, alice: Person, telegram: TelegramServer) -> None:
    forum = telegram.group("Club", alice, forum=True, admin=True)
    thread = forum.topic("Plans", alice)
    await ear.updates()
    said = alice.says("hello", forum, thread=thread)
    message = await ear.message()
    assert (message.message_thread_id, message.is_topic_message) == (thread, True)
    sent = await bot.send_message(forum.id, "hi", message_thread_id=thread)
    assert (sent.message_thread_id, forum.last.thread) == (thread, thread)
    answer = await bot.send_message(forum.id, "hi", reply_to_message_id=said.id)
    assert answer.message_thread_id == thread
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(forum.id, "x", message_thread_id=999)


async def test_a_group_that_grows(
    ear: Ear, bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    group = telegram.group("Team", alice)
    await ear.updates()
    grown = group.upgrades(alice)
    to, origin = [each.message for each in await ear.updates()]
    assert (to.migrate_to_chat_id, origin.migrate_from_chat_id) == (grown.id, group.id)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "x")
    assert caught.value.new_chat_id == grown.id
    assert telegram.refused[-1][1] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert (await bot.send_message(grown.id, "x")).chat.type == "supergroup"


async def test_numbers_of_messages(alice: Person, telegram: TelegramServer) -> None:
    """Private chats share one series; each supergroup has its own."""
    bob = telegram.person("Bob")
    forum = telegram.group("Club", alice, supergroup=True)
    assert [alice.says("x").id, bob.says("x").id, alice.says("x").id] == [1, 2, 3]
    assert alice.says("/x", forum).id == 2


async def test_a_blocked_bot_hears_nothing(ear: Ear, alice: Person) -> None:
    alice.blocks()
    with pytest.raises(RuntimeError, match="blocked"):
        alice.says("x")
    alice.starts()
    assert [each.my_chat_member is not None for each in await ear.updates()] == [True, True, False]
