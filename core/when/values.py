"""What a time phrase can mean: the typed results of reading one.

All datetimes here are naive local times in the zone of the person who spoke; `core.when.wall`
turns them into instants. Ranges are half-open: the end is the first moment that is outside.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """When the parts of the day are for this person, and how their week begins."""

    morning: time = time(9)
    noon: time = time(12)
    afternoon: time = time(15)
    evening: time = time(19)
    night: time = time(20)
    day_end: time = time(17)
    week_start: int = 0
    """0 is Monday, 6 is Sunday, as in `date.weekday()`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A point in time: "tomorrow at 2", "in 20 minutes", "tonight"."""

    at: datetime
    """Naive, local."""
    bare_hour: bool = False
    """The hour was said without am or pm, and the half of the day is our choice."""
    timer: bool = False
    """Counted in hours, minutes or seconds from now: never moves with the zone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A whole day: "tomorrow", "Friday", "in 3 days"."""

    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """From start until end, half-open; a missing bound is open: "since Monday", "after 5"."""

    start: date | datetime | None
    end: date | datetime | None
    bare_hour: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """An amount of time: "for an hour", "three weeks"."""

    of: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Repeat:
    """A recurrence: "every other Thursday at 9"."""

    rule: str
    """RFC 5545 RRULE value without the name, no BYHOUR or BYMINUTE: "FREQ=WEEKLY;BYDAY=TH"."""
    first: date | None = None
    """The day from which it counts, when one was said or is implied."""
    at: time | None = None
    length: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Impossible:
    """No such time: "30 February", "at 25:00". The phrase's question says why."""


Meaning = Moment | Day | Period | Length | Repeat | Impossible


@dataclass(frozen=True, kw_only=True, slots=True)
class TimePhrase:
    """One time phrase found in a text."""

    begin: int
    """Offset of its first character in the text."""
    end: int
    """Offset after its last character."""
    text: str
    meaning: Meaning
    question: str | None = None
    """What to ask before acting, when the phrase is ambiguous, impossible or refused."""
    options: tuple[str, ...] = field(default=())
    """Phrases that would each answer the question, for buttons."""
    preposition: str | None = None
    """What governs it, lower case: at, on, in, by, for, from, to, until, before, after, since,
    starting, within, during, around, every. "due" and "no later than" are "by"."""
    apart: tuple[tuple[int, int], ...] = field(default=())
    """Offsets of parts said elsewhere: "at 5" in "call Ann tomorrow from the car at 5"."""

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Every stretch of the text that it covers, left to right."""
        return tuple(sorted(((self.begin, self.end), *self.apart)))
