"""Secret calendar links; only the hash of a token is kept."""

from uuid import uuid4

import sqlalchemy as sa

from core.deliveries import CalendarFeed
from core.values import OwnerId
from db import tables
from db.statements import Session, bind, columns_of

_f = tables.feeds.c
_ADD = sa.insert(tables.feeds)
_ALL = sa.select(*columns_of(tables.feeds, CalendarFeed))
_BY_HASH = _ALL.where(_f.token_hash == bind("hash_"), _f.revoked_at.is_(None))
_OF = _ALL.where(_f.owner == bind("owner_")).order_by(_f.created_at, _f.id)
_REVOKE = (
    sa.update(tables.feeds)
    .where(_f.owner == bind("owner_"), _f.id == bind("id_"), _f.revoked_at.is_(None))
    .values(revoked_at=bind("now_"))
)
_TOUCHED = sa.update(tables.feeds).where(_f.id == bind("id_")).values(read_at=bind("now_"))


class Feeds:
    """See `core.ports.Feeds`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, owner: OwnerId, scope: str, token_hash: str, *, via: str = "") -> CalendarFeed:
        feed = CalendarFeed(
            id=str(uuid4()),
            owner=owner,
            scope=scope,
            token_hash=token_hash,
            created_at=self._session.now,
        )
        self._session.run(
            _ADD,
            id=feed.id,
            owner=feed.owner,
            scope=feed.scope,
            token_hash=feed.token_hash,
            created_at=feed.created_at,
            via=via,
        )
        return feed

    def by_hash(self, token_hash: str) -> CalendarFeed | None:
        row = self._session.one(_BY_HASH, hash_=token_hash)
        return None if row is None else CalendarFeed(**row)

    def of(self, owner: OwnerId) -> list[CalendarFeed]:
        return [CalendarFeed(**row) for row in self._session.all(_OF, owner_=owner)]

    def revoke(self, owner: OwnerId, feed_id: str) -> None:
        self._session.run(_REVOKE, owner_=owner, id_=feed_id, now_=self._session.now)

    def touched(self, feed_id: str) -> None:
        self._session.run(_TOUCHED, id_=feed_id, now_=self._session.now)
