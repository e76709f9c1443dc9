"""When a recurrence happens: a rule, its first occurrence and its zone become instants.

The days are made period by period (a day, week, month or year of the rule), so a series that
began long ago is entered near the window that is asked for, and the work is bounded by the window
and never by the age of the series or by how seldom it happens. dateutil, which has to walk from
the first occurrence and searches until the year 9999 for one that never comes, is what the tests
compare with.

All rules repeat on the wall clock. A local time that the clocks skip happens later by the length
of the gap, one that they repeat happens once, the first time. That holds for HOURLY too, which
keeps "every 8 hours" at 08:00, 16:00 and 00:00 all year: on the night of a change one step is an
hour shorter or longer, and an hour that lands on the next one's instant happens once.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.errors import UserError
from core.when.describe import describe
from core.when.rule import Freq, Rule
from core.when.wall import instant, wall
from core.when.wall import zone as find_zone

__all__ = [
    "MOST_OCCURRENCES",
    "Freq",
    "Occurrence",
    "Rule",
    "align",
    "describe",
    "expand",
    "next_after",
]

MOST_OCCURRENCES = 10_000


class Occurrence(NamedTuple):
    """One time that a series happens."""

    local: datetime
    """Naive wall time by the rule; it names the occurrence in an exclusion list."""
    start: datetime
    end: datetime
    """Both UTC."""


def expand(
    rule: Rule | None,
    first: datetime,
    zone: str,
    start: datetime,
    end: datetime,
    *,
    excluded: frozenset[datetime] = frozenset(),
    duration: timedelta = timedelta(0),
    whole_days: bool = False,
) -> Iterator[Occurrence]:
    """Occurrences that overlap the half-open window of instants, in order, at most 10,000.

    `first` is the naive local first occurrence, which matches the rule (see `align`); no rule
    means that it happens once. `duration` is elapsed time, or with `whole_days` wall time, so
    that a day ends at midnight whatever the clocks do. An occurrence without duration belongs to
    the window if it starts in it. Excluded occurrences still count towards COUNT.
    """
    tz = find_zone(zone)
    since = _moved(wall(start, zone).local, -duration - _SLACK)
    until = _moved(wall(end, zone).local, _SLACK)

    def overlapping() -> Iterator[Occurrence]:
        for local, begins in _starts(rule, first, tz, excluded, since, until):
            ends = instant(local + duration, tz) if whole_days else begins + duration
            if begins < end and (ends > start or begins >= start):
                yield Occurrence(local, begins, ends)

    return islice(overlapping(), MOST_OCCURRENCES)


def next_after(
    rule: Rule | None,
    first: datetime,
    zone: str,
    after: datetime,
    excluded: frozenset[datetime] = frozenset(),
) -> tuple[datetime, datetime] | None:
    """The first occurrence later than an instant, as naive local time and UTC instant."""
    since = _moved(wall(after, zone).local, -_SLACK)
    starts = _starts(rule, first, find_zone(zone), excluded, since, _END)
    return next((found for found in starts if found[1] > after), None)


def align(rule: Rule, first: datetime) -> datetime:
    """The first time on or after `first` that matches the rule: what to keep as its beginning.

    The interval counts from there: "every other Tuesday" said on a Thursday begins on the coming
    Tuesday. Raises UserError when the rule ends before it begins or never happens.
    """
    found = next(_locals(rule, 1, first, first, _END), None)
    if found is None:
        raise UserError("No day fits that repetition; check its days and months.")
    if rule.until and found > _latest(rule.until):
        raise UserError("That repetition would end before it begins; give a later end.")
    return found


# Clocks never move by more than a day (Samoa, 2011).
_SLACK = timedelta(days=2)
# Patterns of days repeat with the Gregorian calendar, after 400 years: 146,097 days.
_MOST_PERIODS = 146_097
_BEGINNING = datetime.combine(date.min, time.min)
_END = datetime.combine(date.max, time.max)
_LAST_DAY = date(MAXYEAR - 1, 12, 31)


def _starts(
    rule: Rule | None,
    first: datetime,
    tz: ZoneInfo,
    excluded: frozenset[datetime],
    since: datetime,
    until: datetime,
) -> Iterator[tuple[datetime, datetime]]:
    """Local time and instant of each occurrence whose local time is in the window, in order."""
    if rule is None:
        locals_ = iter((first,) if since <= first <= until else ())
    else:
        locals_ = _locals(rule, rule.interval, first, since, min(until, _end(rule, first, tz)))
    last: datetime | None = None
    for local in locals_:
        if local in excluded:
            continue
        begins = instant(local, tz)
        # A time moved out of a gap can land on or behind the next one: that happens once.
        if last is None or begins > last:
            last = begins
            yield local, begins


def _end(rule: Rule, first: datetime, tz: ZoneInfo) -> datetime:
    """The last naive local time at which the rule can happen."""
    if rule.count:
        return _last_of_count(rule, first)
    if isinstance(rule.until, datetime) and rule.until.tzinfo:
        return wall(rule.until, tz.key).local
    return _latest(rule.until) if rule.until else _END


def _latest(until: date | datetime) -> datetime:
    """The last naive local time that UNTIL can allow, whatever the zone."""
    if not isinstance(until, datetime):
        return datetime.combine(until, time.max)
    return _moved(until.replace(tzinfo=None), _SLACK) if until.tzinfo else until


@lru_cache(maxsize=4096)
def _last_of_count(rule: Rule, first: datetime) -> datetime:
    """The local time of the last occurrence of a rule with COUNT, so that it can be entered late
    like any other."""
    counted = islice(_locals(rule, rule.interval, first, first, _END), rule.count)
    return max(counted, default=_BEGINNING)


def _locals(
    rule: Rule, interval: int, first: datetime, since: datetime, until: datetime
) -> Iterator[datetime]:
    """Matching naive local times from `first` and `since` to `until`, whatever the rule's end."""
    since = max(first, since)
    if rule.freq is Freq.HOURLY:
        yield from _hours(rule, timedelta(hours=interval), first, since, until)
        return
    number, days_of = _PERIODS[rule.freq]
    origin, reached = number(rule, first.date()), number(rule, since.date())
    begin = origin + (reached - origin) // interval * interval
    last = number(rule, min(until.date(), _LAST_DAY))
    at = first.time()
    for period in range(begin, min(last + 1, begin + _MOST_PERIODS * interval), interval):
        days = days_of(rule, period, first.date())
        for day in _picked(days, rule.by_set_pos) if rule.by_set_pos else days:
            local = datetime.combine(date.fromordinal(day), at)
            if since <= local <= until:
                yield local


