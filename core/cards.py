"""Cards: a person's things as their rows stand, with what one likely does next.

A button's command names its row by code and version, so that a tap on an old card is noticed;
one occurrence of a series is named by its local start too: `e7f3k2q9@3/2026-11-23T09:00`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.people import Person
from core.rows import Event, Note, Priority, Reminder, ReminderStatus, Task, TaskStatus, Thing
from core.titles import line
from core.values import MAX_COMMAND_BYTES, Button, Card, CardKind
from core.when.describe import describe
from core.when.recurrence import next_after
from core.when.rule import Rule
from core.when.show import (
    Clock,
    show_day,
    show_days,
    show_moment,
    show_span,
    show_time,
    show_zone,
)
from core.when.wall import WallTime, day_bounds, wall

MAX_SHOWN = 500
"""Characters of a text that a card shows."""
MAX_DETAIL = 200
DONE = "done ✓"
SNOOZED = "snoozed until "


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a card is to look, besides what its row says."""

    fresh: bool = False
    """The row was just made: its zone is named."""
    changed: bool = False
    """The row was just made or changed: it can be undone."""
    fired: bool = False
    """A reminder that goes off now."""
    occurrence: datetime | None = None
    """The naive local start of the occurrence of a series that is meant."""
    warnings: tuple[str, ...] = ()
    buttons: bool = True
    """False in lists, where every card's buttons would be too many."""


PLAIN = Look()
LISTED = Look(buttons=False)


def card(thing: Thing, person: Person, now: datetime, look: Look = PLAIN) -> Card:
    """The card of a stored row. `now` is aware."""
    match thing:
        case Task():
            return _task(thing, person, now, look)
        case Event():
            return _event(thing, person, now, look)
        case Reminder():
            return _reminder(thing, person, now, look)
        case Note():
            return _note(thing, person, now, look)


def ref(thing: Thing, occurrence: datetime | None = None) -> str:
    """The row in a command: `t7f3k2q9@3`."""
    named = f"{thing.code}@{thing.version}"
    return named if occurrence is None else f"{named}/{occurrence:%Y-%m-%dT%H:%M}"


def name(thing: Thing) -> str:
    """The row in a sentence: `#12 call mom`."""
    return f"#{thing.number} {clipped(naming(thing), 60)}"


def naming(thing: Thing) -> str:
    """The words that the row goes by, as one line."""
    return line(thing.text if isinstance(thing, Reminder | Note) else thing.title)


def kind(thing: Thing) -> CardKind:
    """The kind of a row."""
    match thing:
        case Task():
            return CardKind.TASK
        case Event():
            return CardKind.EVENT
        case Reminder():
            return CardKind.REMINDER
        case Note():
            return CardKind.NOTE


def clock(person: Person) -> Clock:
    """How the person reads the time of day."""
    return 24 if person.clock_24h else 12


def moment(at: datetime, person: Person, now: datetime) -> str:
    """An aware instant in the person's zone and words: "Mon 23 Nov 14:00"."""
    local = wall(at, person.zone).local
    return show_moment(local, today=today(person, now), clock=clock(person))


def today(person: Person, now: datetime) -> datetime:
    """The person's local time, whose date is today."""
    return wall(now, person.zone).local


