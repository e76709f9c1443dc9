"""Commands, taps, shortcuts and modals, as values of the core.

https://docs.slack.dev/interactivity/handling-user-interaction
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from adapters.slack.attached import attached, forwarded
from adapters.slack.happened import (
    Closed,
    Happened,
    Ignored,
    Me,
    Said,
    Shortcut,
    Submitted,
    Tapped,
    Unreadable,
)
from adapters.slack.payload import (
    Payload,
    identifier,
    identity,
    inside,
    maybe,
    maybe_timestamp,
    objects,
    timestamp,
    words,
)
from adapters.slack.places import ANSWERABLE, Place, home
from adapters.slack.text import readable
from core.values import Address, AttachmentKind, Identity, IncomingMessage

COMMANDS = ("/pixie", "/remind-me", "/todo", "/today")
"""The slash commands that the app has."""
SAY = "say:"
"""Begins the action_id of what types its value."""
PICKED = "pick:"
"""Begins the action_id of what is no button but completes a command: the command follows."""
WHISPER = "w:"
"""Begins the id of a message that one person alone sees, which Slack gives no lasting one."""
KEYED = re.compile(r"pixie:\d+:(?P<key>.+)", re.DOTALL)
"""The block_id of buttons: their place in the message and its delivery's key."""
_SHARE = re.compile(r"[ \t]*(?<!\S)[-—–]{1,2}share(?!\S)")
"""Some keyboards make one long dash of two."""


def command(payload: Payload, me: Me, now: datetime, names: Mapping[str, str]) -> Said:
    """A slash command, https://docs.slack.dev/interactivity/implementing-slash-commands.

    It is personal wherever it is given, and so is its answer unless "--share" is among the words.
    """
    user = identifier(payload, "user_id")
    trigger = words(payload, "trigger_id")
    if not trigger:
        raise Unreadable("no trigger_id")
    text, share = _shared(readable(words(payload, "text"), names))
    where = Place(
        team=me.team,
        channel=identifier(payload, "channel_id"),
        only=user,
        shared=share,
        response_url=words(payload, "response_url"),
        until=now + ANSWERABLE,
    )
    message = IncomingMessage(
        id=f"cmd:{trigger}",
        sender=identity(me.team, user),
        address=where.address(),
        text=typed(words(payload, "command"), text),
        at=now,
        name=words(payload, "user_name"),
    )
    return Said(message=message, trigger=trigger)


def typed(name: str, text: str) -> str:
    """What one would type to Pixie for a slash command and its words."""
    match name:
        case "/remind-me":
            return f"remind me {text}" if text else "/remind"
        case "/todo":
            return f"/task {text}" if text else "/tasks"
        case "/today":
            return f"/today {text}".rstrip()
    return text or "/help"


def written(text: str) -> str:
    """The words of a message. One may write a command there too, as in threads, where Slack takes
    none."""
    name, _, words = text.strip().partition(" ")
    return typed(name.casefold(), words.strip()) if name.casefold() in COMMANDS else text


def linked(message: IncomingMessage, permalink: str) -> IncomingMessage:
    """The message of a `Shortcut`, whose post tells where it stands."""
    post, *files = message.attachments
    source = f"{post.source} {permalink}".strip()
    return replace(message, attachments=(replace(post, source=source), *files))


def read(payload: Payload, me: Me, now: datetime, names: Mapping[str, str]) -> Happened:
    """An interaction's payload."""
    match payload.get("type"):
        case "block_actions":
            return _tapped(payload, me, now)
        case "message_action":
            return _message_shortcut(payload, me, now, names)
        case "shortcut":
            return Shortcut(
                sender=_sender(payload, me),
                callback=words(payload, "callback_id"),
                trigger=words(payload, "trigger_id"),
            )
        case "view_submission":
            return _submitted(payload, me)
        case "view_closed":
            view = inside(payload, "view")
            return Closed(
                sender=_sender(payload, me),
                callback=words(view, "callback_id"),
                view=words(view, "id"),
                private=words(view, "private_metadata"),
            )
        case str():
            return Ignored()
    raise Unreadable("unknown kind")


def _shared(text: str) -> tuple[str, bool]:
    """The text without "--share", and whether that was there."""
    without, times = _SHARE.subn("", text)
    return without.strip(), times > 0


def _sender(payload: Payload, me: Me) -> Identity:
    return identity(me.team, identifier(inside(payload, "user"), "id"))


