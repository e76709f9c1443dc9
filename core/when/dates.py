"""Single days as the calendar names them: "3 March", "the 21st", "next Friday", "Christmas".

Each reader takes a place in a line and gives (value, place after it), or None.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.when.holidays import holiday
from core.when.numbers import cardinal, ordinal, short_year, year
from core.when.tokens import Kind, Line, Phrases, remembered
from core.when.words import (
    AFTER_ORDINAL,
    AMBIGUOUS_WEEKDAYS,
    COMING,
    LAST,
    MEASURES,
    MONTH_NAMES,
    MONTHS,
    NEXT,
    THIS,
    TODAY,
    TOMORROW,
    TONIGHT,
    UNITS,
    WEEKDAY_NAMES,
    WEEKDAYS,
    YESTERDAY,
    one_of,
)

WEEK = timedelta(days=7)
_EVE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class On:
    """A day, and what was said to name it."""

    day: date
    back: date | None = None
    """The one before now, for "since March 3"; None when only one day can be meant."""
    number: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    sure: bool = True
    """False for words that are a day only in company: "sat", "the first"."""
    exact: bool = False
    """Said as today, tomorrow or a full date."""
    night: bool = False
    """Said as tonight or last night."""
    ask: str | None = None
    options: tuple[str, ...] = ()
    wrong: str | None = None
    """Why there is no such day."""


Found = tuple[On, int] | None


def named(day: date, now: date) -> str:
    """A day as a person would write it: "Friday 4 December", with the year if it is another."""
    words = f"{WEEKDAY_NAMES[day.weekday()]} {day.day} {MONTH_NAMES[day.month - 1]}"
    return words if day.year == now.year else f"{words} {day.year}"


def nth(number: int) -> str:
    """ "1st", "22nd"."""
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def valid(year: int, month: int, day: int) -> bool:
    return 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def on(line: Line, number: int, month: int, of_year: int | None) -> On:
    """A day and month, in the given year or the coming one."""
    today = line.today
    made = On(today, number=number, month=month, year=of_year)
    if of_year is not None:
        if valid(of_year, month, number):
            return replace(made, day=date(of_year, month, number), exact=True)
        leap = " in that year" if (month, number) == (2, 29) else ""
        return replace(made, wrong=f"{MONTH_NAMES[month - 1]} has no {nth(number)}{leap}.")
    ahead = [
        date(some, month, number)
        for some in range(today.year - 8, today.year + 9)
        if valid(some, month, number)
    ]
    if not ahead:
        return replace(made, wrong=f"{MONTH_NAMES[month - 1]} has no {nth(number)}.")
    coming = next((day for day in ahead if day >= today), None)
    if coming is None:
        return replace(made, wrong="That is beyond my calendar.")
    return replace(made, day=coming, back=max(day for day in ahead if day <= today))


def on_number(line: Line, number: int, start: date | None = None) -> On | None:
    """The coming day of the month with this number, today included."""
    start = start or line.today
    if not 1 <= number <= 31:
        return None
    coming = back = None
    for step in range(-2, 4):
        months = start.year * 12 + start.month - 1 + step
        if valid(months // 12, months % 12 + 1, number):
            day = date(months // 12, months % 12 + 1, number)
            if day <= start:
                back = day
            if day >= start:
                coming = coming or day
    return On(coming, back=back, number=number) if coming else None


def month(line: Line, at: int) -> tuple[int, int] | None:
    """A month by name, with the dot of its abbreviation."""
    number = MONTHS.get(line.word(at))
    if number is None:
        return None
    dotted = line.word(at + 1) == "." and not line[at + 1].spaced and len(line.word(at)) <= 4
    return number, at + 2 if dotted and line[at + 2].kind is not Kind.END else at + 1


def _day_number(line: Line, at: int) -> tuple[int, int] | None:
    """A day of the month inside a date; digits that begin a time are not one."""
    found = ordinal(line, at) or cardinal(line, at)
    if found is None or not 1 <= found[0] <= 31:
        return None
    after = line[found[1]]
    clockish = after.text in {":", "am", "pm", "o'clock", "oclock", "%"} or (
        after.text in {"a", "p", "h"} and not after.spaced
    )
    return None if clockish and line[at].kind is not Kind.ORDINAL else found


def _year_after(line: Line, at: int) -> tuple[int | None, int]:
    place = line.over(at, ",-/")
    place = line.take(place, "of the year", "in the year", "of", "in")
    found = year(line, place)
    if found and line.word(found[1]) != ":" and line.word(found[1]) not in {"am", "pm", "hours"}:
        return found
    return None, at


@remembered
def calendar_day(line: Line, at: int) -> Found:
    """A day with its month: "March 3rd, 2016", "3 March", "2016-03-03", "3/3/16", "Sep-23-2020"."""
    token = line[at]
    if token.kind is Kind.DATE:
        return _literal(line, at)
    start = line.take(at, "the")
    named_month = month(line, start)
    if named_month:
        place = line.over(named_month[1], ",-/")
        place = line.take(place, "the")
        day = _day_number(line, place)
        if day is None:
            return None
        of_year, end = _year_after(line, day[1])
        if line[place].kind is Kind.NUMBER and line[day[1]].kind is Kind.NUMBER and of_year is None:
            pass
        return on(line, day[0], named_month[0], of_year), end
    if token.kind is Kind.NUMBER and line.word(at + 1) == "/" and token.value >= 1000:
        day = _day_number(line, at + 2)
        if day and line.word(day[1]) == "/" and month(line, day[1] + 1):
            return on(line, day[0], MONTHS[line.word(day[1] + 1)], token.value), day[1] + 2
    day = _day_number(line, start)
    if day is None:
        return None
    place = line.over(day[1], "-/,")
    place = line.take(place, "day of the", "day of", "of the", "of", "in the", "in", "day in")
    named_month = month(line, place)
    if named_month is None:
        return None
    if (
        line.word(place) in {"march", "may"}
        and place == day[1]
        and line[place + 1].kind is Kind.WORD
    ):
        verb = line.word(place + 1) not in WEEKDAYS and not line[place].capital
        if verb and line.word(place + 1) not in {"at", "from", "for", "by", "to", "until", "in"}:
            return None
    of_year, end = _year_after(line, named_month[1])
    return on(line, day[0], named_month[0], of_year), end


def _literal(line: Line, at: int) -> Found:
    text = line.word(at)
    mark = next(character for character in text if not character.isdigit())
    numbers = text.split(mark)
    if numbers[-1] == "":
        # "31.12." is written where the day stands first.
        made = on(line, int(numbers[0]), int(numbers[1]), None) if int(numbers[1]) < 13 else None
        return (made, at + 1) if made and not made.wrong else None
    if len(numbers) == 2:
        first, second = int(numbers[0]), int(numbers[1])
        if not (1 <= first <= 31 and 1 <= second <= 31):
            return None
        month_number, day = (second, first) if first > 12 else (first, second)
        if month_number > 12 or text == "24/7":
            return None
        fraction = text in {"1/2", "1/3", "2/3", "1/4", "3/4"}
        spoken = line.word(at + 1) in MEASURES or line.word(at + 1) in UNITS
        if spoken or line.word(at + 1) in {"of", "cup", "cups", "hour"}:
            return None
        made = on(line, day, month_number, None)
        if made.wrong:
            return None
        if first <= 12 and second <= 12 and first != second and not _month_first(line):
            other = on(line, month_number, day, None)
            options = (named(other.day, line.today), named(made.day, line.today))
            made = replace(
                made, ask=f"Is “{text}” a day of {_months(made, other)}?", options=options
            )
        return replace(made, sure=not fraction), at + 1
    if len(numbers[0]) == 4:
        of_year, month_number, day = (int(number) for number in numbers)
        if month_number > 12 >= day:
            month_number, day = day, month_number
    else:
        month_number, day = int(numbers[0]), int(numbers[1])
        of_year = short_year(numbers[2])
        if mark == "." or month_number > 12:
            month_number, day = day, month_number
        if month_number > 12 >= day:
            month_number, day = day, month_number
        if len(numbers[2]) == 2 and mark == ".":
            return None
    if not (1 <= month_number <= 12 and 1 <= day <= 31):
        return None
    return on(line, day, month_number, of_year), at + 1


def _month_first(line: Line) -> bool:
    """Whether the person's country writes the month before the day."""
    return str(getattr(line.zone, "key", "")).startswith(("America/", "US/", "Pacific/Honolulu"))


