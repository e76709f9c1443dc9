"""Invitations; only the hash of a code is kept."""

from dataclasses import fields

import sqlalchemy as sa

from core.invites import Invite
from core.values import OwnerId
from db import tables
from db.statements import Session, bind, columns_of

_v = tables.invites.c
_COLUMNS = columns_of(tables.invites, Invite)
_NAMES = [field.name for field in fields(Invite)]
_open = sa.and_(_v.used_at.is_(None), _v.ends_at > bind("now_"))
_ADD = sa.insert(tables.invites)
# One statement, so that of two who use a code at once the second waits and finds it used.
_USE = (
    sa.update(tables.invites)
    .where(_v.code_hash == bind("hash_"), _v.platform.in_(["", bind("platform_")]), _open)
    .values(used_at=bind("now_"), ends_at=bind("now_"))
    .returning(*_COLUMNS)
)
_OF = sa.select(*_COLUMNS).where(_v.owner == bind("owner_"), _open).order_by(_v.made_at, _v.id)
_REVOKE = sa.delete(tables.invites).where(
    _v.owner == bind("owner_"), _v.id == bind("id_"), _v.used_at.is_(None)
)


class Invites:
    """See `core.ports.Invites`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, invite: Invite) -> None:
        self._session.run(_ADD, **{name: getattr(invite, name) for name in _NAMES})

    def use(self, code_hash: str, platform: str) -> Invite | None:
        row = self._session.one(_USE, hash_=code_hash, platform_=platform, now_=self._session.now)
        return None if row is None else Invite(**row)

    def of(self, owner: OwnerId) -> list[Invite]:
        rows = self._session.all(_OF, owner_=owner, now_=self._session.now)
        return [Invite(**row) for row in rows]

    def revoke(self, owner: OwnerId, invite_id: str) -> bool:
        return self._session.run(_REVOKE, owner_=owner, id_=invite_id) > 0