def _tapped(payload: Payload, me: Me, now: datetime) -> Tapped:
    actions = objects(payload, "actions")
    if not actions:
        raise Unreadable("no actions")
    action = actions[0]
    sender = _sender(payload, me)
    name, value = words(action, "action_id"), chosen(action)
    text = _command(name, value)
    if action.get("type") == "button" and "message" in payload and not name.startswith(SAY):
        # Of a version whose buttons were others: its name says nothing, and that is answered.
        text = text or name
    view = maybe(payload, "view")
    trigger = words(payload, "trigger_id")
    message = None
    if text:
        where, answers, group = _where(payload, action, sender, me, now)
        user = inside(payload, "user")
        message = IncomingMessage(
            id=f"tap:{trigger or timestamp(action, 'action_ts')}",
            sender=sender,
            address=where,
            text=text,
            at=now,
            replies_to=answers,
            name=words(user, "name") or words(user, "username"),
            group=group,
            tapped=answers is not None,
        )
    return Tapped(
        sender=sender,
        action=name,
        value=value,
        message=message,
        trigger=trigger,
        view=words(view, "id"),
        hash=words(view, "hash"),
    )


def _command(name: str, value: str) -> str:
    """What the tap types: buttons and options carry it whole."""
    if name.startswith(PICKED) and value:
        return f"{name[len(PICKED) :]} {value}"
    return value if name.startswith(SAY) or value.startswith("/") else ""


def _where(
    payload: Payload, action: Payload, sender: Identity, me: Me, now: datetime
) -> tuple[Address, str | None, bool]:
    """Where the answer goes, which message was tapped, and whether that is a group's."""
    container = maybe(payload, "container")
    if container.get("type") != "message":
        return home(me.team, sender.user), None, False
    channel = words(container, "channel_id") or identifier(maybe(payload, "channel"), "id")
    ts = timestamp(container, "message_ts")
    thread = maybe_timestamp(container, "thread_ts") or maybe_timestamp(
        maybe(payload, "message"), "thread_ts"
    )
    if not container.get("is_ephemeral"):
        where = Place(team=me.team, channel=channel, thread=thread)
        return where.address(), ts, not channel.startswith("D")
    whisper = Place(
        team=me.team,
        channel=channel,
        thread=thread,
        only=sender.user,
        response_url=words(payload, "response_url"),
        until=now + ANSWERABLE,
    )
    keyed = KEYED.fullmatch(words(action, "block_id"))
    return whisper.address(), f"{WHISPER}{keyed['key']}" if keyed else ts, False


def chosen(element: Payload) -> str:
    """What an element of a view or a message holds.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    for key in (
        "value", "selected_date", "selected_time", "selected_user", "selected_channel",
        "selected_conversation",
    ):  # fmt: skip
        if element.get(key):
            return words(element, key)
    if element.get("selected_date_time"):
        return str(int(element["selected_date_time"]))
    if element.get("selected_option"):
        return words(inside(element, "selected_option"), "value")
    return ",".join(words(option, "value") for option in objects(element, "selected_options"))


def _submitted(payload: Payload, me: Me) -> Submitted:
    view = inside(payload, "view")
    blocks = maybe(maybe(view, "state"), "values")
    values: dict[str, str] = {}
    for block, elements in blocks.items():
        if not isinstance(elements, Mapping):
            raise Unreadable("strange state")
        for element in elements.values():
            if not isinstance(element, Mapping):
                raise Unreadable("strange state")
            values[str(block)] = chosen(element)
    return Submitted(
        sender=_sender(payload, me),
        callback=words(view, "callback_id"),
        view=words(view, "id"),
        hash=words(view, "hash"),
        private=words(view, "private_metadata"),
        values=values,
        trigger=words(payload, "trigger_id"),
    )


def _message_shortcut(
    payload: Payload, me: Me, now: datetime, names: Mapping[str, str]
) -> Shortcut:
    """A shortcut of a message, which is anybody's words and never the sender's."""
    sender = _sender(payload, me)
    found = inside(payload, "message")
    channel = identifier(inside(payload, "channel"), "id")
    ts = timestamp(found, "ts")
    trigger = words(payload, "trigger_id")
    author = words(found, "user")
    bot = words(found, "username") or words(maybe(found, "bot_profile"), "name")
    post = forwarded(found, names.get(author) or bot or author, names)
    files = [
        each
        for each in attached(found, me.team, names)
        if each.kind is not AttachmentKind.FORWARDED
    ]
    whisper = Place(
        team=me.team,
        channel=channel,
        thread=maybe_timestamp(found, "thread_ts"),
        only=sender.user,
        response_url=words(payload, "response_url"),
        until=now + ANSWERABLE,
    )
    message = IncomingMessage(
        id=f"short:{trigger or timestamp(payload, 'action_ts')}",
        sender=sender,
        address=whisper.address(),
        text="",
        at=now,
        attachments=(post, *files),
    )
    return Shortcut(
        sender=sender,
        callback=words(payload, "callback_id"),
        trigger=trigger,
        message=message,
        origin=(channel, ts),
    )
