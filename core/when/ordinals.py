"""Which one of several: "the first Friday", "the second to last day", "the third workday"."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from core.when.dates import WEEK, On
from core.when.holidays import nth_weekday
from core.when.numbers import ordinal
from core.when.spans import span
from core.when.stretches import Span, day_of
from core.when.tokens import Line

_DAY = timedelta(days=1)
Found = tuple[On, int] | None


def year_later(month: Span) -> Span:
    """The same month a year later."""
    start = month.first
    end = month.end if not isinstance(month.end, datetime) else month.end.date()
    return replace(
        month, start=start.replace(year=start.year + 1), end=end.replace(year=end.year + 1)
    )


def nth_in(inside: Span, which: int, number: int) -> date | None:
    start = inside.first
    if inside.grain == "month":
        return nth_weekday(start.year, start.month, which, number)
    end = inside.end.date() if isinstance(inside.end, datetime) else inside.end
    found = start + timedelta(days=(which - start.weekday()) % 7) + (number - 1) * WEEK
    if number < 0:
        found = end - timedelta(days=(end - _DAY).weekday() + 1 - which)
        found = end - _DAY - timedelta(days=((end - _DAY).weekday() - which) % 7)
        found += (number + 1) * WEEK
    return found if start <= found < end else None


def nth(line: Line, at: int) -> tuple[int | None, int]:
    """ "first", "3rd", "last", "second to last", "next to last": which one, and the place after."""
    start = line.take(at, "the", "every", "each")
    if line.word(start) in {"last", "final"}:
        return -1, start + 1
    for words in ("next to last", "penultimate", "last but one"):
        end = line.take(start, words)
        if end > start:
            return -2, end
    found = ordinal(line, start)
    if found is None:
        return None, at
    number, end = found
    back = line.take(line.take(end, "-"), "to the last", "to last", "- to - last", "from last")
    back = line.take(end, "to the last", "to last", "- to - last", "last")
    return (-number, back) if back > end else (number, end)


def nth_day(line: Line, number: int, place: int) -> Found:
    workday = line.word(place) != "day"
    end = place + 1 if line.word(place) in {"day", "weekday", "workday"} else place + 2
    link = line.take(end, "of", "in")
    within = span(line, link) if link > end else None
    if within is None or (number != -1 and number < 1):
        return None
    inside, end = within
    if not workday:
        found = day_of(inside, number)
        return (found, end) if found else None
    last = inside.end.date() if isinstance(inside.end, datetime) else inside.end
    run = inside.first if number > 0 else last - _DAY
    left = number if number > 0 else 1
    while True:
        left -= run.weekday() < 5
        if not left:
            return On(run, exact=True), end
        run += _DAY if number > 0 else -_DAY
        if not inside.first <= run < last:
            return None
