"""What Telegram tells, as values of the core. https://core.telegram.org/bots/api#update"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from telegram import (
    CallbackQuery,
    ChatMemberUpdated,
    Message,
    MessageEntity,
    MessageReactionUpdated,
    ReactionTypeEmoji,
    Update,
)
from telegram.constants import ChatType

from adapters.telegram.attached import attached
from core.values import EDITED, Address, AttachmentKind, Identity, IncomingMessage

PLATFORM = "telegram"
KINDS = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
)
"""What Pixie asks for (`allowed_updates`); Telegram leaves reactions out unless asked."""
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_AWAY = frozenset({"left", "kicked"})


class Unreadable(Exception):
    """An update that is not what the Bot API promises. `reason` holds no message text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Me:
    """The bot itself, as getMe tells it."""

    id: int
    username: str
    """Without the @."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A message to Pixie."""

    message: IncomingMessage


@dataclass(frozen=True, kw_only=True, slots=True)
class Tapped:
    """A button was pressed. `message` is None when nothing can be made of it."""

    callback: str
    """What answerCallbackQuery takes; every press wants an answer."""
    message: IncomingMessage | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """A message to Pixie has other words now; its id and `edits` say which."""

    message: IncomingMessage


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocked:
    """A person stopped the bot, or it was put out of a group: nothing can be sent there."""

    address: Address
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Unblocked:
    """The bot may write there again, or for the first time."""

    address: Address
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Migrated:
    """A group became a supergroup and goes on under another address."""

    old: Address
    new: Address


@dataclass(frozen=True, kw_only=True, slots=True)
class Reacted:
    """Emojis were put on a message. `message` has no words yet and answers that message."""

    message: IncomingMessage
    emojis: tuple[str, ...]
    """Those that are new."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignored:
    """Nothing that is meant for Pixie."""


Event = Said | Tapped | Edited | Blocked | Unblocked | Migrated | Reacted | Ignored


def kind(update: object) -> str:
    """The update's kind, such as "message": what it holds besides its number. For logs."""
    if not isinstance(update, Mapping):
        return type(update).__name__
    names = [str(name) for name in update if name != "update_id"]
    if not names:
        return "nothing"
    return names[0][:40] if names[0].isidentifier() else "strange"


def read(update: object, me: Me, now: datetime) -> Event:
    """An update, as JSON gave it. `now` is aware.

    Raises `Unreadable` for what is malformed or of a kind that is not known.
    """
    if not isinstance(update, dict):
        raise Unreadable("no object")
    try:
        found = Update.de_json(update, None)
        event = _event(found, me, now)
    except Exception as error:
        # The library raises whatever a missing or strange field leads to.
        raise Unreadable(type(error).__name__) from None
    if event is None:
        raise Unreadable("unknown kind")
    return event


def _event(update: Update, me: Me, now: datetime) -> Event | None:
    if update.message is not None:
        return _message(update.message, me)
    if update.callback_query is not None:
        return _tap(update.callback_query, now)
    if update.edited_message is not None:
        return _edit(update.edited_message, update.update_id, me)
    if update.message_reaction is not None:
        return _reaction(update.message_reaction)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    # A kind that was not asked for, such as one from before a change of `allowed_updates`.
    known = any(getattr(update, name) is not None for name in Update.ALL_TYPES)
    return Ignored() if known else None


def _message(message: Message, me: Me) -> Event:
    here = _address(message.chat.id)
    if message.migrate_to_chat_id is not None:
        return Migrated(old=here, new=_address(message.migrate_to_chat_id))
    if message.migrate_from_chat_id is not None:
        return Migrated(old=_address(message.migrate_from_chat_id), new=here)
    said = _said(message, me)
    return Ignored() if said is None else Said(message=said)


def _edit(message: Message, number: int, me: Me) -> Event:
    if message.location is not None:
        # A live location moves on by edits.
        return Ignored()
    said = _said(message, me)
    if said is None:
        return Ignored()
    at = message.edit_date or message.date
    return Edited(message=replace(said, id=f"{said.id}{EDITED}{number}", edits=said.id, at=at))


def _said(message: Message, me: Me) -> IncomingMessage | None:
    """None for what nobody says, such as "Ana joined", and what is not meant for Pixie."""
    sender = message.from_user
    group = message.chat.type in _GROUPS
    if sender is None or not (group or message.chat.type == ChatType.PRIVATE):
        return None
    if sender.is_bot and not (message.sender_chat and message.sender_chat.id == message.chat.id):
        # Two bots would talk for ever. An anonymous administrator seems to be one.
        return None
    text = message.text or message.caption or ""
    if not isinstance(text, str) or not isinstance(message.date, datetime):
        raise TypeError
    attachments = attached(message, text)
    if attachments and attachments[0].kind is AttachmentKind.FORWARDED:
        # These are not the sender's words.
        text = ""
    if not text and not attachments:
        return None
    answered = _answered(message)
    if group:
        meant, text = _addressed(message, text, me)
        to_us = answered is not None and answered.from_user and answered.from_user.id == me.id
        if not meant and not to_us:
            return None
    return IncomingMessage(
        id=f"{message.chat.id}:{message.message_id}",
        sender=_identity(sender.id),
        address=_address(message.chat.id, _thread(message)),
        text=text,
        at=message.date,
        attachments=attachments,
        replies_to=None if answered is None else str(answered.message_id),
        name=sender.full_name,
        group=group,
    )


