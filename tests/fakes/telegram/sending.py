"""The methods that put something into a chat, change it or take it away.

https://core.telegram.org/bots/api#available-methods and #updating-messages
"""

from typing import Any

from tests.fakes.telegram import entities, parse_mode
from tests.fakes.telegram.chats import Chat, Draft, Message
from tests.fakes.telegram.errors import NOT_MODIFIED, Json, bad
from tests.fakes.telegram.keyboard import inline_keyboard
from tests.fakes.telegram.request import Call
from tests.fakes.telegram.world import World

DELETABLE = 48 * 3600
"""Seconds for which a message can be deleted."""
_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
_REACTIONS = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 "
    "🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 "
    "☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)
"""What a bot's reaction may be, https://core.telegram.org/bots/api#reactiontypeemoji.

✅ is none of them.
"""


def formatted(call: Call, field: str, limit: int) -> tuple[str, list[Json]]:
    """A text with its entities, from `parse_mode` or from the list beside it. May be empty.

    Raises: ApiError.
    """
    text = call.text(field)
    prefix = "" if field == "text" else f"{field}_"
    mode = call.text("parse_mode")
    if mode:
        text, marked = parse_mode.read(text, mode)
    else:
        marked = entities.read(call.json(f"{prefix}entities", "message entities"))
    text, marked = entities.fixed(text, marked)
    if entities.units(text) > limit:
        raise bad("message is too long" if field == "text" else "message caption is too long")
    return text, entities.merged(text, marked)


def _text(call: Call) -> tuple[str, list[Json]]:
    if not call.text("text"):
        raise bad("message text is empty")
    text, marked = formatted(call, "text", entities.TEXT_LIMIT)
    if not text:
        raise bad("text must be non-empty")
    return text, marked


def destination(world: World, call: Call) -> Chat:
    """The chat to write to. Raises: ApiError where the bot may not."""
    chat = world.chat(call.text("chat_id"))
    chat.check_writable()
    return chat


def _answered(call: Call, chat: Chat) -> Message | None:
    """The message that is answered, from `reply_parameters` or its older form."""
    given = call.json("reply_parameters", "ReplyParameters") or {}
    if not isinstance(given, dict):
        raise bad("can't parse ReplyParameters: object expected as reply parameters")
    number = given.get("message_id") or call.integer("reply_to_message_id")
    if not number:
        return None
    found = chat.history.get(int(number))
    if found is None or found.deleted:
        lenient = given.get("allow_sending_without_reply") or call.flag(
            "allow_sending_without_reply"
        )
        if lenient:
            return None
        raise bad("message to be replied not found")
    return found


def put(world: World, call: Call, **content: object) -> Message:
    """A message of the bot's with this content, as the call's other parameters say."""
    markup = inline_keyboard(call)
    chat = destination(world, call)
    answered = _answered(call, chat)
    thread = call.integer("message_thread_id")
    chat.check_thread(thread)
    if answered is not None and not thread:
        thread = answered.thread or 0
    fields = dict(content)
    if thread:
        fields |= {"message_thread_id": thread, "is_topic_message": True}
        topic = chat.history.get(thread)
        fields["reply_to_message"] = topic.quoted() if topic else None
    if answered is not None:
        fields["reply_to_message"] = answered.quoted()
    if call.flag("protect_content"):
        fields["has_protected_content"] = True
    chat.settled = len(chat.drafted)
    return world.post(chat, world.bot, **fields, reply_markup=markup)


def send_message(world: World, call: Call) -> Json:
    text, marked = _text(call)
    preview = call.json("link_preview_options", "LinkPreviewOptions")
    return put(
        world, call, text=text, entities=marked or None, link_preview_options=preview or None
    ).json


def send_document(world: World, call: Call) -> Json:
    caption, marked = formatted(call, "caption", entities.CAPTION_LIMIT)
    name = call.text("document").removeprefix("attach://")
    upload = call.files.get(name or "document")
    if upload is not None:
        if not upload.content:
            raise bad("file must be non-empty")
        ending = "." + upload.name.rpartition(".")[2] if "." in upload.name else ""
        stored = world.store(upload.content, "documents", ending)
        shown = stored.json(file_name=upload.name, mime_type=upload.mime_type)
    elif name in world.files:
        shown = world.files[name].json()
    elif name:
        raise bad("wrong file identifier/HTTP URL specified")
    else:
        raise bad("there is no document in the request")
    return put(
        world, call, document=shown, caption=caption or None, caption_entities=marked or None
    ).json


