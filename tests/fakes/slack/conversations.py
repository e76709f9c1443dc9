"""conversations.*, reactions.* and files.info: what was said where, and what was put on it.

https://docs.slack.dev/reference/methods#conversations
"""

import base64
import re
from collections.abc import Iterable
from typing import Any

from tests.fakes.slack.channels import Channel, Message
from tests.fakes.slack.errors import ApiError, Json
from tests.fakes.slack.request import Call

MOST_USERS = 8
MOST_PER_PAGE = 999
_EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
_TS = re.compile(r"\d{1,12}(\.\d{1,6})?")


def open_channel(call: Call) -> Json:
    workspace = call.workspace
    given = [user for user in call.text("users").split(",") if user]
    if call.text("channel"):
        return {"channel": {"id": workspace.find_channel(call.text("channel")).id}}
    if not given:
        raise ApiError("users_list_not_supplied")
    if len(given) > MOST_USERS:
        raise ApiError("too_many_users")
    people = [workspace.find_person(user) for user in given]
    if any(person.roles.get("is_bot") for person in people):
        raise ApiError("cannot_dm_bot")
    if any(person.deactivated for person in people):
        raise ApiError("user_disabled")
    if len(people) == 1:
        call.require("im:write")
        channel = workspace.im(given[0])
    else:
        call.require("mpim:write")
        channel = _group(call, given)
    known = {"no_op": True, "already_open": True} if channel.open else {}
    channel.open = True
    shown = _json(call, channel) if call.flag("return_im") else {"id": channel.id}
    return {**known, "channel": shown}


def _group(call: Call, users: list[str]) -> Channel:
    workspace = call.workspace
    members = sorted([*users, workspace.bot_user])
    for channel in workspace.channels.values():
        if channel.kind == "mpim" and sorted(channel.members) == members:
            return channel
    channel = Channel(id=workspace.world.id("G"), kind="mpim", members=members, open=False)
    workspace.channels[channel.id] = channel
    return channel


_TYPES = {
    "public_channel": ("channel", "channels:read"),
    "private_channel": ("group", "groups:read"),
    "mpim": ("mpim", "mpim:read"),
    "im": ("im", "im:read"),
}
"""The kind of channel that a type means, and the scope that it takes."""


def list_channels(call: Call) -> Json:
    """Of direct messages no more is told than whose they are: not what was said last, or when.

    https://docs.slack.dev/reference/methods/conversations.list
    """
    asked = (call.text("types") or "public_channel").split(",")
    if not set(asked) <= _TYPES.keys():
        raise ApiError("invalid_types")
    for each in asked:
        call.require(_TYPES[each][1])
    kinds = {_TYPES[each][0] for each in asked}
    inside = call.workspace.bot_user
    found = [
        each
        for each in call.workspace.channels.values()
        if each.kind in kinds and (each.kind == "channel" or inside in each.members)
    ]
    shown, cursor = page(call, found)
    return {"channels": [_json(call, each) for each in shown], **cursor}


def info(call: Call) -> Json:
    channel = call.workspace.find_channel(call.needed("channel"))
    call.require(f"{channel.scope}:read")
    if channel.kind != "channel":
        call.workspace.visible(channel)
    return {"channel": _json(call, channel)}


def members(call: Call) -> Json:
    channel = call.workspace.find_channel(call.needed("channel"))
    call.require(f"{channel.scope}:read")
    if channel.kind != "channel":
        call.workspace.visible(channel)
    found, cursor = page(call, channel.members)
    return {"members": found, **cursor}


def history(call: Call) -> Json:
    """Newest first."""
    channel = _readable(call)
    found = [
        message
        for message in channel.messages
        if not message.in_thread or message.json.get("subtype") == "thread_broadcast"
    ]
    shown_now, cursor = page(call, [*_between(call, found)][::-1])
    shown = {"messages": [_read(call, each) for each in shown_now], "pin_count": 0}
    return {**shown, "has_more": bool(cursor["response_metadata"]["next_cursor"]), **cursor}


def replies(call: Call) -> Json:
    """Oldest first, after the message that they answer."""
    channel = _readable(call)
    root = channel.message(_ts(call, "ts"), "thread_not_found")
    answers = [each for each in channel.thread(root) if each.in_thread]
    shown_now, cursor = page(call, [*_between(call, answers)])
    first = [] if call.text("cursor") else [channel.find(root.root_ts)]
    shown = [_read(call, each) for each in [*first, *shown_now] if each is not None]
    more = bool(cursor["response_metadata"]["next_cursor"])
    return {"messages": shown, "has_more": more, **cursor}


