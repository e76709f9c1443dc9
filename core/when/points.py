"""One end of a time phrase: the day, time and stretch that its pieces name together."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.when.clocks import Clock, elsewhere
from core.when.dates import On
from core.when.days import Instant, later_number
from core.when.items import Item, Part, Weak
from core.when.stretches import Span
from core.when.tokens import Line
from core.when.values import Impossible, Meaning, Moment
from core.when.words import one_of

DAY = timedelta(days=1)
HALF_DAY = timedelta(hours=12)
Asked = tuple[str | None, tuple[str, ...]]
"""A question and its options."""


@dataclass(frozen=True, slots=True)
class Read:
    """A meaning, with the question it raises."""

    meaning: Meaning
    ask: str | None = None
    options: tuple[str, ...] = ()


class ApartError(Exception):
    """These pieces do not belong together."""


@dataclass(slots=True)
class Point:
    """What one end of a phrase says: at most one piece of each kind."""

    link: str = ""
    """The word that governs it."""
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
    def hours(self) -> Clock | None:
        """Its clock, a weak number being read as an hour."""
        return self.clock or (self.weak.clock if self.weak else None)

    @property
    def bare_weekday(self) -> int | None:
        """Its weekday, when nothing else says which day."""
        on = self.on
        return on.weekday if on and not on.month and not on.exact else None


def point(line: Line, row: list[Item]) -> Point:
    """One end of a phrase from its pieces. Raises ApartError."""
    made = Point(link=row[0].link if row else "")
    day_first = bool(row) and (row[0].link in _DAY_LINKS or row[0].at == 0)
    for piece in row:
        _put(line, made, piece, day_first=day_first, last=piece is row[-1])
    if made.weak:
        _settle_weak(line, made, row[0], day_first=day_first)
    if made.on and made.on.night and not made.part:
        made.part = "night"
    if made.clock and made.part:
        made.clock = made.clock.half(made.part)
    if made.clock and (made.span or (made.weak and made.on)):
        raise ApartError
    return made


_DAY_LINKS = frozenset({"on", "the", "from", "between", "by"})
"""A number after these, or at the very beginning, may be a day of the month."""


def _put(line: Line, made: Point, piece: Item, *, day_first: bool, last: bool) -> None:
    value = piece.value
    if isinstance(value, Part):
        if value.day:
            _put_on(made, value.day)
        if made.part and made.part != value.name:
            raise ApartError
        made.part = value.name
    elif isinstance(value, On):
        bare = value.number and value.month is None and value.weekday is None and not piece.sure
        if bare and (made.on or made.span):
            raise ApartError
        _put_on(made, value)
    elif isinstance(value, Clock):
        if made.clock or made.instant:
            raise ApartError
        made.clock = value
    elif isinstance(value, Span):
        if made.span and not (made.span.month and value.grain == "year"):
            raise ApartError
        if made.instant:
            raise ApartError
        made.span = value
    elif isinstance(value, Instant):
        if not made.empty:
            raise ApartError
        made.instant = value
    elif isinstance(value, Weak):
        if made.weak and piece.link in {"between", "from", "at"} and day_first and not made.on:
            made.on, made.weak = later_number(line, made.weak.number, line.today), None
        _put_weak(line, made, piece, value, last=last)


def _put_on(made: Point, value: On) -> None:
    again = made.on is not None and made.on.day == value.day
    if made.instant or (made.on and not again) or (again and made.clock):
        raise ApartError
    made.on = value


_TIMED = one_of(
    "alarm alarms reminder reminders it scheduled meeting call appointment up set planned me"
)
"""After these, "for 6" is an hour; a table, dinner or ticket for 6 is for six people."""


def _put_weak(line: Line, made: Point, piece: Item, value: Weak, *, last: bool) -> None:
    if made.weak or (piece.link == "at" and value.clock is None):
        raise ApartError
    if piece.link == "for" and line.word(piece.begin - 1) not in _TIMED:
        raise ApartError
    if piece.link in {"at", "around"} and not made.clock and value.clock:
        made.clock = value.clock
    elif made.on and not piece.link and not value.free and last:
        raise ApartError
    else:
        made.weak = value


def _settle_weak(line: Line, made: Point, first: Item, *, day_first: bool) -> None:
    """A weak number becomes an hour or a day where the rest leaves no doubt."""
    weak = made.weak
    if weak is None:
        return
    if made.clock and not made.on and not made.span:
        if (isinstance(first.value, Weak) and not day_first) or weak.number == 0:
            raise ApartError
        made.on, made.weak = later_number(line, weak.number, line.today), None
    elif made.on and isinstance(first.value, Weak) and first.link == "" and first.at > 0:
        if not (made.part or made.on.night):
            raise ApartError
        made.clock, made.weak = weak.clock, None
    elif weak.clock and not made.clock and (made.part or (made.on and made.on.night)):
        made.clock, made.weak = weak.clock, None


def wrong(made: Point) -> Read | None:
    """The reading of a point that names no real time. Raises ApartError."""
    if made.on and made.on.wrong:
        return Read(Impossible(), made.on.wrong + " Which day do you mean?")
    if made.clock and made.clock.wrong:
        if made.link != "at" and not made.on:
            raise ApartError
        return Read(Impossible(), made.clock.wrong + " At what time?")
    return None


def asked(*points: Point) -> Asked:
    """The question that the first ambiguous day or stretch raises."""
    for made in points:
        for part in (made.on, made.span):
            if part and part.ask:
                return part.ask, part.options
    return None, ()


def at_times(ask: Asked, begin: datetime, end: datetime | None = None) -> Asked:
    """The question with the time of day in each of its options, so that an answer is complete."""
    question, days = ask
    if end is None:
        return question, tuple(f"{day} at {begin:%H:%M}" for day in days)
    return question, tuple(f"{day} from {begin:%H:%M} to {end:%H:%M}" for day in days)


def part_time(line: Line, name: str) -> time:
    """The hour that this person means by a part of the day."""
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


def moment(line: Line, made: Point, *, back: bool = False) -> Moment:
    """The date and time of a point; without a day the next such time, or with `back` the last."""
    if made.instant:
        return Moment(at=made.instant.at, timer=made.instant.timer)
    day = made.on.day if made.on else None
    if made.on and back:
        day = made.on.back or day
    clock = made.clock or Clock(part_time(line, made.part or "night"))
    if clock.zone is not None:
        local = elsewhere(clock.on(day or line.today), clock.zone, line.zone)
        return Moment(at=local + DAY if day is None and local <= line.now else local)
    at = _on_clock(line, clock, day, back=back)
    if made.on and made.on.night and at.time() == time(0) and not clock.days:
        at += DAY
    return Moment(at=at, bare_hour=clock.bare)


def _on_clock(line: Line, clock: Clock, day: date | None, *, back: bool) -> datetime:
    chosen = usual(clock)
    at = datetime.combine(day or line.today, chosen) + timedelta(days=clock.days)
    if back:
        return at if at <= line.now or day else at - DAY
    if at > line.now or (day is not None and day != line.today):
        return at
    if clock.bare and 7 <= chosen.hour < 12 and at + HALF_DAY > line.now:
        return at + HALF_DAY
    if day is None or (chosen == time(0) and not clock.bare):
        return at + DAY
    return at
