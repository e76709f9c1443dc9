"""The reminder that comes by itself before an event: made, moved and deleted with it.

It belongs to its event (`Reminder.about`). A series has one for the whole of it, which passes over
the occurrences that were left out.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.cards import clock
from core.people import Person, ToolContext
from core.ports import Work
from core.reminders import rearmed
from core.rows import Event, Pin, Reminder
from core.when.show import show_time
from core.when.wall import WallTime, wall


def make(work: Work, context: ToolContext, event: Event, lead: timedelta) -> Reminder | None:
    """Store the reminder of a stored event; None where there is none to make.

    An all-day event has no hour to count back from; what is too near was just spoken of; and one
    rule cannot name days that are not the series' own.
    """
    at = _before(event, lead)
    if event.all_day or (event.rrule and at.date() != event.start_local.date()):
        return None
    fresh = Reminder(
        text=_words(event, context.owner),
        at_local=at,
        zone=event.zone,
        pin=Pin.PLACE,
        rrule=event.rrule,
        via=str(context.speaker),
        address=context.later,
        about=event.id,
    )
    armed = rearmed(fresh, context.now)
    if armed.next_at is None:
        return None
    return work.reminders.add(context.owner.id, armed)


def follow(work: Work, context: ToolContext, before: Event, after: Event) -> None:
    """Take an event's reminders along when it is moved or renamed."""
    for reminder in of(work, context, before):
        at = _before(after, _lead(before, reminder))
        text = reminder.text
        if text == _words(before, context.owner):
            text = _words(after, context.owner)
        if after.all_day or (after.rrule and at.date() != after.start_local.date()):
            work.reminders.remove(context.owner.id, reminder)
            continue
        moved = replace(reminder, text=text, at_local=at, zone=after.zone, rrule=after.rrule)
        if moved != reminder:
            work.reminders.save(context.owner.id, rearmed(moved, context.now))


def take_out(work: Work, context: ToolContext, series: Event, alone: Event) -> Reminder | None:
    """Give an occurrence that was taken out of its series the reminder that the series has."""
    rows = of(work, context, series)
    return make(work, context, alone, _lead(series, rows[0])) if rows else None


def remove(work: Work, context: ToolContext, event: Event) -> None:
    """Delete an event's reminders."""
    for reminder in of(work, context, event):
        work.reminders.remove(context.owner.id, reminder)


def of(work: Work, context: ToolContext, event: Event) -> Sequence[Reminder]:
    """The event's live reminders."""
    return work.reminders.about(context.owner.id, event.id)


def stands(reminder: Reminder, event: Event) -> bool:
    """Whether the event happens that the reminder's next occurrence is for."""
    if reminder.next_local is None or reminder.rrule is None:
        return True
    return reminder.next_local + (event.start_local - reminder.at_local) not in event.excluded


def _before(event: Event, lead: timedelta) -> datetime:
    """The naive local time that long before the event begins, in its zone."""
    start = WallTime(local=event.start_local, zone=event.zone).instant()
    return wall(start - lead, event.zone).local


def _lead(event: Event, reminder: Reminder) -> timedelta:
    start = WallTime(local=event.start_local, zone=event.zone).instant()
    return start - WallTime(local=reminder.at_local, zone=reminder.zone).instant()


def _words(event: Event, person: Person) -> str:
    return f"{event.title} at {show_time(event.start_local, clock=clock(person))}"
