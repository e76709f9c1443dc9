"""What stands in each other's way, and where time is free.

Two spans conflict if each begins before the other ends: half-open, so that a meeting from ten to
eleven and one from eleven to twelve do not.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from operator import itemgetter

from core.errors import UserError
from core.when.recurrence import Occurrence, Rule, expand
from core.when.wall import instant, wall
from core.when.wall import zone as find_zone

Span = tuple[datetime, datetime]
"""Aware start and end."""

MOST_CONFLICTS = 10_000
_LONGEST_SEARCH = timedelta(days=366)


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """An event that happens once or repeats, as far as time is concerned."""

    id: str
    first: datetime
    """Naive local start of the first occurrence; midnight for whole days."""
    zone: str
    duration: timedelta
    """Elapsed time, not negative; whole days for all-day events, as the calendar counts them."""
    rule: Rule | None = None
    excluded: frozenset[datetime] = frozenset()
    """Naive local starts of the occurrences that do not happen."""
    all_day: bool = False

    def occurrences(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        """Those that overlap the half-open window of instants, in order, at most 10,000."""
        return expand(
            self.rule,
            self.first,
            self.zone,
            start,
            end,
            excluded=self.excluded,
            duration=self.duration,
            whole_days=self.all_day,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """One occurrence of the new series and one of another that overlap."""

    other: str
    """The id of the other series."""
    new_at: Occurrence
    other_at: Occurrence
    soft: bool
    """One of them is all day: worth a note ("it is Ana's birthday"), not a warning."""


def conflicts(
    new: Series, others: Iterable[Series], start: datetime, end: datetime
) -> list[Conflict]:
    """Every overlap of `new` with the others inside the half-open window of instants, by time.

    A series never conflicts with itself: an other with the id of `new` is passed over. After
    10,000 overlaps the others that are left are not looked at.
    """
    return sorted(
        islice(_overlaps(new, others, start, end), MOST_CONFLICTS),
        key=lambda conflict: (conflict.new_at.start, conflict.other_at.start),
    )


def _overlaps(
    new: Series, others: Iterable[Series], start: datetime, end: datetime
) -> Iterator[Conflict]:
    mine = list(new.occurrences(start, end))
    if not mine:
        return
    # Both lists rise, because occurrences of one series are equally long.
    starts = [occurrence.start for occurrence in mine]
    ends = [occurrence.end for occurrence in mine]
    start, end = max(start, starts[0]), min(end, ends[-1])
    for other in others:
        if other.id == new.id:
            continue
        soft = new.all_day or other.all_day
        for theirs in other.occurrences(start, end):
            first = bisect_right(ends, theirs.start)
            for occurrence in mine[first : bisect_left(starts, theirs.end, first)]:
                yield Conflict(other=other.id, new_at=occurrence, other_at=theirs, soft=soft)


def free(
    busy: Iterable[Span],
    start: datetime,
    end: datetime,
    length: timedelta,
    *,
    zone: str,
    hours: tuple[time, time] = (time(9), time(17)),
    weekdays: Collection[int] = range(7),
    step: timedelta = timedelta(minutes=15),
    most: int = 50,
    whole: bool = False,
) -> list[Span]:
    """The earliest slot of the length in every stretch of free time, in order; with `whole` the
    rest of the stretch too.

    All instants are aware, those returned UTC. A slot lies inside the window, inside the `hours`
    of the local day (over midnight if they end before they begin; equal hours are the whole day)
    and begins on a local multiple of `step` after midnight. `weekdays` are as in `date.weekday()`.
    At most a year is searched. Raises UserError for a length of nothing.
    """
    if length <= timedelta(0):
        raise UserError("Say how long it should be, for example 30 minutes.")
    if step <= timedelta(0):
        raise ValueError("step is positive")
    taken = _merged(busy)
    slots: list[Span] = []
    for opens, closes in _open_hours(start, end, zone, hours, weekdays):
        for begins, ends in _gaps(taken, opens, closes):
            slot = _aligned(begins, zone, step)
            if slot + length <= ends:
                slots.append((slot, ends if whole else slot + length))
            if len(slots) >= most:
                return slots
    return slots


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as disjoint spans in order."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _gaps(taken: list[Span], start: datetime, end: datetime) -> Iterator[Span]:
    """What the disjoint spans leave between start and end."""
    index = bisect_right(taken, start, key=itemgetter(1))
    while index < len(taken) and taken[index][0] < end:
        if taken[index][0] > start:
            yield start, taken[index][0]
        start = taken[index][1]
        index += 1
    if start < end:
        yield start, end


def _open_hours(
    start: datetime,
    end: datetime,
    zone: str,
    hours: tuple[time, time],
    weekdays: Collection[int],
) -> Iterator[Span]:
    """The hours of each local day as instants, cut to the window."""
    tz = find_zone(zone)
    start, end = start.astimezone(UTC), min(end, start + _LONGEST_SEARCH).astimezone(UTC)
    # Hours over midnight may have begun the day before.
    day = wall(start, zone).local.date() - timedelta(days=1)
    last = wall(end, zone).local.date()
    while day <= last:
        following = day + timedelta(days=1)
        if day.weekday() in weekdays:
            opens = instant(datetime.combine(day, hours[0]), tz)
            closing_day = day if hours[0] < hours[1] else following
            closes = instant(datetime.combine(closing_day, hours[1]), tz)
            if max(opens, start) < min(closes, end):
                yield max(opens, start), min(closes, end)
        day = following


def _aligned(at: datetime, zone: str, step: timedelta) -> datetime:
    """The first instant from `at` on whose local time is a multiple of `step` after midnight."""
    while past := _since_midnight(at, zone) % step:
        at += step - past
    return at


def _since_midnight(at: datetime, zone: str) -> timedelta:
    local = wall(at, zone).local
    return local - datetime.combine(local.date(), time())
