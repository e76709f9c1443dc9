"""Tasks: their texts, due times and priorities as a person or a model gives them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from core.errors import UserError
from core.people import Person
from core.rows import Priority, Task, TaskStatus
from core.times import Current, timing
from core.titles import line
from core.when.values import Day, Length, Moment, Period, Repeat
from core.when.wall import WallTime, day_bounds, wall


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """When a task is due; with `day` only the date counts."""

    local: datetime
    day: bool
    zone: str

    def at(self) -> datetime:
        """The instant after which it is overdue: of a day the last second, which is still in it."""
        if self.day:
            return day_bounds(self.local.date(), self.zone)[1] - timedelta(seconds=1)
        return WallTime(local=self.local, zone=self.zone).instant()


CLEARED = frozenset({"none", "never", "no", "clear", "-", "no due date", "without"})
MAX_PROJECT = 100


def priority(word: str) -> Priority:
    """Raises UserError for what is no priority."""
    plain = line(word).upper().removesuffix(" PRIORITY")
    plain = {"NORMAL": "MEDIUM", "CRITICAL": "URGENT", "IMPORTANT": "HIGH"}.get(plain, plain)
    if plain not in Priority.__members__:
        raise UserError("A priority is low, medium, high or urgent.")
    return Priority(plain)


def status(word: str) -> TaskStatus:
    """Raises UserError for what is no status."""
    plain = line(word).upper().replace(" ", "_").replace("-", "_")
    plain = {
        "DONE": "COMPLETED",
        "COMPLETE": "COMPLETED",
        "FINISHED": "COMPLETED",
        "OPEN": "PENDING",
        "TODO": "PENDING",
        "STARTED": "IN_PROGRESS",
        "CANCELED": "CANCELLED",
    }.get(plain, plain)
    if plain not in TaskStatus.__members__:
        raise UserError("A task is pending, in progress, completed or cancelled.")
    return TaskStatus(plain)


def project(words: str) -> str | None:
    """The project's name; None for none. Raises UserError when it is too long."""
    name = line(words).removeprefix("#")
    if len(name) > MAX_PROJECT:
        raise UserError(f"A project's name has up to {MAX_PROJECT} characters.")
    return None if not name or name.casefold() == "none" else name


def with_due(task: Task, when: Due | None) -> Task:
    """The task with another due time, or none."""
    if when is None:
        return replace(task, due_local=None, due_day=False, due_at=None)
    return replace(task, due_local=when.local, due_day=when.day, zone=when.zone, due_at=when.at())


def due_or_none(
    words: str, person: Person, now: datetime, *, asks: str, task: Task | None = None
) -> Due | None:
    """The due time in words; None when they clear it."""
    if line(words).casefold() in CLEARED:
        return None
    current = None
    if task is not None and task.due_local is not None:
        at = WallTime(local=task.due_local, zone=task.zone).instant()
        current = Current(at=at, whole_day=task.due_day)
    return due(words, person, now, asks=asks, current=current)


def with_status(task: Task, to: TaskStatus, now: datetime) -> Task:
    """The task in another status."""
    done = to is TaskStatus.COMPLETED
    completed_at = (task.completed_at or now) if done else None
    return replace(task, status=to, completed_at=completed_at)


def due(
    words: str, person: Person, now: datetime, *, asks: str, current: Current | None = None
) -> Due:
    """When a task is due. Of a period its last moment counts: "this week" is its last day."""
    said = timing(words, person, now, asks=asks, current=current)
    match said.meaning:
        case Moment(at=at):
            made = Due(local=at.replace(second=0, microsecond=0), day=False, zone=said.zone)
            if not said.hour_said and at.time() == time():
                made = replace(made, day=True)
        case Day(on=day):
            made = _due_on(day, said.zone)
        case Length(of=length):
            local = wall(now + length, said.zone).local.replace(second=0, microsecond=0)
            made = Due(local=local, day=False, zone=said.zone)
        case Period(start=start, end=end):
            bound = end if end is not None else start
            if isinstance(bound, datetime):
                made = Due(local=bound, day=False, zone=said.zone)
            elif bound is not None:
                made = _due_on(bound - timedelta(days=1) if end is not None else bound, said.zone)
            else:
                raise UserError("When is it due? Say it like “Friday”.", asks=asks)
        case Repeat():
            raise UserError(
                "A task is due once. Name the day it is due first, or make a repeating reminder "
                "with “remind me every …”.",
                asks=asks,
            )
    made.at()
    return made


def _due_on(day: date, zone_name: str) -> Due:
    return Due(local=datetime.combine(day, time()), day=True, zone=zone_name)
