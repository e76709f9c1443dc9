"""Old rows that nothing needs any more are deleted, a few at a time."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.sql.base import Executable

from core.deliveries import DeliveryState
from db import tables
from db.statements import Session, bind
from db.tables import constant, message_done

_i = tables.inbox.c
_o = tables.outbox.c

_newer = tables.outbox.alias("newer")
_shown_since = sa.exists().where(
    _newer.c.owner == _o.owner,
    _newer.c.id > _o.id,
    _newer.c.has_cards,
    _newer.c.state.not_in([constant(DeliveryState.WITHDRAWN), constant(DeliveryState.DEAD)]),
)


def _deletion(
    key: sa.Column[int] | sa.Column[str],
    age: sa.Column[datetime] | sa.Column[datetime | None],
    *where: sa.ColumnElement[bool],
) -> Executable:
    """Delete the oldest rows; those that another replica is deleting are left to it."""
    old = (
        sa.select(key)
        .where(age < bind("before_"), *where)
        .order_by(age)
        .limit(bind("limit_"))
        .with_for_update(of=key.table, skip_locked=True)
        .cte("old")
        .prefix_with("MATERIALIZED")
    )
    # Returned, for SQLite does not count what a statement that begins with WITH has touched.
    return sa.delete(key.table).where(key.in_(sa.select(old.c[key.name]))).returning(key)


# The newest message stays: SQLite would give its number away again, and that names its answer.
_INBOX = _deletion(
    _i.id, _i.received_at, message_done, _i.id < sa.select(sa.func.max(_i.id)).scalar_subquery()
)
_SENT = _deletion(_o.id, _o.settled_at, sa.not_(_o.has_cards))
# What showed the last cards stays, for "the second one" counts in it.
_SHOWN = _deletion(_o.id, _o.settled_at, _o.has_cards, _shown_since)
_SET_ASIDE = _deletion(tables.set_aside.c.id, tables.set_aside.c.at)
_UNDO = _deletion(tables.undo.c.id, tables.undo.c.at)
_THINGS = [
    _deletion(table.c.id, table.c.deleted_at)
    for table in (tables.tasks, tables.events, tables.reminders, tables.notes)
]

_INVITES = _deletion(tables.invites.c.id, tables.invites.c.ends_at)
_INSTALLING = _deletion(tables.installing.c.state_hash, tables.installing.c.ends_at)
_LINK_CODES = _deletion(tables.link_codes.c.owner, tables.link_codes.c.ends_at)
_STRANGERS = _deletion(tables.strangers.c.hash, tables.strangers.c.since)


class Housekeeping:
    """See `core.ports.Housekeeping`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def purge(self, before: datetime, shown_before: datetime, limit: int) -> int:
        steps = [
            (_INBOX, before),
            (_SENT, before),
            (_SHOWN, shown_before),
            (_SET_ASIDE, before),
            # What can be undone goes before what it would bring back.
            (_UNDO, before),
            *((statement, before) for statement in _THINGS),
            (_INVITES, before),
            (_LINK_CODES, before),
            (_INSTALLING, before),
        ]
        gone = 0
        for statement, age in steps:
            gone += len(self._session.all(statement, before_=age, limit_=limit - gone))
            if gone >= limit:
                break
        return gone

    def forget_strangers(self, before: datetime, limit: int) -> int:
        return len(self._session.all(_STRANGERS, before_=before, limit_=limit))
