"""Make a task."""

from typing import Annotated

from pydantic import Field

from core import tasks, titles
from core.cards import Look, card
from core.people import ToolContext
from core.ports import Work
from core.rows import Priority, Task
from core.tool import Outcome, tool


@tool
def create_task(
    work: Work,
    context: ToolContext,
    *,
    title: str,
    description: str = "",
    project: str = "",
    priority: Annotated[str, Field(description="LOW|MEDIUM|HIGH|URGENT")] = "",
    due: str = "",
) -> Outcome:
    """Add a to-do."""
    name, overflow = titles.title(title, asks="/task", question="What should the task be called?")
    owner, now = context.owner, context.now
    task = Task(
        title=name,
        description=titles.body(f"{overflow}\n{description}", what="A description"),
        project=tasks.project(project),
        priority=tasks.priority(priority) if priority else Priority.MEDIUM,
        zone=owner.zone,
        via=str(context.speaker),
    )
    if due:
        task = tasks.with_due(task, tasks.due_or_none(due, owner, now, asks=f"/task {name}"))
    stored = work.tasks.add(owner.id, task)
    shown = card(stored, owner, now, Look(fresh=True, changed=True))
    return Outcome(result=f"Task made: {shown.line()}", cards=(shown,))
