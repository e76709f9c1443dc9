"""Delete a reminder."""

from core.deletion import delete, delete_several
from core.people import ToolContext
from core.ports import Work
from core.references import Sought, find
from core.rows import ReminderStatus
from core.tool import Outcome, tool
from core.values import CardKind


@tool
def delete_reminder(
    work: Work, context: ToolContext, *, reminder: str, confirmed: bool = False
) -> Outcome:
    """Cancel a reminder."""
    if " ".join(reminder.casefold().split()) in ("all", "all reminders", "all my reminders"):
        live = frozenset({ReminderStatus.ACTIVE, ReminderStatus.FIRED})
        rows = work.reminders.find(context.owner.id, statuses=live)
        return delete_several(
            work,
            context,
            rows,
            what="reminder",
            command="/delete all reminders",
            confirmed=confirmed,
        )
    kinds = (CardKind.REMINDER, CardKind.EVENT, CardKind.TASK)
    found = find(work, context, reminder, Sought(kinds=kinds, command="/delete {}"))
    return delete(work, context, found, confirmed=confirmed)