def _tap(query: CallbackQuery, now: datetime) -> Tapped:
    message = query.message
    if query.data is not None and not isinstance(query.data, str):
        raise TypeError
    if message is None or query.data is None:
        return Tapped(callback=query.id, message=None)
    thread = _thread(message) if isinstance(message, Message) else None
    said = IncomingMessage(
        id=f"cb:{query.id}",
        sender=_identity(query.from_user.id),
        address=_address(message.chat.id, thread),
        text=query.data,
        at=now,
        replies_to=str(message.message_id),
        name=query.from_user.full_name,
        group=message.chat.type in _GROUPS,
        tapped=True,
    )
    return Tapped(callback=query.id, message=said)


def _reaction(reaction: MessageReactionUpdated) -> Event:
    if reaction.user is None:
        return Ignored()
    before = set(_emojis(reaction.old_reaction))
    emojis = tuple(emoji for emoji in _emojis(reaction.new_reaction) if emoji not in before)
    if not emojis:
        return Ignored()
    chat, user = reaction.chat, reaction.user
    at = int(reaction.date.timestamp())
    message = IncomingMessage(
        id=f"re:{chat.id}:{reaction.message_id}:{user.id}:{at}",
        sender=_identity(user.id),
        address=_address(chat.id),
        text="",
        at=reaction.date,
        replies_to=str(reaction.message_id),
        name=user.full_name,
        group=chat.type in _GROUPS,
        tapped=True,
    )
    return Reacted(message=message, emojis=emojis)


def _emojis(reactions: Sequence[object]) -> list[str]:
    return [str(each.emoji) for each in reactions if isinstance(each, ReactionTypeEmoji)]


def _membership(change: ChatMemberUpdated) -> Event:
    if change.chat.type not in (ChatType.PRIVATE, *_GROUPS):
        return Ignored()
    event = Blocked if change.new_chat_member.status in _AWAY else Unblocked
    return event(address=_address(change.chat.id), at=change.date)


def _identity(user: int) -> Identity:
    return Identity(platform=PLATFORM, workspace="", user=str(user))


def _address(chat: int, thread: str | None = None) -> Address:
    return Address(platform=PLATFORM, workspace="", chat=str(chat), thread=thread)


def _thread(message: Message) -> str | None:
    """The topic. Outside of topics, a thread is only what answers each other."""
    thread = message.message_thread_id
    return str(thread) if thread is not None and message.is_topic_message else None


def _answered(message: Message) -> Message | None:
    """What is replied to; in a topic, everything seems to reply to the topic's beginning."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return None
    return answered


# --- groups ---


def _addressed(message: Message, text: str, me: Me) -> tuple[bool, str]:
    """Whether a mention or a command calls Pixie, and the text without the mention."""
    entities = message.parse_entities() if message.text else message.parse_caption_entities()
    name = f"@{me.username}".casefold()
    meant = False
    command = ""
    cuts: list[MessageEntity] = []
    for entity, covered in entities.items():
        match entity.type:
            case MessageEntity.BOT_COMMAND if entity.offset == 0:
                command = covered
            case MessageEntity.MENTION if covered.casefold() == name:
                cuts.append(entity)
            case MessageEntity.TEXT_MENTION if entity.user and entity.user.id == me.id:
                cuts.append(entity)
    if command:
        bare, at, to = command.partition("@")
        if at and f"@{to}".casefold() != name:
            return False, text
        meant = True
        text = bare + text[len(command) :]
        shift = len(command) - len(bare)
    else:
        shift = 0
    return meant or bool(cuts), _without(text, cuts, shift)


def _without(text: str, cuts: Sequence[MessageEntity], shift: int) -> str:
    """Offsets count UTF-16 units, of the text before `shift` of them were taken out."""
    for entity in sorted(cuts, key=lambda entity: entity.offset, reverse=True):
        units = text.encode("utf-16-le", "surrogatepass")
        begin = (entity.offset - shift) * 2
        before = units[:begin].decode("utf-16-le", "surrogatepass").rstrip(" ")
        after = units[begin + entity.length * 2 :].decode("utf-16-le", "surrogatepass")
        text = before + after if before else after.lstrip(" ,:\n")
    return text.strip()
