"""What comes with a message besides its words. https://core.telegram.org/bots/api#message"""

from typing import Any

from telegram import (
    Contact,
    Location,
    Message,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from core.values import Attachment, AttachmentKind

_FILES = {
    "document": AttachmentKind.DOCUMENT,
    "voice": AttachmentKind.VOICE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
    "video_note": AttachmentKind.VIDEO,
    "animation": AttachmentKind.VIDEO,
    "sticker": AttachmentKind.STICKER,
}
_OTHERS = ("poll", "dice", "story", "game", "checklist")


def attached(message: Message, text: str) -> tuple[Attachment, ...]:
    """What comes with a message whose words are `text`. A forwarded post, if it is one, comes
    first and has the words, which are not the sender's."""
    found: list[Attachment] = []
    if message.forward_origin is not None:
        found.append(_post(message.forward_origin, text))
    if message.photo:
        # Sizes come smallest first.
        largest = message.photo[-1]
        found.append(
            Attachment(
                kind=AttachmentKind.PHOTO,
                size=largest.file_size or 0,
                ref=largest.file_id,
                media_type="image/jpeg",
            )
        )
    for name, kind in _FILES.items():
        file = getattr(message, name)
        # An animation comes as a document too.
        if file is not None and not (name == "document" and message.animation is not None):
            found.append(_file(kind, file))
            break
    else:
        found += _other(message)
    if not found and not text and message.api_kwargs:
        # Something newer than this library, or than Pixie.
        found.append(Attachment(kind=AttachmentKind.UNKNOWN))
    return tuple(found)


def _post(origin: MessageOrigin, text: str) -> Attachment:
    return Attachment(
        kind=AttachmentKind.FORWARDED, text=text, source=_source(origin), at=origin.date
    )


def _source(origin: MessageOrigin) -> str:
    """Whose words were forwarded."""
    match origin:
        case MessageOriginUser():
            return origin.sender_user.full_name
        case MessageOriginHiddenUser():
            return origin.sender_user_name
        case MessageOriginChat():
            return origin.sender_chat.effective_name or ""
        case MessageOriginChannel():
            return origin.chat.effective_name or ""
    return ""


def _file(kind: AttachmentKind, file: Any) -> Attachment:
    return Attachment(
        kind=kind,
        name=str(getattr(file, "file_name", None) or getattr(file, "emoji", None) or ""),
        size=int(file.file_size or 0),
        ref=str(file.file_id),
        media_type=str(getattr(file, "mime_type", None) or ""),
        seconds=int(file.to_dict().get("duration", 0)),
    )


def _other(message: Message) -> list[Attachment]:
    if message.contact is not None:
        return [_contact(message.contact)]
    if message.venue is not None:
        return [_place(message.venue.location, message.venue.title)]
    if message.location is not None:
        return [_place(message.location)]
    if any(getattr(message, name, None) is not None for name in _OTHERS):
        return [Attachment(kind=AttachmentKind.UNKNOWN)]
    return []


def _contact(contact: Contact) -> Attachment:
    names = (contact.first_name, contact.last_name)
    return Attachment(
        kind=AttachmentKind.CONTACT,
        name=" ".join(name for name in names if name),
        text=contact.phone_number,
    )


def _place(place: Location, name: str = "") -> Attachment:
    return Attachment(
        kind=AttachmentKind.LOCATION,
        name=name,
        latitude=place.latitude,
        longitude=place.longitude,
    )
