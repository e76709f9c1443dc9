"""Values as JSON, for rows that keep them whole: messages, turns, replies, changes."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(kind: Any, value: Any) -> str:
    """The value as JSON text. `kind` is its type, or a union of types such as `Turn`."""
    return _adapter(kind).dump_json(value).decode()


def load(kind: Any, text: str) -> Any:
    """The value back from JSON text."""
    return _adapter(kind).validate_json(text)
