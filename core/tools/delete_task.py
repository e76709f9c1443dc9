"""Delete a task."""

from typing import Annotated

from pydantic import Field

from core.deletion import DELETABLE, delete, delete_several
from core.people import ToolContext
from core.ports import Work
from core.references import Sought, find
from core.tool import Outcome, tool
from core.values import CardKind


@tool
def delete_task(
    work: Work,
    context: ToolContext,
    *,
    task: Annotated[str, Field(description="or: all, all completed")],
    confirmed: bool = False,
) -> Outcome:
    """Delete a to-do."""
    several = delete_several(work, context, task, CardKind.TASK, confirmed=confirmed)
    if several is not None:
        return several
    found = find(work, context, task, Sought(kinds=DELETABLE, command="/delete {}"))
    return delete(work, context, found, confirmed=confirmed)
