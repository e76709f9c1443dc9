"""From a row of pieces to what they mean together."""

from dataclasses import dataclass, field
from datetime import time

from core.when.amounts import Amount
from core.when.clocks import Clock
from core.when.cycles import Cycle
from core.when.dates import On, named
from core.when.days import later_number
from core.when.items import Item, Part, Times, Weak
from core.when.points import (
    DAY,
    ApartError,
    Asked,
    Point,
    Read,
    asked,
    at_times,
    moment,
    point,
    wrong,
)
from core.when.ranges import between, each_day
from core.when.recurring import repeat
from core.when.stretches import Span
from core.when.tokens import Line
from core.when.values import Day, Length, Moment, Period

_RANGE = frozenset({"to", "until", "-"})
_OPEN = frozenset({"after", "since", "starting", "from"})
_ENDS = frozenset({"before", "until"})
_BESIDE_CYCLE = frozenset({"", "on", "at", "the", ",", "for", "of", "from", "in", "by"})
_LENGTH_LINKS = frozenset({"", "for", "by", "around", "the", ",", "of", "during", "to", "in", "-"})


@dataclass(slots=True)
class _Sorted:
    """The pieces by their part in the phrase."""

    left: list[Item] = field(default_factory=list)
    right: list[Item] = field(default_factory=list)
    closing: list[Item] = field(default_factory=list)
    """After a second "to" or "until"."""
    lengths: list[Item] = field(default_factory=list)
    starting: list[Item] = field(default_factory=list)
    cycle: Cycle | None = None
    count: int | None = None


def compose(line: Line, row: list[Item]) -> Read | None:
    """What the pieces mean together, or None when they do not belong together.

    Raises OverflowError or ValueError for days beyond the calendar.
    """
    try:
        pieces = _sort(row)
        if pieces.cycle:
            return repeat(
                line,
                pieces.cycle,
                point(line, pieces.left),
                point(line, pieces.starting),
                (point(line, pieces.right), point(line, pieces.closing)),
                pieces.lengths,
                pieces.count,
            )
        if pieces.count is not None or pieces.starting or not _sure_enough(line, row):
            return None
        return _plain(line, pieces)
    except ApartError:
        return None


def _sure_enough(line: Line, row: list[Item]) -> bool:
    """Somebody who says these words means a time by them."""
    if any(piece.sure for piece in row):
        return True
    first = row[0]
    if len(row) == 1:
        whole = first.begin == 0 and line.whole(0, first.end)
        return whole and isinstance(first.value, On | Span | Amount)
    if len(row) != 2:
        return False
    last = row[1].value
    if isinstance(first.value, Part) and isinstance(last, On):
        return row[1].link == "of"
    if not row[1].link or not (isinstance(last, type(first.value)) or _numbers(row)):
        return False
    if isinstance(last, On):
        weekdays = isinstance(first.value, On) and first.value.weekday is not None
        return first.link in {"from", "between"} or (weekdays and last.weekday is not None)
    free = not isinstance(last, Weak) or last.free
    return _numbers(row) and free and first.link in {"from", "between"}


def _numbers(row: list[Item]) -> bool:
    return all(isinstance(piece.value, Weak | Clock) for piece in row)


def _sort(row: list[Item]) -> _Sorted:
    """Raises ApartError where a link does not fit what was said before it."""
    found = _Sorted()
    has_cycle = any(isinstance(piece.value, Cycle) for piece in row)
    here = found.left
    open_between = False
    for piece in row:
        value, link = piece.value, piece.link
        if isinstance(value, Cycle):
            if found.cycle or link not in _BESIDE_CYCLE:
                raise ApartError
            found.cycle = value
            here = found.left
            continue
        if isinstance(value, Times):
            if found.count is not None or link not in {"", "for", ",", "the"}:
                raise ApartError
            found.count = value.count
            continue
        if isinstance(value, Amount):
            found.lengths.append(piece)
            continue
        if link in _RANGE and (here or found.lengths or has_cycle):
            here = _next_end(found, has_cycle)
        elif link == "and":
            if not open_between or not here or here is found.right:
                raise ApartError
            here, open_between = found.right, False
        elif link == "before" and here is found.left and here and here[0].link == "after":
            here = found.right
        elif link in {"starting", "from"} and has_cycle:
            here = found.starting
        elif (link in {"before", "after", "since", "until"} and here) or (
            link == "starting" and here and not found.lengths
        ):
            raise ApartError
        elif link == "between":
            if open_between:
                raise ApartError
            open_between = True
        here.append(piece)
    if open_between and not found.right:
        raise ApartError
    return found


def _next_end(found: _Sorted, has_cycle: bool) -> list[Item]:
    if not found.right:
        if not (found.left or has_cycle):
            raise ApartError
        return found.right
    if found.closing:
        raise ApartError
    return found.closing


