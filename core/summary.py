"""The daily summary: today in one message, and at most one suggestion that a tap takes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core import cards
from core.agenda import (
    Agenda,
    Rows,
    agenda_cards,
    compose,
    conflict_words,
    days,
    heading,
)
from core.cards import card
from core.conflicts import free
from core.people import Person
from core.rows import Event, Reminder, ReminderStatus, Task
from core.values import MAX_COMMAND_BYTES, Button, Reply
from core.when.show import show_date, show_time
from core.when.wall import WallTime, wall

MOST_CARDS = 20
AN_HOUR = timedelta(hours=1)


def summary(
    person: Person,
    now: datetime,
    events: Sequence[Event],
    tasks: Sequence[Task],
    reminders: Sequence[Reminder],
) -> Reply | None:
    """Today's events with their conflicts, due and overdue tasks, reminders ahead, one thing that
    yesterday left open, and a suggestion.

    The events are those of today (series are expanded here), the tasks open and due before its
    end, the reminders active or waiting for a reaction. None when there is nothing to say and the
    person wants silence then.
    """
    today = wall(now, person.zone).local
    start, end = days(today.date(), 1, person)
    rows = Rows(events=events, tasks=tasks, reminders=reminders)
    agenda = compose(now, start, end, rows)
    left_open = _left_open(person, now, tasks, reminders)
    greeting = f"Good {_part_of_day(today)}{f', {person.name}' if person.name else ''}!"
    if agenda.empty and left_open is None:
        if not person.summary_when_empty:
            return None
        return Reply(text=f"{greeting} Nothing is planned for today.")
    said = [f"{greeting} {_today(today)}: {heading(agenda)}." if not agenda.empty else greeting]
    if conflict := conflict_words(agenda):
        said.append(conflict)
    shown = agenda_cards(agenda, person, now, MOST_CARDS)
    if left_open is not None:
        said.append(f"Still open from yesterday: {cards.name(left_open)}.")
        if left_open.code not in {one.code for one in shown}:
            shown.append(card(left_open, person, now, cards.LISTED))
    suggested = _suggestion(agenda, person, now, end)
    buttons: tuple[Button, ...] = ()
    if suggested is not None:
        words, button = suggested
        said.append(words)
        buttons = (button,)
    return Reply(text="\n".join(said), cards=tuple(shown), buttons=buttons)


def _today(today: datetime) -> str:
    return f"{today:%A} {show_date(today, today=today)}"


def _part_of_day(today: datetime) -> str:
    if today.hour < 12:
        return "morning"
    return "afternoon" if today.hour < 18 else "evening"


def _left_open(
    person: Person, now: datetime, tasks: Sequence[Task], reminders: Sequence[Reminder]
) -> Task | Reminder | None:
    """A reminder of yesterday without a reaction, else a task that was due yesterday."""
    yesterday = wall(now, person.zone).local.date() - timedelta(days=1)
    for reminder in reminders:
        at = WallTime(local=reminder.at_local, zone=reminder.zone).instant()
        # What was said before an event leaves nothing open.
        fired = reminder.status is ReminderStatus.FIRED and reminder.about is None
        if fired and wall(at, person.zone).local.date() == yesterday:
            return reminder
    for task in tasks:
        if task.status.open and task.due_at is not None:
            due = task.due_local if task.due_day else wall(task.due_at, person.zone).local
            if due is not None and due.date() == yesterday:
                return task
    return None


def _suggestion(
    agenda: Agenda, person: Person, now: datetime, end: datetime
) -> tuple[str, Button] | None:
    """Another time for one of two events that overlap, else a free hour for an overdue task."""
    for one, other in agenda.conflicts:
        if one.at.end <= now:
            continue
        later = max(one, other, key=lambda entry: (entry.at.start, entry.event.number))
        if later.at.start <= now:
            continue
        occurrence = later.at.local if later.event.rrule else None
        command = f"/free {cards.ref(later.event, occurrence)}"
        words = f"Shall I find another time for {cards.name(later.event)}?"
        return words, Button(label="Find another time", command=command)
    return _free_hour(agenda, person, now, end)


def _free_hour(
    agenda: Agenda, person: Person, now: datetime, end: datetime
) -> tuple[str, Button] | None:
    if not agenda.overdue:
        return None
    task = agenda.overdue[0]
    busy = [(e.at.start, e.at.end) for e in agenda.entries if not e.event.all_day]
    hours = (person.habits.morning, person.habits.day_end)
    slots = free(busy, now, end, AN_HOUR, zone=person.zone, hours=hours, most=1)
    if not slots:
        return None
    local = wall(slots[0][0], person.zone).local
    at = show_time(local, clock=cards.clock(person))
    command = _event_command(cards.naming(task), local)
    words = f"{cards.name(task)} is overdue, and {at} is free: shall I keep that hour for it?"
    return words, Button(label=f"Keep {at}", command=command)


def _event_command(title: str, at: datetime) -> str:
    """/event write report 2026-11-23T15:00, with as much of the title as a button takes."""
    when = f" {at:%Y-%m-%dT%H:%M}"
    room = MAX_COMMAND_BYTES - len(f"/event {when}".encode())
    fits = title.encode()[:room].decode(errors="ignore")
    if fits != title and " " in fits:
        fits = fits.rpartition(" ")[0]
    return f"/event {fits.strip()}{when}"
