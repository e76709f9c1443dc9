"""Days named by way of other days: "Friday next week", "two weeks from tomorrow", "the first
Tuesday in October", and the moments counted from now.

Each reader takes a place in a line and gives (value, place after it), or None.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from core.when.agreeing import agreed, numbered
from core.when.amounts import Amount, amount
from core.when.clocks import clock
from core.when.dates import (
    WEEK,
    On,
    calendar_day,
    month_number,
    named,
    named_day,
    on_number,
    relative_word,
    short_literal,
    week_of,
    weekday,
    weekday_name,
)
from core.when.numbers import cardinal
from core.when.ordinals import nth, nth_day, nth_in, year_later
from core.when.spans import simple, span
from core.when.stretches import Span, around, day_of
from core.when.tokens import Kind, Line, remembered
from core.when.words import UNITS, WEEKDAY_NAMES, WEEKDAY_PLURALS, WEEKDAYS

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Instant:
    """A naive local moment counted from now or from another moment."""

    at: datetime
    timer: bool = True
    sure: bool = True


Found = tuple[On, int] | None
FoundRelative = tuple[On | Instant, int] | None


def _basic(line: Line, at: int) -> Found:
    best: Found = None
    for reader in (
        calendar_day,
        short_literal,
        weekday,
        relative_word,
        named_day,
        _nth_of,
        _edge_day,
        _beside,
        month_number,
    ):
        found = reader(line, at)
        if found and (best is None or found[1] > best[1]):
            best = found
    return best


def _nth_of(line: Line, at: int) -> Found:
    """ "first tuesday in october", "second to last friday of May", "third Monday after Easter"."""
    number, place = nth(line, at)
    if number is None:
        return None
    if (
        line.word(place) in {"day", "weekday", "workday"}
        or line.take(place, "working day", "business day") > place
    ):
        return nth_day(line, number, place)
    named_weekday = weekday_name(line, place)
    if named_weekday is None:
        return None
    which, end = named_weekday
    after = line.take(end, "after", "following")
    if after > end and number > 0:
        anchor = day(line, after)
        if anchor is None:
            return None
        start = anchor[0].day + _DAY
        first = start + timedelta(days=(which - start.weekday()) % 7)
        return On(first + (number - 1) * WEEK, exact=True), anchor[1]
    place = line.take(end, "of", "in", ",", "during")
    within = span(line, place)
    if within is None or within[0].grain not in {"month", "year", "quarter"}:
        return None
    inside, end = within
    found = nth_in(inside, which, number)
    if found is None:
        return None
    if found < line.today and inside.month is not None:
        found = nth_in(year_later(inside), which, number) or found
    elif found < line.today and line.take(place, "the month", "month") == end:
        found = nth_in(around(line, "month", line.today, 1), which, number) or found
    return On(found, exact=True), end


def _edge_day(line: Line, at: int) -> Found:
    """ "the last of the month", "month end"."""
    start = line.take(at, "the")
    if line.take(start, "last of the month", "month end", "month - end") > start:
        found = day_of(around(line, "month", line.today), -1)
        end = line.take(start, "last of the month", "month end", "month - end")
        return (found, end) if found else None
    return None


def _beside(line: Line, at: int) -> Found:
    """ "the day before Christmas", "the Monday after Easter"."""
    start = line.take(at, "the")
    name = weekday_name(line, start)
    place = name[1] if name else line.take(start, "day")
    if place == start or line.word(place) not in {"before", "after", "following"}:
        return None
    anchor = day(line, place + 1)
    if anchor is None or anchor[0].wrong or anchor[0].night or not anchor[0].sure:
        return None
    sign = -1 if line.word(place) == "before" else 1
    if name is None:
        return On(anchor[0].day + sign * _DAY, exact=True), anchor[1]
    if start == at and anchor[0].weekday is not None:
        return None
    far = sign * (name[0] - anchor[0].day.weekday()) % 7 or 7
    return On(anchor[0].day + sign * far * _DAY, exact=True), anchor[1]


_BRACKETS = ",("


_DEEPEST = 4


@remembered
def day(line: Line, at: int) -> Found:
    """A single day, with everything beside it that says which."""
    if line.depth > _DEEPEST:
        return None
    line.depth += 1
    try:
        return _day(line, at)
    finally:
        line.depth -= 1


def _day(line: Line, at: int) -> Found:
    counted = day_from(line, at)
    if counted and isinstance(counted[0], On):
        return _with_weekday(line, counted[0], counted[1])
    found = _week_then_day(line, at)
    if found and isinstance(found[0], On):
        return found[0], found[1]
    basic = _basic(line, at)
    if basic is None:
        return None
    value, end = basic
    if value.weekday is not None and not value.month:
        return _after_weekday(line, value, end)
    if value.number is not None and value.month is None:
        return _after_number(line, value, end)
    return _after_day(line, value, end)


def _with_weekday(line: Line, value: On, end: int) -> Found:
    """A counted day followed by "on Tuesday": that day of its week."""
    place = line.take(end, "on", ", on")
    found = weekday_name(line, place) if place > end else None
    if found is None:
        return _after_day(line, value, end)
    if any(UNITS.get(line.word(step)) == "week" for step in range(max(0, end - 8), end)):
        start = week_of(line, value.day)
        moved = start + timedelta(days=(found[0] - line.habits.week_start) % 7)
    else:
        moved = value.day + timedelta(days=(found[0] - value.day.weekday()) % 7)
    return replace(value, day=moved, ask=None), found[1]


def _week_then_day(line: Line, at: int) -> Found:
    """ "next week Wednesday", "next week on Friday", "this week Thursday"."""
    found = simple(line, at)
    if found is None or not isinstance(found[0].start, date):
        return None
    if found[0].grain == "month":
        chosen = _nth_in_month(line, found[0], found[1])
        if chosen is not None or found[0].month is not None:
            return chosen
        return _in_month(line, found[0], found[1])
    if found[0].grain != "week":
        return None
    place = line.take(line.over(found[1], ","), "on")
    name = weekday_name(line, place)
    if name is None:
        return None
    start = week_of(line, found[0].first)
    return On(start + timedelta(days=(name[0] - line.habits.week_start) % 7), exact=True), name[1]


def _nth_in_month(line: Line, span: Span, end: int) -> Found:
    """ "next month on the first Friday", "in December, the second Tuesday"."""
    place = line.take(line.over(end, ","), "on the", "on", "the")
    number, after = nth(line, place)
    name = weekday_name(line, after) if number is not None and place > end else None
    if number is None or name is None:
        return None
    found = nth_in(span, name[0], number)
    if found is not None and found < line.today and span.month is not None:
        found = nth_in(year_later(span), name[0], number)
    return (On(found, exact=True), name[1]) if found else None


def _in_month(line: Line, span: Span, end: int) -> Found:
    """ "next month on the 5th", "next month on Friday"."""
    place = line.take(line.over(end, ","), "on the", "on", "the")
    if place == end:
        return None
    number = month_number(line, place)
    if number is None or number[0].number is None:
        name = weekday_name(line, place)
        return (_some(line, span, name[0]), name[1]) if name else None
    if weekday_name(line, number[1]):
        return None
    found = day_of(span, number[0].number)
    if found is None:
        wrong = f"That month has no day {number[0].number}."
        return replace(number[0], wrong=wrong, sure=True), number[1]
    return replace(found, number=number[0].number, month=found.day.month, exact=True), number[1]


def _some(line: Line, span: Span, weekday: int) -> On:
    """A weekday of a month: which one has to be asked."""
    first = span.first + timedelta(days=(weekday - span.first.weekday()) % 7)
    days = [first + timedelta(days=7 * step) for step in range(4)]
    ask = f"Which {WEEKDAY_NAMES[weekday]} of that month?"
    return On(first, weekday=weekday, ask=ask, options=tuple(named(d, line.today) for d in days))


def _after_weekday(line: Line, value: On, end: int) -> Found:
    """What may follow a weekday: a date, a number, a week, a distance."""
    place = line.over(end, _BRACKETS)
    place = line.take(place, "on the", "the", "on")
    dated = calendar_day(line, place) or short_literal(line, place)
    if dated:
        close = line.over(dated[1], ")")
        return agreed(line, value, dated[0]), close
    number = month_number(line, place)
    if number and number[0].number and line.word(number[1]) not in {"week"}:
        whole = _after_number(line, number[0], number[1])
        if whole and whole[1] > number[1]:
            return agreed(line, value, whole[0]), whole[1]
        return numbered(line, value, number[0].number), number[1]
    plain = _number_after(line, value, place)
    if plain:
        return plain
    for link in ("of", "in", "on", ",", ""):
        start = line.take(end, link) if link else end
        if link and start == end:
            continue
        week = simple(line, start)
        if week and week[0].grain == "week" and week[1] > start and week[0].sure:
            first = week_of(line, week[0].first)
            shift = timedelta(days=(value.weekday or 0) - line.habits.week_start)
            return replace(value, day=first + timedelta(days=shift.days % 7), ask=None), week[1]
        apart = day_from(line, start)
        weeks = any(UNITS.get(line.word(step)) == "week" for step in range(start, start + 4))
        if apart and isinstance(apart[0], On) and weeks:
            first = week_of(line, apart[0].day)
            shift_days = ((value.weekday or 0) - line.habits.week_start) % 7
            return replace(value, day=first + timedelta(days=shift_days), ask=None), apart[1]
    return _after_day(line, value, end)


def _number_after(line: Line, value: On, place: int) -> Found:
    """ "Sunday 31": a plain number after a weekday that is too late in the day to be an hour."""
    plain, after = line[place], line[place + 1]
    if plain.kind is not Kind.NUMBER or not 12 < plain.value <= 31 or line.word(place - 1) == "at":
        return None
    ranged = plain.value <= 24 and after.text in {"-", "to", "until", "till", "through", ":"}
    timed = clock(line, place)
    counts = after.text in UNITS or after.text in {"am", "pm", "a", "p"}
    if ranged or counts or (timed and timed[0].sure) or after.kind is Kind.NUMBER:
        return None
    return numbered(line, value, plain.value), place + 1


def _after_number(line: Line, value: On, end: int) -> Found:
    """ "the 21st this month", "the 3rd of next month", "the 5th, a Monday"."""
    place = line.take(line.over(end, ","), "day of", "of", "in", "for")
    within = simple(line, place)
    if within and within[0].grain in {"month", "year"} and value.number:
        found = day_of(within[0], value.number)
        if within[0].grain == "month" and (place > end or within[0].month is None):
            if found is None:
                wrong = f"That month has no day {value.number}."
                return replace(value, wrong=wrong, sure=True), within[1]
            return replace(found, number=value.number, month=found.day.month), within[1]
    name = weekday_name(line, line.over(end, _BRACKETS))
    if name and value.number and line.over(end, _BRACKETS) > end:
        made = numbered(line, replace(value, weekday=name[0]), value.number)
        return made, line.over(name[1], ")")
    return _after_day(line, value, end)


def _after_day(line: Line, value: On, end: int) -> Found:
    """The same day said again, and "+10 days"."""
    place = line.over(end, _BRACKETS)
    if line.word(place) in {"a", "the", "on"} and place > end:
        place += 1
    name = weekday_name(line, place)
    if name and (place > end or value.month or line.word(end) in WEEKDAYS):
        past = line.over(name[1], ")") if line.word(end) == "(" else name[1]
        again = calendar_day(line, line.over(name[1], ","))
        if value.month:
            return agreed(line, On(value.day, weekday=name[0]), value), past
        if value.day.weekday() == name[0] and value.exact:
            if again and again[0].day == value.day:
                return value, line.over(again[1], ")")
            return value, past
    if value.exact and value.year is None and place > end:
        again = calendar_day(line, place)
        if again and again[0].day == value.day:
            return value, line.over(again[1], ")")
    if line.word(end) in {"+", "plus"}:
        more = amount(line, end + 1)
        if more and more[0].dated:
            return replace(value, day=more[0].date_after(value.day), exact=True), more[1]
    return value, end


_FORWARD = (
    "from right now", "from now on", "from now", "from this moment", "hence",
    "later on", "later", "out", "into the future", "down the line", "down the road",
)  # fmt: skip
_BACKWARD = ("ago", "back", "earlier", "before now", "in the past", "prior")
_ABOUT = (
    "about",
    "around",
    "approximately",
    "exactly",
    "just",
    "roughly",
    "another",
    "under",
    "like",
)


@remembered
def relative(line: Line, at: int) -> FoundRelative:
    """What is counted from now or from another day: "in 20 minutes", "3 days ago", "a week from
    Monday", "two Sundays from now"."""
    return _relative(line, at, to_day=False)


