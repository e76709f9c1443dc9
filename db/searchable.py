"""What of a row can be found by words: its texts, and its dates as people write them."""

from datetime import datetime

from core.rows import Event, Note, Reminder, Task, Thing


def searchable(thing: Thing) -> str:
    """The text of the thing's document: one part a line, empty parts left out."""
    match thing:
        case Task():
            parts = [thing.title, thing.description, thing.project, _day(thing.due_local)]
        case Event():
            days = {_day(thing.start_local): None, _day(thing.end_local): None}
            parts = [thing.title, thing.description, thing.location, *days]
        case Reminder():
            parts = [thing.text, _day(thing.next_local or thing.at_local)]
        case Note():
            parts = [thing.text, thing.source]
    return "\n".join(part for part in parts if part)


def _day(local: datetime | None) -> str:
    """2026-11-23 Monday 23 November"""
    return "" if local is None else f"{local:%Y-%m-%d %A} {local.day} {local:%B}"
