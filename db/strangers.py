"""How often strangers did something lately, under hashes that tell nobody who they were."""

import hashlib
import hmac
import secrets
from datetime import timedelta

import sqlalchemy as sa

from core.values import Identity
from db import tables
from db.statements import Session, bind, insert

_s = tables.strangers.c
_SALT = sa.select(tables.salts.c.salt)
_MAKE_SALT = insert(tables.salts).on_conflict_do_nothing(index_elements=["id"])
_COUNT = sa.select(_s.count).where(_s.hash == bind("hash_"), _s.since > bind("oldest_"))
_entry = insert(tables.strangers).values(hash=bind("hash_"), count=1, since=bind("now_"))
_over = _s.since <= bind("oldest_")
_NOTE = _entry.on_conflict_do_update(
    index_elements=["hash"],
    set_={
        "count": sa.case((_over, 1), else_=_s.count + 1),
        "since": sa.case((_over, _entry.excluded.since), else_=_s.since),
    },
).returning(_s.count)


class Strangers:
    """See `core.ports.Strangers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self, identity: Identity, what: str, window: timedelta) -> int:
        salt = self._session.value(_SALT)
        if salt is None:
            return 0
        oldest = self._session.now - window
        found = self._session.value(_COUNT, hash_=_hash(salt, identity, what), oldest_=oldest)
        return int(found or 0)

    def note(self, identity: Identity, what: str, window: timedelta) -> int:
        salt = self._session.value(_SALT)
        if salt is None:
            # Another replica may be first: then its salt is the one.
            self._session.run(_MAKE_SALT, id=1, salt=secrets.token_hex(32))
            salt = self._session.value(_SALT)
        now = self._session.now
        return int(
            self._session.value(
                _NOTE, hash_=_hash(salt, identity, what), now_=now, oldest_=now - window
            )
        )


def _hash(salt: str, identity: Identity, what: str) -> str:
    said = f"{what}\n{identity}".encode()
    return hmac.new(bytes.fromhex(salt), said, hashlib.sha256).hexdigest()
