"""Parts of years and more: "Q3 2018", "this summer", "the first half of 2027", "the 90s"."""

from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from core.when.dates import which
from core.when.numbers import ordinal, year
from core.when.stretches import Span, a_year
from core.when.tokens import Kind, Line
from core.when.words import one_by_one

_DAY = timedelta(days=1)
Found = tuple[Span, int] | None


_SEASONS = {
    "spring": (3, 20),
    "summer": (6, 21),
    "autumn": (9, 23),
    "fall": (9, 23),
    "winter": (12, 21),
}


_SEASON_ORDER = ((3, 20), (6, 21), (9, 23), (12, 21))


def year_span(line: Line, at: int) -> Found:
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


def season_span(line: Line, at: int) -> Found:
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
    governed = line.word(at - 1) in {"in", "during", "until", "by"}
    sure = bool(chosen) or (governed and word not in {"fall", "spring"})
    picked = current or coming
    if chosen and chosen[0] != "this":
        picked = coming if chosen[0] == "next" else past
    return replace(picked, back=past, sure=sure), start + 1


_PARTS = {"quarter": 3, "half": 6}


def year_part(line: Line, at: int) -> Found:
    """ "Q1", "Q3 2018", "the second quarter of 2017", "the first half of the year"."""
    before_it = line[at]
    if before_it.kind is Kind.NUMBER and line.word(at + 1) == "q" and before_it.value >= 1900:
        quarter = line[at + 2]
        if quarter.kind is Kind.NUMBER and not quarter.spaced and 1 <= quarter.value <= 4:
            return _part(before_it.value, 3, quarter.value), at + 3
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
    return _part(chosen, size, number), end


def _part(of_year: int, size: int, number: int) -> Span:
    begin = date(of_year, size * (number - 1) + 1, 1)
    return Span(begin, begin + relativedelta(months=size), "quarter")


_NINETIES = one_by_one("- - twenties thirties forties fifties sixties seventies eighties nineties")


def decade_span(line: Line, at: int) -> Found:
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
    if line.word(start) in _NINETIES and start > at:
        first = 1900 + 10 * _NINETIES.index(line.word(start))
        return Span(date(first, 1, 1), date(first + 10, 1, 1), "decade"), start + 1
    number = ordinal(line, start)
    if number and line.word(number[1]) == "century" and 1 < number[0] < 30:
        first = (number[0] - 1) * 100
        return Span(date(first, 1, 1), date(first + 100, 1, 1), "century"), number[1] + 1
    return None
