"""The pieces of a time phrase as they stand in a row: a link word and what it governs."""

from dataclasses import dataclass

from core.when import holidays, repeats
from core.when.amounts import Amount, amount, times
from core.when.clocks import Clock, clock, day_part, hour
from core.when.cycles import Cycle
from core.when.dates import On, relative_day, which
from core.when.days import Instant, day, relative
from core.when.numbers import cardinal
from core.when.repeats import cycle
from core.when.spans import span
from core.when.stretches import Span
from core.when.tokens import Kind, Line, Phrases, remembered
from core.when.weeks import week_of_day
from core.when.words import DAY_PARTS, MEASURES, STARTERS, UNITS, one_of


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day, perhaps of a day that it names: "in the morning", "this evening"."""

    name: str
    day: On | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Weak:
    """A plain number, which its neighbours may make an hour or a day of the month."""

    number: int
    clock: Clock | None
    free: bool
    """What follows does not make it a count of something."""


@dataclass(frozen=True, slots=True)
class Times:
    count: int


Value = On | Instant | Span | Clock | Cycle | Amount | Part | Weak | Times


@dataclass(frozen=True, slots=True)
class Item:
    link: str
    """The governing word in its plain form, or "" when there is none."""
    value: Value
    begin: int
    """The token where its link begins."""
    at: int
    """The token where it begins itself."""
    end: int
    sure: bool


_LINK_WORDS = {
    "by": "by; due by; due; no later than; not later than; on or before; "
    "by no later than; at the latest by; before or on; by the latest",
    "after": "after; later than; any time after; anytime after; right after; not before",
    "before": "before; prior to; earlier than; sooner than; but before; and before; right before",
    "since": "since; ever since; starting since",
    "until": "until; till; til; up until; ending on; ending at; ending in; ending; and ending; "
    "up to; untill; ends on; ' til; 'til; through to; lasting until; and until; thru; through",
    "starting": "starting from; starting on; starting at; starting in; starting; beginning on; "
    "beginning at; beginning in; beginning from; beginning; commencing on; commencing; as of; "
    "effective; starts on; starts at; starts; start from; start on; starting with; as from; "
    "from now starting",
    "from": "from; and from",
    "to": "to",
    "-": "-; /",
    "and": "and; &; but",
    "between": "between; in between; btw; b/w; anytime between; any time between; from between",
    "within": "within; within the; inside of",
    "during": "during; throughout; over; sometime; some time; sometime in; sometime during",
    "around": "around; about; circa; approximately; approx; ca; roughly; ~; near; exactly; or so; "
    "at around; at about; at approximately; at roughly; at exactly; precisely; anytime",
    "at": "at; @",
    "on": "on",
    "in": "in",
    "for": "for; for about; for around; for approximately; for exactly; lasting; lasting for; "
    "lasts; lasted; takes; took; lasts for; lasted for; taking",
    "of": "of; 's",
    ",": ",; (; then; there; again",
    "the": "the; early; late; later; earlier; sharp",
}
_LINKS = Phrases({row: link for link, row in _LINK_WORDS.items()})
_LIGHT = frozenset({",", "the", "of", ""})
_STRENGTHENS = frozenset(
    {"on", "by", "until", "for", "from", "since", "before", "after", "starting", "to"}
)
_FREE_AFTER = one_of(
    "at on in by for from until till to through with and or of the - , this next every each "
    "tomorrow today tonight sharp please before after between"
)


_INNER = frozenset({",", "(", ";", "the", "and", "&", "but", "of", "-", "then", "there", "again"})
"""Links that join pieces but begin no phrase."""
_STARTERS = STARTERS | holidays.FIRST_WORDS | repeats.FIRST_WORDS
_NUMBERS = frozenset({Kind.NUMBER, Kind.DECIMAL, Kind.ORDINAL, Kind.CLOCK, Kind.DATE})


_OPENING = frozenset({"+", "-", "'"})
"""Marks with which a piece can begin."""


def begins(line: Line, at: int, *, inside: bool = False) -> bool:
    """A piece can begin at this token; inside a phrase also by a link such as a comma."""
    token = line[at]
    if token.kind in _NUMBERS or token.text.removesuffix("'s") in _STARTERS:
        return True
    return token.text in _LINKS.first_words and (inside or token.text not in _INNER)


def _links(line: Line, at: int) -> list[tuple[str, int]]:
    """The link words that stand here: after each, the one that counts and the place."""
    found: list[tuple[str, int]] = []
    link = ""
    for _ in range(3):
        more = _LINKS.at(line, at)
        if more is None:
            break
        word, at = more
        heavier = link in _LIGHT and not (link == "of" and word in _LIGHT)
        link = word if heavier or (link, word) == ("and", "between") else link
        found.append((link, at))
    return found


def _weak(line: Line, at: int) -> tuple[Weak, int] | None:
    found = cardinal(line, at)
    as_hour = hour(line, at)
    if found is None or as_hour is None or found[0] > 31:
        return None
    made, end = as_hour
    after = line[found[1]]
    if after.text in MEASURES or after.text in UNITS or after.text in {"/", "%", "x"}:
        return None
    if after.kind in {Kind.NUMBER, Kind.DECIMAL}:
        return None
    if after.kind is Kind.WORD and not after.spaced:
        return None
    return Weak(found[0], made, _free(line, end)), end


def _free(line: Line, at: int) -> bool:
    """What stands here does not say that the number before it counts something."""
    after = line[at]
    return after.kind in {Kind.END, Kind.MARK, Kind.ORDINAL} or after.text in _FREE_AFTER


_PART_NAMES = Phrases(
    {
        "first thing in the morning; first thing": "morning",
        "at lunch; at lunch time; at lunchtime; over lunch": "noon",
    }
)


def _part(line: Line, at: int) -> tuple[Part, int] | None:
    chosen = which(line, at)
    if chosen:
        part = DAY_PARTS.get(line.word(chosen[1]))
        if part is None or line.word(chosen[1]).endswith("s"):
            return None
        shift = {"this": "today", "next": "tomorrow", "last": "yesterday"}[chosen[0]]
        return Part(part, relative_day(line, shift)), chosen[1] + 1
    named_part = _PART_NAMES.at(line, at)
    if named_part:
        return Part(named_part[0]), named_part[1]
    found = day_part(line, at)
    if found is None:
        return None
    name, end = found
    alone = end == at + 1 or line.word(at) in {"the", "early", "late", "mid"}
    return Part(name, sure=not alone), end


_SPECIAL = Phrases(
    {
        "the end of the day; end of the day; the end of day; end of day; the end of business; "
        "end of business; close of business; the close of business; end of play; eod; cob; eob": (
            "end"
        ),
        "this time; the same time; same time; this same time": "same",
        "right now; just now; now; at the moment; at this moment; at the minute; immediately": (
            "now"
        ),
    }
)


def _special(line: Line, at: int) -> tuple[Clock | Instant, int] | None:
    found = _SPECIAL.at(line, at)
    if found is None:
        return None
    name, end = found
    if name == "end":
        return Clock(line.habits.day_end), end
    if name == "same":
        return Clock(line.now.time().replace(second=0, microsecond=0), sure=False), end
    if line.word(end) == "that" or line.take(end, "and then", "and again", "or never") > end:
        return None
    return Instant(line.now.replace(microsecond=0), timer=False), end


@remembered
def _value(line: Line, at: int) -> tuple[Value, int] | None:
    """The longest thing that stands here; the earlier kind wins a draw."""
    best: tuple[Value, int] | None = None
    for reader in (
        cycle,
        relative,
        day,
        week_of_day,
        _special,
        clock,
        _part,
        span,
        amount,
        times,
        _weak,
    ):
        try:
            found = reader(line, at)
        except (OverflowError, ValueError):
            continue
        if found and (best is None or found[1] > best[1]):
            best = found if not isinstance(found[0], int) else (Times(found[0]), found[1])
    return best


def _sure(line: Line, link: str, value: Value, end: int) -> bool:
    if isinstance(value, On):
        known = value.weekday is not None or value.month is not None
        return value.sure or (known and link in _STRENGTHENS and _named(line, end))
    if isinstance(value, Clock):
        worded = line[end - 1].kind is Kind.WORD and value.at.minute > 0
        if link == "around" or (worded and link in {"for", "by", "until", "before", "after"}):
            return value.sure or _free(line, end)
        return value.sure or (link == "at" and not _place(line, end))
    if isinstance(value, Weak):
        if link == "at":
            return value.clock is not None and not _place(line, end)
        if link in {"around", "by", "until", "before", "after", "since"}:
            return value.clock is not None and value.free and line.word(end) != "%"
        return link == "on" and value.free and line[end].kind in {Kind.END, Kind.MARK}
    if isinstance(value, Amount):
        return value.sure or link in {"for", "within", "by"}
    if isinstance(value, Part | Span | Instant):
        return value.sure
    return True


def _place(line: Line, end: int) -> bool:
    """The number is the first word of a name: "at 5 Guys"."""
    after = line[end]
    return after.kind is Kind.WORD and after.capital and not begins(line, end) and after.text != "i"


def _named(line: Line, end: int) -> bool:
    """What follows an abbreviated weekday does not make it part of a name."""
    after = line[end]
    return not (after.kind is Kind.WORD and after.capital and line.word(end - 1) == "sun")


_AMOUNT_LINKS = one_of("about lasting lasts lasted takes took taking")
_COUNTABLE = (Amount, Clock, Weak, Instant, Times)
"""Only these are governed by the links above: in "talk about Friday", "about" is not of time."""
_MOST = 14


def item(line: Line, at: int) -> Item | None:
    """The piece that begins at a token, with its link."""
    if not begins(line, at, inside=True):
        return None
    opens = line[at].kind is not Kind.MARK or line.words[at] in _OPENING
    found = _value(line, at) if opens else None
    best = Item("", found[0], at, at, found[1], _sure(line, "", *found)) if found else None
    for link, place in _links(line, at):
        governed = _value(line, place) if begins(line, place, inside=True) else None
        if governed is None or (best is not None and governed[1] <= best.end):
            continue
        begin = at
        if line.words[at] in _AMOUNT_LINKS and not isinstance(governed[0], _COUNTABLE):
            link, begin = "", place
        best = Item(link, governed[0], begin, place, governed[1], _sure(line, link, *governed))
    return best


def _may_follow(row: list[Item], piece: Item) -> bool:
    """No phrase has three pieces of one kind, or two of them in a mere list."""
    same = [other for other in row if type(other.value) is type(piece.value)]
    if len(same) > 1 or (same and isinstance(piece.value, Cycle | Times)):
        return False
    return not (same and isinstance(piece.value, Weak) and piece.link in {"", ",", "the", "of"})


def _slashed(line: Line, piece: Item) -> bool:
    """A slash is a range only between whole dates or times: "2026-01-01/2026-02-01"."""
    full = {Kind.DATE, Kind.CLOCK}
    before, after = line[piece.begin - 1].kind, line[piece.at].kind
    return line.words[piece.begin] != "/" or (before in full and after in full)


def items(line: Line, at: int, known: dict[int, Item | None]) -> list[Item]:
    """The row of pieces that begins at a token; `known` keeps those that were read before."""
    row: list[Item] = []
    while len(row) < _MOST:
        if at not in known:
            known[at] = item(line, at)
        piece = known[at]
        if piece is None or not _may_follow(row, piece) or not _slashed(line, piece):
            break
        row.append(piece)
        at = line.over(piece.end, ")")
    return row
