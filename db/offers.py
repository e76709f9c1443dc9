"""What was offered and waits for a tap."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from core.ports import Offer
from core.values import OwnerId
from db import tables
from db.codes import new_code
from db.statements import Session, bind, columns_of, insert

_o = tables.offers.c
_p = tables.offer_pieces.c
_LETTER = "o"

_ADD = insert(tables.offers).on_conflict_do_nothing(index_elements=["code"])
_ADD_PIECE = sa.insert(tables.offer_pieces)
_mine = sa.and_(_o.owner == bind("owner_"), _o.code == bind("code_"))
_GET = sa.select(*columns_of(tables.offers, Offer)).where(_mine)
_PIECE = (
    sa.select(_p.events)
    .join_from(tables.offer_pieces, tables.offers, _o.code == _p.offer)
    .where(_mine, _p.number == bind("number_"))
)
_ADVANCE = sa.update(tables.offers).where(_mine).values(done=bind("done_"))
_CLOSE = sa.update(tables.offers).where(_mine).values(closed=bind("closed_"))
_DROP_PIECES = sa.delete(tables.offer_pieces).where(_p.offer.in_(sa.select(_o.code).where(_mine)))
_LAPSED = (
    sa.select(_o.code)
    .where(_o.made_at < bind("before_"))
    .order_by(_o.made_at)
    .limit(bind("limit_"))
    .with_for_update(skip_locked=True)
    .cte("lapsed")
    .prefix_with("MATERIALIZED")
)
_LAPSE = sa.delete(tables.offers).where(_o.code.in_(sa.select(_LAPSED.c.code))).returning(_o.code)


class Offers:
    """See `core.ports.Offers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, owner: OwnerId, offer: Offer, pieces: Sequence[bytes] = ()) -> Offer:
        stored = replace(offer, parts=len(pieces), done=0, closed="", made_at=self._session.now)
        added = 0
        while not added:
            stored = replace(stored, code=new_code(_LETTER))
            added = self._session.run(
                _ADD,
                owner=owner,
                code=stored.code,
                kind=stored.kind,
                text=stored.text,
                source=stored.source,
                count=stored.count,
                parts=stored.parts,
                done=stored.done,
                closed=stored.closed,
                made_at=stored.made_at,
            )
        self._session.each(
            _ADD_PIECE,
            [
                {"offer": stored.code, "number": number, "events": piece}
                for number, piece in enumerate(pieces)
            ],
        )
        return stored

    def get(self, owner: OwnerId, code: str) -> Offer | None:
        row = self._session.one(_GET, owner_=owner, code_=code)
        return None if row is None else Offer(**row)

    def piece(self, owner: OwnerId, code: str, number: int) -> bytes | None:
        found: bytes | None = self._session.value(_PIECE, owner_=owner, code_=code, number_=number)
        return found

    def advance(self, owner: OwnerId, code: str, done: int) -> None:
        self._session.run(_ADVANCE, owner_=owner, code_=code, done_=done)

    def close(self, owner: OwnerId, code: str, outcome: str) -> None:
        self._session.run(_CLOSE, owner_=owner, code_=code, closed_=outcome)
        self._session.run(_DROP_PIECES, owner_=owner, code_=code)

    def lapse(self, before: datetime, limit: int) -> int:
        return len(self._session.all(_LAPSE, before_=before, limit_=limit))
