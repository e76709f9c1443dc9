"""Reading English time phrases out of a sentence.

The sentence becomes tokens (`tokens`), the tokens pieces such as a day, a time or a recurrence
(`dates`, `days`, `spans`, `clocks`, `amounts`, `repeats`, put in a row by `items`), and a row of
pieces one meaning (`joining`). Conventions where English leaves a choice: a bare hour from 1 to 6
is PM, 7 to 11 AM unless past; "this X" is the coming one and "next X" that of next week; a range
takes the half of the day that makes it at most twelve hours; a day that recurs without a year is
the coming one.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from core.when.clocks import Clock
from core.when.cycles import Cycle
from core.when.items import Item, Part, Weak, begins, items
from core.when.joining import compose
from core.when.points import Read
from core.when.tokens import Kind, Line
from core.when.values import Day, Habits, Impossible, Moment, Period, Repeat, TimePhrase
from core.when.words import one_of

_BEYOND = "That is beyond my calendar. Which day do you mean?"
_NUMBERS = frozenset({Kind.NUMBER, Kind.DECIMAL, Kind.ORDINAL, Kind.CLOCK, Kind.DATE})
_COUNTED = one_of(
    "room chapter chapters page pages flight gate version v step level no number bus section unit "
    "apartment apt suite floor route highway line row seat item task act part season episode vol "
    "volume psalm phone tel code pin score top nr id ticket order invoice bug issue pr size "
    "windows python iphone article verse terminal platform track channel bay door"
)
_STOPS = frozenset({".", "!", "?", ";"})
_ABBREVIATIONS = one_of("dr mr mrs ms prof st jr sr vs no")
_SINGLED = one_of(
    "the this that second first third last next other each every which any another new"
)
_JOINING = frozenset(
    {"", "on", "at", "in", "for", "from", "around", "during", "between", "the", ",", "starting"}
)


@dataclass(frozen=True, slots=True)
class _Found:
    row: list[Item]
    read: Read
    sentence: int

    @property
    def dateless(self) -> bool:
        """It says a time of day and leaves the day open."""
        return all(
            isinstance(piece.value, Clock | Weak)
            or (isinstance(piece.value, Part) and not piece.value.day)
            for piece in self.row
        ) and isinstance(self.read.meaning, Moment | Period)

    @property
    def timeless(self) -> bool:
        """It says a day or a recurrence and leaves the time of day open."""
        meaning = self.read.meaning
        return isinstance(meaning, Day) or (isinstance(meaning, Repeat) and meaning.at is None)

    @property
    def mergeable(self) -> bool:
        return self.row[0].link in _JOINING or isinstance(self.row[0].value, Cycle)


def read(text: str, now: datetime, habits: Habits | None = None) -> tuple[TimePhrase, ...]:
    """Every time phrase of a sentence, left to right, without overlaps.

    `now` is aware and in the person's zone. A phrase begins with the word that governs it, so that
    cutting out `places` leaves the rest of the sentence clean. A day and a time of day said apart
    ("tomorrow call Ann at 5") are one phrase with two places. Reads any text and raises nothing.
    """
    line = Line(text, now, habits or Habits())
    found = _scan(line)
    return tuple(_phrase(text, line, parts, meaning) for parts, meaning in _merged(line, found))


def _scan(line: Line) -> list[_Found]:
    known: dict[int, Item | None] = {}
    found: list[_Found] = []
    at = sentence = 0
    while at < len(line.tokens):
        if line.words[at] in _STOPS and line.word(at - 1) not in _ABBREVIATIONS:
            sentence += 1
        if not begins(line, at):
            at += 1
            continue
        row = items(line, at, known) if not _counts(line, at) else []
        best = _longest(line, row)
        if best is None:
            at += 1
            continue
        size, meaning = best
        now_found = _Found(row[:size], meaning, sentence)
        both = _two_times(line, found[-1], now_found) if found else None
        if both:
            found[-1] = both
        else:
            found.append(now_found)
        at = row[size - 1].end
    return found


def _two_times(line: Line, one: _Found, other: _Found) -> _Found | None:
    """ "every day at 8 and at 20": a recurrence has one time of day, so ask which."""
    meaning, second = one.read.meaning, other.read.meaning
    apart = line.words[one.row[-1].end : other.row[0].begin]
    if not (isinstance(meaning, Repeat) and meaning.at and isinstance(second, Moment)):
        return None
    if not (other.dateless and apart and len(apart) < 3 and {"and", "&", ","}.issuperset(apart)):
        return None
    cycle = next(piece for piece in one.row if isinstance(piece.value, Cycle))
    days = " ".join(line.words[cycle.at : cycle.end])
    times = (meaning.at, second.at.time())
    options = tuple(f"{days} at {time:%H:%M}" for time in times)
    asked = "A recurrence has one time of day; the other time can be a second one. Which first?"
    return _Found([*one.row, *other.row], Read(meaning, asked, options), one.sentence)


def _counts(line: Line, at: int) -> bool:
    """A number that the word before it claims: "room 5"."""
    before = line[at - 1]
    if line[at].kind not in _NUMBERS and line[at].text not in one_of("one two three four five"):
        return False
    if line[at].text == "one":
        return before.text in _SINGLED
    if before.kind in {Kind.NUMBER, Kind.OTHER} and line[at].kind is Kind.NUMBER:
        return line[at].end - line[at].begin > 2
    glued = not line[at].spaced and before.kind in {Kind.WORD, Kind.NUMBER, Kind.OTHER}
    return glued or before.text in _COUNTED or (before.text == "." and line.word(at - 2) == "no")


def _longest(line: Line, row: list[Item]) -> tuple[int, Read] | None:
    """The most pieces from the front that mean something together."""
    for size in range(len(row), 0, -1):
        try:
            meaning = compose(line, row[:size])
        except (OverflowError, ValueError):
            meaning = Read(Impossible(), _BEYOND) if size == 1 else None
        if meaning:
            return size, meaning
    return None


def _merged(line: Line, found: list[_Found]) -> list[tuple[list[_Found], Read]]:
    """A day and a time of day that are apart in one sentence become one phrase."""
    dateless = [some for some in found if some.dateless]
    timeless = [some for some in found if some.timeless]
    if len(dateless) == len(timeless) == 1:
        one, other = sorted((dateless[0], timeless[0]), key=found.index)
        if one.sentence == other.sentence and one.mergeable and other.mergeable:
            joined = _joined(line, one, other)
            if joined:
                rest = [([some], some.read) for some in found if some not in (one, other)]
                return sorted(
                    [*rest, ([one, other], joined)], key=lambda row: row[0][0].row[0].begin
                )
    return [([some], some.read) for some in found]


def _joined(line: Line, one: _Found, other: _Found) -> Read | None:
    first, *rest = other.row
    row = [*one.row, replace(first, link=first.link or ","), *rest]
    try:
        return compose(line, row)
    except (OverflowError, ValueError):
        return None


def _phrase(text: str, line: Line, parts: list[_Found], meaning: Read) -> TimePhrase:
    spans = [_offsets(line, part.row) for part in parts]
    begin, end = spans[0]
    return TimePhrase(
        begin=begin,
        end=end,
        text=text[begin:end],
        meaning=meaning.meaning,
        question=meaning.ask,
        options=meaning.options,
        preposition=_preposition(line, parts[0].row[0]),
        apart=tuple(spans[1:]),
    )


def _offsets(line: Line, row: list[Item]) -> tuple[int, int]:
    start = row[0].begin
    while start < row[0].at and (
        line.word(start) in {",", "(", "and", "&", "-", ";", "'s", "then"}
    ):
        start += 1
    end = row[-1].end - 1
    while line.word(end) in {",", "("} and end > start:
        end -= 1
    return line[start].begin, line[end].end


def _preposition(line: Line, first: Item) -> str | None:
    word = line.word(first.at)
    if isinstance(first.value, Cycle):
        return "every" if word in {"every", "each"} else first.link or None
    if first.link in {"", ",", "the", "of", "-", "and"}:
        return word if word in {"in", "at", "within"} else None
    return first.link