@remembered
def day_from(line: Line, at: int) -> FoundRelative:
    """The same where a day is expected."""
    return _relative(line, at, to_day=True)


def _relative(line: Line, at: int, *, to_day: bool) -> FoundRelative:
    start = line.take(at, "in", "after") if not to_day or line.word(at) == "in" else at
    within = start > at
    start = line.take(start, *_ABOUT)
    sign = 0
    if line.word(at) in {"+", "-"} and not line[at + 1].spaced:
        start, sign = at + 1, 1 if line.word(at) == "+" else -1
        if sign < 0 and at > 0 and not line[at].spaced:
            return None
    counted = _weekdays_from_now(line, start)
    if counted:
        return counted
    found = amount(line, start)
    if found is None or line.word(start) in {"all", "full", "whole", "entire", "the"}:
        return None
    value, end = found
    if sign:
        return _moved(line, value, sign, exact_now=False), end
    if within:
        follow = line.take(end, "' time", "time", "from now", "from today", "hence")
        past = _anchored(line, value, end)
        if past:
            return past
        if line.word(end) in {"or", "to", "-"} and cardinal(line, end + 1):
            return None
        if line.word(at) == "after" and not value.seconds:
            return None
        if not value.sure and line[end].kind is Kind.WORD and line[end].capital:
            return None
        return _moved(line, value, 1, exact_now=False), follow
    after = line.take(end, *_FORWARD)
    if after > end:
        return _moved(line, value, 1, exact_now=line.word(end + 1) == "right"), after
    after = line.take(end, *_BACKWARD)
    if after > end:
        return _moved(line, value, -1, exact_now=False), after
    return _anchored(line, value, end)


