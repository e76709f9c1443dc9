"""Stretches of whole days: "next week", "March 2019", "mid-June", "the last 3 months"."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from core.when.amounts import Amount, amount, unit
from core.when.dates import WEEK, On, month, named, week_of, which
from core.when.numbers import cardinal, ordinal, year
from core.when.tokens import Kind, Line, Phrases, remembered
from core.when.words import AMBIGUOUS_MONTHS

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from start until end, half-open."""

    start: date | datetime
    end: date | datetime
    grain: str
    """week, weekend, workweek, month, quarter, year, ..., or "days" for a count of them."""
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


Found = tuple[Span, int] | None


def a_month(of_year: int, number: int) -> Span:
    start = date(of_year, number, 1)
    return Span(start, start + relativedelta(months=1), "month")


def a_year(number: int) -> Span:
    return Span(date(number, 1, 1), date(number + 1, 1, 1), "year")


_GRAINS = {"week", "month", "quarter", "year", "decade", "century", "fortnight"}
_SEASONS = {
    "spring": (3, 20),
    "summer": (6, 21),
    "autumn": (9, 23),
    "fall": (9, 23),
    "winter": (12, 21),
}
_SEASON_ORDER = ((3, 20), (6, 21), (9, 23), (12, 21))


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


_WEEKS = Phrases(
    {
        "working week; work week; workweek; business week": "workweek",
        "week - end; week end; weekend; wknd; wkend": "weekend",
    }
)


def _grain(line: Line, at: int) -> tuple[str, int] | None:
    start = line.take(at, "calendar", "fiscal", "school", "whole", "entire")
    grain = _WEEKS.at(line, start)
    if grain:
        return grain
    found = unit(line, start)
    singular = not line.word(start).endswith("s") or line.word(start) in {"hours"}
    if found and found[0] in _GRAINS and singular and len(line.word(start)) > 1:
        return found
    return None


def _modified(line: Line, at: int) -> Found:
    """ "this week", "next month", "the weekend", "the week after next", "next 3 days"."""
    chosen = which(line, at)
    if chosen is None:
        start = line.take(at, "the")
        found = _grain(line, start)
        if found is None:
            return None
        grain, end = found
        for words, steps in (("after next", 2), ("before last", -2), ("after that", 2)):
            past = line.take(end, words)
            if past > end and start > at:
                return around(line, grain, line.today, steps), past
        if grain == "weekend":
            sure = start > at or line.word(at - 1) in _WEEKEND_LINKS
            return replace(around(line, grain, line.today), sure=sure), end
        if start > at and grain in {"week", "month", "year", "quarter"}:
            return replace(around(line, grain, line.today), sure=False), end
        return None
    kind, place = chosen
    found = _grain(line, place)
    steps = {"this": 0, "next": 1, "last": -1}[kind]
    coming = line.word(place - 1) in {"coming", "upcoming"}
    if found:
        grain, end = found
        if line.word(place - 1) == "past" and grain != "weekend":
            return _counted(line, Amount(**_unit_amount(grain)), end, -1)
        made = around(line, grain, line.today, steps + (coming and grain != "weekend"))
        if grain == "weekend" and kind == "last" and made.first + WEEK < line.today:
            pass
        if grain == "weekend" and kind == "next" and made.first - WEEK > line.today:
            options = tuple(f"{named(day, line.today)}" for day in (made.first - WEEK, made.first))
            made = replace(
                made, ask="Do you mean the weekend of this week or of next week?", options=options
            )
        return made, end
    counted = amount(line, place)
    if counted is None and line.word(place) in {"weeks", "days", "months", "hours", "years"}:
        named_unit = unit(line, place)
        counted = (Amount(**_unit_amount(named_unit[0], 3)), named_unit[1]) if named_unit else None
    if counted and line.word(place) not in {"a", "an", "the", "all", "half"}:
        value, end = counted
        if kind == "this" and not coming:
            return None
        return _counted(line, value, end, -1 if kind == "last" else 1)
    return None


_WEEKEND_LINKS = {"on", "during", "over", "for", "by", "until", "at", "before", "after", "all"}


