"""What is to leave, in each destination's order.

A destination is a lane that leads outward. Its row is locked before its deliveries are touched,
its `next_at` says when its oldest live delivery may be claimed, and a delivery's `next_at` is its
retry time and the end of its lease in one.
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core.deliveries import ClaimedDelivery, Delivery, DeliveryState
from core.values import Address, OwnerId, Reply
from db import tables
from db.statements import Session, bind, insert
from db.tables import constant, delivery_live, delivery_waiting

_RECENT = 100
"""Deliveries with cards of an owner that are looked through for a row."""
_o = tables.outbox.c
_d = tables.destinations.c
_p = tables.parts.c

_DELIVERY = (_o.key, _o.owner, _o.address, _o.reply, _o.kind, _o.due_at, _o.about)

_arrival = insert(tables.destinations).values(
    name=bind("name_"), next_at=bind("now_"), pace_at=None
)
_ARRIVE = _arrival.on_conflict_do_update(
    index_elements=["name"],
    set_={
        "next_at": sa.case(
            (_d.next_at.is_not(None), _d.next_at),
            (_d.pace_at > _arrival.excluded.next_at, _d.pace_at),
            else_=_arrival.excluded.next_at,
        )
    },
)
_ADD = (
    insert(tables.outbox)
    .values(
        state=DeliveryState.WAITING,
        attempts=0,
        doubtful=False,
        parts_sent=0,
        reason="",
    )
    .on_conflict_do_nothing(index_elements=["key"])
)

_ID = sa.select(_o.id).where(_o.key == bind("key_"))

_due = (
    sa.select(_d.name)
    .where(_d.next_at <= bind("now_"))
    .order_by(_d.next_at)
    .limit(bind("limit_"))
    .with_for_update(skip_locked=True)
    .cte("due")
    # Without MATERIALIZED PostgreSQL may run it again and claim more than the limit.
    .prefix_with("MATERIALIZED")
)
_CLAIM_DESTINATIONS = (
    sa.update(tables.destinations)
    .where(_d.name.in_(sa.select(_due.c.name)))
    .values(next_at=bind("until_"))
    .returning(_d.name)
)
_queued = tables.outbox.alias("queued")
_oldest = (
    sa.select(_queued.c.id)
    .where(
        _queued.c.destination == _d.name,
        _queued.c.state.in_([constant(DeliveryState.WAITING), constant(DeliveryState.IN_FLIGHT)]),
    )
    .order_by(_queued.c.id)
    .limit(1)
    .scalar_subquery()
)
_CLAIM = (
    sa.update(tables.outbox)
    .where(_o.id.in_(sa.select(_oldest).where(_d.name.in_(bind("names_", expanding=True)))))
    .values(
        state=DeliveryState.IN_FLIGHT,
        doubtful=sa.or_(_o.doubtful, _o.state == constant(DeliveryState.IN_FLIGHT)),
        token=bind("token_"),
        attempts=_o.attempts + 1,
        next_at=bind("until_"),
    )
    .returning(_o.id, _o.destination, _o.attempts, _o.doubtful, _o.parts_sent, *_DELIVERY)
)

_LOCK = sa.select(_d.name).where(_d.name == bind("name_")).with_for_update()
_head = (
    sa.select(_o.next_at)
    .where(_o.destination == _d.name, delivery_live)
    .order_by(_o.id)
    .limit(1)
    .scalar_subquery()
)
_REFRESH = (
    sa.update(tables.destinations)
    .where(_d.name == bind("name_"))
    .values(next_at=sa.case((_d.pace_at > _head, _d.pace_at), else_=_head))
)
_pace = bind("pace_at_", type_=_d.pace_at.type)
_REFRESH_PACED = (
    sa.update(tables.destinations)
    .where(_d.name == bind("name_"))
    .values(pace_at=_pace, next_at=sa.case((_pace > _head, _pace), else_=_head))
)
_mine = sa.update(tables.outbox).where(
    _o.id == bind("id_"),
    _o.token == bind("token_"),
    _o.state == constant(DeliveryState.IN_FLIGHT),
)
_SETTLE = _mine.values(
    state=DeliveryState.DELIVERED, parts_sent=_o.parts_sent + 1, settled_at=bind("now_")
).returning(_o.parts_sent)
# The doubt was about the part that has arrived now.
_SETTLE_PART = _mine.values(parts_sent=bind("parts_"), doubtful=False)
_EXTEND = _mine.values(next_at=bind("until_"))
_RETRY = _mine.values(
    state=DeliveryState.WAITING,
    doubtful=False,
    next_at=bind("at_"),
    token=None,
    reason=bind("reason_"),
)
_BURY = _mine.values(
    state=DeliveryState.DEAD, settled_at=bind("now_"), token=None, reason=bind("reason_")
)
_part = insert(tables.parts).values(
    delivery=bind("delivery_"),
    part=bind("part_"),
    # As it is now: the owner may have been joined with another while it was sent.
    owner=sa.select(_o.owner).where(_o.id == bind("delivery_")).scalar_subquery(),
    message_id=bind("message_id_"),
)
_ADD_PART = _part.on_conflict_do_update(
    index_elements=["delivery", "part"], set_={"message_id": _part.excluded.message_id}
)
_paced = insert(tables.destinations).values(name=bind("name_"), pace_at=bind("pace_at_"))
_PACE = _paced.on_conflict_do_update(
    index_elements=["name"], set_={"pace_at": _paced.excluded.pace_at}
)
# A platform's row has its bare name. Nothing is queued for it: its pace is all it holds.
_platform = insert(tables.destinations).values(name=bind("name_"), next_at=None, pace_at=None)
_PLATFORM = _platform.on_conflict_do_update(
    # Changes nothing, but locks the row until the unit ends.
    index_elements=["name"],
    set_={"name": _platform.excluded.name},
).returning(_d.pace_at)
_PACE_PLATFORM = (
    sa.update(tables.destinations).where(_d.name == bind("name_")).values(pace_at=bind("pace_at_"))
)
_TELLING = (
    sa.select(_o.id, _o.destination, _o.owner, _o.reply)
    .where(
        _o.owner == bind("owner_"),
        delivery_waiting,
        _o.parts_sent == 0,
        _o.about.contains(bind("about_")),
    )
    .order_by(_o.destination)
)
_WITHDRAW = (
    sa.update(tables.outbox)
    .where(_o.id == bind("id_"), delivery_waiting)
    .values(
        state=DeliveryState.WITHDRAWN,
        # The key is free again: what is taken back may be undone, and is then queued anew.
        key=_o.key + "~" + sa.cast(_o.id, sa.Text),
        settled_at=bind("now_"),
    )
)
_SHOWN_BY = (
    sa.select(*_DELIVERY, _o.parts_sent)
    .join(tables.parts, _p.delivery == _o.id)
    .where(_p.owner == bind("owner_"), _p.message_id == bind("message_id_"))
    .order_by(_p.delivery.desc())
    .limit(1)
)
_SHOWN_BY_AT = _SHOWN_BY.where(_o.destination == bind("destination_"))
_LAST_SHOWN = (
    sa.select(*_DELIVERY)
    .where(
        _o.owner == bind("owner_"),
        _o.has_cards,
        _o.state.not_in([constant(DeliveryState.WITHDRAWN), constant(DeliveryState.DEAD)]),
    )
    .order_by(_o.id.desc())
    .limit(1)
)
_recent = (
    sa.select(_o.id, _o.destination, _o.state, _o.settled_at, _o.parts_sent, _o.reply)
    .where(_o.owner == bind("owner_"), _o.has_cards)
    .order_by(_o.id.desc())
    .limit(bind("limit_"))
    .subquery()
)
_SHOWING = (
    sa.select(*_DELIVERY, _o.destination, _o.parts_sent, _p.message_id)
    .join(_recent, _recent.c.id == _o.id)
    .join(tables.parts, _p.delivery == _o.id)
    .where(
        _recent.c.destination != bind("destination_"),
        _recent.c.state == constant(DeliveryState.DELIVERED),
        _recent.c.settled_at >= bind("since_"),
        _recent.c.parts_sent == 1,
        sa.cast(_recent.c.reply, sa.Text).contains(bind("code_")),
    )
    .order_by(_o.id.desc())
)
_NUMBERED = (
    sa.select(_o.id, _o.owner, _o.reply)
    .where(_o.owner == bind("owner_"), _o.has_cards)
    .order_by(_o.id.desc())
    .limit(bind("limit_"))
)
_HOLDING = sa.select(_o.id, _o.owner, _o.reply).where(
    _o.owner == bind("owner_"), sa.not_(delivery_live)
)
_REDACT = (
    sa.update(tables.outbox)
    .where(_o.owner == bind("owner_"), _o.id == bind("id_"))
    .values(reply=bind("reply_"))
)
_APPEAR = (
    insert(tables.destinations)
    .values(name=bind("name_"), next_at=None, pace_at=None)
    .on_conflict_do_nothing(index_elements=["name"])
)
_BOUND_FOR = sa.select(_o.id, _o.address).where(_o.destination == bind("name_"), delivery_live)
_REDIRECT = (
    sa.update(tables.outbox)
    .where(_o.id == bind("id_"))
    .values(address=bind("address_"), destination=bind("name_"))
)
_NEXT_DUE = sa.select(sa.func.min(_d.next_at)).where(_d.next_at.is_not(None))
_LIVE = sa.select(sa.func.count()).select_from(tables.outbox).where(delivery_live)


def destination(address: Address) -> str:
    """The name of what has one order and one pace: a chat with all its threads."""
    return f"{address.platform}:{address.workspace}:{address.chat}"


class Outbox:
    """See `core.ports.Outbox`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, delivery: Delivery) -> bool:
        now = self._session.now
        name = destination(delivery.address)
        # The destination first: its lock makes the order of ids the order of commits.
        self._session.run(_ARRIVE, name_=name, now_=now)
        added = self._session.run(
            _ADD,
            key=delivery.key,
            owner=delivery.owner,
            destination=name,
            address=delivery.address,
            reply=delivery.reply,
            kind=delivery.kind,
            about=" ".join(delivery.about),
            has_cards=bool(delivery.reply.cards),
            due_at=delivery.due_at,
            next_at=now,
            queued_at=now,
        )
        if added and delivery.reply.replaces is not None:
            # The message that it will be is known: an answer to that is an answer to this.
            self._session.run(
                _ADD_PART,
                delivery_=self._session.value(_ID, key_=delivery.key),
                part_=0,
                message_id_=delivery.reply.replaces,
            )
        return added == 1

    def claim(self, limit: int, lease: timedelta) -> list[ClaimedDelivery]:
        now = self._session.now
        until = now + lease
        rows = self._session.all(_CLAIM_DESTINATIONS, now_=now, until_=until, limit_=limit)
        names = {row["name"] for row in rows}
        if not names:
            return []
        token = secrets.token_hex(16)
        claimed = self._session.all(_CLAIM, names_=list(names), token_=token, until_=until)
        for empty in names - {row["destination"] for row in claimed}:
            self._session.run(_REFRESH, name_=empty)
        return [
            ClaimedDelivery(
                id=row["id"],
                token=token,
                delivery=_delivery(row),
                attempts=row["attempts"],
                doubtful=bool(row["doubtful"]),
                parts_sent=row["parts_sent"],
                lease_until=until,
            )
            for row in sorted(claimed, key=lambda row: int(row["id"]))
        ]

    def settle(
        self, claim: ClaimedDelivery, message_id: str, apart: timedelta = timedelta(0)
    ) -> bool:
        now = self._session.now
        name = self._lock(destination(claim.delivery.address))
        parts = self._session.value(_SETTLE, **_fence(claim), now_=now)
        if parts is not None:
            self._add_part(claim, parts - 1, message_id)
        if apart:
            self._session.run(_REFRESH_PACED, name_=name, pace_at_=now + apart)
        elif parts is not None:
            self._session.run(_REFRESH, name_=name)
        return parts is not None

    def settle_part(
        self,
        claim: ClaimedDelivery,
        part: int,
        message_id: str,
        lease: timedelta | None = None,
    ) -> bool:
        name = self._lock(destination(claim.delivery.address))
        if not self._session.run(_SETTLE_PART, **_fence(claim), parts_=part + 1):
            return False
        self._add_part(claim, part, message_id)
        if lease is not None:
            self._session.run(_EXTEND, **_fence(claim), until_=self._session.now + lease)
            self._session.run(_REFRESH, name_=name)
        return True

    def retry(self, claim: ClaimedDelivery, at: datetime, reason: str) -> bool:
        return self._leave(claim, _RETRY, at_=at, reason_=reason)

    def doubt(self, claim: ClaimedDelivery, at: datetime) -> bool:
        return self._leave(claim, _EXTEND, until_=at)

    def bury(self, claim: ClaimedDelivery, reason: str) -> bool:
        return self._leave(claim, _BURY, now_=self._session.now, reason_=reason)

    def pace(self, address: Address, next_at: datetime) -> None:
        name = destination(address)
        self._session.run(_PACE, name_=name, pace_at_=next_at)
        self._session.run(_REFRESH, name_=name)

    def turns(
        self, platform: str, count: int, apart: timedelta, within: timedelta
    ) -> list[timedelta]:
        now = self._session.now
        first = max(self._session.value(_PLATFORM, name_=platform) or now, now)
        turns = [first - now + apart * at for at in range(count)]
        taken = sum(turn <= within for turn in turns)
        if taken:
            self._session.run(_PACE_PLATFORM, name_=platform, pace_at_=first + apart * taken)
        return turns

    def hold(self, platform: str, until: datetime) -> None:
        held = self._session.value(_PLATFORM, name_=platform)
        if held is None or held < until:
            self._session.run(_PACE_PLATFORM, name_=platform, pace_at_=until)

    def withdraw(self, owner: OwnerId, about: str) -> int:
        rows = self._session.all(_TELLING, owner_=owner, about_=about)
        for name in {row["destination"]: None for row in rows}:
            self._lock(name)
        withdrawn = 0
        for row in rows:
            if self._session.run(_WITHDRAW, id_=row["id"], now_=self._session.now):
                withdrawn += 1
                if row["reply"].secrets:
                    self._blank(row)
        for name in {row["destination"]: None for row in rows}:
            self._session.run(_REFRESH, name_=name)
        return withdrawn

    def shown_by(
        self, owner: OwnerId, message_id: str, address: Address | None = None
    ) -> Delivery | None:
        if address is None:
            row = self._session.one(_SHOWN_BY, owner_=owner, message_id_=message_id)
        else:
            row = self._session.one(
                _SHOWN_BY_AT,
                owner_=owner,
                message_id_=message_id,
                destination_=destination(address),
            )
        return None if row is None else replace(_delivery(row), messages=row["parts_sent"])

    def showing(
        self, owner: OwnerId, code: str, since: datetime, *, but: Address
    ) -> list[tuple[str, Delivery]]:
        rows = self._session.all(
            _SHOWING,
            owner_=owner,
            code_=code,
            since_=since,
            destination_=destination(but),
            limit_=_RECENT,
        )
        newest: dict[str, tuple[str, Delivery]] = {}
        for row in rows:
            if any(card.code == code for card in row["reply"].cards):
                found = replace(_delivery(row), messages=row["parts_sent"])
                newest.setdefault(row["destination"], (row["message_id"], found))
        return list(newest.values())

    def renumber(self, owner: OwnerId, after: int) -> None:
        """Add to the numbers of the things that the last messages show."""
        if not after:
            return
        for row in self._session.all(_NUMBERED, owner_=owner, limit_=_RECENT):
            cards = tuple(replace(card, number=card.number + after) for card in row["reply"].cards)
            reply = replace(row["reply"], cards=cards)
            self._session.run(_REDACT, owner_=row["owner"], id_=row["id"], reply_=reply)

    def last_shown(self, owner: OwnerId) -> Delivery | None:
        row = self._session.one(_LAST_SHOWN, owner_=owner)
        return None if row is None else _delivery(row)

    def redact(self, owner: OwnerId, held: str) -> None:
        """Blank what was said in deliveries that have left and hold this JSON text.

        Which rows they showed stays known.
        """
        holding = sa.cast(_o.reply, sa.Text).icontains(held, autoescape=True)
        for row in self._session.all(_HOLDING.where(holding), owner_=owner):
            self._blank(row)

    def redirect(self, old: Address, new: Address) -> None:
        """What has not left for a chat goes to another one, in its order and to its threads."""
        name, there = destination(old), destination(new)
        self._lock(name)
        bound = self._session.all(_BOUND_FOR, name_=name)
        if not bound:
            return
        self._session.run(_APPEAR, name_=there)
        self._lock(there)
        for row in bound:
            address = replace(new, thread=row["address"].thread)
            self._session.run(_REDIRECT, id_=row["id"], address_=address, name_=there)
        self._session.run(_REFRESH, name_=name)
        self._session.run(_REFRESH, name_=there)

    def next_due(self) -> datetime | None:
        due: datetime | None = self._session.value(_NEXT_DUE)
        return due

    def live(self) -> int:
        return int(self._session.value(_LIVE))

    def _blank(self, row: sa.RowMapping) -> None:
        cards = tuple(replace(card, title="", details=()) for card in row["reply"].cards)
        blank = Reply(cards=cards, replaces=row["reply"].replaces)
        self._session.run(_REDACT, owner_=row["owner"], id_=row["id"], reply_=blank)

    def _lock(self, name: str) -> str:
        # SQLite has one writer, which is lock enough.
        if self._session.dialect != "sqlite":
            self._session.run(_LOCK, name_=name)
        return name

    def _leave(self, claim: ClaimedDelivery, statement: sa.Update, **values: Any) -> bool:
        name = self._lock(destination(claim.delivery.address))
        if not self._session.run(statement, **_fence(claim), **values):
            return False
        self._session.run(_REFRESH, name_=name)
        return True

    def _add_part(self, claim: ClaimedDelivery, part: int, message_id: str) -> None:
        self._session.run(_ADD_PART, delivery_=claim.id, part_=part, message_id_=message_id)


def _fence(claim: ClaimedDelivery) -> dict[str, Any]:
    return {"id_": claim.id, "token_": claim.token}


def _delivery(row: sa.RowMapping) -> Delivery:
    return Delivery(
        key=row["key"],
        owner=row["owner"],
        address=row["address"],
        reply=row["reply"],
        kind=row["kind"],
        due_at=row["due_at"],
        about=tuple(row["about"].split()),
    )
