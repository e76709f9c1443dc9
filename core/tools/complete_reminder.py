"""Mark a reminder as done."""

from core.completion import COMPLETABLE, complete
from core.people import ToolContext
from core.ports import Work
from core.references import Sought, find
from core.tool import Outcome, tool


@tool
def complete_reminder(work: Work, context: ToolContext, *, reminder: str) -> Outcome:
    """Mark a reminder as done."""
    kinds = tuple(reversed(COMPLETABLE))
    found = find(work, context, reminder, Sought(kinds=kinds, command="/done {}"))
    return complete(work, context, found.thing)