def _unit_amount(grain: str, count: int = 1) -> dict[str, float]:
    return {
        "day": {"days": count},
        "hour": {"seconds": 3600 * count},
        "minute": {"seconds": 60 * count},
        "second": {"seconds": count},
        "week": {"days": 7 * count},
        "workweek": {"days": 7 * count},
        "weekend": {"days": 2 * count},
        "fortnight": {"days": 14 * count},
        "month": {"months": count},
        "quarter": {"months": 3 * count},
        "year": {"years": count},
        "decade": {"years": 10 * count},
        "century": {"years": 100 * count},
    }[grain]


def _counted(line: Line, value: Amount, end: int, sign: int) -> Found:
    """ "the next 3 days" begin tomorrow; the next 3 hours begin now."""
    if value.seconds or value.workdays % 1:
        then = value.after(line.now, sign)
        ends = (line.now, then) if sign > 0 else (then, line.now)
        return Span(*ends, "time"), end
    if sign > 0:
        start = line.today + _DAY
        return Span(start, value.date_after(start), "days"), end
    return Span(value.date_after(line.today, -1), line.today, "days"), end


def month_span(line: Line, at: int) -> Found:
    """ "March", "next March", "March 2019", "9/2012", "Dec-2018"."""
    token = line[at]
    if token.kind is Kind.NUMBER and 1 <= token.value <= 12 and line.word(at + 1) in {"/", "-"}:
        found = line[at + 2]
        four = found.kind is Kind.NUMBER and found.end - found.begin == 4
        if four and not line[at + 1].spaced and not found.spaced and 1900 <= found.value <= 2100:
            if line.word(at + 3) not in {"/", "-"}:
                return a_month(found.value, token.value), at + 3
            return None
    if token.kind is Kind.NUMBER and token.end - token.begin == 4 and line.word(at + 1) in "-/":
        found = line[at + 2]
        two = found.kind is Kind.NUMBER and found.end - found.begin == 2 and not found.spaced
        if two and 1900 <= token.value <= 2100 and 1 <= found.value <= 12:
            return (a_month(token.value, found.value), at + 3) if line.word(at + 3) != "-" else None
    chosen = which(line, at)
    start = chosen[1] if chosen else line.take(at, "the month of", "the")
    named_month = month(line, start)
    if named_month is None:
        return None
    number, end = named_month
    today = line.today
    place = line.take(line.over(end, ",-/"), "of the year", "of", "in")
    of_year = year(line, place)
    if of_year and line.word(of_year[1]) not in {"am", "pm", "hours"}:
        return a_month(of_year[0], number), of_year[1]
    for words, steps in (("this year", 0), ("next year", 1), ("last year", -1)):
        past = line.take(place, words)
        if past > place:
            return a_month(today.year + steps, number), past
    coming = a_month(today.year + (number < today.month), number)
    back = a_month(today.year - (number > today.month), number)
    if chosen and chosen[0] == "last":
        return (a_month(today.year - (number >= today.month), number)), end
    if chosen and chosen[0] == "next" and number == today.month:
        return a_month(today.year + 1, number), end
    sure = bool(chosen) or start > at + 1 or line.word(start) not in AMBIGUOUS_MONTHS
    if not sure and line.word(at - 1) in _MONTH_LINKS:
        sure = line.word(start) not in {"may", "march"} or line[start + 1].kind is not Kind.WORD
        sure = sure or line.word(at - 1) in {"in", "during", "since", "until"}
    if not sure and line.word(at - 1) == "the":
        sure = line.word(at - 2) in {"in", "during", "since", "until"}
    return replace(coming, back=back, month=number, sure=sure), end


_MONTH_LINKS = {
    "in",
    "during",
    "since",
    "until",
    "till",
    "by",
    "of",
    "for",
    "from",
    "to",
    "through",
}


def _year(line: Line, at: int) -> Found:
    start = line.take(at, "the year of", "the year", "year")
    found = year(line, start)
    if found is None:
        return None
    governed = line.word(at - 1) in {
        "in",
        "during",
        "since",
        "until",
        "by",
        "of",
        "from",
        "through",
    }
    free = line[found[1]].kind in {Kind.END, Kind.MARK} or line.word(found[1]) in {
        "and",
        "or",
        "to",
    }
    sure = start > at or (governed and free and line.word(found[1]) not in {"%", "/"})
    return replace(a_year(found[0]), sure=sure), found[1]


