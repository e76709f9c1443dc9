"""Events."""

from datetime import datetime

import sqlalchemy as sa

from core.rows import Event
from core.values import CardKind, OwnerId
from db import tables
from db.statements import bind
from db.things import Things, shelf

_t = tables.events.c
_SHELF = shelf(CardKind.EVENT, Event, tables.events)
_ALL = _SHELF.mine().order_by(_t.start_at, _t.number)
_BETWEEN = _ALL.where(
    _t.start_at < bind("end_"), sa.or_(_t.until_at.is_(None), _t.until_at > bind("start_"))
)


class Events(Things[Event]):
    """See `core.ports.Events`."""

    shelf = _SHELF

    def between(self, owner: OwnerId, start: datetime, end: datetime) -> list[Event]:
        return self._list(_BETWEEN, owner_=owner, start_=start, end_=end)

    def all(self, owner: OwnerId) -> list[Event]:
        return self._list(_ALL, owner_=owner)
