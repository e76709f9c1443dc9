"""What the bot puts into a chat, changes and takes away; faults and pace."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from tests.adapters.telegram_server.calls import ask
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import Delayed, Fault, Limited, Person, TelegramServer


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"/{label}") for label in labels]]
    )


async def test_a_message_with_all_that_may_be_on_it(bot: Bot, alice: Person) -> None:
    question = alice.says("when?")
    when = MessageEntity("date_time", 3, 5, unix_time=1_800_000_000, date_time_format="wDT")
    sent = await bot.send_message(
        alice.id,
        "At 14:00, see example.com",
        entities=[when],
        reply_markup=keyboard("Done", "Later"),
        reply_parameters=ReplyParameters(question.id),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        disable_notification=True,
    )
    shown = alice.chat.last
    assert (shown.id, shown.text, shown.by_bot) == (
        sent.message_id,
        "At 14:00, see example.com",
        True,
    )
    assert [each["type"] for each in shown.entities] == ["date_time", "url"]
    assert shown.buttons == [["Done", "Later"]]
    assert shown.reply_to == question.id
    assert sent.link_preview_options == LinkPreviewOptions(is_disabled=True)


async def test_edits_in_place(bot: Bot, alice: Person) -> None:
    sent = await bot.send_message(alice.id, "one", reply_markup=keyboard("Done"))
    await bot.edit_message_text("two", alice.id, sent.message_id, reply_markup=keyboard("Undo"))
    shown = alice.chat.last
    assert (shown.text, shown.buttons) == ("two", [["Undo"]])
    assert [each["text"] for each in shown.versions] == ["one"]
    with pytest.raises(BadRequest, match=r"^Message is not modified: specified new"):
        await bot.edit_message_text("two", alice.id, sent.message_id, reply_markup=keyboard("Undo"))
    await bot.edit_message_reply_markup(alice.id, sent.message_id)
    assert shown.buttons == []
    with pytest.raises(BadRequest, match="is not modified"):
        await bot.edit_message_reply_markup(alice.id, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", alice.id, 99)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", alice.id, alice.says("mine").id)


async def test_deleting(bot: Bot, alice: Person, clock: FakeClock) -> None:
    sent = [(await bot.send_message(alice.id, str(at))).message_id for at in range(4)]
    assert await bot.delete_message(alice.id, sent[0])
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(alice.id, sent[0])
    assert await bot.delete_messages(alice.id, sent[:2])
    assert alice.chat.texts == ["2", "3"]
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", alice.id, sent[0])
    clock.advance(hours=49)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(alice.id, sent[2])


async def test_typing_and_drafts(bot: Bot, alice: Person, clock: FakeClock) -> None:
    assert await bot.send_chat_action(alice.id, "typing")
    assert alice.chat.actions == ["typing"]
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await bot.send_chat_action(alice.id, "juggling")
    await bot.send_message_draft(alice.id, 7, "")
    await bot.send_message_draft(alice.id, 7, "He")
    assert {number: draft.text for number, draft in alice.chat.drafts.items()} == {7: "He"}
    clock.advance(seconds=31)
    assert alice.chat.drafts == {}
    await bot.send_message_draft(alice.id, 7, "Hel")
    await bot.send_message(alice.id, "Hello")
    assert alice.chat.drafts == {}
    assert [draft.text for draft in alice.chat.drafted] == ["", "He", "Hel"]
    with pytest.raises(BadRequest, match="non-zero"):
        await bot.send_message_draft(alice.id, 0, "x")


async def test_a_draft_is_for_private_chats(
    bot: Bot, alice: Person, telegram: TelegramServer
) -> None:
    group = telegram.group("Team", alice)
    with pytest.raises(BadRequest, match="private"):
        await bot.send_message_draft(group.id, 1, "x")


async def test_taps_are_answered_once_and_in_time(
    bot: Bot, alice: Person, clock: FakeClock
) -> None:
    await bot.send_message(alice.id, "card", reply_markup=keyboard("Done"))
    tap = alice.taps(alice.chat.last, "Done")
    [update] = await bot.get_updates(timeout=0)
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("/Done", alice.id)
    assert query.message is not None
    assert query.message.message_id == alice.chat.last.id
    assert await query.answer("Done ✓")
    assert tap.answers == [{"text": "Done ✓", "show_alert": False, "url": ""}]
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await query.answer()
    late = alice.taps(alice.chat.last, "Done")
    clock.advance(seconds=151)
    with pytest.raises(BadRequest, match="query id is invalid"):
        await bot.answer_callback_query(late.id)
    assert not late.answered
    with pytest.raises(LookupError, match="no button 'Snooze'"):
        alice.taps(alice.chat.last, "Snooze")


async def test_people_who_do_not_want_it(bot: Bot, telegram: TelegramServer, alice: Person) -> None:
    alice.blocks()
    with pytest.raises(Forbidden, match=r"^Forbidden: bot was blocked by the user$"):
        await bot.send_message(alice.id, "x")
    alice.unblocks()
    await bot.send_message(alice.id, "x")
    alice.deactivates()
    with pytest.raises(Forbidden, match=r"^Forbidden: user is deactivated$"):
        await bot.send_message(alice.id, "x")
    changes = [each.my_chat_member for each in await bot.get_updates(timeout=0)]
    assert [
        (each.old_chat_member.status, each.new_chat_member.status) for each in changes if each
    ] == [("member", "kicked"), ("kicked", "member")]
    bob = telegram.person("Bob", started=False)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(bob.id, "x")
    telegram.group("Team", bob)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(bob.id, "x")
    bob.starts("invited")
    assert (await bot.send_message(bob.id, "welcome")).chat.first_name == "Bob"


async def test_documents_go_both_ways(bot: Bot, alice: Person, telegram: TelegramServer) -> None:
    sent = await bot.send_document(
        alice.id,
        InputFile(b"BEGIN:VCALENDAR", filename="week.ics"),
        caption="<b>Week</b>",
        parse_mode="HTML",
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.caption) == ("week.ics", "Week")
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"BEGIN:VCALENDAR"
    again = await bot.send_document(alice.id, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_id == sent.document.file_id
    alice.sends_document("big.ics", b"", size=30 * 1024 * 1024)
    [update] = await bot.get_updates(timeout=0)
    assert update.message is not None
    assert update.message.document is not None
    with pytest.raises(BadRequest, match=r"^File is too big$"):
        await bot.get_file(update.message.document.file_id)
    for wrong, words in (("nonsense", "wrong file identifier"), ("", "no document in the request")):
        answer = await ask(telegram, "sendDocument", chat_id=alice.id, document=wrong)
        assert words in answer["description"]
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(alice.id, b"x", caption="a" * 1025)


async def test_the_bots_profile(bot: Bot, alice: Person, telegram: TelegramServer) -> None:
    today = BotCommand("today", "What is on")
    assert await bot.set_my_commands([today])
    assert await bot.set_my_commands([today], BotCommandScopeChat(alice.id), "de")
    assert await bot.get_my_commands() == (today,)
    assert await bot.get_my_commands(BotCommandScopeChat(alice.id), "de") == (today,)
    assert await bot.get_my_commands(language_code="fr") == ()
    assert await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    for commands, words in (
        ([("Today", "x")], "BOT_COMMAND_INVALID"),
        ([("a" * 33, "x")], "must not exceed 32"),
        ([("today", " ")], "description must be non-empty"),
        ([(f"c{at}", "x") for at in range(101)], "BOT_COMMANDS_TOO_MUCH"),
    ):
        given = [{"command": name, "description": told} for name, told in commands]
        assert words in (await ask(telegram, "setMyCommands", commands=given))["description"]
    assert await bot.set_my_description("A secretary")
    assert await bot.set_my_short_description("Secretary", "de")
    assert (await bot.get_my_description("de")).description == "A secretary"
    assert (await bot.get_my_short_description("de")).short_description == "Secretary"
    with pytest.raises(BadRequest, match="too long"):
        await bot.set_my_short_description("a" * 121)
    me = await bot.get_me()
    assert (me.username, me.can_join_groups, me.can_read_all_group_messages) == (
        "pixie_bot",
        True,
        False,
    )


async def test_reactions_of_the_bot(bot: Bot, alice: Person) -> None:
    message = alice.says("done")
    assert await bot.set_message_reaction(alice.id, message.id, "👍")
    assert [each["emoji"] for each in message.reactions[bot.id]] == ["👍"]
    with pytest.raises(BadRequest, match=r"(?i)reaction_invalid"):
        await bot.set_message_reaction(alice.id, message.id, "✅")


async def test_every_fault_of_a_send(bot: Bot, alice: Person, telegram: TelegramServer) -> None:
    telegram.script("sendMessage", Limited(7), Fault.SERVER_ERROR, Fault.BAD_GATEWAY)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(alice.id, "x")
    assert caught.value.retry_after == 7 or str(caught.value.retry_after) == "0:00:07"
    for _ in range(2):
        with pytest.raises(NetworkError, match=r"\(50[02]\)"):
            await bot.send_message(alice.id, "x")
    telegram.script("sendMessage", Fault.RESET_BEFORE)
    with pytest.raises(NetworkError):
        await bot.send_message(alice.id, "x")
    assert alice.chat.messages == []
    telegram.script("sendMessage", Fault.RESET_AFTER, Fault.TIMEOUT_AFTER)
    with pytest.raises(NetworkError):
        await bot.send_message(alice.id, "reset")
    with pytest.raises(TimedOut):
        await bot.send_message(alice.id, "late", read_timeout=0.2)
    telegram.script("*", Delayed(0.1))
    await bot.send_message(alice.id, "slow")
    assert alice.chat.texts == ["reset", "late", "slow"]
    sends = telegram.calls("sendMessage")
    assert [each.message_id for each in sends] == [message.id for message in alice.chat.messages]
    assert sends[0].params["text"] == "reset"


async def test_pace(bot: Bot, telegram: TelegramServer, alice: Person, clock: FakeClock) -> None:
    telegram.paced = True
    await bot.send_message(alice.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(alice.id, "y")
    clock.advance(seconds=1)
    await bot.send_message(alice.id, "y")
    group = telegram.group("Team", alice)
    for _ in range(20):
        clock.advance(seconds=1)
        await bot.send_message(group.id, "x")
    clock.advance(seconds=1)
    answer = await ask(telegram, "sendMessage", chat_id=group.id, text="x")
    assert answer["parameters"] == {"retry_after": 40}
    assert answer["description"] == "Too Many Requests: retry after 40"
    clock.advance(seconds=60)
    for at in range(30):
        await bot.send_message(telegram.person(str(at)).id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(telegram.person("One").id, "x")
