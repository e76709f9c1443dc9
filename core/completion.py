"""Marking things as done."""

from dataclasses import replace

from core import cards
from core.cards import Look, card
from core.errors import UserError
from core.people import ToolContext
from core.ports import Work
from core.rows import Reminder, ReminderStatus, Task, TaskStatus, Thing
from core.tasks import with_status
from core.tool import Outcome
from core.values import Button, CardKind

COMPLETABLE = (CardKind.TASK, CardKind.REMINDER)


def complete(work: Work, context: ToolContext, thing: Thing) -> Outcome:
    """Mark a task or reminder as done; of a repeating reminder, what went off last."""
    owner, now = context.owner, context.now
    stored: Thing
    match thing:
        case Task(status=TaskStatus.COMPLETED) | Reminder(status=ReminderStatus.DONE):
            shown = card(thing, owner, now)
            said = f"{cards.name(thing)} is done already."
            return Outcome(result=said, said=said, cards=(shown,))
        case Task():
            done = with_status(thing, TaskStatus.COMPLETED, now)
            stored = work.tasks.save(owner.id, done)
        case Reminder(status=ReminderStatus.ACTIVE, rrule=str(), next_at=next_at):
            coming = cards.moment(next_at, owner, now) if next_at else "never"
            said = f"Done. {cards.name(thing)} comes again: {coming}."
            stop = Button(label="Stop it", command=f"/delete {cards.ref(thing)}")
            shown = card(thing, owner, now, cards.LISTED)
            return Outcome(result=said, said=said, cards=(shown,), buttons=(stop,))
        case Reminder():
            over = replace(thing, status=ReminderStatus.DONE, next_at=None, next_local=None)
            stored = work.reminders.save(owner.id, over)
        case _:
            raise UserError(f"{cards.name(thing)} cannot be done; it can be deleted.")
    shown = card(stored, owner, now, Look(changed=True))
    return Outcome(result=f"Done: {shown.line()}", cards=(shown,))
