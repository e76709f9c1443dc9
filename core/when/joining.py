"""From a row of pieces to what they mean together."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from core.when.amounts import Amount
from core.when.clocks import Clock, elsewhere
from core.when.dates import On, named, on, valid
from core.when.days import Instant, later_number
from core.when.items import Item, Part, Times, Weak
from core.when.repeats import Cycle
from core.when.spans import Span
from core.when.tokens import Line
from core.when.values import Day, Impossible, Length, Meaning, Moment, Period, Repeat

_DAY = timedelta(days=1)
_HALF_DAY = timedelta(hours=12)
_RANGE = frozenset({"to", "until", "-"})
_OPEN = frozenset({"after", "since", "starting", "from"})


@dataclass(frozen=True, slots=True)
class Read:
    """A meaning, with the question it raises."""

    meaning: Meaning
    ask: str | None = None
    options: tuple[str, ...] = ()


@dataclass(slots=True)
class Point:
    """What one end of a phrase says: at most one piece of each kind."""

    link: str = ""
    on: On | None = None
    clock: Clock | None = None
    part: str | None = None
    span: Span | None = None
    weak: Weak | None = None
    instant: Instant | None = None

    @property
    def empty(self) -> bool:
        return not (self.on or self.clock or self.part or self.span or self.weak or self.instant)

    @property
    def timed(self) -> bool:
        return bool(self.clock or self.part or self.instant or (self.on and self.on.night))

    @property
    def dated(self) -> bool:
        return bool(self.on or self.span or self.instant)


class _Apart(Exception):
    """These pieces do not belong together."""


@dataclass(slots=True)
class _Sorted:
    """The pieces by their part in the phrase."""

    left: list[Item] = field(default_factory=list)
    right: list[Item] = field(default_factory=list)
    lengths: list[Item] = field(default_factory=list)
    starting: list[Item] = field(default_factory=list)
    cycle: Cycle | None = None
    count: int | None = None
    shut: bool = False
    """The range was closed with before, so that its end is not included."""


def compose(line: Line, row: list[Item]) -> Read | None:
    """What the pieces mean together, or None when they do not belong together.

    Raises OverflowError or ValueError for days beyond the calendar.
    """
    try:
        pieces = _sort(row)
        if pieces.cycle:
            return _repeat(line, pieces, pieces.cycle)
        if pieces.count is not None or pieces.starting:
            return None
        if not _sure_enough(line, row):
            return None
        return _plain(line, pieces)
    except _Apart:
        return None


def _sure_enough(line: Line, row: list[Item]) -> bool:
    if any(piece.sure for piece in row):
        return not any(
            isinstance(piece.value, Amount) and not piece.sure and len(row) == 1 for piece in row
        )
    kinds = (On, Span, Amount)
    only = len(row) == 1 and isinstance(row[0].value, kinds) and line.whole(0, row[0].end)
    if only and row[0].begin == 0:
        return True
    ends = {piece.link for piece in row}
    clocks = [piece for piece in row if isinstance(piece.value, Weak | Clock)]
    if len(clocks) == len(row) == 2 and ends & {"from", "between"} and row[1].link:
        last = row[1].value
        return not isinstance(last, Weak) or last.free
    days = [piece for piece in row if isinstance(piece.value, On)]
    return bool(days) and len(row) == 2 and bool(ends & {"from", "between"}) and bool(row[1].link)


def _sort(row: list[Item]) -> _Sorted:
    found = _Sorted()
    has_cycle = any(isinstance(piece.value, Cycle) for piece in row)
    here = found.left
    between = False
    for piece in row:
        value, link = piece.value, piece.link
        if isinstance(value, Cycle):
            if found.cycle or link not in {
                "",
                "on",
                "at",
                "the",
                ",",
                "for",
                "of",
                "from",
                "in",
                "by",
            }:
                raise _Apart
            found.cycle = value
            here = found.left
            continue
        if isinstance(value, Times):
            if found.count is not None or link not in {"", "for", ",", "the"}:
                raise _Apart
            found.count = value.count
            continue
        if isinstance(value, Amount):
            found.lengths.append(piece)
            continue
        if link in _RANGE and (here or found.lengths or has_cycle) and here is not found.right:
            if not here and not has_cycle:
                raise _Apart
            here = found.right
        elif link == "and":
            if not between or not here or here is found.right:
                raise _Apart
            here = found.right
            between = False
        elif link == "before" and here and here[0].link == "after" and here is found.left:
            here = found.right
            found.shut = True
        elif link in {"starting", "from"} and has_cycle:
            here = found.starting
        elif link in {"before", "after", "since", "until"} and here:
            raise _Apart
        elif link == "starting" and here and not found.lengths:
            raise _Apart
        elif link == "between":
            if between:
                raise _Apart
            between = True
        here.append(piece)
    if between and not found.right:
        raise _Apart
    return found


def _point(line: Line, row: list[Item]) -> Point:
    """One end of a phrase from its pieces."""
    made = Point(link=row[0].link if row else "")
    for piece in row:
        value = piece.value
        if isinstance(value, Part) and value.day:
            _put_on(line, made, value.day)
            _put_part(made, value.name)
        elif isinstance(value, Part):
            _put_part(made, value.name)
        elif isinstance(value, On):
            if value.number and value.month is None and value.weekday is None and not piece.sure:
                if made.on or made.span:
                    raise _Apart
            _put_on(line, made, value)
        elif isinstance(value, Clock):
            if made.clock or made.instant:
                raise _Apart
            made.clock = value
        elif isinstance(value, Span):
            if made.span and made.span.month and value.grain == "year":
                made.span = replace(made.span, month=None, start=made.span.first)
            if made.span or made.instant:
                raise _Apart
            made.span = value
        elif isinstance(value, Instant):
            if not made.empty:
                raise _Apart
            made.instant = value
        elif isinstance(value, Weak):
            if made.weak and piece.link in {"between", "from", "at"} and not made.on:
                made.on, made.weak = later_number(line, made.weak.number, line.today), None
            if made.weak or (piece.link == "at" and value.clock is None):
                raise _Apart
            if piece.link in {"at", "around"} and not made.clock and value.clock:
                made.clock = value.clock
            elif made.on and not piece.link and not value.free and piece is row[-1]:
                raise _Apart
            else:
                made.weak = value
    return _settled(line, made, row)


def _put_on(line: Line, made: Point, value: On) -> None:
    if made.on and made.on.date != value.date:
        raise _Apart
    if made.instant or (
        made.on and made.on.date == value.date and made.on is not value and made.clock
    ):
        raise _Apart
    made.on = value


def _put_part(made: Point, name: str) -> None:
    if made.part and made.part != name:
        raise _Apart
    made.part = name


def _settled(line: Line, made: Point, row: list[Item]) -> Point:
    """Weak numbers become hours or days where the rest leaves no doubt."""
    weak = made.weak
    if weak and made.clock and not made.on and not made.span:
        start = row[0]
        said = start.link in {"on", "the", "from", "between", "by", "for"} or start.begin == 0
        if not (said or not isinstance(start.value, Weak)) or weak.number == 0:
            raise _Apart
        made.on = later_number(line, weak.number, line.today)
        made.weak = None
    elif weak and weak.clock and not made.clock and (made.part or (made.on and made.on.night)):
        made.clock, made.weak = weak.clock, None
    if made.on and made.on.night and not made.part:
        made.part = "night"
    if made.clock and made.part:
        made.clock = made.clock.half(made.part)
    if made.clock and made.clock.bare and made.span and made.span.grain == "weekend":
        raise _Apart
    return made


def _hours(point: Point) -> Clock | None:
    """The clock of a point, reading its weak number as an hour."""
    return point.clock or (point.weak.clock if point.weak else None)


def _plain(line: Line, pieces: _Sorted) -> Read | None:
    """A phrase that does not recur."""
    if not pieces.left:
        if len(pieces.lengths) != 1 or pieces.right:
            return None
        return _length(line, pieces.lengths[0])
    left = _point(line, pieces.left)
    wrong = _wrong(left)
    if pieces.right:
        if pieces.lengths:
            return None
        right = _point(line, pieces.right)
        wrong = wrong or _wrong(right)
        return wrong or _range(line, left, right, shut=pieces.shut)
    if wrong:
        return wrong
    if pieces.lengths:
        if len(pieces.lengths) > 1:
            return None
        return _from_length(line, left, pieces.lengths[0], pieces)
    if left.weak and not left.clock:
        if left.on and left.weak.clock and left.weak.free:
            left.clock = left.weak.clock
        elif left.on or left.span:
            return None
        elif left.link == "on" and left.weak.number > 0:
            left.on = later_number(line, left.weak.number, line.today)
        else:
            left.clock = left.weak.clock
    return _single(line, left)


def _wrong(point: Point) -> Read | None:
    if point.on and point.on.wrong:
        return Read(Impossible(), point.on.wrong + " Which day do you mean?")
    if point.clock and point.clock.wrong and (point.link == "at" or point.on):
        return Read(Impossible(), point.clock.wrong + " At what time?")
    if point.clock and point.clock.wrong:
        raise _Apart
    return None


def _length(line: Line, piece: Item) -> Read | None:
    value = piece.value
    if not isinstance(value, Amount):
        return None
    if piece.link == "within":
        if value.dated:
            return Read(Period(start=line.today, end=value.date_after(line.today)))
        return Read(Period(start=line.now, end=value.after(line.now)))
    if piece.link in {"", "for", "by", "around", "the", ",", "of", "during", "to", "in", "-"}:
        return Read(Length(of=value.length()))
    return None


def _from_length(line: Line, left: Point, piece: Item, pieces: _Sorted) -> Read | None:
    """A beginning and a length: "tomorrow 1pm for an hour", "a week starting tomorrow"."""
    value = piece.value
    if not isinstance(value, Amount) or piece.link not in {"", "for", ",", "the"}:
        return None
    first = piece.at < pieces.left[0].at
    governed = pieces.left[0].link in {"from", "starting"} or piece.link == "for"
    if left.weak:
        hours = _hours(left)
        if left.link not in {"from", "starting", "at"} or hours is None:
            return None
        left.clock = hours
    if left.timed:
        start = _moment(line, left)
        begin, ask = start.at, _asked(left)
        if not first and piece.link != "for" and not left.clock:
            return None
        return Read(Period(start=begin, end=value.after(begin), bare_hour=start.bare_hour), *ask)
    if left.on and value.dated and (governed or not first):
        end = value.date_after(left.on.date)
        return Read(Period(start=left.on.date, end=end), *_asked(left))
    return None


def _asked(*points: Point) -> tuple[str | None, tuple[str, ...]]:
    for point in points:
        for part in (point.on, point.span):
            if part and part.ask:
                return part.ask, part.options
    return None, ()


def _single(line: Line, point: Point) -> Read | None:
    """One day, moment or stretch, closed or open."""
    link = point.link
    ask = _asked(point)
    if point.span and not point.on:
        if point.timed:
            return None
        return Read(_open_span(point.span, link), *ask)
    if point.timed:
        moment = _moment(line, point, back=link == "since")
        if not ask[0]:
            ask = _midnight(line, point, moment.at)
        if link in _OPEN:
            return Read(Period(start=moment.at, end=None, bare_hour=moment.bare_hour), *ask)
        if link in {"before", "until"}:
            return Read(Period(start=None, end=moment.at, bare_hour=moment.bare_hour), *ask)
        return Read(moment, *ask)
    if point.on is None:
        return None
    day = point.on.date
    if link == "since":
        day = point.on.back or day
    if link == "after":
        return Read(Period(start=day + _DAY, end=None), *ask)
    if link in _OPEN:
        return Read(Period(start=day, end=None), *ask)
    if link in {"before", "until"}:
        return Read(Period(start=None, end=day if link == "before" else day + _DAY), *ask)
    return Read(Day(on=day), *ask)


def _open_span(span: Span, link: str) -> Period:
    if link == "since":
        return Period(start=(span.back or span).start, end=None)
    if link == "after":
        return Period(start=span.end, end=None)
    if link in _OPEN:
        return Period(start=span.start, end=None)
    if link in {"before", "until"}:
        return Period(start=None, end=span.start if link == "before" else span.end)
    return Period(start=span.start, end=span.end)


def _midnight(line: Line, point: Point, at: datetime) -> tuple[str | None, tuple[str, ...]]:
    """Midnight of a day that was named may be its beginning or its end."""
    clock = point.clock
    if not (clock and point.on and clock.at == time(0) and not clock.bare and not clock.days):
        return None, ()
    if at.date() != point.on.date or point.part:
        return None, ()
    night, after = named(at.date(), line.today), named(at.date() + _DAY, line.today)
    asked = f"At midnight when {night} begins, or when it ends?"
    return asked, (f"{night} at 00:00", f"{after} at 00:00")


def _moment(line: Line, point: Point, *, back: bool = False) -> Moment:
    """The date and time of a point; a time without a day is the next one."""
    if point.instant:
        return Moment(at=point.instant.at, timer=point.instant.timer)
    day = point.on.date if point.on else None
    if point.on and back:
        day = point.on.back or day
    clock = point.clock
    if clock is None:
        clock = Clock(part_time(line, point.part or "night"))
    if clock.zone is not None:
        local = elsewhere(clock.on(day or line.today), clock.zone, line.zone)
        if day is None and local <= line.now:
            local += _DAY
        return Moment(at=local)
    at = _on_clock(line, clock, day, back=back)
    if point.on and point.on.night and at.time() == time(0) and not clock.days:
        at += _DAY
    return Moment(at=at, bare_hour=clock.bare)


def part_time(line: Line, name: str) -> time:
    habits = line.habits
    return {
        "morning": habits.morning,
        "noon": habits.noon,
        "afternoon": habits.afternoon,
        "evening": habits.evening,
        "night": habits.night,
    }[name]


def usual(clock: Clock) -> time:
    """The half of the day that a bare hour has when nothing else decides: 1 to 6 are PM."""
    if clock.bare and 1 <= clock.at.hour <= 6:
        return clock.at.replace(hour=clock.at.hour + 12)
    return clock.at


def _on_clock(line: Line, clock: Clock, day: date | None, *, back: bool = False) -> datetime:
    chosen = usual(clock)
    today = day or line.today
    at = datetime.combine(today, chosen) + timedelta(days=clock.days)
    if back:
        return at if at <= line.now or day else at - _DAY
    if day is not None and day != line.today:
        return at
    if at > line.now:
        return at
    later = at + _HALF_DAY
    if clock.bare and 7 <= chosen.hour < 12 and later > line.now:
        return later
    if day is not None:
        midnight = chosen == time(0) and not clock.bare
        return at + _DAY if midnight else at
    return at + _DAY


def _range(line: Line, left: Point, right: Point, *, shut: bool) -> Read | None:
    """From one point to another."""
    days = _days_range(line, left, right)
    if days:
        return days
    first, last = _hours(left), _hours(right)
    if first is None and left.part:
        first = Clock(part_time(line, left.part))
    if last is None and right.part:
        last = Clock(part_time(line, right.part))
    ask = _asked(left, right)
    if left.span or right.span or (left.weak and left.clock) or (right.weak and right.clock):
        return None
    if first and last and not left.instant and not right.instant:
        if left.on and right.on and left.on.date != right.on.date:
            start = _on_clock(line, first, left.on.date)
            end = _on_clock(line, last, right.on.date)
            if end <= start:
                return None
            return Read(Period(start=start, end=end, bare_hour=first.bare or last.bare), *ask)
        chosen = left.on or right.on
        night = left.part == "night" or bool(chosen and chosen.night)
        if night and not left.clock:
            first = first.half("night")
        if left.part and not right.part and last.bare and not first.bare and left.clock is None:
            last = last.half(left.part) if left.part == "night" else last
        start, end = _times(line, first, last, chosen.date if chosen else None)
        return Read(Period(start=start, end=end, bare_hour=first.bare and last.bare), *ask)
    return _mixed_range(line, left, right, ask)


def _mixed_range(
    line: Line, left: Point, right: Point, ask: tuple[str | None, tuple[str, ...]]
) -> Read | None:
    """One end is a day, the other a moment: "today to Friday 5pm", "now until noon"."""
    if left.instant and right.on and not right.timed and not left.instant.timer:
        return Read(Period(start=line.today, end=right.on.date + _DAY), *ask)
    if left.on and not left.timed and not left.weak and right.clock and not right.on:
        moment = _moment(line, replace_link(right, left.on))
        return Read(moment, *ask)
    ends: list[date | datetime] = []
    for point in (left, right):
        if point.weak:
            return None
        if point.timed:
            ends.append(_moment(line, point).at)
        elif point.on:
            ends.append(point.on.date)
        else:
            return None
    start, end = ends
    until = end if isinstance(end, datetime) else end + _DAY
    if _as_time(until) <= _as_time(start):
        if isinstance(until, datetime) and not right.on and not right.instant:
            until = datetime.combine(_as_time(start).date(), until.time())
            until += _DAY if until <= _as_time(start) else timedelta(0)
        else:
            return None
    return Read(Period(start=start, end=until), *ask)


def replace_link(point: Point, day: On) -> Point:
    """The same time on another day."""
    return Point(on=day, clock=point.clock, part=point.part)


def _as_time(day: date | datetime) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time(0))


def _candidates(clock: Clock) -> list[int]:
    """Minutes of the day that a clock can mean, the usual one first."""
    chosen = usual(clock)
    minutes = chosen.hour * 60 + chosen.minute
    return [minutes, (minutes + 720) % 1440] if clock.bare else [minutes + 1440 * clock.days]


def _times(line: Line, first: Clock, last: Clock, day: date | None) -> tuple[datetime, datetime]:
    """A range of hours: the end is the first such time after the start, and a bare start is in
    the half of the day that makes the range at most twelve hours long."""
    zone = first.zone if first.zone is not None else last.zone
    starts, ends = _candidates(first), _candidates(last)
    pairs = []
    for order, start in enumerate(starts):
        for end in ends:
            length = (end - start) % 1440 or 1440
            fits = length <= 720 or len(starts) == len(ends) == 1
            pairs.append((not fits, order, length, start))
    if first.bare and not last.bare:
        pairs.sort(key=lambda pair: (pair[0], pair[2]))
    else:
        pairs.sort()
    _, _, length, minutes = pairs[0]
    base = day or line.today
    start_at = datetime.combine(base, time(0)) + timedelta(minutes=minutes)
    if zone is not None:
        start_at = elsewhere(start_at, zone, line.zone)
    if (day is None or day == line.today) and start_at <= line.now:
        bare = first.bare and last.bare
        if bare and minutes < 720 and start_at + _HALF_DAY > line.now:
            start_at += _HALF_DAY
        elif day is None:
            start_at += _DAY
    return start_at, start_at + timedelta(minutes=length)


def _days_range(line: Line, left: Point, right: Point) -> Read | None:
    """From day to day, where either may be a bare number: "12 to 16 September"."""
    if left.timed or right.timed:
        return None
    ask = _asked(left, right)
    first, last = left.on, right.on
    if left.span and left.weak and right.weak:
        return _month_days(left.span, left.weak.number, right.weak.number, right.span, line)
    if left.weak and right.weak and right.span and not first and not last:
        if right.span.grain == "month":
            return _month_days(right.span, left.weak.number, right.weak.number, None, line)
        return None
    if left.weak and last and last.number and not first and not right.weak:
        if not 1 <= left.weak.number <= 31:
            return None
        first = _same_month(line, left.weak.number, last)
    elif first and right.weak and first.number and not left.weak and not last:
        year = right.span.first.year if right.span and right.span.grain == "year" else first.year
        if year and first.month and first.number:
            first = on(line, first.number, first.month, year)
        if right.span and not year:
            return None
        last = later_number(line, right.weak.number, first.date + _DAY)
    elif first and last and not left.weak and not right.weak:
        first, last = _paired(line, first, last)
    elif left.weak or right.weak:
        return None
    start = first.date if first else left.span.start if left.span else None
    end: date | datetime | None = last.date + _DAY if last else None
    if right.span and last is None:
        end = right.span.end
        if start and _as_time(end) <= _as_time(start) and right.span.month:
            end = on(line, 1, end.month, end.year + 1).date
    wrong = next((some for some in (first, last) if some and some.wrong), None)
    if wrong:
        return Read(Impossible(), f"{wrong.wrong} Which day do you mean?")
    if start is None or end is None or _as_time(end) <= _as_time(start):
        return None
    return Read(Period(start=start, end=end), *ask)


def _same_month(line: Line, number: int, last: On) -> On | None:
    """The day with this number before another, in the same month."""
    if number < last.date.day and valid(last.date.year, last.date.month, number):
        day = last.date.replace(day=number)
        return On(day, number=number, month=day.month)
    return None


def _paired(line: Line, first: On, last: On) -> tuple[On, On]:
    """Two days of a range, each completed from the other."""
    if first.number and first.month is None and last.month and last.number:
        same = _same_month(line, first.number, last)
        first = same or first
    if last.number and last.month is None and last.weekday is None:
        last = later_number(line, last.number, first.date + _DAY) or last
    if first.month and first.year is None and last.year and first.number:
        shared = on(line, first.number, first.month, last.year)
        if not shared.wrong and shared.date < last.date:
            first = shared
    if last.month and last.year is None and first.year and last.number:
        shared = on(line, last.number, last.month, first.year)
        if not shared.wrong:
            last = shared
    if last.date <= first.date and last.year is None and not last.exact:
        if last.weekday is not None and not last.month:
            weeks = (first.date - last.date).days // 7 + 1
            last = replace(last, date=last.date + weeks * timedelta(days=7))
        elif last.month and last.number and last.date < first.date:
            last = on(line, last.number, last.month, first.date.year + 1)
    return first, last


def _month_days(span: Span, first: int, last: int, year: Span | None, line: Line) -> Read | None:
    if span.grain != "month" or not 1 <= first < last <= 31:
        return None
    of = year.first.year if year and year.grain == "year" else span.first.year
    month = span.first.month
    if not valid(of, month, last):
        return None
    return Read(Period(start=date(of, month, first), end=date(of, month, last) + _DAY))


def _repeat(line: Line, pieces: _Sorted, cycle: Cycle) -> Read | None:
    """A recurrence with its time of day, its length, its first day and its end."""
    rule = cycle.checked()
    said = _point(line, pieces.left) if pieces.left else Point()
    start = _point(line, pieces.starting) if pieces.starting else Point()
    end = _point(line, pieces.right) if pieces.right else Point()
    for point in (said, start, end):
        wrong = _wrong(point)
        if wrong:
            return wrong
        if point.instant:
            return None
    length: timedelta | None = None
    first: date | None = None
    until: date | None = None
    begin = start if pieces.starting else said
    clock = _hours(said) or _hours(start)
    part = said.part or start.part or rule.part
    closing = _hours(end)
    if closing and not end.on:
        if clock is None:
            return None
        opening, closed = _times(line, clock.half(part) if part else clock, closing, None)
        clock, length = Clock(opening.time()), closed - opening
    elif end.on or end.span:
        until = end.on.date if end.on else end.span.first if end.span else None
    elif pieces.right:
        return None
    if said.on or said.span:
        if said.on and said.on.weekday is not None and not said.on.month and not said.on.exact:
            return None
        if (
            said.on
            and pieces.left[0].link not in {"starting", "from"}
            and not _same(cycle, said.on)
        ):
            first = said.on.date
        elif said.on:
            first = said.on.date
        elif said.span:
            if said.link == "for":
                until = _counted_end(line, said.span)
            elif said.link in _OPEN:
                first = said.span.first
            else:
                first, until = said.span.first, _as_time(said.span.end).date() - _DAY
    if start.on or start.span:
        first = start.on.date if start.on else start.span.first if start.span else None
    for piece in pieces.lengths:
        value = piece.value
        if not isinstance(value, Amount):
            continue
        if not value.dated:
            length = value.length()
        elif piece.link == "for" and until is None:
            until = value.date_after(first or line.today)
        else:
            return None
    text = rule.rule()
    if pieces.count is not None:
        if until is not None:
            return None
        text += f";COUNT={pieces.count}"
    if until is not None:
        if first and until < first:
            return None
        text += f";UNTIL={until:%Y%m%d}"
    at = _repeat_time(line, clock, part)
    ask, options = rule.ask, rule.options
    if not ask:
        ask, options = _asked(begin, end)
    return Read(Repeat(rule=text, first=first, at=at, length=length), ask, options)


def _same(cycle: Cycle, day: On) -> bool:
    return any(weekday == day.date.weekday() for _, weekday in cycle.weekdays)


def _counted_end(line: Line, span: Span) -> date:
    """ "for the next year" and "for the next 3 weeks" count from today."""
    if span.grain in {"week", "month", "year"} and span.first > line.today:
        unit = {
            "week": Amount(days=7),
            "month": Amount(months=1),
            "year": Amount(years=1),
        }[span.grain]
        return unit.date_after(line.today)
    return _as_time(span.end).date() - _DAY


def _repeat_time(line: Line, clock: Clock | None, part: str | None) -> time | None:
    if clock and part:
        return clock.half(part).at
    if clock:
        return usual(clock)
    return part_time(line, part) if part else None
