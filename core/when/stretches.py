"""Stretches of whole days: weeks, months, years and their parts."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from core.when.amounts import Amount
from core.when.dates import WEEK, On, week_of
from core.when.tokens import Line

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from start until end, half-open."""

    start: date | datetime
    end: date | datetime
    grain: str
    """week, weekend, workweek, month, quarter, year, ..., or "days" for a count of them."""
    ending: bool = False
    """Said as the end of something, so that "before" means before its own end."""
    back: "Span | None" = None
    """The one before now, for "since March"."""
    month: int | None = None
    """A month said without a year."""
    sure: bool = True
    """False for words that are a stretch only in company: "may", "2017"."""
    ask: str | None = None
    options: tuple[str, ...] = ()

    @property
    def first(self) -> date:
        return self.start.date() if isinstance(self.start, datetime) else self.start


def a_month(of_year: int, number: int) -> Span:
    start = date(of_year, number, 1)
    return Span(start, start + relativedelta(months=1), "month")


def a_year(number: int) -> Span:
    return Span(date(number, 1, 1), date(number + 1, 1, 1), "year")


def around(line: Line, grain: str, day: date, steps: int = 0) -> Span:
    """The week, month, ... that a day is in, or the one so many steps later."""
    if grain in {"week", "workweek", "weekend"}:
        start = week_of(line, day) + steps * WEEK
        if grain == "week":
            return Span(start, start + WEEK, grain)
        monday = start + timedelta(days=-start.weekday() % 7)
        if grain == "workweek":
            return Span(monday, monday + 5 * _DAY, grain)
        saturday = start + timedelta(days=(5 - start.weekday()) % 7)
        if saturday - week_of(line, saturday) == 6 * _DAY:
            saturday = monday + 5 * _DAY
        return Span(saturday, saturday + 2 * _DAY, grain)
    if grain == "fortnight":
        start = day + _DAY + timedelta(days=14 * (steps - 1)) if steps else day
        return Span(start, start + 2 * WEEK, grain)
    if grain == "month":
        start = day.replace(day=1) + relativedelta(months=steps)
        return Span(start, start + relativedelta(months=1), grain)
    if grain == "quarter":
        start = date(day.year, day.month - (day.month - 1) % 3, 1) + relativedelta(months=3 * steps)
        return Span(start, start + relativedelta(months=3), grain)
    size = {"year": 1, "decade": 10, "century": 100}[grain]
    first = day.year // size * size + size * steps
    return Span(date(first, 1, 1), date(first + size, 1, 1), grain)


def counted(line: Line, value: Amount, end: int, sign: int) -> tuple[Span, int]:
    """ "the next 3 days" begin tomorrow; the next 3 hours begin now."""
    if not value.dated:
        then = value.after(line.now, sign)
        ends = (line.now, then) if sign > 0 else (then, line.now)
        return Span(*ends, "time"), end
    if sign > 0:
        start = line.today + _DAY
        return Span(start, value.date_after(start), "days"), end
    return Span(value.date_after(line.today, -1), line.today, "days"), end


def last_bound(day: date | datetime) -> date:
    return day.date() if isinstance(day, datetime) else day


def edge_of(line: Line, whole: Span, edge: str) -> Span:
    start, end = whole.first, last_bound(whole.end)
    if edge == "all" or whole.grain == "time":
        return whole
    if edge in {"rest", "later"}:
        now_inside = start <= line.today < end
        return replace(whole, start=line.today if now_inside else start, sure=True, back=None)
    days = (end - start).days
    cuts = {
        "week": (0, 2, 4, days),
        "month": (0, 10, 20, days),
        "year": (0, 90, 243, days),
    }.get(whole.grain, (0, days // 3, days - days // 3, days))
    number = {"early": 0, "mid": 1, "end": 2}[edge]
    begin, until = start + timedelta(days=cuts[number]), start + timedelta(days=cuts[number + 1])
    if whole.grain == "year":
        bounds = (start, date(start.year, 4, 1), date(start.year, 9, 1), end)
        begin, until = bounds[number], bounds[number + 1]
    return Span(begin, until, "days", ending=edge == "end", sure=whole.sure)


def day_of(span_value: Span, number: int) -> On | None:
    """The nth day of a stretch, counted from its end when the number is negative."""
    days = (last_bound(span_value.end) - span_value.first).days
    if not (1 <= number <= days or number == -1):
        return None
    offset = number - 1 if number > 0 else days - 1
    return On(span_value.first + timedelta(days=offset), exact=True)
