"""Numbers in digits and in words.

Each reader takes a place in a line and gives (value, place after it), or None.
"""

from core.when.tokens import Kind, Line, Phrases, remembered
from core.when.words import ONES, ORDINAL_ONES, ORDINAL_TENS, TENS, UNITS


@remembered
def cardinal(line: Line, at: int) -> tuple[int, int] | None:
    """ "21", "twenty-one", "one hundred and five", "two thousand eighteen"."""
    token = line[at]
    if token.kind is Kind.NUMBER:
        glued = not token.spaced and line[at - 1].kind in {Kind.WORD, Kind.NUMBER}
        glued = glued and not (line.word(at - 1) in UNITS and line[at - 2].kind is Kind.NUMBER)
        return None if glued else (token.value, at + 1)
    found = _below_hundred(line, at)
    if found is None:
        return None
    value, end = found
    for word, scale in (("hundred", 100), ("thousand", 1000)):
        if line.word(end) == word and value < 100:
            value, end = value * scale, end + 1
            more = _below_hundred(line, line.take(end, "and"))
            if more:
                value, end = value + more[0], more[1]
            break
    return value, end


def _below_hundred(line: Line, at: int) -> tuple[int, int] | None:
    word = line.word(at)
    if word in ONES:
        return ONES[word], at + 1
    if word not in TENS:
        return None
    end = line.over(at + 1, "-")
    ones = ONES.get(line.word(end), 0)
    return (TENS[word] + ones, end + 1) if 0 < ones < 10 else (TENS[word], at + 1)


@remembered
def ordinal(line: Line, at: int) -> tuple[int, int] | None:
    """ "3rd", "third", "twenty-third", "thirty first"."""
    token = line[at]
    if token.kind is Kind.ORDINAL:
        return token.value, at + 1
    word = token.text
    if word in ORDINAL_ONES:
        return ORDINAL_ONES[word], at + 1
    if word in ORDINAL_TENS:
        return ORDINAL_TENS[word], at + 1
    if word in TENS:
        end = line.over(at + 1, "-")
        ones = ORDINAL_ONES.get(line.word(end), 0)
        if 0 < ones < 10:
            return TENS[word] + ones, end + 1
        if line.word(end) in {"st", "nd", "rd", "th"}:
            return TENS[word], end + 1
    return None


def year(line: Line, at: int) -> tuple[int, int] | None:
    """ "2017", "'17", "two thousand seventeen", "twenty seventeen", "nineteen ninety nine"."""
    token = line[at]
    if token.kind is Kind.NUMBER:
        if token.end - token.begin == 4 and 1800 <= token.value <= 2200:
            return token.value, at + 1
        return None
    if token.text == "'" and line[at + 1].kind is Kind.NUMBER and not line[at + 1].spaced:
        after = line[at + 1]
        return (_full_year(after.value), at + 2) if after.end - after.begin == 2 else None
    found = cardinal(line, at)
    if found and 1800 <= found[0] <= 2200:
        return found
    if found and found[0] in {18, 19, 20, 21}:
        more = _below_hundred(line, found[1])
        if more and more[0] >= 10:
            return found[0] * 100 + more[0], more[1]
    return None


def short_year(digits: str) -> int:
    """A year as written: two digits are the century whose year is nearest (1970 to 2069)."""
    return _full_year(int(digits)) if len(digits) == 2 else int(digits)


def _full_year(two: int) -> int:
    return 2000 + two if two < 70 else 1900 + two


_VAGUE = {"couple": 2.0, "pair": 2.0, "few": 3.0, "several": 3.0, "some": 3.0, "dozen": 12.0}


AND_A_PART = Phrases({"and a half; and half; and an half": 0.5, "and a quarter": 0.25})
_PARTS = Phrases(
    {
        "half a; half an; half of an; half the; half": 0.5,
        "three quarters of an; three quarters of a; three quarters of; three quarter": 0.75,
        "quarter of an; quarter of a; quarter of": 0.25,
    }
)


@remembered
def quantity(line: Line, at: int) -> tuple[float, int] | None:
    """How many of a unit: "2", "1.5", "a", "one and a half", "half a", "a couple of", "2 1/2"."""
    token = line[at]
    word = token.text
    start = line.take(at, "a", "an", "the")
    part = _PARTS.at(line, start)
    if part:
        return part
    if line.take(start, "quarter hour") > start:
        return 0.25, start + 1
    vague = line.word(start)
    if vague in _VAGUE and not (vague == "dozen" and start == at):
        return _VAGUE[vague], line.take(start + 1, "more", "of")
    if word in {"a", "an"}:
        return 1.0, line.take(at + 1, "full", "whole", "good")
    if token.kind is Kind.DECIMAL:
        return float(token.text), at + 1
    if token.kind is Kind.DATE:
        over, _, under = token.text.partition("/")
        fraction = {"1/2": 0.5, "1/4": 0.25, "3/4": 0.75, "1/3": 1 / 3, "2/3": 2 / 3}
        value_of = fraction.get(f"{over}/{under}")
        return (value_of, line.take(at + 1, "of an", "of a", "an", "a")) if value_of else None
    found = cardinal(line, at)
    if found is None:
        return None
    value, end = float(found[0]), found[1]
    after = line[end]
    if after.kind is Kind.DATE and after.text in {"1/2", "1/4", "3/4"}:
        over, _, under = after.text.partition("/")
        return value + int(over) / int(under), end + 1
    if after.kind is Kind.DECIMAL and after.end - after.begin == 1 and not after.spaced:
        return value + float(after.text), end + 1
    more = AND_A_PART.at(line, end)
    if more:
        return value + more[0], more[1]
    return value, line.take(end, "more", "full", "whole", "-")
