"""When a row happens, as far as words such as "my 3pm" or "the one on Friday" ask for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core import events
from core.errors import UserError
from core.people import ToolContext
from core.rows import Event, Reminder, Task, Thing
from core.times import Timing, day_words, timing, window
from core.when.phrases import read
from core.when.recurrence import expand
from core.when.rule import Rule
from core.when.values import Day, Moment, Period
from core.when.wall import WallTime, day_bounds, wall

AHEAD = timedelta(days=7)
"""How far an hour alone looks: "my 3pm" is today's, else the next one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Near:
    """A window of instants, half-open, and the local hour that was said with it."""

    start: datetime
    end: datetime
    clock: time | None = None


def read_window(words: str, context: ToolContext) -> Near | None:
    """The day or stretch that words name; None where they name none."""
    try:
        meant = window(words, context.owner, context.now, asks="")
    except UserError:
        return None
    if meant.start is None or meant.end is None:
        return None
    return Near(start=meant.start, end=meant.end)


def said_time(text: str, context: ToolContext) -> tuple[Near, str] | None:
    """The time within the words, and the words without it."""
    phrases = read(text, context.now, context.owner.habits)
    if len(phrases) != 1 or not isinstance(phrases[0].meaning, Moment | Day | Period):
        return None
    rest, at = "", 0
    for begin, end in phrases[0].places:
        rest, at = rest + text[at:begin], end
    try:
        said = timing(phrases[0].text, context.owner, context.now, asks="")
    except UserError:
        return None
    near = _near(said, phrases[0].text, context)
    return (near, rest + text[at:]) if near else None


def _near(said: Timing, words: str, context: ToolContext) -> Near | None:
    if not isinstance(said.meaning, Moment) or not said.hour_said:
        return read_window(words, context)
    at = said.meaning.at
    first, last = day_bounds(at.date(), said.zone)
    if said.day_said:
        return Near(start=first, end=last, clock=at.time())
    today, _ = day_bounds(wall(context.now, said.zone).local.date(), said.zone)
    return Near(start=today, end=today + AHEAD, clock=at.time())


def at(row: Thing, near: Near, context: ToolContext) -> str | None:
    """The local start of the first occurrence within, "" for what does not repeat, else None."""
    starts: Iterator[datetime]
    match row:
        case Event():
            coming = events.series(row).occurrences(near.start, near.end)
            starts = (each.local for each in coming if _fits(each.local, row.zone, near))
            first = next(starts, None)
            if first is None:
                return None
            return first.isoformat(timespec="minutes") if row.rrule else ""
        case Reminder(rrule=str() as rule, next_at=datetime()):
            rings = expand(Rule.parse(rule), row.at_local, row.zone, near.start, near.end)
            starts = (each.local for each in rings if _fits(each.local, row.zone, near))
            first = next(starts, None)
            return first.isoformat(timespec="minutes") if first else None
        case Reminder(next_at=datetime() as due) | Task(due_at=datetime() as due):
            inside = near.start <= due <= near.end
            local = wall(due, context.owner.zone).local
            return "" if inside and (near.clock is None or local.time() == near.clock) else None
    return None


def _fits(local: datetime, zone: str, near: Near) -> bool:
    start = WallTime(local=local, zone=zone).instant()
    if near.clock is None:
        return True
    return near.start <= start < near.end and local.time() == near.clock


def day(row: Thing, context: ToolContext) -> str | None:
    """The day on which a row happens, in words; None where it has none or several."""
    match row:
        case Event(rrule=None):
            start = row.start_at
        case Reminder(rrule=None, next_at=datetime() as start):
            pass
        case _:
            return None
    return day_words(wall(start, context.owner.zone).local.date(), context.owner, context.now)