def _months(one: On, other: On) -> str:
    return " or ".join(MONTH_NAMES[some.day.month - 1] for some in (other, one))


def short_literal(line: Line, at: int) -> Found:
    """ "4-22": a month and a day joined by a hyphen, where the day cannot be an hour."""
    first, second = line[at], line[at + 2]
    if line.word(at + 1) != "-" or line[at + 1].spaced or second.spaced:
        return None
    if first.kind is not Kind.NUMBER or second.kind is not Kind.NUMBER or line.word(at + 3) == "-":
        return None
    if month(line, at + 3) or line.word(at - 1) in MONTHS:
        return None
    if first.value > 12 or not 12 < second.value <= 31 or line.word(at + 3) in {"am", "pm"}:
        return None
    after_day = line.word(at - 1) in {*WEEKDAYS, "today", "tomorrow"}
    if after_day and second.value <= min(24, first.value + 12):  # hours: "tomorrow 12-13"
        return None
    made = on(line, second.value, first.value, None)
    return None if made.wrong else (replace(made, sure=False), at + 3)


@remembered
def which(line: Line, at: int) -> tuple[str, int] | None:
    """ "this", "next" or "last", also as "this coming", "the following", "this past"."""
    start = line.take(at, "the")
    word = line.word(start)
    if word in THIS:
        after = line.word(start + 1)
        if after in COMING:
            return "this", start + 2
        if after in LAST:
            return "last", start + 2
        return ("this", start + 1) if after not in NEXT else None
    if word in COMING:
        return "this", start + 1
    if word in NEXT:
        return "next", start + 1
    if word in LAST:
        return "last", start + 1
    return None


