"""Delete a task."""

from typing import Annotated

from pydantic import Field

from core.deletion import DELETABLE, delete, delete_several
from core.people import ToolContext
from core.ports import TaskQuery, Work
from core.references import Sought, find
from core.rows import TaskStatus
from core.tool import Outcome, tool

_SEVERAL = {
    "all": ("open task", frozenset(status for status in TaskStatus if status.open)),
    "all open": ("open task", frozenset(status for status in TaskStatus if status.open)),
    "all completed": ("completed task", frozenset({TaskStatus.COMPLETED})),
    "all done": ("completed task", frozenset({TaskStatus.COMPLETED})),
    "all cancelled": ("cancelled task", frozenset({TaskStatus.CANCELLED})),
}


@tool
def delete_task(
    work: Work,
    context: ToolContext,
    *,
    task: Annotated[str, Field(description="or: all, all completed")],
    confirmed: bool = False,
) -> Outcome:
    """Delete a to-do."""
    plain = " ".join(task.casefold().replace("tasks", "").replace(" my ", " ").split())
    plain = {"completed": "all completed", "done": "all done", "everything": "all"}.get(
        plain, plain
    )
    if plain in _SEVERAL:
        what, statuses = _SEVERAL[plain]
        rows = work.tasks.find(context.owner.id, TaskQuery(statuses=statuses))
        return delete_several(
            work, context, rows, what=what, command=f"/delete {plain}", confirmed=confirmed
        )
    found = find(work, context, task, Sought(kinds=DELETABLE, command="/delete {}"))
    return delete(work, context, found, confirmed=confirmed)
