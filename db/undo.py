"""What can be taken back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core import serial
from core.ports import Change, UndoEntry
from core.rows import Event, Note, Reminder, Task, Thing
from core.values import OwnerId
from db import tables
from db.statements import Session, bind

_u = tables.undo.c
_KINDS: dict[str, type[Thing]] = {"t": Task, "e": Event, "r": Reminder, "n": Note}

_ADD = sa.insert(tables.undo)
_RECENT = (
    sa.select(_u.id, _u.label, _u.changes, _u.at, _u.batch)
    .where(_u.owner == bind("owner_"), _u.used_at.is_(None))
    .order_by(_u.id.desc())
    .limit(bind("limit_"))
)
_USE = (
    sa.update(tables.undo)
    .where(_u.owner == bind("owner_"), _u.id == bind("id_"), _u.used_at.is_(None))
    .values(used_at=bind("now_"))
)
_FORGET = sa.delete(tables.undo).where(
    _u.owner == bind("owner_"), _u.changes.contains(bind("row_id_"))
)


class Undo:
    """See `core.ports.Undo`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, owner: OwnerId, label: str, changes: Sequence[Change], *, batch: str = ""
    ) -> None:
        self._session.run(
            _ADD,
            owner=owner,
            label=label,
            changes=json.dumps([_dump(change) for change in changes]),
            at=self._session.now,
            batch=batch,
        )

    def recent(self, owner: OwnerId, limit: int) -> list[UndoEntry]:
        return [
            UndoEntry(
                id=row["id"],
                label=row["label"],
                changes=tuple(_load(change) for change in json.loads(row["changes"])),
                at=row["at"],
                batch=row["batch"],
            )
            for row in self._session.all(_RECENT, owner_=owner, limit_=limit)
        ]

    def use(self, owner: OwnerId, entry_id: int) -> None:
        self._session.run(_USE, owner_=owner, id_=entry_id, now_=self._session.now)

    def forget(self, owner: OwnerId, row_id: str) -> int:
        return self._session.run(_FORGET, owner_=owner, row_id_=row_id)


def _dump(change: Change) -> dict[str, str | None]:
    kind = type(change.after)
    return {
        "kind": change.after.code[0],
        "before": None if change.before is None else serial.dump(kind, change.before),
        "after": serial.dump(kind, change.after),
    }


def _load(change: Mapping[str, Any]) -> Change:
    kind = _KINDS[change["kind"]]
    before = change["before"]
    return Change(
        before=None if before is None else serial.load(kind, before),
        after=serial.load(kind, change["after"]),
    )