def week_of(line: Line, day: date) -> date:
    """The first day of the week that a day is in."""
    return day - timedelta(days=(day.weekday() - line.habits.week_start) % 7)


def weekday_name(line: Line, at: int) -> tuple[int, int] | None:
    """A weekday, with the dot of its abbreviation or "'s"."""
    word = line.word(at)
    if word.endswith("'s"):
        word = word[:-2]
    number = WEEKDAYS.get(word)
    if number is None:
        return None
    dotted = line.word(at + 1) == "." and not line[at + 1].spaced and len(word) <= 5
    more = line[at + 2].kind is not Kind.END and not (
        line[at + 2].capital and line.word(at + 2) not in MONTHS
    )
    return number, at + 2 if dotted and more else at + 1


@remembered
def weekday(line: Line, at: int) -> Found:
    """ "Friday", "next Friday", "this coming Monday", "last Tuesday", "the Friday after next"."""
    chosen = which(line, at)
    start = chosen[1] if chosen else line.take(at, "the")
    found = weekday_name(line, start)
    if found is None:
        return None
    number, end = found
    today = line.today
    ahead = (number - today.weekday()) % 7
    coming = today + timedelta(days=ahead or 7)
    back = today - timedelta(days=(today.weekday() - number) % 7 or 7)
    made = On(coming, back=back, weekday=number)
    this_week = week_of(line, today)
    in_next = this_week + WEEK + timedelta(days=(number - line.habits.week_start) % 7)
    after = line.take(end, "after next")
    if after > end:
        return replace(made, day=in_next + (WEEK if in_next - WEEK <= today else 0 * WEEK)), after
    if line.word(end) == "week" and not chosen and line.word(end + 1) not in {"of", "after"}:
        return replace(made, day=coming + WEEK), end + 1
    if chosen is None:
        sure = line.word(start).removesuffix("'s") not in AMBIGUOUS_WEEKDAYS
        if ahead:
            return replace(made, sure=sure), end
        asked = f"Do you mean today or {WEEKDAY_NAMES[number]} of next week?"
        options = (named(today, today), named(coming, today))
        return replace(made, sure=sure, ask=asked, options=options), end
    kind = chosen[0]
    if kind == "last":
        return replace(made, day=back, exact=True), end
    if kind == "this":
        return replace(made, day=today + timedelta(days=ahead)), end
    made = replace(made, day=in_next)
    if in_next - WEEK > today:
        name = WEEKDAY_NAMES[number]
        options = (named(in_next - WEEK, today), named(in_next, today))
        asked = f"Do you mean {name} of this week or of next week?"
        return replace(made, ask=asked, options=options), end
    return made, end


