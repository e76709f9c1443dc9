"""A recurrence with its time of day, its length, its first day and its end."""

from dataclasses import replace
from datetime import date, time, timedelta

from core.when.amounts import Amount
from core.when.clocks import Clock
from core.when.cycles import Cycle
from core.when.items import Item
from core.when.points import DAY, Point, Read, asked, part_time, usual, wrong
from core.when.ranges import as_time, hours
from core.when.stretches import Span
from core.when.tokens import Line
from core.when.values import Repeat


def repeat(
    line: Line,
    cycle: Cycle,
    said: Point,
    start: Point,
    ends: tuple[Point, Point],
    lengths: list[Item],
    count: int | None,
) -> Read | None:
    """The recurrence of a cycle and of what stands beside it.

    `said` has no link of its own, `start` came after "starting" or "from", and `ends` are what
    "to" or "until" led to: an hour closes the hours of each day, a day the whole series.
    """
    for point in (said, start, *ends):
        impossible = wrong(point)
        if impossible or point.instant:
            return impossible
    cycle, said = _completed(cycle, said)
    cycle, start, ends = _weekdays_between(cycle, start, ends)
    window = _window(line, cycle, said.hours or start.hours, said.part or start.part, ends)
    first, until = _days(line, said, start)
    last = next((end for end in ends if end.on or end.span), None)
    if window is None or (last and until):
        return None
    at, length = window
    if last:
        until = last.on.day if last.on else last.span.first if last.span else None
        if last.span and last.span.ending and not last.on:
            until = as_time(last.span.end).date() - DAY
    for piece in lengths:
        value = piece.value
        if not isinstance(value, Amount):
            continue
        if not value.dated and length is None:
            length = value.length()
        elif value.dated and piece.link == "for" and until is None:
            until = value.date_after(first or line.today)
        else:
            return None
    if until is not None and (count is not None or (first and until < first)):
        return None
    cycle = cycle.checked()
    if cycle.freq == "HOURLY" and length:
        cycle = replace(
            cycle,
            ask="What repeats every hour does so all day long. At which times shall it be?",
            options=(f"every day at {at:%H:%M}",) if at else (),
        )
        at = length = None
    bounds = (
        f";COUNT={count}"
        if count is not None
        else f";UNTIL={until.year:04}{until:%m%d}"
        if until
        else ""
    )
    meaning = Repeat(rule=cycle.rule() + bounds, first=first, at=at, length=length)
    ask = (cycle.ask, cycle.options) if cycle.ask else asked(start, said, *ends)
    return Read(meaning, *ask)


def _completed(cycle: Cycle, said: Point) -> tuple[Cycle, Point]:
    """ "June 5 every year", "Tuesday every week": the day beside the cycle is part of it."""
    plain = not (cycle.weekdays or cycle.monthdays or cycle.months)
    on, span = said.on, said.span
    rest = replace(said, on=None, span=None)
    if not plain or said.link in {"for", "starting", "from"}:
        return cycle, said
    if cycle.freq == "YEARLY" and on and on.month and on.number and on.year is None:
        return replace(cycle, months=(on.month,), monthdays=(on.number,)), rest
    if cycle.freq == "YEARLY" and span and span.month:
        return replace(cycle, months=(span.month,)), rest
    if cycle.freq == "MONTHLY" and on and on.number and not on.month and on.weekday is None:
        return replace(cycle, monthdays=(on.number,)), rest
    if cycle.freq == "WEEKLY" and said.bare_weekday is not None:
        return replace(cycle, weekdays=((0, said.bare_weekday),)), rest
    return cycle, said


def _weekdays_between(
    cycle: Cycle, start: Point, ends: tuple[Point, Point]
) -> tuple[Cycle, Point, tuple[Point, Point]]:
    """ "from Monday to Friday every week" names days of the week, not bounds."""
    first, last = start.bare_weekday, ends[0].bare_weekday
    plain = cycle.freq in {"WEEKLY", "DAILY"} and not cycle.weekdays and cycle.interval == 1
    if cycle.freq == "DAILY" or not plain or first is None or last is None:
        return cycle, start, ends
    days = sorted((first + step) % 7 for step in range((last - first) % 7 + 1))
    cycle = replace(cycle, weekdays=tuple((0, day) for day in days))
    return cycle, replace(start, on=None), (replace(ends[0], on=None), ends[1])


def _window(
    line: Line, cycle: Cycle, clock: Clock | None, part: str | None, ends: tuple[Point, Point]
) -> tuple[time | None, timedelta | None] | None:
    """The time of day and the length that the hours give, or None when they do not fit."""
    part = part or cycle.part
    closing = next((end.hours for end in ends if end.hours and not end.on), None)
    if clock is None:
        return None if closing else (part_time(line, part) if part else None, None)
    clock = clock.half(part) if part else clock
    if closing is None:
        return usual(clock), None
    start, length = hours(clock, closing)
    return time(start // 60 % 24, start % 60), timedelta(minutes=length)


def _days(line: Line, said: Point, start: Point) -> tuple[date | None, date | None]:
    """The first day and the last, as far as days beside the cycle say them."""
    first: date | None = None
    until: date | None = None
    if said.on:
        first = said.on.day
    elif said.span and said.link == "for":
        until = _counted_end(line, said.span)
    elif said.span and said.link in {"since", "after"}:
        first = said.span.first
    elif said.span:
        first, until = said.span.first, as_time(said.span.end).date() - DAY
    if start.on:
        first = start.on.day
    elif start.span:
        first = start.span.first
    return first, until


def _counted_end(line: Line, span: Span) -> date:
    """ "for the next year" and "for the next 3 weeks" count from today."""
    units = {"week": Amount(days=7), "month": Amount(months=1), "year": Amount(years=1)}
    if span.grain in units and span.first > line.today:
        return units[span.grain].date_after(line.today)
    return as_time(span.end).date() - DAY
