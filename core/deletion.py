"""Deleting things: at once when it is clear what is meant, because undo brings them back."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from core import cards, events, happening, heads_up
from core.cards import Look, card
from core.errors import UserError
from core.listing import counted
from core.people import ToolContext
from core.ports import TaskQuery, Work
from core.references import Found, occurrence_of
from core.reminders import skipped
from core.rows import Event, Note, Reminder, ReminderStatus, Task, TaskStatus, Thing
from core.times import day_of
from core.tool import Outcome
from core.values import Button, CardKind
from core.when.describe import describe
from core.when.rule import Rule
from core.when.show import show_day

DELETABLE = (CardKind.TASK, CardKind.EVENT, CardKind.REMINDER)
MOST_SHOWN = 10


def delete(
    work: Work,
    context: ToolContext,
    found: Found,
    *,
    occurrence: str = "",
    confirmed: bool = False,
) -> Outcome:
    """Delete a row, or one occurrence of a series. Raises UserError that asks which of the two."""
    thing = found.thing
    owner, now = context.owner, context.now
    if isinstance(thing, Event) and thing.rrule:
        start = chosen(thing, found, occurrence, context)
        if start is not None:
            stored = work.events.save(owner.id, events.without(thing, start))
            shown = card(stored, owner, now, Look(changed=True))
            said = f"{day_words(start, context)} is left out; the rest stays."
            return Outcome(result=f"{said} {shown.line()}", said=said, cards=(shown,))
        if not confirmed and not whole(found, occurrence):
            raise which_part(thing, context, "Delete", "/delete")
    if isinstance(thing, Reminder) and thing.rrule and not whole(found, occurrence):
        named = found.occurrence
        near = happening.read_window(occurrence, context) if occurrence and not named else None
        if near is not None:
            named = happening.at(thing, near, context) or ""
        if named or near is not None:
            return _skip(work, context, thing, occurrence_of(replace(found, occurrence=named)))
    removed = remove(work, context, thing)
    shown = card(removed, owner, now, Look(changed=True))
    return Outcome(result=f"Deleted: {shown.line()}", cards=(shown,))


def _skip(
    work: Work, context: ToolContext, reminder: Reminder, occurrence: datetime | None
) -> Outcome:
    """Leave out the next time of a repeating reminder. Raises UserError for another time."""
    owner, now = context.owner, context.now
    if occurrence is None or occurrence != reminder.next_local:
        stop = Button(label="Stop all of it", command=f"/delete {cards.ref(reminder)}/all")
        coming = cards.moment(reminder.next_at, owner, now) if reminder.next_at else "never"
        raise UserError(
            f"Of {cards.name(reminder)} I can leave out the next time only: {coming}.",
            buttons=(stop,),
        )
    stored = work.reminders.save(owner.id, skipped(reminder))
    shown = card(stored, owner, now, Look(changed=True))
    said = f"{day_words(occurrence, context)} is left out; the rest stays."
    return Outcome(result=f"{said} {shown.line()}", said=said, cards=(shown,))


_OPEN = frozenset(status for status in TaskStatus if status.open)
_LIVE = frozenset({ReminderStatus.ACTIVE, ReminderStatus.FIRED})
_TASKS = {
    "": ("open task", _OPEN),
    "open": ("open task", _OPEN),
    "completed": ("completed task", frozenset({TaskStatus.COMPLETED})),
    "done": ("completed task", frozenset({TaskStatus.COMPLETED})),
    "cancelled": ("cancelled task", frozenset({TaskStatus.CANCELLED})),
}
_SEVERAL = re.compile(
    r"(?:all|every|everything)(?: of)?(?: my| the)?(?: (open|completed|done|cancelled))?"
    r"(?: (tasks?|to-?dos?|reminders?|events?))?|(completed|done|cancelled)(?: tasks?)?"
)


def delete_several(
    work: Work, context: ToolContext, words: str, kind: CardKind, *, confirmed: bool
) -> Outcome | None:
    """Delete many rows if that is what the words say: "all", "all completed", "all reminders".

    `kind` is meant when the words do not say. Raises UserError that asks first.
    """
    plain = " ".join(words.casefold().split())
    said = _SEVERAL.fullmatch(plain)
    if said is None:
        return None
    owner = context.owner.id
    status, named, only_status = said.groups()
    named = named or ("task" if only_status or status else kind.value)
    rows: Sequence[Thing]
    if named.startswith("event"):
        raise UserError("I do not delete all events at once. Name the one to delete.")
    if named.startswith("reminder"):
        what, rows = "reminder", work.reminders.find(owner, statuses=_LIVE)
        command = "/delete all reminders"
    else:
        what, statuses = _TASKS[status or only_status or ""]
        rows = work.tasks.find(owner, TaskQuery(statuses=statuses))
        command = f"/delete all {status or only_status or ''} tasks".replace("  ", " ")
    return _delete_rows(work, context, rows, what=what, command=command, confirmed=confirmed)


def _delete_rows(
    work: Work,
    context: ToolContext,
    rows: Sequence[Thing],
    *,
    what: str,
    command: str,
    confirmed: bool,
) -> Outcome:
    if not rows:
        said = f"There are no {what}s to delete."
        return Outcome(result=said, said=said)
    count = counted(len(rows), what)
    if not confirmed:
        raise UserError(
            f"Delete {count}? You can undo it for a day.",
            buttons=(Button(label=f"Yes, delete {len(rows)}", command=f"{command} yes"),),
            asks=command,
        )
    removed = [remove(work, context, thing) for thing in rows]
    shown = [card(thing, context.owner, context.now, cards.LISTED) for thing in removed]
    undo = Button(label="Undo", command=f"/undo {cards.ref(removed[-1])}")
    said = f"Deleted {count}."
    return Outcome(result=said, said=said, cards=tuple(shown[:MOST_SHOWN]), buttons=(undo,))


def remove(work: Work, context: ToolContext, thing: Thing) -> Thing:
    """Mark any row as deleted, an event with its reminders."""
    owner = context.owner.id
    match thing:
        case Task():
            return work.tasks.remove(owner, thing)
        case Event():
            heads_up.remove(work, context, thing)
            return work.events.remove(owner, thing)
        case Reminder():
            return work.reminders.remove(owner, thing)
        case Note():
            return work.notes.remove(owner, thing)


_WHOLE = frozenset({"all", "series", "whole", "all of it", "every", "whole series"})


def whole(found: Found, occurrence: str) -> bool:
    """Whether all of a series was named."""
    return "all" in (found.occurrence,) or occurrence.strip().casefold() in _WHOLE


def chosen(event: Event, found: Found, occurrence: str, context: ToolContext) -> datetime | None:
    """The naive local start of the occurrence that was named; None when none was."""
    named: date | datetime | None = occurrence_of(found)
    if named is None and occurrence.strip() and not whole(found, occurrence):
        named = day_of(occurrence, context.owner, context.now, asks=f"/delete {cards.ref(event)}")
    if named is None:
        return None
    return events.occurrence_on(event, named, context.owner, context.now)


def which_part(event: Event, context: ToolContext, verb: str, command: str) -> UserError:
    """A question whether one occurrence is meant or the whole series."""
    start = events.coming(event, context.now)
    day = day_words(start, context)
    repeats = describe(Rule.parse(event.rrule or ""), today=context.now)
    return UserError(
        f"{cards.name(event)} repeats {repeats}. {verb} only {day}, or all of it?",
        buttons=(
            Button(label=f"Only {day}", command=f"{command} {cards.ref(event, start)}"),
            Button(label="All of it", command=f"{command} {cards.ref(event)}/all"),
        ),
        asks=f"{command} {cards.ref(event)}",
    )


def day_words(start: datetime, context: ToolContext) -> str:
    return show_day(start, today=cards.today(context.owner, context.now))
