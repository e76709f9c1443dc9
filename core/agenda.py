"""What a day or a week holds: events with their overlaps, tasks, and reminders ahead.

`compose` is pure and takes rows; expanding series may take long, so it runs outside of units.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from core import cards
from core.cards import Look, card
from core.events import series
from core.people import Person
from core.ports import TaskQuery, Work
from core.rows import Event, Reminder, ReminderStatus, Task, TaskStatus
from core.values import Card, OwnerId
from core.when.recurrence import Occurrence, expand
from core.when.rule import Rule
from core.when.wall import day_bounds, wall

OPEN = frozenset(status for status in TaskStatus if status.open)
MOST_DAYS = 62


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """What an agenda is composed from."""

    events: Sequence[Event] = ()
    tasks: Sequence[Task] = ()
    """Open ones, due before the end; those due before the start are overdue."""
    reminders: Sequence[Reminder] = ()
    """Active ones, and those that went off and wait for a reaction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One time that an event happens."""

    event: Event
    at: Occurrence
    overlaps: tuple["Entry", ...] = ()
    """Timed events at the same time, whose own overlaps are left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """A reminder that goes off in the window."""

    reminder: Reminder
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Agenda:
    """What happens from the first day until before the last. Instants, half-open."""

    start: datetime
    end: datetime
    entries: tuple[Entry, ...] = ()
    due: tuple[Task, ...] = ()
    overdue: tuple[Task, ...] = ()
    reminders: tuple[Ahead, ...] = ()

    @property
    def count(self) -> int:
        return len(self.entries) + len(self.due) + len(self.overdue) + len(self.reminders)

    @property
    def empty(self) -> bool:
        return not self.count

    @property
    def conflicts(self) -> list[tuple[Entry, Entry]]:
        """Pairs of events that overlap, each once, in time order."""
        return [
            (entry, other)
            for entry in self.entries
            for other in entry.overlaps
            if (entry.at.start, entry.event.number) < (other.at.start, other.event.number)
        ]


def read(work: Work, owner: OwnerId, start: datetime, end: datetime) -> Rows:
    """The rows of an agenda, in one unit."""
    live = frozenset({ReminderStatus.ACTIVE, ReminderStatus.FIRED})
    return Rows(
        events=work.events.between(owner, start, end),
        tasks=work.tasks.find(owner, TaskQuery(statuses=OPEN, due_before=end)),
        reminders=work.reminders.find(owner, statuses=live),
    )


def days(first: date, count: int, person: Person) -> tuple[datetime, datetime]:
    """The instants from the first local day on, for a number of days."""
    last = first + timedelta(days=count - 1)
    return day_bounds(first, person.zone)[0], day_bounds(last, person.zone)[1]


def compose(now: datetime, start: datetime, end: datetime, rows: Rows) -> Agenda:
    """The agenda of a window of aware instants. Overdue is what was due before now."""
    now, start, end = (at.astimezone(UTC) for at in (now, start, end))
    entries = sorted(
        (
            Entry(event=event, at=at)
            for event in rows.events
            for at in series(event).occurrences(start, end)
        ),
        key=lambda entry: (entry.at.start, not entry.event.all_day, entry.event.number),
    )
    tasks = [task for task in rows.tasks if task.status.open and task.due_at is not None]
    today = start <= now < end
    overdue = [task for task in tasks if today and task.due_at is not None and task.due_at <= now]
    due = [
        task
        for task in tasks
        if task not in overdue and task.due_at is not None and start <= task.due_at < end
    ]
    # A reminder of an event that is there tells nothing more.
    known = {event.id for event in rows.events}
    reminders = [row for row in rows.reminders if row.about not in known]
    ahead = [found for row in reminders for found in _ahead(row, max(start, now), end)]
    return Agenda(
        start=start,
        end=end,
        entries=tuple(_with_overlaps(entries)),
        due=tuple(due),
        overdue=tuple(overdue),
        reminders=tuple(sorted(ahead, key=lambda found: (found.at, found.reminder.number))),
    )


def _with_overlaps(entries: Sequence[Entry]) -> list[Entry]:
    """Timed entries with those that they overlap; the entries come by start."""
    timed = [entry for entry in entries if not entry.event.all_day]
    met: dict[int, list[Entry]] = {id(entry): [] for entry in timed}
    running: list[Entry] = []
    for entry in timed:
        running = [other for other in running if other.at.end > entry.at.start]
        if entry.at.end > entry.at.start:
            for other in running:
                met[id(other)].append(entry)
                met[id(entry)].append(other)
            running.append(entry)
    return [replace(entry, overlaps=tuple(met.get(id(entry), ()))) for entry in entries]


def _ahead(reminder: Reminder, start: datetime, end: datetime) -> list[Ahead]:
    """When an active reminder goes off in the window; of a series the first time only."""
    if reminder.status is not ReminderStatus.ACTIVE or reminder.next_at is None:
        return []
    if start <= reminder.next_at < end:
        return [Ahead(reminder=reminder, at=reminder.next_at)]
    if reminder.rrule is None or reminder.next_at >= end:
        return []
    rule = Rule.parse(reminder.rrule)
    coming = expand(rule, reminder.at_local, reminder.zone, start, end)
    return [Ahead(reminder=reminder, at=found.start) for found in coming][:1]


def agenda_cards(agenda: Agenda, person: Person, now: datetime, most: int) -> list[Card]:
    """At most so many cards without buttons: events, then tasks, then reminders."""
    rows: list[Entry | Task | Ahead]
    rows = [*agenda.entries, *agenda.due, *agenda.overdue, *agenda.reminders]
    return [_listed(row, person, now) for row in rows[:most]]


def _listed(row: Entry | Task | Ahead, person: Person, now: datetime) -> Card:
    match row:
        case Entry():
            return entry_card(row, person, now)
        case Task():
            return card(row, person, now, cards.LISTED)
        case Ahead():
            local = wall(row.at, row.reminder.zone).local
            then = replace(row.reminder, next_at=row.at, next_local=local)
            return card(then, person, now, cards.LISTED)


def entry_card(entry: Entry, person: Person, now: datetime) -> Card:
    """The card of one occurrence, with a warning for each event that it overlaps."""
    warnings = tuple(f"overlaps {cards.name(other.event)}" for other in entry.overlaps[:3])
    occurrence = entry.at.local if entry.event.rrule else None
    look = Look(occurrence=occurrence, warnings=warnings, buttons=False)
    return card(entry.event, person, now, look)


def heading(agenda: Agenda) -> str:
    """ "3 events, 2 tasks due, 1 overdue, 1 reminder"; "" for nothing."""
    counts = [
        _counted(len(agenda.entries), "event", "events"),
        _counted(len(agenda.due), "task due", "tasks due"),
        _counted(len(agenda.overdue), "task overdue", "tasks overdue"),
        _counted(len(agenda.reminders), "reminder", "reminders"),
    ]
    return ", ".join(count for count in counts if count)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def conflict_words(agenda: Agenda) -> str:
    """ "#2 Lunch and #5 Standup overlap."; "" for no conflict."""
    pairs = agenda.conflicts[:3]
    more = len(agenda.conflicts) - len(pairs)
    words = [
        f"{cards.name(one.event)} and {cards.name(other.event)} overlap." for one, other in pairs
    ]
    if more:
        words.append(f"{more} more overlap.")
    return " ".join(words)
