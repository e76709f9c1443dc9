"""Amounts of time: "an hour and a half", "2h30m", "three business days"."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from core.when.numbers import cardinal, quantity
from core.when.tokens import Kind, Line, remembered
from core.when.words import LETTER_UNITS, UNITS, one_by_one, one_of

_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_MONTHS = {"month": 1, "quarter": 3}
_YEARS = {"year": 1, "decade": 10, "century": 100}
_CHAIN = 6


@dataclass(frozen=True, slots=True)
class Amount:
    """So many years, months, days and seconds; a month is not a number of days until counted."""

    years: float = 0
    months: float = 0
    days: float = 0
    seconds: float = 0
    workdays: float = 0
    unit: str = "day"
    """The finest unit that was said."""
    sure: bool = True
    """False when the words often mean something else: "a second", "3D"."""

    @property
    def dated(self) -> bool:
        """Counted in whole days or more, so that it leads to a day and not to a time."""
        return not self.seconds and (self.days + self.workdays) % 1 == 0

    def length(self) -> timedelta:
        """A month is 30 days, a year 365. Raises OverflowError beyond the calendar."""
        days = self.years * 365 + self.months * 30 + self.days + self.workdays
        return timedelta(days=days, seconds=self.seconds)

    def after(self, start: datetime, sign: int = 1) -> datetime:
        """The start moved by this much, keeping the day of the month where it exists.

        Raises OverflowError or ValueError beyond the calendar.
        """
        months = round((self.years * 12 + self.months) * 60) / 60
        whole = int(months)
        moved = start + relativedelta(months=sign * whole)
        moved += sign * timedelta(days=self.days + (months - whole) * 30, seconds=self.seconds)
        weeks, left = divmod(int(self.workdays), 5)
        moved += sign * timedelta(weeks=weeks)
        while left > 0 or (self.workdays and moved.weekday() > 4):
            moved += timedelta(days=sign)
            left -= moved.weekday() < 5
        return moved

    def date_after(self, start: date, sign: int = 1) -> date:
        return self.after(datetime.combine(start, time(0)), sign).date()

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            self.years + other.years,
            self.months + other.months,
            self.days + other.days,
            self.seconds + other.seconds,
            self.workdays + other.workdays,
            other.unit,
        )


def of(count: float, unit: str, *, sure: bool = True) -> Amount:
    if unit in _SECONDS:
        return Amount(seconds=count * _SECONDS[unit], unit=unit, sure=sure)
    if unit in _DAYS:
        return Amount(days=count * _DAYS[unit], unit=unit, sure=sure)
    if unit in _MONTHS:
        return Amount(months=count * _MONTHS[unit], unit=unit, sure=sure)
    if unit == "workday":
        return Amount(workdays=count, unit=unit, sure=sure)
    return Amount(years=count * _YEARS[unit], unit=unit, sure=sure)


_ORDER = one_by_one(
    "century decade year quarter month fortnight week workday day hour minute second"
)
Reader = Callable[[Line, int], tuple[float, int] | None]


@remembered
def unit(line: Line, at: int) -> tuple[str, int] | None:
    """The unit named here; "business days" are "workday"."""
    for words in ("business", "working", "work"):
        if line.word(at) == words and line.word(at + 1) in {"day", "days"}:
            return "workday", at + 2
    word = line.word(at)
    if word.endswith("'s") and line.word(at + 1) == "time":
        word = word[:-2]
    if word in {"weekdays", "workdays", "workday"}:
        return "workday", at + 1
    if word in UNITS:
        end = at + 1
        if len(word) <= 4 and line.word(end) == "." and line[end + 1].kind is not Kind.END:
            end += word not in LETTER_UNITS and not line[end + 1].capital
        return UNITS[word], end
    return None


def _one(line: Line, at: int) -> tuple[Amount, int] | None:
    """A quantity and its unit, with "and a half" or "30" after the unit."""
    found = quantity(line, at)
    if found is None:
        return None
    count, place = found
    place = line.take(place, "-")
    named = unit(line, place)
    if named is None or not 0 < count <= 100_000:
        return None
    name, end = named
    token = line[place]
    article = line.word(at) in {"a", "an", "the", "one"} and place == at + 1
    letter = token.text in LETTER_UNITS
    governed = token.text == "h" or line.word(at - 1) in {"in", "for", "after", "within"}
    if letter and (article or (token.spaced and not governed)):
        return None
    if line.word(at) in {"the", "some"} and place == at + 1 and line.word(at) == "the":
        return None
    sure = not (
        (letter and (token.capital or token.text != "h"))
        or (article and name in {"second", "minute", "day", "quarter"})
        or (article and name == "month" and token.text != "month")
        or token.text in {"mon", "mo", "sec", "second", "quarter"}
    )
    total = of(count, name, sure=sure)
    for words, part in (("and a half", 0.5), ("and half", 0.5), ("and a quarter", 0.25)):
        past = line.take(end, words)
        if past > end and unit(line, past) is None:
            return total + of(part, name), past
    if token.text in {"h", "hr", "hour", "hours", "hrs"} and count == int(count):
        minutes = line[end]
        if minutes.kind is Kind.NUMBER and minutes.end - minutes.begin == 2 and minutes.value < 60:
            follows = unit(line, end + 1)
            glued = not minutes.spaced
            if follows is None and (glued or line[end + 1].kind in {Kind.END, Kind.MARK}):
                return total + of(minutes.value, "minute"), end + 1
    return total, end


@remembered
def amount(line: Line, at: int) -> tuple[Amount, int] | None:
    """An amount of one or more units, coarse to fine: "1 hour and 20 minutes", "1d 2hr 5min"."""
    if line.word(at) in {"all", "full", "whole", "entire"} or line.word(at) == "the":
        return _full(line, at)
    found = _one(line, at)
    if found is None:
        return None
    total, end = found
    for _ in range(_CHAIN):
        place = line.take(line.take(line.take(end, ","), "and"), "plus")
        more = _one(line, place)
        if more is None or _ORDER.index(more[0].unit) <= _ORDER.index(total.unit):
            break
        if place == end and line[end].spaced and line.word(end) in {"a", "an", "the"}:
            break
        total, end = total + more[0], more[1]
    return total, end


def _full(line: Line, at: int) -> tuple[Amount, int] | None:
    """ "all day", "the whole week", "full month"."""
    end = line.take(
        at, "all of the", "all the", "all", "the full", "the whole", "the entire", "full"
    )
    end = end if end > at else line.take(at, "whole", "entire")
    end = line.over(end, "-")
    word = line.word(end)
    if end > at and word in {"day", "week", "month", "year", "hour", "fortnight"}:
        if line.word(end + 1) == "-" and line[end + 1].spaced is False:
            return None
        return of(1, UNITS[word]), end + 1
    return None


def times(line: Line, at: int) -> tuple[int, int] | None:
    """How often in all: "5 times", "for 10 occurrences", "twice", "once"."""
    start = line.take(at, "for", "only", "just")
    word = line.word(start)
    if word in {"once", "twice", "thrice"}:
        return {"once": 1, "twice": 2, "thrice": 3}[word], start + 1
    start = line.take(start, "the next", "a total of")
    found = cardinal(line, start)
    counted = found and found[0] and line.word(found[1]) in _TIMES
    return (found[0], found[1] + 1) if found and counted else None


_TIMES = one_of("times time occurrences occurrence repetitions")
