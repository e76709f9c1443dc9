"""Change a task."""

from dataclasses import replace

from core import cards, tasks, titles
from core.cards import Look, card
from core.errors import UserError
from core.people import ToolContext
from core.ports import Work
from core.references import Sought, find
from core.rows import Task
from core.tool import Outcome, tool
from core.values import Button, CardKind


@tool
def update_task(
    work: Work,
    context: ToolContext,
    *,
    task: str,
    title: str = "",
    description: str = "",
    project: str = "",
    priority: str = "",
    due: str = "",
    status: str = "",
) -> Outcome:
    """Change a to-do. due or project "none" clears it."""
    owner, now = context.owner, context.now
    only_due = not (title or description or project or priority or status)
    command = f"/move {{}} {due}".rstrip() if only_due else ""
    row = find(work, context, task, Sought(kinds=(CardKind.TASK,), command=command)).thing
    assert isinstance(row, Task)
    move = f"/move {cards.ref(row)}"
    if only_due and not due:
        raise UserError(
            f"When shall {cards.name(row)} be due instead?",
            buttons=(
                Button(label="Tomorrow", command=f"{move} tomorrow"),
                Button(label="No due date", command=f"{move} none"),
            ),
            asks=move,
        )
    changed = row
    if title:
        asks = f"/rename {cards.ref(row)}"
        name, overflow = titles.title(title, asks=asks, question="What should it be called?")
        longer = f"{overflow}\n{row.description}" if overflow else row.description
        changed = replace(changed, title=name, description=longer.strip())
    if description:
        changed = replace(changed, description=titles.replaced(description))
    if project:
        changed = replace(changed, project=tasks.project(project))
    if priority:
        changed = replace(changed, priority=tasks.priority(priority))
    if due:
        when = tasks.due_or_none(due, owner, now, asks=move, task=row)
        changed = tasks.with_due(changed, when)
    if status:
        changed = tasks.with_status(changed, tasks.status(status), now)
    if changed == row:
        said = "It is like that already."
        return Outcome(result=said, said=said, cards=(card(row, owner, now),))
    stored = work.tasks.save(owner.id, changed)
    shown = card(stored, owner, now, Look(changed=True))
    return Outcome(result=f"Changed: {shown.line()}", cards=(shown,))
