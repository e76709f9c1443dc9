"""List tasks."""

from typing import Annotated

from pydantic import Field

from core import tasks
from core.listing import listed
from core.people import ToolContext
from core.ports import TaskQuery, Work
from core.references import matches
from core.rows import Task, TaskStatus
from core.times import Window, window
from core.tool import Outcome, tool

OPEN = frozenset(status for status in TaskStatus if status.open)


@tool(changes=False)
def list_tasks(
    work: Work,
    context: ToolContext,
    *,
    status: Annotated[
        str, Field(description="open|PENDING|IN_PROGRESS|COMPLETED|CANCELLED|all")
    ] = "open",
    project: str = "",
    priority: str = "",
    due_before: str = "",
    due_after: str = "",
    day: Annotated[str, Field(description="due in: today, this week")] = "",
    overdue: bool = False,
    text: str = "",
) -> Outcome:
    """List to-dos."""
    owner, now = context.owner, context.now

    def meant(words: str) -> Window:
        return window(words, owner, now, asks="/tasks") if words else Window(start=None, end=None)

    before, after, within = meant(due_before), meant(due_after), meant(day)
    last = before.moment or before.start or before.end
    first = after.moment or after.end or after.start
    ends = [bound for bound in (last, within.end) if bound]
    starts = [bound for bound in (first, within.start) if bound]
    if overdue:
        ends.append(now)
    query = TaskQuery(
        statuses=OPEN if overdue else _statuses(status),
        project=tasks.project(project),
        priority=tasks.priority(priority) if priority else None,
        due_before=min(ends) if ends else None,
        due_after=max(starts) if starts else None,
    )
    found = work.tasks.find(owner.id, query)
    if text:
        fits, nearly = matches(text, found)
        found = [task for task in fits or nearly if isinstance(task, Task)]
    narrowed = bool(project or priority or ends or starts or text)
    what = "overdue task" if overdue else "task" if status != "open" else "open task"
    nothing = f"No {what}s there." if narrowed else f"You have no {what}s."
    return listed(found, context, what=what, nothing=nothing)


def _statuses(word: str) -> frozenset[TaskStatus]:
    plain = word.strip().casefold()
    if plain in ("", "open"):
        return OPEN
    if plain == "all":
        return frozenset()
    return frozenset({tasks.status(word)})