def _hours(
    rule: Rule, step: timedelta, first: datetime, since: datetime, until: datetime
) -> Iterator[datetime]:
    """Every `step` of wall time on the days that the rule allows."""
    local = first - (first - since) // step * step
    for _ in range(_MOST_PERIODS):
        if local > until or local.date() > _LAST_DAY:
            return
        if _allows(rule, local.date()):
            yield local
            local += step
        else:
            next_day = datetime.combine(local.date() + timedelta(days=1), time())
            local -= (local - next_day) // step * step


def _allows(rule: Rule, day: date) -> bool:
    """BYMONTH, BYMONTHDAY and BYDAY as the filters they are for HOURLY and DAILY."""
    if rule.by_month and day.month not in rule.by_month:
        return False
    if rule.by_day and all(day.weekday() != weekday for _, weekday in rule.by_day):
        return False
    if not rule.by_month_day:
        return True
    from_end = day.day - monthrange(day.year, day.month)[1] - 1
    return day.day in rule.by_month_day or from_end in rule.by_month_day


# Days are proleptic Gregorian ordinals from here on (day 1 is a Monday); periods are numbered
# without gaps, so that a period far away is found by arithmetic.


def _day_number(_: Rule, day: date) -> int:
    return day.toordinal()


def _days_of_day(rule: Rule, period: int, _: date) -> list[int]:
    return [period] if _allows(rule, date.fromordinal(period)) else []


def _week_number(rule: Rule, day: date) -> int:
    return (day.toordinal() - 1 - rule.week_start) // 7


def _days_of_week(rule: Rule, period: int, first: date) -> list[int]:
    begin = period * 7 + 1 + rule.week_start
    weekdays = [weekday for _, weekday in rule.by_day] or [first.weekday()]
    days = sorted(begin + (weekday - rule.week_start) % 7 for weekday in weekdays)
    if rule.by_month:
        return [day for day in days if date.fromordinal(day).month in rule.by_month]
    return days


def _month_number(_: Rule, day: date) -> int:
    return day.year * 12 + day.month - 1


def _days_of_month(rule: Rule, period: int, first: date) -> list[int]:
    year, month = period // 12, period % 12 + 1
    if rule.by_month and month not in rule.by_month:
        return []
    begin = date(year, month, 1).toordinal()
    length = monthrange(year, month)[1]
    weekdays = _weekdays(rule, begin, begin + length - 1)
    if rule.by_day and not rule.by_month_day:
        return sorted(weekdays)
    numbers = rule.by_month_day or (first.day,)
    days = {begin + (n - 1 if n > 0 else length + n) for n in numbers if abs(n) <= length}
    return sorted(days & weekdays if rule.by_day else days)


def _year_number(_: Rule, day: date) -> int:
    return day.year


def _days_of_year(rule: Rule, period: int, first: date) -> list[int]:
    if rule.by_day and not rule.by_month and not rule.by_month_day:
        begin, end = date(period, 1, 1), date(period, 12, 31)
        return sorted(_weekdays(rule, begin.toordinal(), end.toordinal()))
    months = rule.by_month or (range(1, 13) if rule.by_month_day else (first.month,))
    numbers = (period * 12 + month - 1 for month in months)
    return [day for number in numbers for day in _days_of_month(rule, number, first)]


_PERIODS: dict[Freq, tuple[Callable[[Rule, date], int], Callable[[Rule, int, date], list[int]]]] = {
    Freq.DAILY: (_day_number, _days_of_day),
    Freq.WEEKLY: (_week_number, _days_of_week),
    Freq.MONTHLY: (_month_number, _days_of_month),
    Freq.YEARLY: (_year_number, _days_of_year),
}


def _weekdays(rule: Rule, begin: int, end: int) -> set[int]:
    """The days of BYDAY from begin to end, both included, which are the ends of its period."""
    days: set[int] = set()
    for nth, weekday in rule.by_day:
        every = range(begin + (weekday - begin + 1) % 7, end + 1, 7)
        if not nth:
            days.update(every)
        elif abs(nth) <= len(every):
            days.add(every[nth - 1 if nth > 0 else nth])
    return days


def _picked(days: list[int], positions: tuple[int, ...]) -> list[int]:
    return sorted({days[p - 1 if p > 0 else p] for p in positions if abs(p) <= len(days)})


def _moved(local: datetime, by: timedelta) -> datetime:
    try:
        return local + by
    except OverflowError:
        return _END if by > timedelta(0) else _BEGINNING
