"""Payloads as JSON gave them, looked into with care. https://docs.slack.dev/reference/events

Everything here raises `Unreadable` for what is missing or of another type than promised.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.slack.happened import Unreadable
from adapters.slack.places import PLATFORM
from core.values import Identity

Payload = Mapping[str, Any]

_ID = re.compile(r"[A-Z][A-Z0-9]{0,40}", re.ASCII)
_TS = re.compile(r"\d{1,12}\.\d{1,9}", re.ASCII)


def inside(payload: Payload, key: str) -> Payload:
    """The object there."""
    found = payload.get(key)
    if not isinstance(found, Mapping):
        raise Unreadable(f"{key} is no object")
    return found


def maybe(payload: Payload, key: str) -> Payload:
    """The object there; an empty one for none."""
    return {} if payload.get(key) is None else inside(payload, key)


def objects(payload: Payload, key: str) -> list[Payload]:
    """The objects of the list there; none for no list."""
    found = payload.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise Unreadable(f"{key} is no list of objects")
    return found


def words(payload: Payload, key: str) -> str:
    """The text there; "" for none."""
    found = payload.get(key)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Unreadable(f"{key} is no text")
    return found


def identifier(payload: Payload, key: str) -> str:
    """The id there, such as U024BE7LH."""
    found = payload.get(key)
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise Unreadable(f"{key} is no id")
    return found


def timestamp(payload: Payload, key: str) -> str:
    """The `ts` there, which is a message's id in its channel."""
    found = payload.get(key)
    if not isinstance(found, str) or not _TS.fullmatch(found):
        raise Unreadable(f"{key} is no ts")
    return found


def maybe_timestamp(payload: Payload, key: str) -> str | None:
    return timestamp(payload, key) if payload.get(key) else None


def instant(ts: str) -> datetime:
    """When a `ts` was given. Aware."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        raise Unreadable("no instant") from None


def whole(payload: Payload, key: str) -> int:
    """The whole number there; 0 for none or a strange one, which only numbers nobody counts on
    are."""
    found = payload.get(key)
    return found if type(found) is int and found > 0 else 0


def identity(team: str, user: str) -> Identity:
    """Somebody, as the app knows them in the workspace where it is installed."""
    return Identity(platform=PLATFORM, workspace=team, user=user)