def _season(line: Line, at: int) -> Found:
    chosen = which(line, at)
    start = chosen[1] if chosen else line.take(at, "the")
    word = line.word(start)
    if word not in _SEASONS:
        return None
    end = line.take(start + 1, "of", "in")
    of_year = year(line, end)
    today = line.today

    def season(of: int) -> Span:
        begin = date(of, *_SEASONS[word])
        number = _SEASON_ORDER.index(_SEASONS[word])
        after = date(of + (number == 3), *_SEASON_ORDER[(number + 1) % 4])
        return Span(begin, after + _DAY if word == "summer" else after, "season")

    if of_year:
        return season(of_year[0]), of_year[1]
    candidates = [season(today.year + step) for step in (-2, -1, 0, 1, 2)]
    current = next((some for some in candidates if some.start <= today < some.end), None)
    coming = next(some for some in candidates if some.start > today)
    past = [some for some in candidates if some.end <= today][-1]
    sure = bool(chosen) or line.word(at - 1) in {"in", "during", "until", "by"} and word not in {
        "fall", "spring"}  # fmt: skip
    picked = current or coming
    if chosen and chosen[0] != "this":
        picked = coming if chosen[0] == "next" else past
    return replace(picked, back=past, sure=sure), start + 1


_PARTS = {"quarter": 3, "half": 6}


def _year_part(line: Line, at: int) -> Found:
    """ "Q1", "Q3 2018", "the second quarter of 2017", "the first half of the year"."""
    start = line.take(at, "the")
    word = line.word(start)
    if word in {"q", "h"} and line[start + 1].kind is Kind.NUMBER and not line[start + 1].spaced:
        number, end = line[start + 1].value, start + 2
        size = 3 if word == "q" else 6
    else:
        found = ordinal(line, start)
        if found is None or line.word(found[1]) not in _PARTS:
            return None
        number, size, end = found[0], _PARTS[line.word(found[1])], found[1] + 1
        if size == 6 and line.take(end, "of") == end:
            return None
    if not 1 <= number <= 12 // size:
        return None
    place = line.take(line.over(end, ",-/'"), "of the year", "of", "in")
    of_year = year(line, place)
    if of_year:
        chosen, end = of_year
    else:
        chosen = line.today.year
        this = line.take(place, "this year", "the year", "the current year")
        after = line.take(place, "next year")
        before = line.take(place, "last year")
        if line.word(place - 1) == "year":
            end = place
        elif max(this, after, before) > place:
            chosen += (after > place) - (before > place)
            end = max(this, after, before)
        elif word == "h":
            return None
    begin = date(chosen, size * (number - 1) + 1, 1)
    return Span(begin, begin + relativedelta(months=size), "quarter"), end


def _nth_week(line: Line, at: int) -> Found:
    """ "the first week of October", "the last week of the month", "week 23", "the third week next year"."""
    if line.word(at) == "week" or (line.word(at) == "the" and line.word(at + 1) == "week"):
        start = line.take(at, "the week number", "the week", "week number", "week no .", "week")
        found = cardinal(line, start)
        if found is None or not 1 <= found[0] <= 53 or line[start].kind is not Kind.NUMBER:
            return None
        of_year = year(line, line.take(line.over(found[1], ","), "of", "in"))
        chosen, end = of_year or (line.today.year, found[1])
        try:
            begin = date.fromisocalendar(chosen, found[0], 1)
        except ValueError:
            return None
        return Span(begin, begin + WEEK, "week"), end
    start = line.take(at, "the")
    number = ordinal(line, start)
    last = line.word(start) in {"last", "final"}
    if number is None and not last:
        return None
    value, place = number or (-1, start + 1)
    grain = line.word(place)
    if grain not in {"week", "weekend", "month"} or not -1 <= value <= 53:
        return None
    place = line.take(place + 1, "of", "in")
    if last and place == start + 2:
        return None
    within = simple(line, place)
    if within is None or within[0].grain not in {"month", "year", "quarter"}:
        return None
    span, end = within
    if grain == "month":
        begin = span.first + relativedelta(months=value - 1) if value > 0 else None
        begin = begin or _plain(span.end) - relativedelta(months=1)
        return Span(begin, begin + relativedelta(months=1), "month"), end
    if grain == "weekend":
        saturday = span.first + timedelta(days=(5 - span.first.weekday()) % 7)
        saturday += (value - 1) * WEEK
        if value < 0:
            final = _plain(span.end) - _DAY
            saturday = final - timedelta(days=(final.weekday() - 5) % 7)
        return Span(saturday, saturday + 2 * _DAY, "weekend"), end
    begin = week_of(line, span.first + 3 * _DAY) + (value - 1) * WEEK
    if value < 0:
        begin = week_of(line, _plain(span.end) - 4 * _DAY)
    return Span(begin, begin + WEEK, "week"), end


