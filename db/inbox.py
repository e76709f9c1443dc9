"""Messages that wait to be answered, each owner's in order.

A lane's row is locked before its messages are touched: entering the lane bumps `seq`, and giving
it back compares `seq`, so that no message is left behind. The token is the fence.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core.deliveries import LaneClaim
from core.errors import Fenced
from core.ports import InboxRow, Wording
from core.values import EDITED, IncomingMessage, OwnerId
from db import tables
from db.statements import Session, bind, insert
from db.tables import MessageState, message_waiting

_l = tables.lanes.c
_i = tables.inbox.c

_entry = insert(tables.lanes).values(owner=bind("owner_"), seq=1, token=None, next_at=bind("now_"))
_ENTER = _entry.on_conflict_do_update(
    index_elements=["owner"],
    set_={
        "seq": _l.seq + 1,
        # A lane that is held or deferred keeps its time, and one that passes on is never due.
        "next_at": sa.case(
            (_l.joined.is_not(None), None),
            else_=sa.func.coalesce(_l.next_at, _entry.excluded.next_at),
        ),
    },
).returning(_l.joined)
# For who has to hold a lane that nothing may have come into yet.
_APPEAR = (
    insert(tables.lanes)
    .values(owner=bind("owner_"), seq=0, token=None, next_at=None)
    .on_conflict_do_nothing(index_elements=["owner"])
)
_LOCK = sa.select(_l.owner).where(_l.owner == bind("owner_")).with_for_update()
_PUT = (
    insert(tables.inbox)
    .values(state=MessageState.WAITING, attempts=0, reason="")
    .on_conflict_do_nothing(index_elements=["platform", "workspace", "external_id"])
)
_due = (
    sa.select(_l.owner)
    .where(_l.next_at <= bind("now_"))
    .order_by(_l.next_at)
    .limit(bind("most_"))
    .with_for_update(skip_locked=True)
    .cte("due")
    .prefix_with("MATERIALIZED")
)
_CLAIM = (
    sa.update(tables.lanes)
    .where(_l.owner.in_(sa.select(_due.c.owner)))
    .values(token=bind("token_"), next_at=bind("until_"))
    .returning(_l.owner, _l.seq)
)
_held = sa.and_(_l.owner == bind("owner_"), _l.token == bind("token_"))
_RENEW = sa.update(tables.lanes).where(_held).values(next_at=bind("until_"))
_FENCE = sa.select(_l.seq).where(_held).with_for_update()
_waiting = sa.exists().where(_i.owner == _l.owner, message_waiting)
_RELEASE = (
    sa.update(tables.lanes)
    .where(_held)
    .values(
        token=None,
        next_at=sa.case(
            (sa.or_(_l.seq > bind("seq_"), _waiting), bind("now_", type_=_l.next_at.type)),
            else_=None,
        ),
    )
    .returning(_l.next_at)
)
_DEFER = sa.update(tables.lanes).where(_held).values(token=None, next_at=bind("until_"))
_NEXT = (
    sa.select(_i.id, _i.owner, _i.message, _i.attempts)
    .where(_i.owner == bind("owner_"), message_waiting)
    .order_by(_i.id)
    .limit(1)
)
_FENCED_NEXT = (
    sa.select(_i.id, _l.owner, _i.message, _i.attempts)
    .select_from(
        tables.lanes.outerjoin(tables.inbox, sa.and_(_i.owner == _l.owner, message_waiting))
    )
    .where(_held)
    .order_by(_i.id)
    .limit(1)
    .with_for_update(of=tables.lanes)
)
"""One row without an id when the held lane is empty, no row when the lane is not held."""
_message = sa.update(tables.inbox).where(
    _i.owner == bind("owner_"), _i.id == bind("id_"), message_waiting
)
_DONE = _message.values(state=MessageState.DONE, message=None)
_FAILED = _message.values(attempts=_i.attempts + 1, reason=bind("reason_")).returning(_i.attempts)
_BURY = _message.values(state=MessageState.BURIED, reason=bind("reason_"))
_REDIRECT = _message.values(owner=bind("new_"))
_named = sa.and_(
    _i.owner == bind("owner_"),
    _i.platform == bind("platform_"),
    _i.workspace == bind("workspace_"),
    _i.external_id == bind("external_id_"),
)
_ROW = sa.select(_i.id).where(_named)
_WORDINGS = (
    sa.select(_i.id, _i.state, _i.message, _i.attempts)
    .where(
        _i.owner == bind("owner_"),
        _i.platform == bind("platform_"),
        _i.workspace == bind("workspace_"),
        _i.id >= bind("first_"),
        _i.id < bind("last_"),
        sa.or_(
            _i.external_id == bind("external_id_"),
            _i.external_id.like(bind("edits_")),
        ),
    )
    .order_by(_i.id)
)
_HELD = sa.select(_l.owner).where(
    _l.owner == bind("owner_"), _l.token.is_not(None), _l.next_at > bind("now_")
)
_JOURNALED = (
    sa.select(sa.literal(1))
    .where(tables.turns.c.owner == bind("owner_"), tables.turns.c.message_id == bind("id_"))
    .limit(1)
)
_REWORD = _message.values(message=bind("message_"))
_IGNORE = (
    sa.update(tables.inbox)
    .where(_named, message_waiting)
    .values(state=MessageState.DONE, message=None)
)
_WAITING = sa.select(sa.func.count()).select_from(tables.inbox).where(message_waiting)


class Inbox:
    """See `core.ports.Inbox`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._checked: set[tuple[OwnerId, str]] = set()

    def put(self, owner: OwnerId, message: IncomingMessage) -> bool:
        now = self._session.now
        owner = self._enter(owner)
        added = self._session.run(
            _PUT,
            platform=message.address.platform,
            workspace=message.address.workspace,
            external_id=message.id,
            owner=owner,
            speaker=message.name,
            message=message,
            received_at=now,
            via=str(message.sender),
        )
        return added == 1

    def claim(self, lease: timedelta, most: int) -> list[LaneClaim]:
        now = self._session.now
        token = secrets.token_hex(16)
        rows = self._session.all(_CLAIM, now_=now, until_=now + lease, token_=token, most_=most)
        claims = [LaneClaim(owner=row["owner"], token=token, seq=row["seq"]) for row in rows]
        self._checked.update(map(_fence, claims))
        return claims

    def renew(self, claim: LaneClaim, lease: timedelta, *, beside: Sequence[OwnerId] = ()) -> None:
        if beside:
            lock_lanes(self._session, (claim.owner, *beside))
        until = self._session.now + lease
        if not self._session.run(_RENEW, **_hold(claim), until_=until):
            raise Fenced
        self._checked.add(_fence(claim))

    def release(self, claim: LaneClaim) -> bool:
        values = {**_hold(claim), "seq_": claim.seq, "now_": self._session.now}
        return self._session.value(_RELEASE, **values) is not None

    def defer(self, claim: LaneClaim, until: datetime) -> None:
        self._session.run(_DEFER, **_hold(claim), until_=until)

    def next(self, claim: LaneClaim) -> InboxRow | None:
        if _fence(claim) in self._checked:
            row = self._session.one(_NEXT, owner_=claim.owner)
        else:
            row = self._session.one(_FENCED_NEXT, **_hold(claim))
            if row is None:
                raise Fenced
            self._checked.add(_fence(claim))
        return None if row is None or row["id"] is None else InboxRow(**row)

    def done(self, claim: LaneClaim, row_id: int) -> None:
        self._fence(claim)
        self._session.run(_DONE, owner_=claim.owner, id_=row_id)

    def failed(self, claim: LaneClaim, row_id: int, reason: str) -> int:
        self._fence(claim)
        attempts = self._session.value(_FAILED, owner_=claim.owner, id_=row_id, reason_=reason)
        return int(attempts or 0)

    def redirect(self, claim: LaneClaim, row_id: int, owner: OwnerId) -> None:
        self._fence(claim)
        owner = self._enter(owner)
        self._session.run(_REDIRECT, owner_=claim.owner, id_=row_id, new_=owner)

    def bury(self, claim: LaneClaim, row_id: int, reason: str) -> None:
        self._fence(claim)
        self._session.run(_BURY, owner_=claim.owner, id_=row_id, reason_=reason)

    def waiting(self) -> int:
        return int(self._session.value(_WAITING))

    def wordings(self, owner: OwnerId, message: IncomingMessage) -> list[Wording]:
        first = self._session.value(_ROW, **_name(owner, message, message.edits))
        last = self._session.value(_ROW, **_name(owner, message, message.id))
        if first is None or last is None:
            return []
        name = _name(owner, message, message.edits)
        edits = f"{message.edits}{EDITED}%"
        rows = self._session.all(_WORDINGS, **name, first_=first, last_=last, edits_=edits)
        return [
            Wording(id=row["id"], message=row["message"], open=self._open(owner, row))
            for row in rows
        ]

    def _open(self, owner: OwnerId, row: sa.RowMapping) -> bool:
        if row["state"] != MessageState.WAITING or row["attempts"]:
            return False
        if self._session.value(_JOURNALED, owner_=owner, id_=row["id"]) is not None:
            return False
        # Who holds the lane has read its oldest message, and no other.
        if self._session.value(_HELD, owner_=owner, now_=self._session.now) is None:
            return True
        oldest = self._session.one(_NEXT, owner_=owner)
        return oldest is None or oldest["id"] != row["id"]

    def reword(self, owner: OwnerId, wording: Wording, edit: IncomingMessage) -> None:
        assert wording.message is not None
        said = replace(wording.message, text=edit.text, attachments=edit.attachments)
        self._session.run(_REWORD, owner_=owner, id_=wording.id, message_=said)
        self.ignore(owner, edit)

    def ignore(self, owner: OwnerId, message: IncomingMessage) -> None:
        self._session.run(_IGNORE, **_name(owner, message, message.id))

    def _enter(self, owner: OwnerId) -> OwnerId:
        """Lock the owner's lane, which is due from now on; returns whose it is.

        Whoever joined the owner with another since it was looked up has committed by then.
        """
        now = self._session.now
        while (joined := self._session.value(_ENTER, owner_=owner, now_=now)) is not None:
            owner = OwnerId(joined)
        return owner

    def _fence(self, claim: LaneClaim) -> None:
        """Lock the lane's row; once a unit is enough, for the lock stays until it ends."""
        if _fence(claim) in self._checked:
            return
        if self._session.value(_FENCE, **_hold(claim)) is None:
            raise Fenced
        self._checked.add(_fence(claim))


def lock_lanes(session: Session, owners: Iterable[OwnerId]) -> None:
    """Hold several lanes until the unit ends, always in the same order."""
    for owner in sorted(set(owners)):
        session.run(_APPEAR, owner_=owner)
        session.run(_LOCK, owner_=owner)


def _name(owner: OwnerId, message: IncomingMessage, id_: str | None) -> dict[str, Any]:
    return {
        "owner_": owner,
        "platform_": message.address.platform,
        "workspace_": message.address.workspace,
        "external_id_": id_,
    }


def _fence(claim: LaneClaim) -> tuple[OwnerId, str]:
    return claim.owner, claim.token


def _hold(claim: LaneClaim) -> dict[str, Any]:
    return {"owner_": claim.owner, "token_": claim.token}
