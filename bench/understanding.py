"""Pixie's own understanding in the form that the practice sets measure."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.language.understand import understand
from core.people import Person
from core.ports import Situation
from core.values import OwnerId
from core.when.phrases import read
from core.when.values import Day, Impossible, Length, Moment, Period, Repeat, TimePhrase

_NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Lisbon"))
_PERSON = Person(id=OwnerId("nobody"), created_at=_NOW, zone="Europe/Lisbon", zone_known=True)
_SITUATION = Situation(person=_PERSON, now=_NOW)


def time(text: str, now: datetime, tz: str) -> dict[str, Any] | None:
    """The longest time phrase of a text, as {kind, start, end, rrule, seconds}, or None."""
    phrases = [some for some in read(text, now) if not isinstance(some.meaning, Impossible)]
    return _measured(max(phrases, key=_weight)) if phrases else None


def _weight(phrase: TimePhrase) -> int:
    return sum(end - begin for begin, end in phrase.places)


def _measured(phrase: TimePhrase) -> dict[str, Any] | None:
    meaning = phrase.meaning
    if isinstance(meaning, Moment):
        return {"kind": "instant", "start": meaning.at}
    if isinstance(meaning, Day):
        return {"kind": "date", "start": meaning.on}
    if isinstance(meaning, Period):
        return {"kind": "interval", "start": meaning.start, "end": meaning.end}
    if isinstance(meaning, Length):
        return {"kind": "duration", "seconds": meaning.of.total_seconds()}
    if isinstance(meaning, Repeat):
        timed = f";BYHOUR={meaning.at.hour};BYMINUTE={meaning.at.minute}" if meaning.at else ""
        return {"kind": "recurrence", "rrule": meaning.rule + timed, "start": meaning.first}
    return None


_OWN_NAMES = {
    "remember": "save_note",
    "agenda": "list_events",
    "find_free_time": "list_events",
    "snooze_reminder": "update_reminder",
}
"""Our tools that the intent set knows by another name."""
_KNOWN = frozenset(
    f"{verb}_{thing}" for verb in ("create", "list", "update", "delete", "complete")
    for thing in ("task", "tasks", "event", "events", "reminder", "reminders")
) | {"save_note", "search_memory", "daily_summary"}  # fmt: skip


def request(text: str) -> str:
    """The tool of the intent set that a request is for; "none" for all else.

    A question about a request counts as its tool. What the set has no tool for (help, settings,
    undo, the calendar link) is "none", as its makers labelled it.
    """
    read = understand(text, _SITUATION)
    tool = read.calls[0].name if read.calls else read.about
    tool = _OWN_NAMES.get(tool, tool)
    return tool if tool in _KNOWN else "none"