def _plain(line: Line, pieces: _Sorted) -> Read | None:
    """A phrase that does not recur."""
    if not pieces.left:
        alone = len(pieces.lengths) == 1 and not pieces.right
        return _length(line, pieces.lengths[0]) if alone else None
    left = point(line, pieces.left)
    if pieces.right:
        return None if pieces.lengths else _range(line, pieces, left)
    impossible = wrong(left)
    if impossible:
        return impossible
    if pieces.lengths:
        return _from_length(line, left, pieces) if len(pieces.lengths) == 1 else None
    if left.weak and not left.clock and not _read_weak(line, left):
        return None
    return _single(line, left)


def _range(line: Line, pieces: _Sorted, left: Point) -> Read | None:
    right, closing = point(line, pieces.right), point(line, pieces.closing)
    impossible = wrong(left) or wrong(right)
    if impossible:
        return impossible
    weekdays = left.bare_weekday is not None and right.bare_weekday is not None
    if weekdays and right.hours and not left.timed:
        hour = next(piece for piece in pieces.right if isinstance(piece.value, Clock | Weak))
        tight = pieces.right[0].link == "-" or hour.link in {"at", "from", "between"}
        if pieces.closing or tight:
            return each_day(line, left, right, closing)
    return None if pieces.closing else between(line, left, right)


def _read_weak(line: Line, left: Point) -> bool:
    """A number without a clock beside it as an hour or a day, if it can be one."""
    weak = left.weak
    if weak is None or left.span or (left.on and not (weak.clock and weak.free)):
        return False
    if left.on is None and left.link == "on" and weak.number > 0:
        left.on = later_number(line, weak.number, line.today)
    else:
        left.clock = weak.clock
    return True


def _length(line: Line, piece: Item) -> Read | None:
    value = piece.value
    if not isinstance(value, Amount):
        return None
    if piece.link == "within":
        if value.dated:
            return Read(Period(start=line.today, end=value.date_after(line.today)))
        return Read(Period(start=line.now, end=value.after(line.now)))
    return Read(Length(of=value.length())) if piece.link in _LENGTH_LINKS else None


def _from_length(line: Line, left: Point, pieces: _Sorted) -> Read | None:
    """A beginning and a length: "tomorrow 1pm for an hour", "a week starting tomorrow"."""
    piece = pieces.lengths[0]
    value = piece.value
    if not isinstance(value, Amount) or piece.link not in {"", "for", ",", "the"}:
        return None
    if not value.length():
        return None
    first = piece.at < pieces.left[0].at
    governed = left.link in {"from", "starting"} or piece.link == "for"
    if left.weak:
        if left.link not in {"from", "starting", "at"} or left.hours is None:
            return None
        left.clock = left.hours
    if left.timed:
        if not first and piece.link != "for" and not left.clock:
            return None
        start = moment(line, left)
        end = value.after(start.at)
        ask = at_times(asked(left), start.at, end)
        return Read(Period(start=start.at, end=end, bare_hour=start.bare_hour), *ask)
    if left.on is None or not value.dated:
        return None
    if value.unit == "day" and line.word(piece.at) in {"all", "the", "whole", "full", "entire"}:
        return Read(Day(on=left.on.day), *asked(left))
    if governed or not first:
        return Read(Period(start=left.on.day, end=value.date_after(left.on.day)), *asked(left))
    return None


def _single(line: Line, left: Point) -> Read | None:
    """One day, moment or stretch, closed or open."""
    link = left.link
    ask = asked(left) if link != "since" else (None, ())
    if left.span and not left.on:
        return None if left.timed else Read(_open_span(left.span, link), *ask)
    if left.timed:
        at = moment(line, left, back=link == "since")
        ask = at_times(ask, at.at) if ask[0] else _midnight(line, left, at)
        return Read(_open_moment(at, link), *ask)
    if left.on is None:
        return None
    day = left.on.day
    if link == "since":
        return Read(Period(start=left.on.back or day, end=None))
    if link in _OPEN:
        return Read(Period(start=day + DAY if link == "after" else day, end=None), *ask)
    if link in _ENDS:
        return Read(Period(start=None, end=day if link == "before" else day + DAY), *ask)
    return Read(Day(on=day), *ask)


def _open_moment(at: Moment, link: str) -> Moment | Period:
    if link in _OPEN:
        return Period(start=at.at, end=None, bare_hour=at.bare_hour)
    if link in _ENDS:
        return Period(start=None, end=at.at, bare_hour=at.bare_hour)
    return at


def _open_span(span: Span, link: str) -> Period:
    if link == "since":
        return Period(start=(span.back or span).start, end=None)
    if link in _OPEN:
        return Period(start=span.end if link == "after" else span.start, end=None)
    if link in _ENDS:
        return Period(start=None, end=span.end if link == "until" or span.ending else span.start)
    return Period(start=span.start, end=span.end)


def _midnight(line: Line, left: Point, at: Moment) -> Asked:
    """Midnight of a day that was named may be its beginning or its end."""
    clock = left.clock
    if not (clock and clock.named and clock.at == time(0) and left.on):
        return None, ()
    if left.part or at.at.date() != left.on.day:
        return None, ()
    night, after = named(left.on.day, line.today), named(left.on.day + DAY, line.today)
    asked_when = f"At midnight when {night} begins, or when it ends?"
    return asked_when, (f"{night} at 00:00", f"{after} at 00:00")
