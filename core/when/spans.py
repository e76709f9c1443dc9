"""Stretches of whole days: "next week", "March 2019", "mid-June", "the last 3 months"."""

from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from core.when.amounts import amount, of, unit
from core.when.dates import WEEK, month, named, week_of, which
from core.when.numbers import cardinal, ordinal, year
from core.when.seasons import decade_span, season_span, year_part, year_span
from core.when.stretches import Span, a_month, around, counted, edge_of, last_bound
from core.when.tokens import Kind, Line, Phrases, remembered
from core.when.words import AMBIGUOUS_MONTHS, COMING, one_of

_DAY = timedelta(days=1)


Found = tuple[Span, int] | None


_GRAINS = {"week", "month", "quarter", "year", "decade", "century", "fortnight"}


_WEEKS = Phrases(
    {
        "working week; work week; workweek; business week": "workweek",
        "week - end; week end; weekend; wknd; wkend": "weekend",
    }
)


_POSSESSIVE = one_of("week's month's quarter's year's weekend's")


def _grain(line: Line, at: int) -> tuple[str, int] | None:
    start = line.take(at, "calendar", "fiscal", "school", "whole", "entire")
    grain = _WEEKS.at(line, start)
    if grain:
        return grain
    if line.word(start) in _POSSESSIVE:
        return line.word(start)[:-2], start + 1
    found = unit(line, start)
    singular = not line.word(start).endswith("s") or line.word(start) in {"hours"}
    if found and found[0] in _GRAINS and singular and len(line.word(start)) > 1:
        return found
    return None


def _modified(line: Line, at: int) -> Found:
    """ "this week", "next month", "the weekend", "the week after next", "next 3 days"."""
    chosen = which(line, at)
    if chosen is None:
        return _plain(line, at)
    kind, place = chosen
    found = _grain(line, place)
    if found is None:
        return _several(line, place, kind)
    grain, end = found
    if line.word(place - 1) == "past" and grain != "weekend":
        return counted(line, of(1, _UNIT_OF.get(grain, grain)), end, -1)
    coming = line.word(place - 1) in COMING and grain != "weekend"
    steps = {"this": 0, "next": 1, "last": -1}[kind] + coming
    made = around(line, grain, line.today, steps)
    if grain == "weekend" and kind == "next" and made.first - WEEK > line.today:
        options = tuple(named(day, line.today) for day in (made.first - WEEK, made.first))
        asked = "Do you mean the weekend of this week or of next week?"
        made = replace(made, ask=asked, options=options)
    return made, end


_BEYOND = Phrases({"after next; after that": 2, "before last": -2})


def _plain(line: Line, at: int) -> Found:
    """ "the weekend", "the week after next", "the week"."""
    start = line.take(at, "the")
    found = _grain(line, start)
    if found is None:
        return None
    grain, end = found
    beyond = _BEYOND.at(line, end)
    if beyond:
        return around(line, grain, line.today, beyond[0]), beyond[1]
    sure = grain == "weekend" and (start > at or line.word(at - 1) in _WEEKEND_LINKS)
    if grain == "weekend" or (start > at and grain in {"week", "month", "year", "quarter"}):
        return replace(around(line, grain, line.today), sure=sure), end
    return None


def _several(line: Line, place: int, kind: str) -> Found:
    """The units that follow "next", "last" or "coming": "3 days", "few weeks", "hour"."""
    coming = line.word(place - 1) in COMING
    sign = -1 if kind == "last" else 1
    named_unit = unit(line, place)
    if line.word(place) == "hour" and kind != "this":
        return counted(line, of(1, "hour"), place + 1, sign)
    if named_unit and line.word(place) in {"weeks", "days", "months", "hours", "years"}:
        return counted(line, of(3, named_unit[0]), named_unit[1], sign)
    several = amount(line, place)
    if several is None or line.word(place) in {"a", "an", "the", "all", "half"}:
        return None
    return counted(line, *several, sign) if kind != "this" or coming else None


_UNIT_OF = {"workweek": "week", "weekend": "week"}
_WEEKEND_LINKS = {"on", "during", "over", "for", "by", "until", "at", "before", "after", "all"}


def _year_first(line: Line, at: int) -> Found:
    """ "2016 Nov", "2016/Nov"."""
    token = line[at]
    if token.kind is not Kind.NUMBER or not 1900 <= token.value <= 2100:
        return None
    found = month(line, line.over(at + 1, "-/,"))
    follows = found is not None and line[found[1]].kind in {Kind.NUMBER, Kind.ORDINAL}
    return (a_month(token.value, found[0]), found[1]) if found and not follows else None


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
    after_year = _year_first(line, at)
    if after_year:
        return after_year
    chosen = which(line, at)
    start = chosen[1] if chosen else line.take(at, "the month of", "month of", "the")
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


def _nth_week(line: Line, at: int) -> Found:
    """ "the first week of October", "the last week of the month", "week 23"."""
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
        steps = relativedelta(months=value - 1 if value > 0 else -1)
        begin = (span.first if value > 0 else last_bound(span.end)) + steps
        return Span(begin, begin + relativedelta(months=1), "month"), end
    if grain == "weekend":
        saturday = span.first + timedelta(days=(5 - span.first.weekday()) % 7)
        saturday += (value - 1) * WEEK
        if value < 0:
            final = last_bound(span.end) - _DAY
            saturday = final - timedelta(days=(final.weekday() - 5) % 7)
        return Span(saturday, saturday + 2 * _DAY, "weekend"), end
    begin = week_of(line, span.first + 3 * _DAY) + (value - 1) * WEEK
    if value < 0:
        begin = week_of(line, last_bound(span.end) - 4 * _DAY)
    return Span(begin, begin + WEEK, "week"), end


@remembered
def simple(line: Line, at: int) -> Found:
    """A stretch without "early", "rest of" and the like before it."""
    best: Found = None
    for reader in (
        _nth_week,
        year_part,
        _modified,
        month_span,
        season_span,
        decade_span,
        year_span,
    ):
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
        return edge_of(line, around(line, grain, line.today), edge), start + 1
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
    made = edge_of(line, found[0], edge)
    if not found[0].sure:
        company = of or line.word(place - 1) in {"-", "in", "mid"} or line[place].capital
        made = replace(made, sure=company or line.word(place) == "the")
    return made, found[1]
