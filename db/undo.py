"""What can be taken back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core import serial
from core.ports import Change, UndoEntry
from core.rows import Event, Note, Reminder, Task, Thing
from core.undo import KEPT
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
_REWRITE = (
    sa.update(tables.undo)
    .where(_u.owner == bind("owner_"), _u.id == bind("id_"))
    .values(changes=bind("changes_"))
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
            via=_via(changes),
        )

    def renumber(self, owner: OwnerId, into: OwnerId, after: int) -> None:
        """The owner's rows are another's, with other numbers: let what can be undone say so."""
        for row in self._session.all(_RECENT, owner_=owner, limit_=KEPT):
            changes = [
                replace(
                    change,
                    before=change.before and _renumbered(change.before, into, after),
                    after=_renumbered(change.after, into, after),
                )
                for change in map(_load, json.loads(row["changes"]))
            ]
            dumped = json.dumps([_dump(change) for change in changes])
            self._session.run(_REWRITE, owner_=owner, id_=row["id"], changes_=dumped)

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


def _via(changes: Sequence[Change]) -> str:
    """The identity that all of the rows came through, if it is one."""
    found = {change.after.via for change in changes}
    return found.pop() if len(found) == 1 else ""


def _renumbered(thing: Thing, owner: OwnerId, after: int) -> Thing:
    return replace(thing, owner=owner, number=thing.number + after)


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
