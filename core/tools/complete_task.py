"""Mark a task as done."""

from core.completion import COMPLETABLE, complete
from core.people import ToolContext
from core.ports import Work
from core.references import Sought, find
from core.tool import Outcome, tool


@tool
def complete_task(work: Work, context: ToolContext, *, task: str) -> Outcome:
    """Mark a to-do as done."""
    found = find(work, context, task, Sought(kinds=COMPLETABLE, command="/done {}"))
    return complete(work, context, found.thing)
