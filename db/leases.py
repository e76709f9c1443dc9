"""What one process at a time does: whoever holds the lease."""

from datetime import timedelta

import sqlalchemy as sa

from db import tables
from db.statements import Session, bind, insert

_l = tables.leases.c

_entry = insert(tables.leases).values(
    name=bind("name_"), holder=bind("holder_"), until=bind("until_")
)
_TAKE = _entry.on_conflict_do_update(
    index_elements=["name"],
    set_={"holder": _entry.excluded.holder, "until": _entry.excluded.until},
    where=sa.or_(
        _l.holder == _entry.excluded.holder, _l.until <= bind("now_", type_=_l.until.type)
    ),
)
_RELEASE = sa.delete(tables.leases).where(_l.name == bind("name_"), _l.holder == bind("holder_"))


class Leases:
    """See `core.ports.Leases`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, name: str, holder: str, lease: timedelta) -> bool:
        now = self._session.now
        return bool(
            self._session.run(_TAKE, name_=name, holder_=holder, until_=now + lease, now_=now)
        )

    def release(self, name: str, holder: str) -> None:
        self._session.run(_RELEASE, name_=name, holder_=holder)
