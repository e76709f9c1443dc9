"""Change a reminder."""

from dataclasses import replace
from datetime import datetime

from core import cards
from core.cards import Look, card
from core.errors import UserError
from core.people import ToolContext
from core.ports import Work
from core.references import Sought, find
from core.reminders import current, reminder_text, retimed, ring, rung
from core.rows import Reminder
from core.tool import Outcome, tool
from core.values import Button, CardKind
from core.when.describe import describe
from core.when.rule import Rule


@tool
def update_reminder(
    work: Work, context: ToolContext, *, reminder: str, text: str = "", when: str = ""
) -> Outcome:
    """Change a reminder's text or time."""
    owner, now = context.owner, context.now
    command = "" if text else f"/move {{}} {when}".rstrip()
    row = find(work, context, reminder, Sought(kinds=(CardKind.REMINDER,), command=command)).thing
    assert isinstance(row, Reminder)
    move = f"/move {cards.ref(row)}"
    if not text and not when:
        raise UserError(
            f"When shall {cards.name(row)} go off instead?",
            buttons=(
                Button(label="In 1 hour", command=f"{move} in 1 hour"),
                Button(label="Tomorrow", command=f"{move} tomorrow"),
            ),
            asks=move,
        )
    changed = row
    if text:
        words = reminder_text(text, asks="/remind", question="What shall I remind you of?")
        changed = replace(changed, text=words)
    if when:
        at = ring(when, owner, now, asks=move, current=current(row))
        if row.rrule is None or at.rrule is not None:
            changed = rung(changed, at)
        elif at.day_said:
            raise _series_stays(row, when, now)
        else:
            changed = retimed(changed, at, now)
    stored = work.reminders.save(owner.id, replace(changed, snoozes=0))
    shown = card(stored, owner, now, Look(changed=True))
    return Outcome(result=f"Changed: {shown.line()}", cards=(shown,))


def _series_stays(row: Reminder, when: str, now: datetime) -> UserError:
    repeats = describe(Rule.parse(row.rrule or ""), today=now)
    once = cards.option("Only the next one", f"/snooze {cards.ref(row)} {when}", "")
    return UserError(
        f"{cards.name(row)} repeats {repeats}. Say how it shall repeat from now on, such as "
        "“every Friday at 9”, or move only the next one.",
        buttons=(once,) if once and once.command else (),
        asks=f"/move {cards.ref(row)}",
    )
