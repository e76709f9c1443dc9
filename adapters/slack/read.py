"""What Slack tells, as values of the core. https://docs.slack.dev/apis/events-api"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from adapters.slack import interaction
from adapters.slack.attached import attached
from adapters.slack.happened import (
    Deleted,
    Edited,
    Happened,
    HomeOpened,
    Ignored,
    Joined,
    Me,
    PersonChanged,
    Reacted,
    Removed,
    Said,
    Unreadable,
)
from adapters.slack.payload import (
    Payload,
    identifier,
    identity,
    inside,
    instant,
    maybe,
    maybe_timestamp,
    timestamp,
    whole,
    words,
)
from adapters.slack.places import Place
from adapters.slack.text import readable
from core.values import EDITED, Address, IncomingMessage

EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.im",
    "reaction_added",
    "tokens_revoked",
    "user_change",
)
"""What the app subscribes to."""
_SPOKEN = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""Subtypes of messages that people write."""
_MENTION = re.compile(r"<@(U[A-Z0-9]+|W[A-Z0-9]+)(?:\|[^>]*)?>")
_NOBODY: Mapping[str, str] = {}


def kind(payload: object) -> str:
    """The payload's kind, such as "message" or "block_actions". For logs."""
    if not isinstance(payload, Mapping):
        return type(payload).__name__
    found = payload.get("type", "command" if "command" in payload else "nothing")
    event = payload.get("event")
    if found == "event_callback" and isinstance(event, Mapping):
        found = event.get("type")
    return found[:40] if isinstance(found, str) and found.isidentifier() else "strange"


def team(payload: object) -> str:
    """The id of the workspace whose installation this is for; "" when it does not say.

    In a channel that workspaces share, the event may have happened in another one.
    """
    if not isinstance(payload, Mapping):
        return ""
    found: object = payload.get("team_id")
    authorizations = payload.get("authorizations")
    if isinstance(authorizations, list) and authorizations:
        first = authorizations[0]
        found = (first.get("team_id") if isinstance(first, Mapping) else None) or found
    within = payload.get("team")
    if found is None and isinstance(within, Mapping):
        found = within.get("id")
    return found if isinstance(found, str) and found.isalnum() else ""


def mentioned(payload: object) -> tuple[str, ...]:
    """Ids of people whom the words mention, or who wrote what a shortcut is used on: `read` takes
    their names."""
    texts: list[str] = []
    authors: list[str] = []
    if isinstance(payload, Mapping):
        message = payload.get("message")
        author = message.get("user") if isinstance(message, Mapping) else None
        if payload.get("type") == "message_action" and isinstance(author, str):
            authors.append(author)
        event = payload.get("event")
        inner = event.get("message") if isinstance(event, Mapping) else None
        for found in (payload, event, inner, payload.get("message")):
            text = found.get("text") if isinstance(found, Mapping) else None
            texts += [text] if isinstance(text, str) else []
    found = (each for text in texts for each in _MENTION.findall(text))
    return tuple(dict.fromkeys([*authors, *found]))


def read(payload: object, me: Me, now: datetime, names: Mapping[str, str] = _NOBODY) -> Happened:
    """An event, a command or an interaction, as JSON gave it. `now` is aware.

    `names` are of those whom it mentions, by their ids. Raises `Unreadable` for what is malformed
    or of a kind that is not known.
    """
    if not isinstance(payload, Mapping):
        raise Unreadable("no object")
    try:
        if "command" in payload and "type" not in payload:
            return interaction.command(payload, me, now, names)
        if payload.get("type") == "event_callback":
            return _event(inside(payload, "event"), payload, me, now, names)
        return interaction.read(payload, me, now, names)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise Unreadable(type(error).__name__) from None


def _event(
    event: Payload, payload: Payload, me: Me, now: datetime, names: Mapping[str, str]
) -> Happened:
    match event.get("type"):
        case "message" | "app_mention":
            return _message(event, me, names)
        case "app_home_opened":
            return _home(event, me, now)
        case "reaction_added":
            return _reaction(event, me)
        case "user_change" | "user_profile_changed" | "team_join":
            user = inside(event, "user")
            return PersonChanged(sender=identity(me.team, identifier(user, "id")), user=user)
        case "member_joined_channel":
            user_id = identifier(event, "user")
            there = Place(team=me.team, channel=identifier(event, "channel")).address()
            who = identity(me.team, user_id)
            return Joined(sender=who, address=there, me=user_id == me.user)
        case "tokens_revoked":
            bots = maybe(event, "tokens").get("bot")
            return Removed(team=me.team, at=_when(payload, now)) if bots else Ignored()
        case "app_uninstalled":
            return Removed(team=me.team, at=_when(payload, now))
        case str():
            return Ignored()
    raise Unreadable("unknown kind")


