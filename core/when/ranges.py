"""From one point to another: hours of a day, days, or both."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from core.when.clocks import Clock, elsewhere
from core.when.cycles import Cycle
from core.when.dates import On, named, on, valid
from core.when.days import later_number
from core.when.points import (
    DAY,
    HALF_DAY,
    Asked,
    Point,
    Read,
    asked,
    at_times,
    moment,
    part_time,
    usual,
)
from core.when.stretches import Span
from core.when.tokens import Line
from core.when.values import Impossible, Period, Repeat
from core.when.words import WEEKDAY_NAMES


def between(line: Line, left: Point, right: Point) -> Read | None:
    """The range from left to right, each completed from the other."""
    days = _days(line, left, right)
    if days:
        return days
    first, last = _opening(line, left), _opening(line, right)
    if left.span or right.span or (left.weak and left.clock) or (right.weak and right.clock):
        return None
    ask = asked(left, right)
    if not first or not last or left.instant or right.instant:
        return _mixed(line, left, right, ask)
    if left.on and right.on and left.on.day != right.on.day:
        start = moment(line, Point(on=left.on, clock=first))
        end = moment(line, Point(on=right.on, clock=last))
        if end.at <= start.at:
            return None
        bare = start.bare_hour or end.bare_hour
        return Read(Period(start=start.at, end=end.at, bare_hour=bare), *ask)
    chosen = left.on or right.on
    if (left.part == "night" or (chosen and chosen.night)) and not left.clock:
        first = first.half("night")
    if left.part == "night" and not right.part and not left.clock:
        last = last.half("night")
    start_at, end_at = times(line, first, last, chosen.day if chosen else None)
    bare = first.bare and last.bare
    ask = at_times(ask, start_at, end_at)
    return Read(Period(start=start_at, end=end_at, bare_hour=bare), *ask)


def _opening(line: Line, made: Point) -> Clock | None:
    return made.hours or (Clock(part_time(line, made.part)) if made.part else None)


def _candidates(clock: Clock) -> list[int]:
    """Minutes of the day that a clock can mean, the usual one first."""
    chosen = usual(clock)
    minutes = chosen.hour * 60 + chosen.minute
    return [minutes, (minutes + 720) % 1440] if clock.bare else [minutes + 1440 * clock.days]


def hours(first: Clock, last: Clock) -> tuple[int, int]:
    """A range of hours as the minute of the day it begins at and its length in minutes.

    The end is the first such time after the start, and a bare start is in the half of the day
    that makes the range at most twelve hours long.
    """
    starts, ends = _candidates(first), _candidates(last)
    choices = []
    for order, start in enumerate(starts):
        for end in ends:
            length = (end - start) % 1440 or 1440
            fits = length <= 720 or len(starts) == len(ends) == 1
            inherits = length if first.bare and not last.bare else order
            choices.append((not fits, inherits, length, start))
    _, _, length, start = min(choices)
    return start, length


def times(line: Line, first: Clock, last: Clock, day: date | None) -> tuple[datetime, datetime]:
    """A range of hours on a day, or the next such range when no day was said."""
    start, length = hours(first, last)
    zone = first.zone if first.zone is not None else last.zone
    begin = datetime.combine(day or line.today, time(0)) + timedelta(minutes=start)
    if zone is not None:
        begin = elsewhere(begin, zone, line.zone)
    if begin <= line.now and (day is None or day == line.today):
        if first.bare and last.bare and start < 720 and begin + HALF_DAY > line.now:
            begin += HALF_DAY
        elif day is None:
            begin += DAY
    return begin, begin + timedelta(minutes=length)


def _mixed(line: Line, left: Point, right: Point, ask: Asked) -> Read | None:
    """One end is a day, the other a moment: "today to Friday 5pm", "now until noon"."""
    if left.instant and right.weak and right.hours and not right.on:
        right = Point(clock=right.hours)
    if left.weak or right.weak:
        return None
    if left.instant and right.on and not right.timed and not left.instant.timer:
        if right.on.day < line.today:
            return None
        return Read(Period(start=line.today, end=right.on.day + DAY), *ask)
    if left.on and not left.timed and right.clock and not right.on:
        return Read(moment(line, Point(on=left.on, clock=right.clock, part=right.part)), *ask)
    start, end = _end(line, left), _end(line, right)
    if start is None or end is None:
        return None
    until = end if isinstance(end, datetime) else end + DAY
    if as_time(until) <= as_time(start):
        if not isinstance(until, datetime) or right.on or right.instant:
            return None
        until = datetime.combine(as_time(start).date(), until.time())
        until += DAY if until <= as_time(start) else timedelta(0)
    return Read(Period(start=start, end=until), *ask)


def _end(line: Line, made: Point) -> date | datetime | None:
    if made.timed:
        return moment(line, made).at
    return made.on.day if made.on else None


def as_time(day: date | datetime) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time(0))


def _days(line: Line, left: Point, right: Point) -> Read | None:
    """From day to day, where either may be a bare number: "12 to 16 September"."""
    if left.timed or right.timed:
        return None
    first, last = left.on, right.on
    if left.weak and right.weak and not first and not last:
        month = left.span or right.span
        return (
            _month_days(month, left.weak.number, right.weak.number, right.span) if month else None
        )
    if left.weak and last and last.number and not first and not right.weak:
        first = _same_month(left.weak.number, last)
        if first is None:
            return None
    elif first and first.number and right.weak and not left.weak and not last:
        year = right.span.first.year if right.span and right.span.grain == "year" else first.year
        if right.span and not year:
            return None
        if year and first.month and first.number:
            first = on(line, first.number, first.month, year)
        last = later_number(line, right.weak.number, first.day + DAY)
    elif left.weak or right.weak:
        return None
    elif first and last:
        first, last = _paired(line, first, last)
    start = first.day if first else left.span.start if left.span else None
    end: date | datetime | None = last.day + DAY if last else None
    if right.span and last is None:
        end = right.span.end
        if start and as_time(end) <= as_time(start) and right.span.month:
            end = on(line, 1, end.month, end.year + 1).day
    wrong = next((some.wrong for some in (first, last) if some and some.wrong), None)
    if wrong:
        return Read(Impossible(), f"{wrong} Which day do you mean?")
    if start is None or end is None or as_time(end) <= as_time(start):
        return None
    return Read(Period(start=start, end=end), *asked(left, right))


def _same_month(number: int, last: On) -> On | None:
    """The day with this number before another, in the same month."""
    if 1 <= number < last.day.day:
        day = last.day.replace(day=number)
        return On(day, number=number, month=day.month)
    return None


def _paired(line: Line, first: On, last: On) -> tuple[On, On]:
    """Two days of a range, each completed from the other."""
    if first.number and first.month is None and last.month and last.number:
        first = _same_month(first.number, last) or first
    if last.number and last.month is None and last.weekday is None:
        last = later_number(line, last.number, first.day + DAY) or last
    if first.month and first.year is None and last.year and first.number:
        shared = on(line, first.number, first.month, last.year)
        if not shared.wrong and shared.day < last.day:
            first = shared
    if last.month and last.year is None and first.year and last.number:
        shared = on(line, last.number, last.month, first.year)
        if not shared.wrong:
            last = shared
    if last.day <= first.day and last.year is None and not last.exact:
        if last.weekday is not None and not last.month:
            weeks = (first.day - last.day).days // 7 + 1
            last = replace(last, day=last.day + weeks * timedelta(days=7))
        elif last.month and last.number and last.day < first.day:
            last = on(line, last.number, last.month, first.day.year + 1)
    return first, last


def _month_days(month: Span, first: int, last: int, year: Span | None) -> Read | None:
    if month.grain != "month" or not 1 <= first < last <= 31:
        return None
    of = year.first.year if year and year.grain == "year" else month.first.year
    number = month.first.month
    if not valid(of, number, last):
        return None
    return Read(Period(start=date(of, number, first), end=date(of, number, last) + DAY))


def each_day(line: Line, left: Point, right: Point, closing: Point) -> Read | None:
    """ "Mon-Fri 9-5": hours on each of some weekdays, once or every week."""
    first, last = left.bare_weekday, right.bare_weekday
    clock = right.hours or left.hours
    if first is None or last is None or not left.on or clock is None:
        return None
    start, length = hours(clock, closing.hours) if closing.hours else (0, 0)
    at = time(start // 60 % 24, start % 60) if length else usual(clock)
    days = [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    weekdays = tuple((0, day) for day in sorted(days))
    said = f"from {at:%H:%M} to {_later(at, length):%H:%M}" if length else f"at {at:%H:%M}"
    until = left.on.day + timedelta(days=(last - first) % 7)
    names = f"{WEEKDAY_NAMES[first]} to {WEEKDAY_NAMES[last]}"
    return Read(
        Repeat(
            rule=Cycle("WEEKLY", weekdays=weekdays).rule(),
            first=left.on.day,
            at=at,
            length=timedelta(minutes=length) if length else None,
        ),
        f"Every week, or only from {named(left.on.day, line.today)}?",
        (
            f"every {names} {said}",
            f"every {names} {said} until {named(until, line.today)}",
        ),
    )


def _later(at: time, minutes: int) -> time:
    return (datetime.combine(date(2000, 1, 1), at) + timedelta(minutes=minutes)).time()
