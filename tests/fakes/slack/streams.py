"""chat.*Stream: a message that grows while it is read.

https://docs.slack.dev/reference/methods/chat.startStream
"""

from typing import Any

from tests.fakes.slack.blocks import MOST_MARKDOWN, read_blocks
from tests.fakes.slack.channels import Message
from tests.fakes.slack.chat import metadata, thread, writable
from tests.fakes.slack.errors import ApiError, Json
from tests.fakes.slack.request import Call

STREAM_LIFE = 300.0
"""Seconds from the start after which it cannot go on, however busy it is. Undocumented; apps
have measured about five minutes."""
_CHUNKS = {
    "markdown_text": ("text",),
    "plan_update": ("title",),
    "task_update": ("id", "title", "status"),
    "blocks": ("blocks",),
}
_STATUSES = ("pending", "in_progress", "complete", "error")


def start(call: Call) -> Json:
    channel = writable(call)
    answered = thread(call, channel)
    if answered is None and channel.kind in ("im", "mpim"):
        raise ApiError("invalid_thread_ts")
    if channel.kind not in ("im", "mpim"):
        for name in ("recipient_team_id", "recipient_user_id"):
            if not call.text(name):
                raise ApiError(f"missing_{name}")
        call.workspace.find_person(call.text("recipient_user_id"))
    if call.text("task_display_mode") not in ("", "timeline", "plan"):
        raise ApiError("invalid_arguments")
    text, blocks = _piece(call)
    message = call.workspace.post(
        channel,
        call.workspace.by_app(
            text=text,
            blocks=blocks or None,
            thread_ts=answered,
            streaming_state="in_progress",
        ),
    )
    message.streaming_until = call.workspace.world.now() + STREAM_LIFE
    _note(message, text)
    return {"channel": channel.id, "ts": message.ts}


def append(call: Call) -> Json:
    message = _streaming(call)
    if not call.has("markdown_text") and not call.has("chunks"):
        raise ApiError("no_text")
    text, blocks = _piece(call)
    message.json = {**message.json, "text": message.text + text}
    if blocks:
        message.json["blocks"] = [*message.blocks, *blocks]
    _note(message, text)
    call.workspace.world.touch()
    return {"channel": message.channel.id, "ts": message.ts}


def stop(call: Call) -> Json:
    message = _streaming(call)
    text, blocks = _piece(call)
    given = call.json("blocks", "invalid_blocks_format")
    last = read_blocks(given) if given else []
    kept = metadata(call)
    whole = message.text + text
    if not (whole.strip() or blocks or message.blocks or last):
        raise ApiError("no_text")
    body = [{"type": "markdown", "text": whole, "block_id": "stream"}] if whole.strip() else []
    shown = [*body, *message.blocks, *blocks, *last]
    _note(message, text)
    message.streaming_until = None
    message.change(
        text=whole,
        blocks=shown if (message.blocks or blocks or last) else None,
        metadata=kept or message.metadata,
        streaming_state="completed",
    )
    call.workspace.changed(message)
    return {"channel": message.channel.id, "ts": message.ts, "message": message.json}


def _streaming(call: Call) -> Message:
    """Raises: ApiError unless the message is the app's and still grows."""
    workspace = call.workspace
    channel = writable(call)
    message = channel.message(call.needed("ts"))
    if message.user != workspace.bot_user or message.streaming_until is None:
        raise ApiError("message_not_in_streaming_state")
    if workspace.world.now() > message.streaming_until:
        message.streaming_until = None
        message.json = {**message.json, "streaming_state": "errored"}
        raise ApiError("message_not_in_streaming_state")
    return message


def _piece(call: Call) -> tuple[str, list[Json]]:
    """The text and the blocks that this call brings. Raises: ApiError."""
    text = call.text("markdown_text")
    chunks = call.json("chunks", "invalid_chunks") or []
    if text and chunks:
        raise ApiError("cannot_provide_both_markdown_text_and_chunks")
    if not isinstance(chunks, list):
        raise ApiError("invalid_chunks")
    blocks: list[Json] = []
    for chunk in chunks:
        _check_chunk(chunk)
        if chunk["type"] == "markdown_text":
            text += chunk["text"]
        elif chunk["type"] == "blocks":
            blocks += read_blocks(chunk["blocks"])
    if len(text) > MOST_MARKDOWN:
        raise ApiError("msg_too_long")
    return text, blocks


def _check_chunk(chunk: Any) -> None:
    if not isinstance(chunk, dict) or chunk.get("type") not in _CHUNKS:
        raise ApiError("invalid_chunks")
    if any(not chunk.get(name) for name in _CHUNKS[chunk["type"]]):
        raise ApiError("invalid_chunks")
    if chunk["type"] == "task_update" and chunk["status"] not in _STATUSES:
        raise ApiError("invalid_chunks")
    if not all(isinstance(chunk.get(name, ""), str) for name in ("text", "title", "id")):
        raise ApiError("invalid_chunks")


def _note(message: Message, text: str) -> None:
    if text:
        message.pieces.append(text)


METHODS = {
    "chat.startStream": (start, "chat:write"),
    "chat.appendStream": (append, "chat:write"),
    "chat.stopStream": (stop, "chat:write"),
}