def _moved(line: Line, value: Amount, sign: int, *, exact_now: bool) -> On | Instant:
    try:
        if value.dated and not exact_now:
            return On(value.date_after(line.today, sign), exact=True)
        return Instant(value.after(line.now.replace(microsecond=0), sign))
    except (OverflowError, ValueError):
        return On(line.today, wrong="That is beyond my calendar.")


def _weekdays_from_now(line: Line, at: int) -> Found:
    """ "two Sundays from now"."""
    found = cardinal(line, at)
    if found is None:
        return None
    name = WEEKDAY_PLURALS.get(line.word(found[1]), WEEKDAYS.get(line.word(found[1])))
    end = line.take(found[1] + 1, "from now", "hence", "from today")
    back = line.take(found[1] + 1, "ago", "back")
    if name is None or found[0] > 5000:
        return None
    today = line.today
    if end > found[1] + 1:
        first = today + timedelta(days=(name - today.weekday()) % 7 or 7)
        return On(first + (found[0] - 1) * WEEK, exact=True), end
    if back > found[1] + 1:
        first = today - timedelta(days=(today.weekday() - name) % 7 or 7)
        return On(first - (found[0] - 1) * WEEK, exact=True), back
    return None


def _lasting(line: Line, end: int) -> bool:
    """The amount before "from" is a length: "for 3 hours from 10"."""
    return line.word(end) == "from" and "for" in line.words[max(0, end - 5) : end]


