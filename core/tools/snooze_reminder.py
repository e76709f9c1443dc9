"""Put a reminder off."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from core import cards
from core.cards import Look, card
from core.errors import UserError
from core.people import Person, ToolContext
from core.ports import Work
from core.references import Sought, choice, find
from core.reminders import Ring, ring, rung
from core.rows import Pin, Reminder, ReminderStatus
from core.times import timing
from core.tool import Outcome, tool
from core.values import CardKind
from core.when.values import Length
from core.when.wall import wall

USUAL = timedelta(minutes=10)
LONGEST = timedelta(days=3660)


@tool
def snooze_reminder(
    work: Work,
    context: ToolContext,
    *,
    reminder: Annotated[str, Field(description="default: the one that went off last")] = "",
    until: Annotated[str, Field(description="default: 10 minutes")] = "",
) -> Outcome:
    """Put a reminder off; of a repeating one only this time."""
    owner, now = context.owner, context.now
    row = _meant(work, context, reminder, until)
    at = _until(row, until, owner, now)
    said = ""
    if row.rrule is not None and row.status is ReminderStatus.ACTIVE:
        once = Reminder(
            text=row.text,
            at_local=at.local,
            zone=at.zone,
            via=str(context.speaker),
            about=row.about,
            address=row.address,
        )
        stored = work.reminders.add(owner.id, replace(rung(once, at), snoozes=1))
        if row.next_at is not None:
            said = f"Once more then; the series goes on {cards.moment(row.next_at, owner, now)}."
    else:
        again = replace(rung(row, replace(at, rrule=row.rrule)), snoozes=row.snoozes + 1)
        if row.rrule is not None:
            # Its last occurrence has gone off: what is snoozed is that one alone.
            again = replace(again, rrule=None)
        stored = work.reminders.save(owner.id, again)
    shown = card(stored, owner, now, Look(changed=True))
    return Outcome(result=f"Snoozed: {shown.line()}", said=said, cards=(shown,))


def _meant(work: Work, context: ToolContext, words: str, until: str) -> Reminder:
    if words:
        sought = Sought(kinds=(CardKind.REMINDER,), command=f"/snooze {{}} {until}".rstrip())
        row = find(work, context, words, sought).thing
        assert isinstance(row, Reminder)
        if row.status in (ReminderStatus.ACTIVE, ReminderStatus.FIRED):
            return row
        state = "done" if row.status is ReminderStatus.DONE else "cancelled"
        raise UserError(
            f"{cards.name(row)} is {state}. Move it to bring it back.",
            asks=f"/move {cards.ref(row)}",
        )
    for code in (*context.replied, *context.shown):
        thing = work.coded(context.owner.id, code)
        if isinstance(thing, Reminder) and (thing.status is ReminderStatus.FIRED or thing.rrule):
            return thing
    fired = work.reminders.find(context.owner.id, statuses=frozenset({ReminderStatus.FIRED}))
    if not fired:
        raise UserError(
            "No reminder has gone off. Which one do you mean? “/reminders” shows them.",
            asks="/snooze",
        )
    if len(fired) > 1:
        sought = Sought(kinds=(CardKind.REMINDER,), command=f"/snooze {{}} {until}".rstrip())
        raise choice("Which one shall I snooze?", fired[::-1], sought)
    return fired[0]


def _until(row: Reminder, until: str, person: Person, now: datetime) -> Ring:
    """When it goes off again. A length counts from now, or from its time if that is ahead."""
    asks = f"/snooze {cards.ref(row)}"
    length = USUAL
    if until.strip():
        said = timing(until, person, now, asks=asks)
        if not isinstance(said.meaning, Length):
            return ring(until, person, now, asks=asks)
        length = said.meaning.of
    if not timedelta(0) < length < LONGEST:
        raise UserError("Snooze it for a minute up to ten years.", asks=asks)
    ahead = row.next_at if row.rrule is None else None
    at = (max(now, ahead or now) + length).replace(microsecond=0)
    local = wall(at, person.zone).local
    return Ring(
        local=local,
        zone=person.zone,
        pin=Pin.TIMER,
        explicit=True,
        rrule=None,
        next_local=local,
        next_at=at,
    )