def add_reaction(call: Call) -> Json:
    message = _reacted(call)
    call.workspace.react(call.workspace.bot_user, message, _emoji(call))
    return {}


def remove_reaction(call: Call) -> Json:
    message = _reacted(call)
    call.workspace.react(call.workspace.bot_user, message, _emoji(call), removed=True)
    return {}


def get_reactions(call: Call) -> Json:
    message = _reacted(call)
    return {"type": "message", "channel": message.channel.id, "message": message.json}


def file_info(call: Call) -> Json:
    stored = call.workspace.world.files.get(call.needed("file"))
    if stored is None or stored.workspace is not call.workspace:
        raise ApiError("file_not_found")
    return {"file": stored.json, "comments": [], "response_metadata": {"next_cursor": ""}}


def _readable(call: Call) -> Channel:
    channel = call.workspace.find_channel(call.needed("channel"))
    call.require(f"{channel.scope}:history")
    return call.workspace.visible(channel)


def _reacted(call: Call) -> Message:
    workspace = call.workspace
    channel = workspace.visible(workspace.find_channel(call.needed("channel")))
    given = call.needed("timestamp")
    if not _TS.fullmatch(given):
        raise ApiError("bad_timestamp")
    return channel.message(given)


def _emoji(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _EMOJI.fullmatch(name):
        raise ApiError("invalid_name")
    return name


def _ts(call: Call, name: str) -> str:
    given = call.needed(name)
    if not _TS.fullmatch(given):
        raise ApiError("invalid_ts_" + name if name != "ts" else "thread_not_found")
    return given


def _between(call: Call, found: Iterable[Message]) -> Iterable[Message]:
    """Those after `oldest` and before `latest`; with `inclusive` these, too. None is ephemeral."""
    oldest = _number(_ts(call, "oldest")) if call.text("oldest") else 0
    latest = _number(_ts(call, "latest")) if call.text("latest") else 10**30
    inclusive = call.flag("inclusive")
    for message in found:
        at = _number(message.ts)
        inside = oldest <= at <= latest if inclusive else oldest < at < latest
        if inside and not message.ephemeral:
            yield message


def _number(ts: str) -> int:
    """Microseconds."""
    whole, _, rest = ts.partition(".")
    return int(whole) * 1_000_000 + int(rest.ljust(6, "0") or 0)


def page(call: Call, found: list[Any]) -> tuple[list[Any], Json]:
    """What `cursor` and `limit` ask for, and where it goes on."""
    limit = call.integer("limit", 100)
    if not 1 <= limit <= MOST_PER_PAGE:
        raise ApiError("invalid_limit")
    start = _start(call.text("cursor"))
    end = start + limit
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(found) else ""
    return found[start:end], {"response_metadata": {"next_cursor": following}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        kind, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if kind == "next":
            return int(number)
    except ValueError:
        pass
    raise ApiError("invalid_cursor")


def _read(call: Call, message: Message) -> Json:
    """Metadata shows only if it is asked for."""
    if call.flag("include_all_metadata"):
        return message.json
    return {name: value for name, value in message.json.items() if name != "metadata"}


def _json(call: Call, channel: Channel) -> Json:
    """https://docs.slack.dev/reference/objects/conversation-object"""
    shown: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_private": channel.kind != "channel",
        "is_org_shared": False,
        "is_ext_shared": False,
        "context_team_id": call.workspace.id,
    }
    if channel.kind == "im":
        others = [user for user in channel.members if user != call.workspace.bot_user]
        return {**shown, "user": others[0], "is_open": channel.open}
    inside = call.workspace.bot_user in channel.members
    return {
        **shown,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_member": inside,
        "num_members": len(channel.members),
    }


METHODS = {
    "conversations.open": (open_channel, ""),
    "conversations.list": (list_channels, ""),
    "conversations.info": (info, ""),
    "conversations.members": (members, ""),
    "conversations.history": (history, ""),
    "conversations.replies": (replies, ""),
    "reactions.add": (add_reaction, "reactions:write"),
    "reactions.remove": (remove_reaction, "reactions:write"),
    "reactions.get": (get_reactions, "reactions:read"),
    "files.info": (file_info, "files:read"),
}