def _anchored(line: Line, value: Amount, end: int) -> FoundRelative:
    """An amount before or after something: "from Tuesday", "after 3pm", "before Christmas"."""
    place = line.take(end, "starting from", "from", "after", "following", "past")
    sign = 1
    if place == end:
        place = line.take(end, "before", "prior to", "ahead of", "until", "till", "to")
        sign = -1
        if line.word(end) in {"until", "till", "to"}:
            return None
    if place == end:
        weeks = value.dated and value.days and value.days % 7 == 0 and not value.months
        place = line.take(end, "on")
        direct = relative_word(line, end) or (weekday(line, place) if place > end else None)
        if weeks and direct and not direct[0].night:
            return On(value.date_after(direct[0].day), exact=True), direct[1]
        return None
    anchor = day(line, place)
    if anchor and not anchor[0].wrong and not anchor[0].night:
        on = anchor[0]
        if value.dated:
            return On(value.date_after(on.day, sign), exact=True), anchor[1]
        timed = clock(line, line.take(anchor[1], "at", ","))
        if timed and timed[0].sure:
            return Instant(value.after(timed[0].on(on.day), sign), timer=False), timed[1]
        if value.unit == "day" or sign > 0:
            return None
        return Instant(value.after(datetime.combine(on.day, time(0)), sign), timer=False), anchor[1]
    timed = clock(line, place)
    if timed and timed[0].sure and not value.dated and not _lasting(line, end):
        begin, end = timed
        dated = day(line, line.take(end, "on", ","))
        if dated:
            return Instant(value.after(begin.on(dated[0].day), sign), timer=False), dated[1]
        base = begin.on(line.today)
        if begin.bare and begin.at.hour < 7:
            base += timedelta(hours=12)
        moved = value.after(base, sign)
        return Instant(moved if moved > line.now else moved + _DAY, timer=False), end
    return None


def later_number(line: Line, number: int, after: date) -> On | None:
    """The first day of the month with this number from a day on."""
    return on_number(line, number, after)
