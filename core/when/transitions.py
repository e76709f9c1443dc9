"""When a zone's clocks change, and which yearly rules say so.

zoneinfo tells the offset of an instant but not when it changes, so the changes are found by
looking at every day. The rules are read back from the changes of 28 years, in which every date
falls on every weekday.
"""

from bisect import bisect_left
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from core.when.wall import zone as find_zone


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """One change of the clocks."""

    at: datetime
    """UTC: the first instant with the new offset."""
    before: timedelta
    after: timedelta
    """Offsets from UTC, positive to the east."""
    name: str
    """What the zone calls its time from then on: "CEST"."""

    @property
    def local(self) -> datetime:
        """Naive: what clocks that were not changed would show."""
        return (self.at + self.before).replace(tzinfo=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Observance:
    """From when on an offset holds: a STANDARD or DAYLIGHT of RFC 5545 3.6.5."""

    begins: datetime
    """Naive, in the offset `before`."""
    before: timedelta
    after: timedelta
    name: str
    rule: str | None = None
    """RRULE value by which it begins again every year; None for once."""


def transitions(zone_name: str, first_year: int, last_year: int) -> Iterable[Transition]:
    """Every change of the offset from the first UTC year to the last, both included, in order."""
    key = find_zone(zone_name).key
    years = range(first_year, last_year + 1)
    return chain.from_iterable(_transitions_of(key, year) for year in years)


@lru_cache(maxsize=512)
def observances(zone_name: str, first_year: int, last_year: int) -> tuple[Observance, ...]:
    """What gives the right offset for every instant from the first UTC year to the last.

    Where the same yearly rules hold from the first year on, these rules since 1970. Elsewhere the
    offset at the beginning, then every change by itself, then the yearly rules from the year in
    which they come to stay. Changes that follow no yearly rule (Morocco's follow Ramadan) are
    listed up to the last year.
    """
    end = last_year + _CYCLE
    found = list(transitions(zone_name, first_year, end))
    runs = [run for run in _runs(found, end) if run[0].at.year <= last_year]
    ruled = {change.at for run in runs for change in run}
    single = [t for t in found if t.at not in ruled and t.at.year <= last_year]
    if runs and not single and all(run[0].at.year == first_year for run in runs):
        return tuple(_by_rule(run, _EPOCH.year) for run in runs)
    start = datetime(first_year, 1, 1, tzinfo=UTC).astimezone(find_zone(zone_name))
    offset = start.utcoffset() or timedelta()
    name = start.tzname() or zone_name
    return (
        Observance(begins=_EPOCH, before=offset, after=offset, name=name),
        *(_once(change) for change in single),
        *(_by_rule(run, run[0].local.year) for run in runs),
    )


_CYCLE = 28
_EPOCH = datetime.fromisoformat("1970-01-01")
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@lru_cache(maxsize=20_000)
def _transitions_of(key: str, year: int) -> tuple[Transition, ...]:
    tz = ZoneInfo(key)
    at, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    found = []
    while at < end:
        following = at + timedelta(days=1)
        before, after = _offset(at, tz), _offset(following, tz)
        if before != after:
            change = _first_with(after, at, following, tz)
            name = change.astimezone(tz).tzname() or key
            found.append(Transition(at=change, before=before, after=after, name=name))
        at = following
    return tuple(found)


def _offset(at: datetime, tz: ZoneInfo) -> timedelta:
    return at.astimezone(tz).utcoffset() or timedelta()


def _first_with(offset: timedelta, start: datetime, end: datetime, tz: ZoneInfo) -> datetime:
    """The second in which the offset begins; it holds at the end and not at the start."""
    seconds = range(int((end - start).total_seconds()) + 1)
    begun = bisect_left(
        seconds, True, key=lambda s: _offset(start + timedelta(seconds=s), tz) == offset
    )
    return start + timedelta(seconds=begun)


def _runs(found: list[Transition], end: int) -> list[list[Transition]]:
    """The changes that come every year from some year to the end, on days that one rule names."""
    groups: defaultdict[tuple[object, ...], list[Transition]] = defaultdict(list)
    for change in found:
        local = change.local
        kind = (local.month, local.weekday(), local.time())
        groups[*kind, change.before, change.after, change.name].append(change)
    runs = []
    for group in groups.values():
        run: list[Transition] = []
        for change in reversed(group):
            if change.local.year != end - len(run):
                break
            run.insert(0, change)
        if _week(run) is not None:
            runs.append(run)
    return sorted(runs, key=lambda run: run[0].at)


_LAST = -7
"""The first day of a month's last week, as the distance from its end."""


def _week(run: list[Transition]) -> int | None:
    """The day of the month on which the week begins that all changes fall into, or `_LAST`."""
    days = {change.local.day for change in run}
    if len(days) != 7:
        return None
    lengths = {monthrange(change.local.year, change.local.month)[1] for change in run}
    if max(days) - min(days) == 6:
        return _LAST if lengths == {max(days)} else min(days)
    return None


def _once(change: Transition) -> Observance:
    return Observance(
        begins=change.local, before=change.before, after=change.after, name=change.name
    )


def _by_rule(run: list[Transition], year: int) -> Observance:
    """The rule of a run, beginning in the given year."""
    first, week = run[0].local, _week(run)
    month, weekday = first.month, first.weekday()
    low = week if week and week > 0 else monthrange(year, month)[1] - 6
    day = next(d for d in range(low, low + 7) if date(year, month, d).weekday() == weekday)
    code = _CODES[weekday]
    if week == _LAST:
        days = f"BYDAY=-1{code}"
    elif low % 7 == 1:
        days = f"BYDAY={low // 7 + 1}{code}"
    else:
        days = f"BYDAY={code};BYMONTHDAY={','.join(map(str, range(low, low + 7)))}"
    return replace(
        _once(run[0]),
        begins=first.replace(year=year, day=day),
        rule=f"FREQ=YEARLY;BYMONTH={month};{days}",
    )
