"""Text and its entities: found in plain text, checked when given. Offsets count UTF-16 units.

https://core.telegram.org/bots/api#messageentity, tdlib's MessageEntity.cpp.
"""

import re
from typing import Any

from tests.fakes.telegram.errors import Json, bad

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
STYLES = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "blockquote",
        "expandable_blockquote",
        "date_time",
    ]
)
FOUND = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bank_card_number",
    ]
)
"""What the server finds itself; it does not take a client's word for it."""

_PATTERNS = (
    ("bot_command", re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")),
    (
        "url",
        re.compile(r"(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|me|dev|io|de)(?![\w-])(?:/\S*)?"),
    ),
    ("mention", re.compile(r"(?<![\w/.@])@[A-Za-z0-9_]{3,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)
_SPACE = " \n\t"


def units(text: str) -> int:
    """How long Telegram says that it is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def part(text: str, entity: Json) -> str:
    """What an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    start = entity["offset"] * 2
    return raw[start : start + entity["length"] * 2].decode("utf-16-le", "replace")


def found(text: str) -> list[Json]:
    """What the server marks by itself; nothing overlaps."""
    taken: list[tuple[int, int]] = []
    entities = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            taken.append((start, end))
            offset = units(text[:start])
            entities.append({"offset": offset, "length": units(match[0]), "type": kind})
    return sorted(entities, key=lambda entity: entity["offset"])


def read(given: Any) -> list[Json]:
    """A parameter `entities`, each entity well-formed.

    Raises: ApiError "can't parse MessageEntity: …".
    """
    if given is None or not isinstance(given, list):
        return []
    entities = []
    for each in given:
        if not isinstance(each, dict):
            raise bad("can't parse MessageEntity: expected an Object")
        kind = each.get("type", "")
        for name in ("offset", "length"):
            if name not in each:
                raise bad(f"can't parse MessageEntity: can't find field \"{name}\"")
            if isinstance(each[name], bool) or not isinstance(each[name], int):
                raise bad(f'can\'t parse MessageEntity: field "{name}" must be of type Number')
        if kind in FOUND or not kind:
            continue
        if kind not in STYLES:
            raise bad("can't parse MessageEntity: unsupported type specified")
        wanted = {"text_link": "url", "text_mention": "user", "date_time": "unix_time"}.get(kind)
        if kind == "custom_emoji":
            wanted = "custom_emoji_id"
        if wanted and wanted not in each:
            raise bad(f"can't parse MessageEntity: can't find field \"{wanted}\"")
        entities.append(dict(each))
    return entities


def fixed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """The text as it is kept: cleaned, trimmed, its entities checked and moved along.

    Raises: ApiError for an entity that is outside or splits a character.
    """
    total = units(text)
    edges = {0: 0}  # UTF-16 offset of each character to its byte offset
    at = size = 0
    for letter in text:
        at += 2 if ord(letter) > 0xFFFF else 1
        size += len(letter.encode("utf-8", "surrogatepass"))
        edges[at] = size
    for entity in entities:
        start, length = entity["offset"], entity["length"]
        if start < 0:
            raise bad(f"receive an entity with incorrect offset {start}")
        if length < 0:
            raise bad(f"receive an entity with incorrect length {length}")
    kept = sorted(
        (dict(entity) for entity in entities if entity["length"]),
        key=lambda entity: (entity["offset"], -entity["length"]),
    )
    for entity in kept:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if start > total:
            raise bad(f"entity begins after the end of the text at UTF-16 offset {start}")
        if start not in edges:
            where = edges[start + 1]
            raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {where}")
        told = f"entity beginning at UTF-16 offset {start} ends"
        if end > total:
            raise bad(f"{told} after the end of the text at UTF-16 offset {end}")
        if end not in edges:
            raise bad(f"{told} in a middle of a UTF-16 symbol at byte offset {edges[end + 1]}")
    return _trimmed(*_cleaned(text, kept))


def _cleaned(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without carriage returns; other control characters become spaces."""
    dropped = [units(text[:at]) for at, letter in enumerate(text) if letter == "\r"]
    if dropped:
        text = text.replace("\r", "")
        for entity in entities:
            start, end = entity["offset"], entity["offset"] + entity["length"]
            entity["offset"] = start - sum(at < start for at in dropped)
            entity["length"] = end - sum(at < end for at in dropped) - entity["offset"]
    return re.sub(r"[\x00-\x08\x0b-\x1f]", " ", text), entities


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    front = units(text) - units(text.lstrip(_SPACE))
    text = text.strip(_SPACE)
    total = units(text)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - front)
        end = min(total, entity["offset"] + entity["length"] - front)
        moved = {**entity, "offset": start, "length": end - start}
        if end > start and part(text, moved).strip(_SPACE):
            kept.append(moved)
    solid = [entity for entity in kept if entity["type"] in ("code", "pre")]
    return text, [entity for entity in kept if not any(_inside(entity, each) for each in solid)]


def _inside(entity: Json, other: Json) -> bool:
    """Nothing is styled within code."""
    if entity is other:
        return False
    end, other_end = (each["offset"] + each["length"] for each in (entity, other))
    if entity["type"] in ("code", "pre") and entity["length"] == other["length"]:
        return False
    return bool(other["offset"] <= entity["offset"] and end <= other_end)


def merged(text: str, entities: list[Json]) -> list[Json]:
    """The given entities and those that the server finds outside of code and links."""
    closed = [e for e in entities if e["type"] in ("code", "pre", "text_link", "text_mention")]
    extra = [
        entity
        for entity in found(text)
        if not any(
            entity["offset"] < other["offset"] + other["length"]
            and other["offset"] < entity["offset"] + entity["length"]
            for other in closed
        )
    ]
    return sorted([*entities, *extra], key=lambda entity: (entity["offset"], -entity["length"]))