def relative_day(line: Line, name: str) -> On:
    """ "today", "tomorrow" or "yesterday"."""
    days = {"today": 0, "tomorrow": 1, "yesterday": -1}[name]
    return On(line.today + timedelta(days=days), exact=True)


def relative_word(line: Line, at: int) -> Found:
    """ "today", "tomorrow", "the day after tomorrow", "tonight", "the next day"."""
    today = line.today
    word = line.word(at).removesuffix("'s")
    if word in TODAY:
        return On(today, exact=True), at + 1
    if word in TOMORROW:
        return On(today + _EVE, exact=True), at + 1
    if word in YESTERDAY:
        return On(today - _EVE, exact=True), at + 1
    if word in TONIGHT:
        return On(today, exact=True, night=True), at + 1
    found = _RELATIVE.at(line, at)
    if found:
        return On(today + timedelta(days=found[0]), exact=True), found[1]
    if line.take(at, "last night") > at:
        return On(today - _EVE, exact=True, night=True), at + 2
    start = line.take(at, "the")
    if line.word(start) == "day" and line.word(start + 1) in {"after", "before"}:
        later = line.word(start + 1) == "after"
        if line.word(start + 2) in (TOMORROW if later else YESTERDAY):
            return On(today + timedelta(days=2 if later else -2), exact=True), start + 3
    return None


_RELATIVE = Phrases(
    {
        "the next day; next day; the following day; following day": 1,
        "the same day; this day; same day": 0,
        "overmorrow": 2,
        "the previous day; the day before": -1,
    }
)


@remembered
def named_day(line: Line, at: int) -> Found:
    """A holiday, in the year that was said or the coming one: "this Christmas", "Easter 2018"."""
    chosen = which(line, at)
    start = chosen[1] if chosen else line.take(at, "the")
    found = holiday(line, start)
    if found is None:
        return None
    in_year, end = found
    today = line.today
    years = range(today.year - 2, today.year + 4)
    all_days = sorted(day for some in years if (day := in_year(some)))
    coming = next((day for day in all_days if day >= today), None)
    if coming is None:
        return None
    back = max((day for day in all_days if day < today), default=coming)
    of_year, past = _year_after(line, end)
    if of_year is None:
        for words, years_on in (("this year", 0), ("next year", 1), ("last year", -1)):
            for link in ("of", "in", ""):
                after = line.take(end, f"{link} {words}")
                if after > end:
                    of_year, past = today.year + years_on, after
    if of_year is not None:
        day = in_year(of_year)
        return (On(day, exact=True, year=of_year), past) if day else None
    if chosen and chosen[0] == "last":
        return On(back, exact=True), end
    return On(coming, back=back), end


def month_number(line: Line, at: int) -> Found:
    """ "the 21st", "the twenty second", "5th": a day of the month on its own, rarely sure."""
    start = line.take(at, "the")
    found = ordinal(line, start)
    if found is None:
        return None
    number, end = found
    end = line.take(end, "day") if line.take(end, "day of") > end else end
    made = on_number(line, number)
    if made is None:
        return None
    after = line[end]
    digits = line[start].kind is Kind.ORDINAL
    governed = line.word(at - 1) in {"on", "by", "until", "before", "from", "since", "till", "for"}
    free = after.kind in {Kind.END, Kind.MARK} or after.text in _FREE
    counted = after.text in AFTER_ORDINAL or after.text in {"-", "'"}
    if start == at and not digits:
        return replace(made, sure=False), end
    sure = free or (governed and not counted and (digits or start > at))
    sure = sure and (digits or governed or number > 3) and not counted
    return replace(made, sure=sure and (start > at or governed)), end


_FREE = one_of(
    "at from for by with in and or to until till is please if i we he she they you me remind "
    "between around before after through thru works work"
)