def _when(payload: Payload, now: datetime) -> datetime:
    """When an event happened; `now` where it does not tell."""
    seconds = whole(payload, "event_time")
    return instant(str(seconds)) if seconds else now


# --- messages ---


def _message(event: Payload, me: Me, names: Mapping[str, str]) -> Happened:
    subtype = words(event, "subtype")
    if subtype == "message_changed":
        return _changed(event, me, names)
    if subtype == "message_deleted":
        previous = maybe(event, "previous_message")
        if _of_a_bot(previous, me):
            return Ignored()
        channel = identifier(event, "channel")
        gone = timestamp(event, "deleted_ts")
        there = Place(team=me.team, channel=channel, thread=maybe_timestamp(previous, "thread_ts"))
        return Deleted(id=f"{channel}:{gone}", address=there.address())
    said = _said(event, event, me, names)
    return Ignored() if said is None else Said(message=said)


def _changed(event: Payload, me: Me, names: Mapping[str, str]) -> Happened:
    """Previews of links that were added change a message too: they are no new words."""
    new, old = inside(event, "message"), maybe(event, "previous_message")
    if words(new, "text") == words(old, "text"):
        return Ignored()
    said = _said(new, event, me, names)
    if said is None:
        return Ignored()
    ts = timestamp(event, "ts")
    at = instant(maybe_timestamp(maybe(new, "edited"), "ts") or ts)
    message = replace(said, id=f"{said.id}{EDITED}{ts}", edits=said.id, at=at)
    return Edited(message=message)


def _of_a_bot(message: Payload, me: Me) -> bool:
    """Two bots would talk for ever."""
    return bool(message.get("bot_id")) or message.get("user") in (me.user, "USLACKBOT")


def _said(
    message: Payload, around: Payload, me: Me, names: Mapping[str, str]
) -> IncomingMessage | None:
    """None for what nobody says, such as "Ana joined", and what is not meant for Pixie."""
    if words(message, "subtype") not in _SPOKEN or _of_a_bot(message, me):
        return None
    channel = identifier(around, "channel")
    sender = identifier(message, "user")
    ts = timestamp(message, "ts")
    thread = maybe_timestamp(message, "thread_ts")
    group = not channel.startswith("D")
    text, meant = _without(words(message, "text"), me)
    text = interaction.written(readable(text, names))
    answers_us = message.get("parent_user_id") == me.user
    if group and not (meant or answers_us):
        return None
    attachments = attached(message, me.team, names)
    if not text and not attachments and not (group and meant):
        return None
    where = Place(team=me.team, channel=channel, thread=(thread or ts) if group else thread)
    return IncomingMessage(
        id=f"{channel}:{ts}",
        sender=identity(me.team, sender),
        address=where.address(),
        text=text or ("" if attachments else "/help"),
        at=instant(ts),
        attachments=attachments,
        replies_to=thread if thread != ts else None,
        group=group,
    )


def _without(text: str, me: Me) -> tuple[str, bool]:
    """The text without the mention of Pixie, and whether there was one."""
    mention = re.compile(rf"<@{re.escape(me.user)}(?:\|[^>]*)?>")
    if not mention.search(text):
        return text.strip(), False
    text = re.sub(rf"^\s*(?:{mention.pattern}[\s,:]*)+", "", text)
    return re.sub(rf"[ \t]*{mention.pattern}", "", text).strip(), True


# --- the rest ---


def _home(event: Payload, me: Me, now: datetime) -> HomeOpened:
    channel = words(event, "channel") or identifier(event, "user")
    return HomeOpened(
        sender=identity(me.team, identifier(event, "user")),
        address=Place(team=me.team, channel=channel).address(),
        tab=words(event, "tab") or "home",
        hash=words(maybe(event, "view"), "hash"),
        at=now,
    )


def _reaction(event: Payload, me: Me) -> Happened:
    """Only on messages of Pixie's, and of people."""
    item = inside(event, "item")
    user = identifier(event, "user")
    owner = event.get("item_user")
    if item.get("type") != "message" or user == me.user or (owner and owner != me.user):
        return Ignored()
    channel = identifier(item, "channel")
    ts = timestamp(item, "ts")
    emoji = words(event, "reaction").partition("::")[0]
    at = timestamp(event, "event_ts")
    message = IncomingMessage(
        id=f"re:{channel}:{ts}:{user}:{emoji[:60]}:{at}",
        sender=identity(me.team, user),
        address=_where(channel, me),
        text="",
        at=instant(at),
        replies_to=ts,
        group=not channel.startswith("D"),
        tapped=True,
    )
    return Reacted(message=message, emoji=emoji)


def _where(channel: str, me: Me) -> Address:
    return Place(team=me.team, channel=channel).address()
