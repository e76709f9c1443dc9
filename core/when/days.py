"""Days named by way of other days: "Friday next week", "two weeks from tomorrow", "the first
Tuesday in October", and the moments counted from now.

Each reader takes a place in a line and gives (value, place after it), or None.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

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
    valid,
    week_of,
    weekday,
    weekday_name,
)
from core.when.holidays import nth_weekday
from core.when.numbers import cardinal, ordinal
from core.when.spans import Span, around, day_of, simple, span
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
        return _nth_day(line, number, place)
    named_weekday = weekday_name(line, place)
    if named_weekday is None:
        return None
    which, end = named_weekday
    after = line.take(end, "after", "following")
    if after > end and number > 0:
        anchor = day(line, after)
        if anchor is None:
            return None
        start = anchor[0].date + _DAY
        first = start + timedelta(days=(which - start.weekday()) % 7)
        return On(first + (number - 1) * WEEK, exact=True), anchor[1]
    place = line.take(end, "of", "in", ",", "during")
    within = span(line, place)
    if within is None or within[0].grain not in {"month", "year", "quarter"}:
        return None
    inside, end = within
    found = _nth_in(inside, which, number)
    if found is None:
        return None
    if found < line.today and inside.month is not None:
        found = _nth_in(around_year(inside), which, number) or found
    elif found < line.today and line.take(place, "the month", "month") == end:
        found = _nth_in(around(line, "month", line.today, 1), which, number) or found
    return On(found, exact=True), end


def around_year(month: Span) -> Span:
    """The same month a year later."""
    start = month.first
    end = month.end if not isinstance(month.end, datetime) else month.end.date()
    return replace(
        month, start=start.replace(year=start.year + 1), end=end.replace(year=end.year + 1)
    )


def _nth_in(inside: Span, which: int, number: int) -> date | None:
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


def _nth_day(line: Line, number: int, place: int) -> Found:
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
        return On(anchor[0].date + sign * _DAY, exact=True), anchor[1]
    if start == at and anchor[0].weekday is not None:
        return None
    far = sign * (name[0] - anchor[0].date.weekday()) % 7 or 7
    return On(anchor[0].date + sign * far * _DAY, exact=True), anchor[1]


_BRACKETS = ",("


_DEEPEST = 4


@remembered
def day(line: Line, at: int) -> Found:
    """A single day, with everything beside it that says which."""
    if line.depth > _DEEPEST:
        return None
    line.depth += 1
    found = _day(line, at)
    line.depth -= 1
    return found


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
        start = week_of(line, value.date)
        moved = start + timedelta(days=(found[0] - line.habits.week_start) % 7)
    else:
        moved = value.date + timedelta(days=(found[0] - value.date.weekday()) % 7)
    return replace(value, date=moved, ask=None), found[1]


def _week_then_day(line: Line, at: int) -> Found:
    """ "next week Wednesday", "next week on Friday", "this week Thursday"."""
    found = simple(line, at)
    if found is None or found[0].grain != "week" or not isinstance(found[0].start, date):
        return None
    place = line.take(line.over(found[1], ","), "on")
    name = weekday_name(line, place)
    if name is None:
        return None
    start = week_of(line, found[0].first)
    return On(start + timedelta(days=(name[0] - line.habits.week_start) % 7), exact=True), name[1]


def _after_weekday(line: Line, value: On, end: int) -> Found:
    """What may follow a weekday: a date, a number, a week, a distance."""
    place = line.over(end, _BRACKETS)
    place = line.take(place, "on the", "the", "on")
    dated = calendar_day(line, place) or short_literal(line, place)
    if dated:
        close = line.over(dated[1], ")")
        return _agreed(line, value, dated[0]), close
    number = month_number(line, place)
    if number and number[0].number and line.word(number[1]) not in {"week"}:
        whole = _after_number(line, number[0], number[1])
        if whole and whole[1] > number[1]:
            return _agreed(line, value, whole[0]), whole[1]
        return _numbered(line, value, number[0].number), number[1]
    plain = line[place]
    if plain.kind is Kind.NUMBER and 1 <= plain.value <= 31:
        after = line[place + 1]
        ranged = after.text in {"-", "to", "until", "till", "through", ":"}
        counted = clock(line, place)
        counted_sure = counted is not None and counted[0].sure
        counts = after.text in UNITS or (after.text in {"am", "pm", "a", "p"}) or counted_sure
        if not counts and not (ranged and plain.value <= 24) and line.word(place - 1) != "at":
            exact = _numbered(line, value, plain.value)
            if exact and (plain.value > 24 or (plain.value > 12 and not after.text.isdigit())):
                return exact, place + 1
            if exact.date == value.date and plain.value > 12:
                return exact, place + 1
    for link in ("of", "in", "on", ",", ""):
        start = line.take(end, link) if link else end
        if link and start == end:
            continue
        week = simple(line, start)
        if week and week[0].grain == "week" and week[1] > start and week[0].sure:
            first = week_of(line, week[0].first)
            shift = timedelta(days=(value.weekday or 0) - line.habits.week_start)
            return replace(value, date=first + timedelta(days=shift.days % 7), ask=None), week[1]
        apart = day_from(line, start)
        weeks = any(UNITS.get(line.word(step)) == "week" for step in range(start, start + 4))
        if apart and isinstance(apart[0], On) and weeks:
            first = week_of(line, apart[0].date)
            shift_days = ((value.weekday or 0) - line.habits.week_start) % 7
            return replace(value, date=first + timedelta(days=shift_days), ask=None), apart[1]
    return _after_day(line, value, end)


def _numbered(line: Line, value: On, number: int) -> On:
    """The coming month in which that number falls on that weekday."""
    months = line.today.year * 12 + line.today.month - 1
    for step in range(months, months + 18):
        year, month = divmod(step, 12)
        if valid(year, month + 1, number):
            day = date(year, month + 1, number)
            if day >= line.today and day.weekday() == value.weekday:
                return On(day, number=number, weekday=value.weekday)
    return value


def _agreed(line: Line, value: On, dated: On) -> On:
    """A weekday said with a date: a question when they contradict each other."""
    if dated.wrong or dated.date.weekday() == value.weekday or value.weekday is None:
        return replace(dated, weekday=value.weekday, sure=True)
    if dated.year is None and dated.month and dated.number:
        for year in range(line.today.year, line.today.year + 3):
            if valid(year, dated.month, dated.number):
                day = date(year, dated.month, dated.number)
                if day >= line.today and day.weekday() == value.weekday:
                    dated = replace(dated, date=day)
                    break
    name = WEEKDAY_NAMES[value.weekday]
    first = on_same(dated, line.today)
    near = dated.date + timedelta(days=(value.weekday - dated.date.weekday() + 3) % 7 - 3)
    if dated.date.weekday() == value.weekday:
        near = dated.date
        asked = f"{named(first, line.today)} comes first; do you mean that or the {name} of {near.year}?"
    else:
        asked = f"{named(dated.date, line.today)} is not a {name}. Which day do you mean?"
    options = (named(first, line.today), named(near, line.today))
    return replace(dated, weekday=value.weekday, sure=True, ask=asked, options=options)


def on_same(dated: On, today: date) -> date:
    """The first coming day with the month and number of a date."""
    years = range(today.year, today.year + 9)
    if dated.month and dated.number and dated.year is None:
        for year in years:
            if valid(year, dated.month, dated.number):
                found = date(year, dated.month, dated.number)
                if found >= today:
                    return found
    return dated.date


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
            return replace(found, number=value.number, month=found.date.month), within[1]
    name = weekday_name(line, line.over(end, _BRACKETS))
    if name and value.number and line.over(end, _BRACKETS) > end:
        made = _numbered(line, replace(value, weekday=name[0]), value.number)
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
            return _agreed(line, On(value.date, weekday=name[0]), value), past
        if value.date.weekday() == name[0] and value.exact:
            if again and again[0].date == value.date:
                return value, line.over(again[1], ")")
            return value, past
    if value.exact and value.year is None and place > end:
        again = calendar_day(line, place)
        if again and again[0].date == value.date:
            return value, line.over(again[1], ")")
    if line.word(end) in {"+", "plus"}:
        more = amount(line, end + 1)
        if more and more[0].dated:
            return replace(value, date=more[0].date_after(value.date), exact=True), more[1]
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
    past = line.take(end, *_FORWARD)
    if past > end:
        return _moved(line, value, 1, exact_now=line.word(end + 1) == "right"), past
    past = line.take(end, *_BACKWARD)
    if past > end:
        return _moved(line, value, -1, exact_now=False), past
    return _anchored(line, value, end)


def _moved(line: Line, value: Amount, sign: int, *, exact_now: bool) -> On | Instant:
    if value.dated and not exact_now:
        return On(value.date_after(line.today, sign), exact=True)
    now = line.now if value.seconds % 60 else line.now.replace(microsecond=0)
    return Instant(value.after(now, sign))


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
            return On(value.date_after(direct[0].date), exact=True), direct[1]
        return None
    anchor = day(line, place)
    if anchor and not anchor[0].wrong and not anchor[0].night:
        on = anchor[0]
        if value.dated:
            return On(value.date_after(on.date, sign), exact=True), anchor[1]
        timed = clock(line, line.take(anchor[1], "at", ","))
        if timed and timed[0].sure:
            return Instant(value.after(timed[0].on(on.date), sign), timer=False), timed[1]
        if value.unit == "day" or sign > 0:
            return None
        return Instant(value.after(datetime.combine(on.date, time(0)), sign), timer=False), anchor[
            1
        ]
    timed = clock(line, place)
    if timed and timed[0].sure and not value.dated and not _lasting(line, end):
        begin, end = timed
        dated = day(line, line.take(end, "on", ","))
        if dated:
            return Instant(value.after(begin.on(dated[0].date), sign), timer=False), dated[1]
        base = begin.on(line.today)
        if begin.bare and begin.at.hour < 7:
            base += timedelta(hours=12)
        moved = value.after(base, sign)
        return Instant(moved if moved > line.now else moved + _DAY, timer=False), end
    return None


def week_of_day(line: Line, at: int) -> tuple[Span, int] | None:
    """ "the week of October 5", "the week commencing Monday", "the weekend of the 3rd"."""
    start = line.take(at, "the")
    grain = line.word(start)
    if grain not in {"week", "weekend"}:
        return None
    past = line.take(start + 1, "before", "after", "following")
    if past > start + 1:
        beside = day(line, past)
        if beside is None or beside[0].wrong or not beside[0].sure:
            return None
        sign = -1 if line.word(start + 1) == "before" else 1
        return around(line, grain, beside[0].date, sign), beside[1]
    place = line.take(
        start + 1, "starting on", "beginning on", "commencing on", "of", "commencing", "beginning",
        "starting", "ending", "containing", "with",
    )  # fmt: skip
    if place == start + 1:
        return None
    found = day(line, line.take(place, "the") if line.word(place) != "the" else place)
    if found is None or found[0].wrong:
        return None
    week = around(line, grain, found[0].date)
    return week, found[1]


def later_number(line: Line, number: int, after: date) -> On | None:
    """The first day of the month with this number from a day on."""
    return on_number(line, number, after)