def _own(world: World, call: Call) -> Message:
    """The bot's message that a call edits. Raises: ApiError."""
    if not call.integer("message_id"):
        raise bad("message identifier is not specified")
    chat = destination(world, call)
    message = chat.history.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad("message to edit not found")
    if message.json["from"]["id"] != world.bot["id"]:
        raise bad("message can't be edited")
    return message


def edit_message_text(world: World, call: Call) -> Json:
    text, marked = _text(call)
    markup = inline_keyboard(call)
    message = _own(world, call)
    if "text" not in message.json:
        raise bad("there is no text in the message to edit")
    preview = call.json("link_preview_options", "LinkPreviewOptions")
    return _changed(
        world,
        message,
        text=text,
        entities=marked or None,
        reply_markup=markup,
        link_preview_options=preview or None,
    )


def edit_message_reply_markup(world: World, call: Call) -> Json:
    markup = inline_keyboard(call)
    return _changed(world, _own(world, call), reply_markup=markup)


def _changed(world: World, message: Message, **fields: object) -> Json:
    watched = {name: value for name, value in fields.items() if name != "link_preview_options"}
    if all(message.json.get(name) == value for name, value in watched.items()):
        raise bad(NOT_MODIFIED)
    message.change(edit_date=world.date, **fields)
    world.touch()
    return message.json


def _delete(world: World, message: Message) -> None:
    own = message.json["from"]["id"] == world.bot["id"]
    admin = getattr(message.chat, "bot_status", "") == "administrator"
    old = world.now() - message.json["date"] > DELETABLE
    if old or not (own or admin or message.chat.kind == "private"):
        raise bad("message can't be deleted")
    message.deleted = True
    world.touch()


def delete_message(world: World, call: Call) -> bool:
    if not call.integer("message_id"):
        raise bad("message identifier is not specified")
    chat = destination(world, call)
    message = chat.history.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad("message to delete not found")
    _delete(world, message)
    return True


def delete_messages(world: World, call: Call) -> bool:
    """What is not found is skipped."""
    ids = call.json("message_ids", "message identifiers")
    if not isinstance(ids, list) or not ids:
        raise bad("message identifiers are not specified")
    if len(ids) > 100:
        raise bad("too many message identifiers specified")
    chat = destination(world, call)
    for each in ids:
        message = chat.history.get(int(each))
        if message is not None and not message.deleted:
            _delete(world, message)
    return True


def send_chat_action(world: World, call: Call) -> bool:
    action = call.text("action")
    if action not in _ACTIONS:
        raise bad("wrong parameter action in request")
    destination(world, call).actions.append(action)
    world.touch()
    return True


def send_message_draft(world: World, call: Call) -> bool:
    """In private chats; the empty text shows "Thinking…". The words of refusals are our own."""
    number = call.integer("draft_id")
    if not number:
        raise bad("draft identifier must be non-zero")
    text, marked = formatted(call, "text", entities.TEXT_LIMIT)
    chat = destination(world, call)
    if chat.kind != "private":
        raise bad("message drafts can be sent only to private chats")
    thread = call.integer("message_thread_id")
    chat.check_thread(thread)
    draft = Draft(number, text, marked, world.now(), thread or None)
    chat.drafted.append(draft)
    world.touch()
    return True


def set_message_reaction(world: World, call: Call) -> bool:
    chat = destination(world, call)
    message = chat.history.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad("message to react not found")
    given = call.json("reaction", "reaction types") or []
    if not isinstance(given, list) or len(given) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(each.get("emoji") not in _REACTIONS.split() for each in given):
        raise bad("REACTION_INVALID")
    message.reactions[world.bot["id"]] = given
    world.touch()
    return True


PACED = frozenset(("sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup"))
"""What counts against the limits of `pace`."""

METHODS: dict[str, Any] = {
    "sendMessage": send_message,
    "sendDocument": send_document,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "sendChatAction": send_chat_action,
    "sendMessageDraft": send_message_draft,
    "setMessageReaction": set_message_reaction,
}
