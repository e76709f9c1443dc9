"""List tasks."""

import re
from typing import Annotated

from pydantic import Field

from core import tasks
from core.groups import has_no
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
    if before.end and re.match(r"(?:by|until|till|through)\b", due_before.strip().casefold()):
        last = before.moment or before.end
    first = after.moment or after.end or after.start
    ends = [bound for bound in (last, within.end) if bound]
    starts = [bound for bound in (first, within.start) if bound]
    if overdue:
        ends.append(now)
    start, end = max(starts, default=None), min(ends, default=None)
    statuses = OPEN if overdue else _statuses(status)
    over = statuses == frozenset({TaskStatus.COMPLETED})
    query = TaskQuery(
        statuses=statuses,
        project=tasks.project(project),
        priority=tasks.priority(priority) if priority else None,
        due_before=None if over else end,
        due_after=None if over else start,
        completed_after=start if over else None,
    )
    found = work.tasks.find(owner.id, query)
    if over and end is not None:
        # What is done is asked for by the day on which it was.
        found = [task for task in found if task.completed_at and task.completed_at < end]
    if text:
        fits, nearly = matches(text, found)
        inside = [task for task in found if (task.project or "").casefold() == text.casefold()]
        named = [task for task in fits or nearly if isinstance(task, Task)]
        found = [
            task for task in found if task in inside or (task in named and (fits or not inside))
        ]
    narrowed = bool(project or priority or starts or text or (ends and not overdue))
    what = "overdue task" if overdue else "open task" if statuses == OPEN else "task"
    what = "completed task" if over else what
    nothing = f"No {what}s match that." if narrowed else has_no(owner, f"{what}s")
    return listed(found, context, what=what, nothing=nothing)


def _statuses(word: str) -> frozenset[TaskStatus]:
    plain = word.strip().casefold()
    if plain in ("", "open"):
        return OPEN
    if plain == "all":
        return frozenset()
    return frozenset({tasks.status(word)})
