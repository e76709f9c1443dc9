"""Reminders, and which of them are due."""

from datetime import datetime

import sqlalchemy as sa

from core.rows import Reminder, ReminderStatus
from core.values import CardKind, OwnerId
from db import tables
from db.statements import bind
from db.things import Things, shelf

_t = tables.reminders.c
_SHELF = shelf(CardKind.REMINDER, Reminder, tables.reminders)
_LIVE = frozenset({ReminderStatus.ACTIVE, ReminderStatus.FIRED})
_FIND = (
    _SHELF.mine()
    .where(_t.status.in_(bind("statuses_", expanding=True)))
    .order_by(_t.next_at.asc().nulls_last(), _t.at_local, _t.number)
    .limit(bind("limit_"))
    .offset(bind("offset_"))
)
_COUNT = _SHELF.count().where(_t.status.in_(bind("statuses_", expanding=True)))
_ABOUT = _SHELF.mine().where(_t.about == bind("about_"))
_ARM = (
    sa.update(tables.reminders)
    .where(_t.owner == bind("owner_"), _t.id == bind("id_"))
    .values(next_at=bind("next_at_"), next_local=bind("next_local_"), status=bind("status_"))
)
_DUE = (
    sa.select(*_SHELF.columns)
    .where(tables.reminder_active, _t.next_at <= bind("now_"))
    .order_by(_t.next_at, _t.id)
    .limit(bind("limit_"))
    .with_for_update(skip_locked=True)
)
_DUE_OF = _DUE.where(_t.owner == bind("owner_"))


class Reminders(Things[Reminder]):
    """See `core.ports.Reminders`."""

    shelf = _SHELF

    def find(
        self,
        owner: OwnerId,
        *,
        statuses: frozenset[ReminderStatus],
        limit: int = 500,
        offset: int = 0,
    ) -> list[Reminder]:
        wanted = sorted(statuses)
        return self._list(_FIND, owner_=owner, statuses_=wanted, limit_=limit, offset_=offset)

    def count(self, owner: OwnerId, *, statuses: frozenset[ReminderStatus]) -> int:
        return int(self._session.value(_COUNT, owner_=owner, statuses_=sorted(statuses)))

    def about(self, owner: OwnerId, thing_id: str) -> list[Reminder]:
        # With their states or an order in the statement, SQLite looks through all of the owner's.
        found = self._list(_ABOUT, owner_=owner, about_=thing_id)
        return sorted((row for row in found if row.status in _LIVE), key=lambda row: row.number)

    def arm(
        self,
        owner: OwnerId,
        row_id: str,
        *,
        next_at: datetime | None,
        next_local: datetime | None,
        status: ReminderStatus,
    ) -> None:
        self._session.run(
            _ARM,
            owner_=owner,
            id_=row_id,
            next_at_=next_at,
            next_local_=next_local,
            status_=status,
        )

    def due(self, now: datetime, limit: int) -> list[Reminder]:
        return self._list(_DUE, now_=now, limit_=limit)

    def due_of(self, owner: OwnerId, now: datetime, limit: int) -> list[Reminder]:
        return self._list(_DUE_OF, owner_=owner, now_=now, limit_=limit)
