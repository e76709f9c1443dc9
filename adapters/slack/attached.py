"""What comes with a message besides its words: files, and messages that were shared.

https://docs.slack.dev/reference/objects/file-object
"""

from collections.abc import Mapping

from adapters.slack.happened import Unreadable
from adapters.slack.payload import Payload, instant, maybe_timestamp, objects, whole, words
from adapters.slack.text import readable
from core.values import Attachment, AttachmentKind

_KINDS = {
    "image": AttachmentKind.PHOTO,
    "video": AttachmentKind.VIDEO,
    "audio": AttachmentKind.AUDIO,
}
_SPOKEN = "slack_audio"
"""The subtype of a clip that was recorded in Slack."""


def attached(message: Payload, team: str, names: Mapping[str, str]) -> tuple[Attachment, ...]:
    """What comes with a message: messages of others first, then files, which `team` may fetch."""
    shared = (_shared(each, names) for each in objects(message, "attachments"))
    posts = [post for post in shared if post is not None]
    return (*posts, *(_file(each, team) for each in objects(message, "files")))


def forwarded(message: Payload, source: str, names: Mapping[str, str]) -> Attachment:
    """The message itself, as one that was forwarded; `source` says whose it is."""
    ts = maybe_timestamp(message, "ts")
    return Attachment(
        kind=AttachmentKind.FORWARDED,
        text=readable(words(message, "text"), names),
        source=source,
        at=instant(ts) if ts else None,
    )


def _shared(found: Payload, names: Mapping[str, str]) -> Attachment | None:
    """A message that was shared into this one; None for the preview of a link.

    Its source is who wrote it and where it stands.
    """
    link = words(found, "from_url")
    if not (found.get("is_share") or found.get("is_msg_unfurl")) or not link:
        return None
    author = words(found, "author_name") or words(found, "author_subname")
    try:
        ts = maybe_timestamp(found, "ts")
    except Unreadable:
        ts = None
    return Attachment(
        kind=AttachmentKind.FORWARDED,
        text=readable(words(found, "text") or words(found, "fallback"), names),
        source=f"{author} {link}".strip(),
        at=instant(ts) if ts else None,
    )


def _file(found: Payload, team: str) -> Attachment:
    media_type = words(found, "mimetype")
    kind = _KINDS.get(media_type.partition("/")[0], AttachmentKind.DOCUMENT)
    if words(found, "subtype") == _SPOKEN:
        kind = AttachmentKind.VOICE
    if words(found, "mode") in ("tombstone", "hidden_by_limit"):
        kind = AttachmentKind.UNKNOWN
    url = words(found, "url_private_download") or words(found, "url_private")
    return Attachment(
        kind=kind,
        name=words(found, "name") or words(found, "title"),
        size=whole(found, "size"),
        ref=f"{team}:{url}" if url else "",
        media_type=media_type,
        seconds=whole(found, "duration_ms") // 1000,
    )
