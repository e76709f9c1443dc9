"""The things an owner has: tasks, events, reminders, notes; as frozen rows.

Local times are naive and belong to the row's `zone`; instants beside them are derived, aware and
there for the index. A changed row has a higher `version`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from core.values import Address, OwnerId

UNSAVED = datetime(1970, 1, 1, tzinfo=UTC)
"""The creation time of a row that is not stored yet."""

NOBODY = OwnerId("")
"""The owner of a row that is not stored yet."""


class TaskStatus(StrEnum):
    """Where a task stands."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"

    @property
    def open(self) -> bool:
        return self in (TaskStatus.PENDING, TaskStatus.IN_PROGRESS)


class Priority(StrEnum):
    """How much a task matters."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    URGENT = "URGENT"


class ReminderStatus(StrEnum):
    """Where a reminder stands."""

    ACTIVE = "ACTIVE"
    """`next_at` is set."""
    FIRED = "FIRED"
    """Its last occurrence left; the person has not reacted."""
    DONE = "DONE"
    CANCELLED = "CANCELLED"


class Pin(StrEnum):
    """What a time does when its owner changes zone."""

    PLACE = "place"
    """It keeps its zone: an event, a reminder for a given place."""
    PERSON = "person"
    """It follows the owner: a habit."""
    TIMER = "timer"
    """It never moves: "in 2 hours"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What every row of an owner has. A new row needs only what its own kind adds."""

    id: str = ""
    """UUID. This and the next three are assigned when the row is added."""
    owner: OwnerId = NOBODY
    number: int = 0
    """Unique per owner over all kinds: #12."""
    code: str = ""
    """Global short id, eight characters, the first tells the kind: t, e, r or n."""
    version: int = 1
    via: str = ""
    """The identity it came through, as `str(Identity)`."""
    created_at: datetime = UNSAVED
    updated_at: datetime = UNSAVED
    deleted_at: datetime | None = None
    """Set: the row is gone for everyone but undo."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task(Row):
    title: str
    description: str = ""
    project: str | None = None
    status: TaskStatus = TaskStatus.PENDING
    priority: Priority = Priority.MEDIUM
    due_local: datetime | None = None
    """Naive; with `due_day` only its date counts."""
    due_day: bool = False
    zone: str = "UTC"
    due_at: datetime | None = None
    """Derived: the instant after which it is overdue; for a day, the end of that day."""
    completed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Event(Row):
    title: str
    description: str = ""
    location: str = ""
    start_local: datetime
    end_local: datetime
    """Naive, half-open. All-day events run from midnight to midnight."""
    zone: str
    all_day: bool = False
    rrule: str | None = None
    excluded: tuple[datetime, ...] = ()
    """Naive local starts that are left out (EXDATE)."""
    start_at: datetime
    """Derived: the first occurrence's start."""
    until_at: datetime | None = None
    """Derived: when the last occurrence has ended; None for a series without end."""
    uid: str = ""
    """Of an imported one: its UID in the calendar that it came from (RFC 5545 3.8.4.7)."""
    batch: str = ""
    """Of an imported one: the code of the offer that it came with, for undo."""

    @property
    def length(self) -> timedelta:
        return self.end_local - self.start_local


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder(Row):
    text: str
    at_local: datetime
    """Naive: the first occurrence."""
    zone: str
    pin: Pin = Pin.PERSON
    rrule: str | None = None
    status: ReminderStatus = ReminderStatus.ACTIVE
    next_at: datetime | None = None
    """Derived: when it fires next; None once nothing is left to fire."""
    next_local: datetime | None = None
    """Derived: the occurrence that `next_at` stands for, naive; names its delivery key."""
    explicit: bool = True
    """The person named the hour: it is not held by quiet hours."""
    about: str | None = None
    """Id of the task or event that it belongs to."""
    address: Address | None = None
    """Where it was made and where it is sent; None means the preferred address."""
    snoozes: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Note(Row):
    text: str
    """In the person's own words."""
    source: str = ""
    """Where it came from: a link or a sender's name, for forwarded posts."""


Thing = Task | Event | Reminder | Note
