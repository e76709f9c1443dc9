"""Runs where aiogram is: reads a file of JSON lines into its types and says what does not fit.

An object fits when its type takes it and knows every field in it.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from aiogram import types
from pydantic import BaseModel, TypeAdapter, ValidationError


def unknown(value: object, path: str) -> Iterator[str]:
    """Fields that aiogram has kept without knowing them."""
    if isinstance(value, list):
        for at, each in enumerate(value):
            yield from unknown(each, f"{path}[{at}]")
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from unknown(getattr(value, name), f"{path}.{name}")


def main() -> int:
    kinds: Counter[str] = Counter()
    rejected = 0
    for line in Path(sys.argv[1]).read_text("utf-8").splitlines():
        given = json.loads(line)
        kind = given["type"]
        try:
            read = TypeAdapter(getattr(types, kind)).validate_python(given["json"])
            wrong = list(unknown(read, kind))
        except ValidationError as error:
            wrong = [str(error)]
        if kind == "Update":
            kind = next((name for name in given["json"] if name != "update_id"), kind)
        kinds[kind] += 1
        if wrong:
            rejected += 1
            print(f"{kind} rejected: {'; '.join(wrong)}\n{line}")
    print(", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    print(f"aiogram: {kinds.total() - rejected} passed, {rejected} failed")
    return 1 if rejected or not kinds else 0


if __name__ == "__main__":
    raise SystemExit(main())