def clipped(text: str, most: int) -> str:
    """The text cut to a length, with an ellipsis if something is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def option(label: str, command: str, words: str) -> Button | None:
    """A button that answers a question: the whole command, or when that is too long for a button
    the words that answer the question. None when even these are too long."""
    for text in (command, words):
        if len(text.encode()) <= MAX_COMMAND_BYTES:
            return Button(label=clipped(label, 40), command=text)
    return None


def _task(task: Task, person: Person, now: datetime, look: Look) -> Card:
    details = []
    if task.status is TaskStatus.IN_PROGRESS:
        details.append("in progress")
    elif not task.status.open:
        details.append(DONE if task.status is TaskStatus.COMPLETED else "cancelled")
    if task.priority is not Priority.MEDIUM:
        details.append(f"{task.priority.lower()} priority")
    if task.project:
        details.append(f"project {task.project}")
    if task.description:
        details.append(clipped(line(task.description), MAX_DETAIL))
    overdue = task.status.open and task.due_at is not None and task.due_at <= now
    closed = not task.status.open or task.deleted_at is not None
    buttons = [
        *([] if closed else [_button("Done", "/done", task), _button("Move", "/move", task)]),
        *([_undo(task)] if look.changed else []),
        *([] if look.changed or task.deleted_at else [_button("Delete", "/delete", task)]),
    ]
    return _card(
        task,
        look,
        icon="☑" if task.status is TaskStatus.COMPLETED else "✅",
        when=due_words(task, person, now),
        at=None if task.due_day else task.due_at,
        details=details,
        warnings=["overdue"] if overdue else [],
        struck=closed,
        buttons=buttons,
    )


def due_words(task: Task, person: Person, now: datetime) -> str:
    """ "due Fri 27 Nov 14:00" in the person's zone; "" for a task without a due time."""
    if task.due_local is None:
        return ""
    if task.due_day:
        return f"due {show_day(task.due_local, today=today(person, now))}"
    at = task.due_at or WallTime(local=task.due_local, zone=task.zone).instant()
    return f"due {moment(at, person, now)}{_elsewhere(task.due_local, task.zone, person)}"


def _event(event: Event, person: Person, now: datetime, look: Look) -> Card:
    start = look.occurrence or _first(event)
    details = []
    if event.rrule and look.occurrence is None:
        details.append(_repeats(event.rrule, person, now))
    if event.location:
        details.append(f"at {clipped(event.location, MAX_DETAIL)}")
    if event.description:
        details.append(clipped(line(event.description), MAX_DETAIL))
    gone = event.deleted_at is not None
    occurrence = start if event.rrule and look.occurrence else None
    buttons = [
        *([] if gone else [_button("Move", "/move", event, occurrence)]),
        *([] if gone else [_button("Delete", "/delete", event, occurrence)]),
        *([_undo(event)] if look.changed else []),
    ]
    warnings = [] if event.all_day else _skipped(start, event.zone)
    return _card(
        event,
        look,
        icon="📅",
        when=event_words(event, person, now, start),
        at=None if event.all_day else WallTime(local=start, zone=event.zone).instant(),
        details=details,
        warnings=warnings,
        struck=gone,
        buttons=buttons,
    )


def _first(event: Event) -> datetime:
    """The naive local start of the first occurrence that is not left out."""
    if event.rrule is None or event.start_local not in event.excluded:
        return event.start_local
    left_out = frozenset(event.excluded)
    found = next_after(
        Rule.parse(event.rrule), event.start_local, event.zone, event.start_at, left_out
    )
    return found[0] if found else event.start_local


def event_words(event: Event, person: Person, now: datetime, start: datetime | None = None) -> str:
    """When an event, or its occurrence with this naive local start, is: "Mon 23 Nov 12:00–13:30".

    In the person's zone; the event's own time follows where its zone shows another.
    """
    start = start or event.start_local
    if event.all_day:
        return show_days(start, start + event.length, today=today(person, now))
    begins = WallTime(local=start, zone=event.zone).instant()
    shown = wall(begins, person.zone).local
    ends = wall(begins + elapsed(event), person.zone).local
    span = show_span(shown, ends, today=today(person, now), clock=clock(person))
    return f"{span}{_elsewhere(start, event.zone, person)}"


def elapsed(event: Event) -> timedelta:
    """How long a timed event takes on a stopwatch."""
    end = WallTime(local=event.end_local, zone=event.zone).instant()
    return max(end - event.start_at, timedelta(0))


