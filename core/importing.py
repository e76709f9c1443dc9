"""Events of a calendar file, before and while they are put into the calendar."""

import zlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from core import cards, serial
from core.events import HORIZON, reach, series
from core.people import Person
from core.ports import CalendarContents
from core.rows import Event
from core.when.describe import describe
from core.when.recurrence import next_after
from core.when.rule import Rule
from core.when.show import show_date
from core.when.wall import wall

PIECE = 5
"""Events that one unit puts into the calendar, with their reminders: more would take longer than
10 ms."""
MOST_LINES = 5
_BLINK = timedelta(microseconds=1)
MOST_BROKEN = 3
MOST_OCCURRENCES = 50_000
"""Of each side that are held against each other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a file would bring."""

    pieces: tuple[bytes, ...]
    """The events, packed, for units of their own."""
    count: int
    said: str
    """In our own words, without the question."""
    quoted: str
    """In the words of the file."""


def pieces(events: Sequence[Event]) -> tuple[bytes, ...]:
    """The events packed, each piece for one unit. All are stored in one: compressed, they take a
    tenth of the room and of the time."""
    return tuple(
        zlib.compress(serial.dump(tuple[Event, ...], tuple(events[at : at + PIECE])).encode())
        for at in range(0, len(events), PIECE)
    )


def piece(packed: bytes) -> tuple[Event, ...]:
    """The events of a piece."""
    found: tuple[Event, ...] = serial.load(tuple[Event, ...], zlib.decompress(packed).decode())
    return found


def preview(
    contents: CalendarContents,
    known: frozenset[str],
    others: Sequence[Event],
    person: Person,
    now: datetime,
) -> Preview:
    """What the file would bring to a calendar that has `others` within the coming year.

    `known`: UIDs that are there already. Takes seconds for a large file: not for a unit.
    """
    fresh = [event for event in contents.events if event.uid not in known]
    total = len(contents.events) + len(contents.broken)
    told = [f"{_counted(len(fresh), 'event')}, {_stretch(fresh, person, now)}." if fresh else ""]
    if not fresh:
        told.append("There is nothing new in that calendar file.")
    if double := len(contents.events) - len(fresh):
        told.append(f"{double:,} {_is(double)} in your calendar already.")
    if contents.cancelled:
        told.append(f"{contents.cancelled:,} {_is(contents.cancelled)} cancelled and left out.")
    if contents.broken:
        told.append(f"{len(contents.broken):,} of {total:,} could not be read.")
    if clashing := clashes(fresh, others, now):
        verb = "overlaps" if clashing == 1 else "overlap"
        told.append(f"{clashing:,} of them {verb} what you have.")
    return Preview(
        pieces=pieces(fresh),
        count=len(fresh),
        said=" ".join(part for part in told if part),
        quoted="\n".join(_lines(contents, fresh, person, now)),
    )


def clashes(new: Sequence[Event], others: Sequence[Event], now: datetime) -> int:
    """How many of the new events overlap a timed one of the others within the coming year."""
    taken = [
        (at.start, at.end)
        for other in others
        if not other.all_day
        for at in islice(series(other).occurrences(now, now + HORIZON), MOST_OCCURRENCES)
        if at.end > at.start
    ]
    taken = _merged(taken[:MOST_OCCURRENCES])
    if not taken:
        return 0
    ends = [end for _, end in taken]
    found = seen = 0
    for event in new:
        start, end = max(reach(event, now)[0], now), now + HORIZON
        if event.all_day or start >= end or seen >= MOST_OCCURRENCES:
            continue
        for at in series(event).occurrences(start, end):
            seen += 1
            next_taken = bisect_left(ends, at.start)
            while next_taken < len(taken) and taken[next_taken][1] <= at.start:
                next_taken += 1
            if at.end > at.start and next_taken < len(taken) and taken[next_taken][0] < at.end:
                found += 1
                break
    return found


def _merged(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _stretch(events: Sequence[Event], person: Person, now: datetime) -> str:
    """ "23 Nov 2026 – 4 Dec 2027", open where a series has no end."""
    today = cards.today(person, now)
    first = wall(min(event.start_at for event in events), person.zone).local
    begins = show_date(first, today=today)
    if any(event.until_at is None for event in events):
        return f"from {begins} on"
    # What ends at midnight is over the day before.
    last = max(event.until_at for event in events if event.until_at is not None)
    ends = show_date(wall(max(last - _BLINK, events[0].start_at), person.zone).local, today=today)
    return begins if begins == ends else f"{begins} – {ends}"


def _lines(
    contents: CalendarContents, fresh: Sequence[Event], person: Person, now: datetime
) -> list[str]:
    """The next few events, or else the first, and what could not be read."""
    coming = [(event, at) for event in fresh if (at := _next(event, now))]
    shown = sorted(coming, key=lambda pair: pair[1])[:MOST_LINES]
    rows = shown or [(event, event.start_local) for event in fresh[:MOST_LINES]]
    lines = [f"“{contents.name}”:"] if contents.name and rows else []
    lines += [f"• {_line(event, at, person, now)}" for event, at in rows]
    if len(fresh) > len(rows):
        lines.append(f"… and {len(fresh) - len(rows):,} more")
    lines += [f"Not read: {why}." for why in contents.broken[:MOST_BROKEN]]
    if len(contents.broken) > MOST_BROKEN:
        lines.append(f"… and {len(contents.broken) - MOST_BROKEN:,} more")
    return lines


def _next(event: Event, now: datetime) -> datetime | None:
    """The naive local start of the next occurrence; None when none is ahead."""
    rule = Rule.parse(event.rrule) if event.rrule else None
    found = next_after(rule, event.start_local, event.zone, now, frozenset(event.excluded))
    return found[0] if found else None


def _line(event: Event, at: datetime, person: Person, now: datetime) -> str:
    when = cards.event_words(event, person, now, at)
    words = f"{when} {cards.clipped(event.title, 80)}"
    if event.rrule is None:
        return words
    today = cards.today(person, now)
    return f"{words} ({describe(Rule.parse(event.rrule), today=today, clock=cards.clock(person))})"


def imported_words(count: int) -> str:
    """What was done, for undo: "imported 38 events"."""
    return f"imported {_counted(count, 'event')}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
