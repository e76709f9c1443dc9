"""Delete a reminder."""

from core.deletion import delete, delete_several
from core.people import ToolContext
from core.ports import Work
from core.references import Sought, find
from core.tool import Outcome, tool
from core.values import CardKind


@tool
def delete_reminder(
    work: Work,
    context: ToolContext,
    *,
    reminder: str,
    occurrence: str = "",
    confirmed: bool = False,
) -> Outcome:
    """Cancel a reminder, or leave out one occurrence."""
    several = delete_several(work, context, reminder, CardKind.REMINDER, confirmed=confirmed)
    if several is not None:
        return several
    kinds = (CardKind.REMINDER, CardKind.EVENT, CardKind.TASK)
    sought = Sought(kinds=kinds, command="/delete {}")
    found = find(work, context, reminder, sought, on=occurrence)
    return delete(work, context, found, occurrence=occurrence, confirmed=confirmed)