def _reminder(reminder: Reminder, person: Person, now: datetime, look: Look) -> Card:
    local = reminder.next_local or reminder.at_local
    at = reminder.next_at or WallTime(local=local, zone=reminder.zone).instant()
    details = []
    if reminder.rrule:
        details.append(_repeats(reminder.rrule, person, now))
    gone = reminder.deleted_at is not None or reminder.status is ReminderStatus.CANCELLED
    struck = gone or reminder.status is ReminderStatus.DONE
    if reminder.status is ReminderStatus.DONE:
        details.append(DONE)
    elif gone:
        details.append("cancelled")
    when = moment(at, person, now)
    elsewhere = _elsewhere(local, reminder.zone, person)
    if not elsewhere and look.fresh:
        elsewhere = f" ({show_zone(person.zone)})"
    waiting = look.fired or reminder.status is ReminderStatus.FIRED
    put_off = reminder.snoozes > 0 and reminder.status is ReminderStatus.ACTIVE and not waiting
    buttons: list[Button] = []
    if waiting and not struck:
        snooze = f"/snooze {ref(reminder)}"
        buttons += [
            _button("Done", "/done", reminder),
            Button(label="Snooze 10 min", command=f"{snooze} 10 minutes"),
            Button(label="Snooze 1 h", command=f"{snooze} 1 hour"),
        ]
    elif not struck:
        # There is nothing to put off of a series that has not gone off: it would ring once more.
        if not reminder.rrule:
            buttons.append(_button("Snooze", "/snooze", reminder))
        buttons += [_button("Move", "/move", reminder), _button("Cancel", "/delete", reminder)]
    if look.changed:
        buttons.append(_undo(reminder))
    return _card(
        reminder,
        look,
        icon="⏰",
        when=f"{SNOOZED if put_off else ''}{when}{elsewhere}",
        at=at,
        details=details,
        warnings=_skipped(local, reminder.zone) if reminder.next_at else [],
        struck=struck,
        buttons=buttons,
    )


def _note(note: Note, person: Person, now: datetime, look: Look) -> Card:
    gone = note.deleted_at is not None
    buttons = [
        *([] if gone else [_button("Forget", "/forget", note)]),
        *([_undo(note)] if look.changed else []),
    ]
    said = show_day(wall(note.created_at, person.zone).local, today=today(person, now))
    return _card(
        note,
        look,
        icon="🧠",
        when="" if look.fresh else said,
        details=[f"from {clipped(note.source, MAX_DETAIL)}"] if note.source else [],
        struck=gone,
        buttons=buttons,
    )


def _card(
    thing: Thing,
    look: Look,
    *,
    icon: str,
    when: str,
    details: list[str],
    buttons: list[Button],
    struck: bool,
    at: datetime | None = None,
    warnings: list[str] | None = None,
) -> Card:
    if thing.deleted_at is not None and not isinstance(thing, Reminder):
        details = [*details, "deleted"]
    return Card(
        kind=kind(thing),
        code=thing.code,
        version=thing.version,
        number=thing.number,
        icon=icon,
        title=clipped(naming(thing), MAX_SHOWN),
        when=when,
        at=at,
        details=tuple(details),
        warnings=(*(warnings or ()), *look.warnings),
        struck=struck,
        buttons=tuple(buttons) if look.buttons else (),
    )


def _button(label: str, command: str, thing: Thing, occurrence: datetime | None = None) -> Button:
    return Button(label=label, command=f"{command} {ref(thing, occurrence)}")


def _undo(thing: Thing) -> Button:
    return _button("Undo", "/undo", thing)


def _repeats(rrule: str, person: Person, now: datetime) -> str:
    return describe(Rule.parse(rrule), today=today(person, now), clock=clock(person))


def _elsewhere(local: datetime, zone: str, person: Person) -> str:
    """The row's own time where its zone's clocks show another than the person's."""
    at = WallTime(local=local, zone=zone)
    if at.shown() == wall(at.instant(), person.zone).local:
        return ""
    return f" ({show_time(at.shown(), clock=clock(person))} in {show_zone(zone)})"


def _skipped(local: datetime, zone: str) -> list[str]:
    if not WallTime(local=local, zone=zone).shifted:
        return []
    return [f"the clocks skip {local:%H:%M} that day"]


def day_start(day: date, person: Person) -> datetime:
    """The first instant of the person's day."""
    return day_bounds(day, person.zone)[0]
