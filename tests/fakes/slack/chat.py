"""chat.*: messages that stand at once. https://docs.slack.dev/reference/methods#chat"""

import json
import re
from typing import Any

from tests.fakes.slack.blocks import MOST_MARKDOWN, read_blocks
from tests.fakes.slack.channels import Channel, Message
from tests.fakes.slack.errors import ApiError, Json
from tests.fakes.slack.request import Call

MOST_TEXT = 40_000
MOST_ATTACHMENTS = 100
MOST_METADATA = 16_384
"""Bytes of a message's metadata."""
_EVENT_TYPE = re.compile(r"[A-Za-z0-9_.-]{1,255}")


def post_message(call: Call) -> Json:
    channel = writable(call)
    shown = _content(call)
    shown["thread_ts"] = thread(call, channel)
    shown["metadata"] = metadata(call) or None
    message = call.workspace.post(channel, call.workspace.by_app(**shown))
    return {"channel": channel.id, "ts": message.ts, "message": message.json}


def post_ephemeral(call: Call) -> Json:
    channel = writable(call)
    person = call.workspace.find_person(call.needed("user"), "user_not_in_channel")
    if person.id not in channel.members:
        raise ApiError("user_not_in_channel")
    shown = _content(call)
    shown["thread_ts"] = thread(call, channel)
    return {"message_ts": call.workspace.whisper(channel, person, shown).ts}


def update(call: Call) -> Json:
    """What is not given stays; blocks give way to a text that comes alone."""
    message = _own(call, "cant_update_message")
    if message.streaming_until is not None:
        raise ApiError("streaming_state_conflict")
    fields: Json = {}
    if any(call.has(name) for name in ("text", "blocks", "attachments", "markdown_text")):
        fields = {"text": "", "blocks": None, **_content(call)}
        if not call.has("attachments"):
            del fields["attachments"]
        if fields["blocks"] is None:
            fields["edited"] = {"user": call.workspace.bot_user, "ts": call.workspace.world.ts()}
    elif not call.has("metadata"):
        raise ApiError("no_text")
    if (given := metadata(call)) is not None:
        fields["metadata"] = given or None
    message.change(**fields)
    call.workspace.changed(message)
    return {
        "channel": message.channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message.json,
    }


def delete(call: Call) -> Json:
    message = _own(call, "cant_delete_message")
    if message.streaming_until is not None:
        raise ApiError("streaming_state_conflict")
    call.workspace.delete(message)
    return {"channel": message.channel.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    workspace = call.workspace
    channel = workspace.visible(workspace.find_channel(call.needed("channel")))
    message = channel.message(call.needed("message_ts"))
    link = f"https://{workspace.domain}.slack.com/archives/{channel.id}"
    link += f"/p{message.ts.replace('.', '')}"
    if message.in_thread:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def writable(call: Call) -> Channel:
    """The parameter channel. Raises: ApiError where the app may not write."""
    given = call.text("channel")
    if not given:
        raise ApiError("channel_not_found")
    workspace = call.workspace
    channel = workspace.visible(workspace.find_channel(given))
    if channel.archived:
        raise ApiError("is_archived")
    return channel


def thread(call: Call, channel: Channel) -> str | None:
    """The ts of the thread to answer in. Raises: ApiError where there is none."""
    given = call.text("thread_ts")
    if not given:
        return None
    return channel.message(given, "thread_not_found").root_ts


def metadata(call: Call) -> Json | None:
    """{} takes it away. Raises: ApiError for another shape, or too much of it.

    https://docs.slack.dev/messaging/message-metadata
    """
    found = call.json("metadata", "invalid_metadata_format")
    if found is None:
        return None
    if not isinstance(found, dict):
        raise ApiError("invalid_metadata_format")
    if not found:
        return {}
    kind, payload = found.get("event_type"), found.get("event_payload")
    if not isinstance(kind, str) or not isinstance(payload, dict):
        raise ApiError("invalid_metadata_format")
    if set(found) - {"event_type", "event_payload"} or not _EVENT_TYPE.fullmatch(kind):
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(found).encode()) > MOST_METADATA:
        raise ApiError("metadata_too_large")
    return found


def _content(call: Call) -> Json:
    text = call.text("text")
    markdown = call.text("markdown_text")
    blocks = call.json("blocks", "invalid_blocks_format")
    attachments = _attachments(call)
    if markdown and (text or blocks):
        raise ApiError("markdown_text_conflict")
    if len(text) > MOST_TEXT or len(markdown) > MOST_MARKDOWN:
        raise ApiError("msg_too_long")
    if not (text.strip() or markdown.strip() or blocks or attachments):
        raise ApiError("no_text")
    if markdown:
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    return {
        "text": text,
        "blocks": read_blocks(blocks) if blocks else None,
        "attachments": attachments or None,
    }


def _attachments(call: Call) -> list[Any]:
    found = call.json("attachments", "invalid_attachments") or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ApiError("invalid_attachments")
    if len(found) > MOST_ATTACHMENTS:
        raise ApiError("too_many_attachments")
    return found


def _own(call: Call, error: str) -> Message:
    """The message that is meant, which the app wrote. Raises: ApiError."""
    given = call.needed("channel")
    workspace = call.workspace
    if given not in workspace.channels:
        raise ApiError("channel_not_found")
    message = workspace.visible(workspace.channels[given]).message(call.needed("ts"))
    if message.user != workspace.bot_user:
        raise ApiError(error)
    return message


METHODS = {
    "chat.postMessage": (post_message, "chat:write"),
    "chat.postEphemeral": (post_ephemeral, "chat:write"),
    "chat.update": (update, "chat:write"),
    "chat.delete": (delete, "chat:write"),
    "chat.getPermalink": (get_permalink, ""),
}
