"""Pixie's own understanding in the form that the practice sets measure."""

from datetime import datetime
from typing import Any

from core.when.phrases import read
from core.when.values import Day, Impossible, Length, Moment, Period, Repeat, TimePhrase


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
