"""What the app answers to a command, or posts to a response_url.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from typing import Any

from tests.fakes.slack.blocks import read_blocks
from tests.fakes.slack.channels import Message
from tests.fakes.slack.errors import ApiError, Json
from tests.fakes.slack.world import RESPONSE_LIFE, RESPONSE_USES, ResponseUrl

MOST_TEXT = 40_000


def post(url: ResponseUrl, said: Any) -> Message | None:
    """One use of a response_url; returns the message that it made or changed. Raises: ApiError."""
    world = url.person.workspace.world
    if world.now() - url.at > RESPONSE_LIFE:
        raise ApiError("expired_url")
    if url.uses >= RESPONSE_USES:
        raise ApiError("used_url")
    if not isinstance(said, dict):
        raise ApiError("invalid_payload")
    shown = answered(url, said)
    url.uses += 1
    url.said.append(said)
    return shown


def answered(url: ResponseUrl, said: Json) -> Message | None:
    """Shows it, or changes or deletes what was acted upon. Raises: ApiError."""
    workspace = url.person.workspace
    if said.get("delete_original") and url.source is not None:
        workspace.delete(url.source)
        return None
    shown = content(said)
    if said.get("replace_original") and url.source is not None:
        url.source.change(**{"blocks": None, "attachments": None, **shown})
        workspace.changed(url.source)
        return url.source
    shown["thread_ts"] = said.get("thread_ts")
    if said.get("response_type", "ephemeral") == "in_channel":
        return workspace.post(url.channel, workspace.by_app(**shown))
    return workspace.whisper(url.channel, url.person, shown)


def content(said: Json) -> Json:
    """The text and the blocks. Raises: ApiError."""
    text = said.get("text") or ""
    if not isinstance(text, str):
        raise ApiError("invalid_payload")
    if len(text) > MOST_TEXT:
        raise ApiError("msg_too_long")
    shown: Json = {"text": text}
    if said.get("blocks"):
        shown["blocks"] = read_blocks(said["blocks"])
    if said.get("attachments"):
        shown["attachments"] = said["attachments"]
    if not any(shown.values()):
        raise ApiError("no_text")
    return shown
