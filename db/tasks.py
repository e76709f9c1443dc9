"""Tasks."""

from typing import Any

import sqlalchemy as sa

from core.ports import TaskQuery
from core.rows import Priority, Task
from core.values import CardKind, OwnerId
from db import tables
from db.things import Things, shelf

_t = tables.tasks.c
_URGENCY = sa.case(
    {
        Priority.URGENT: 0,
        Priority.HIGH: 1,
        Priority.MEDIUM: 2,
        Priority.LOW: 3,
    },
    value=_t.priority,
)


class Tasks(Things[Task]):
    """See `core.ports.Tasks`."""

    shelf = shelf(CardKind.TASK, Task, tables.tasks)

    def find(self, owner: OwnerId, query: TaskQuery) -> list[Task]:
        statement = _narrowed(self.shelf.mine(), query).order_by(
            _t.due_at.asc().nulls_last(), _URGENCY, _t.created_at, _t.number
        )
        return self._list(statement.limit(query.limit).offset(query.offset), owner_=owner)

    def count(self, owner: OwnerId, query: TaskQuery) -> int:
        return int(self._session.value(_narrowed(self.shelf.count(), query), owner_=owner))

    def _values(self, row: Task) -> dict[str, Any]:
        return super()._values(row) | {"project_key": _key(row.project)}


def _narrowed(statement: sa.Select[Any], query: TaskQuery) -> sa.Select[Any]:
    if query.statuses:
        statement = statement.where(_t.status.in_(sorted(query.statuses)))
    if query.project is not None:
        statement = statement.where(_t.project_key == _key(query.project))
    if query.priority is not None:
        statement = statement.where(_t.priority == query.priority)
    if query.due_before is not None:
        statement = statement.where(_t.due_at < query.due_before)
    if query.due_after is not None:
        statement = statement.where(_t.due_at >= query.due_after)
    if query.completed_after is not None:
        statement = statement.where(_t.completed_at >= query.completed_after)
    return statement


def _key(project: str | None) -> str | None:
    return None if project is None else project.casefold()
