"""When an event is."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from core.errors import UserError
from core.lengths import changed_length, sensible
from core.people import Person
from core.times import Current, Timing, ask_about, timing
from core.when.recurrence import align
from core.when.rule import Freq, Rule
from core.when.values import Day, Habits, Moment, Period, Repeat
from core.when.wall import WallTime, wall

DEFAULT_LENGTH = timedelta(hours=1)
MIDNIGHT = time()


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """When an event is."""

    start: datetime
    end: datetime
    zone: str
    all_day: bool
    rrule: str | None
    day_said: bool = True


def meal_hour(title: str, habits: Habits) -> time | None:
    """When a meal is eaten of which only the day was said; None for what is no meal."""
    hours = {
        "breakfast": habits.morning,
        "lunch": habits.noon,
        "dinner": habits.evening,
        "supper": habits.evening,
    }
    return hours.get((title.casefold().split() or [""])[0])


def span(
    words: str,
    person: Person,
    now: datetime,
    *,
    asks: str,
    length: str | None = None,
    current: Current | None = None,
) -> Span:
    """When an event is: as long as before or one hour if no end is said, whole days if no hour."""
    said = timing(words, person, now, asks=asks, current=current)
    before = current.length if current is not None else None
    lasts = said.length if length is None else changed_length(length, before, person, now)
    if lasts is None and isinstance(said.meaning, Moment | Repeat):
        lasts = before
    match said.meaning:
        case Repeat() as repeat:
            return _repeated(said, repeat, person, now, asks, lasts)
        case Moment(at=at):
            return _timed(at, None, said, lasts)
        case Day(on=day):
            return _whole_days(day, day + timedelta(days=1), said, lasts, asks)
        case Period(start=date() as start, end=end):
            if isinstance(start, datetime):
                ends = end if isinstance(end, datetime) else None
                return _timed(start, ends, said, lasts)
            ends_on = end if end is not None else start + timedelta(days=1)
            if isinstance(ends_on, datetime):
                ends_on = ends_on.date() + timedelta(days=1)
            return _whole_days(start, ends_on, said, lasts, asks)
        case _:
            raise UserError("When does it begin? Say it like “tomorrow at 9”.", asks=asks)


def _timed(start: datetime, end: datetime | None, said: Timing, lasts: timedelta | None) -> Span:
    start = start.replace(second=0, microsecond=0)
    if lasts is not None or end is None:
        lasts = DEFAULT_LENGTH if lasts is None else lasts
        sensible(lasts)
        end = wall(WallTime(local=start, zone=said.zone).instant() + lasts, said.zone).local
        if end <= start:
            # The clocks went back meanwhile: keep what they show in order.
            end = start + lasts
    if end <= start:
        raise UserError("An event ends after it starts; check the two times.")
    sensible(end - start)
    return Span(
        start=start,
        end=end,
        zone=said.zone,
        all_day=False,
        rrule=None,
        day_said=said.day_said,
    )


def _whole_days(start: date, end: date, said: Timing, lasts: timedelta | None, asks: str) -> Span:
    if lasts is not None and lasts % timedelta(days=1):
        raise UserError("At what time does it begin? Say it like “at 9”.", asks=asks)
    if lasts is not None:
        sensible(lasts)
        end = start + lasts
    if end <= start:
        raise UserError("An event ends after it starts; check the two days.")
    sensible(end - start)
    return Span(
        start=datetime.combine(start, MIDNIGHT),
        end=datetime.combine(end, MIDNIGHT),
        zone=said.zone,
        all_day=True,
        rrule=None,
    )


def _repeated(
    said: Timing,
    repeat: Repeat,
    person: Person,
    now: datetime,
    asks: str,
    lasts: timedelta | None,
) -> Span:
    rule = Rule.parse(repeat.rule)
    if rule.freq is Freq.HOURLY:
        raise UserError("An event repeats daily at most; for hours, make a reminder.", asks=asks)
    today = wall(now, said.zone).local.date()
    first = align(rule, datetime.combine(repeat.first or today, repeat.at or MIDNIGHT))
    ask_about(rule, first.date(), asks)
    lasts = lasts or repeat.length
    if repeat.at is None:
        whole = _whole_days(first.date(), first.date() + timedelta(days=1), said, lasts, asks)
        return replace(whole, rrule=str(rule))
    return replace(_timed(first, None, said, lasts), rrule=str(rule))
