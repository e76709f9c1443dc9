"""Events."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from core.calendar_files import OURS
from core.rows import Event
from core.values import CardKind, OwnerId
from db import tables
from db.statements import bind
from db.things import Things, shelf

_t = tables.events.c
_SHELF = shelf(CardKind.EVENT, Event, tables.events)
_AT_ONCE = 500
"""UIDs in one statement."""
_ALL = _SHELF.mine().order_by(_t.start_at, _t.number)
_BETWEEN = _ALL.where(
    _t.start_at < bind("end_"), sa.or_(_t.until_at.is_(None), _t.until_at > bind("start_"))
)
_known = sa.select(_t.uid).where(
    _t.owner == bind("owner_"),
    _t.uid.in_(bind("uids_", expanding=True)),
    _t.batch != bind("besides_"),
    tables.event_imported,
)
_KNOWN = sa.union_all(
    _known,
    *(
        sa.select(own.c.id).where(
            own.c.owner == bind("owner_"),
            own.c.id.in_(bind("ids_", expanding=True)),
            own.c.deleted_at.is_(None),
        )
        for own in (tables.events, tables.tasks)
    ),
)
_of_batch = sa.and_(_t.owner == bind("owner_"), _t.batch == bind("batch_"), tables.event_batched)
_BATCH = (
    sa.select(*_SHELF.columns)
    .where(_of_batch, _t.version == 1)
    .order_by(_t.number)
    .limit(bind("limit_"))
)
_BATCH_SIZE = sa.select(sa.func.count()).select_from(tables.events).where(_of_batch)


class Events(Things[Event]):
    """See `core.ports.Events`."""

    shelf = _SHELF

    def between(self, owner: OwnerId, start: datetime, end: datetime) -> list[Event]:
        return self._list(_BETWEEN, owner_=owner, start_=start, end_=end)

    def all(self, owner: OwnerId) -> list[Event]:
        return self._list(_ALL, owner_=owner)

    def known(self, owner: OwnerId, uids: Sequence[str], *, besides: str = "") -> frozenset[str]:
        found: set[str] = set()
        for at in range(0, len(uids), _AT_ONCE):
            some = uids[at : at + _AT_ONCE]
            # Of our own feed the UID is the row's id and this ending.
            ours = [uid.removesuffix(OURS) for uid in some if uid.endswith(OURS)]
            rows = self._session.all(_KNOWN, owner_=owner, uids_=some, ids_=ours, besides_=besides)
            seen = {row["uid"] for row in rows}
            found |= {uid for uid in some if uid in seen or uid.removesuffix(OURS) in seen}
        return frozenset(found)

    def batch(self, owner: OwnerId, batch: str, limit: int) -> list[Event]:
        return self._list(_BATCH, owner_=owner, batch_=batch, limit_=limit)

    def batch_size(self, owner: OwnerId, batch: str) -> int:
        return int(self._session.value(_BATCH_SIZE, owner_=owner, batch_=batch) or 0)