def _plain(day: date | datetime) -> date:
    return day.date() if isinstance(day, datetime) else day


def _decade(line: Line, at: int) -> Found:
    """ "the 90s", "the 1990s", "the nineties", "the 21st century"."""
    start = line.take(at, "the", "in the")
    token = line[start]
    if token.kind is Kind.NUMBER and token.value % 10 == 0 and start > at:
        place = line.take(start + 1, "'")
        if line.word(place) == "s" and not line[place].spaced:
            first = token.value if token.value > 1000 else (1900 if token.value > 20 else 2000)
            first += token.value if token.value < 100 else 0
            if 1000 <= first <= 2200:
                return Span(date(first, 1, 1), date(first + 10, 1, 1), "decade"), place + 1
    number = ordinal(line, start)
    if number and line.word(number[1]) == "century" and 1 < number[0] < 30:
        first = (number[0] - 1) * 100
        return Span(date(first, 1, 1), date(first + 100, 1, 1), "century"), number[1] + 1
    return None


@remembered
def simple(line: Line, at: int) -> Found:
    """A stretch without "early", "rest of" and the like before it."""
    best: Found = None
    for reader in (_nth_week, _year_part, _modified, month_span, _season, _decade, _year):
        found = reader(line, at)
        if found and (best is None or found[1] > best[1]):
            best = found
    return best


_EDGES = Phrases(
    {
        "the beginning of; beginning of; the start of; start of; early in; early": "early",
        "the middle of; middle of; mid -; mid": "mid",
        "the end of; end of; late in; late": "end",
        "later in; later": "later",
        "the rest of; rest of; the remainder of; remainder of": "rest",
        "the whole of; all of; all": "all",
    }
)
_SHORT = {"eom": ("month", "end"), "eoy": ("year", "end"), "eow": ("week", "end")}


@remembered
def span(line: Line, at: int) -> Found:
    """Any stretch of days that is not counted from another day."""
    start = line.take(at, "the")
    if line.word(start) in _SHORT:
        grain, edge = _SHORT[line.word(start)]
        return _edge(line, around(line, grain, line.today), edge), start + 1
    edged = _EDGES.at(line, at)
    return (_edged(line, *edged) if edged else None) or simple(line, at)


def _edged(line: Line, edge: str, place: int) -> Found:
    """The beginning, middle, end or rest of the stretch that stands here."""
    of = line.word(place - 1) == "of"
    found = simple(line, place)
    if found is None and of:
        bare = unit(line, place)
        if bare and bare[0] in _GRAINS and len(line.word(place)) > 2:
            found = around(line, bare[0], line.today), bare[1]
    if found is None or (edge == "all" and not found[0].sure):
        return None
    made = _edge(line, found[0], edge)
    if not found[0].sure:
        company = of or line.word(place - 1) in {"-", "in", "mid"} or line[place].capital
        made = replace(made, sure=company or line.word(place) == "the")
    return made, found[1]


def _edge(line: Line, whole: Span, edge: str) -> Span:
    start, end = whole.first, _plain(whole.end)
    if edge in {"", "all"}:
        return replace(whole, sure=whole.sure)
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
    return Span(begin, until, "days", month=None, sure=whole.sure)


def day_of(span_value: Span, number: int) -> On | None:
    """The nth day of a stretch, counted from its end when the number is negative."""
    days = (_plain(span_value.end) - span_value.first).days
    if not (1 <= number <= days or number == -1):
        return None
    offset = number - 1 if number > 0 else days - 1
    return On(span_value.first + timedelta(days=offset), exact=True)
