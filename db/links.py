"""Accounts of one person: the codes that join them, and the rows that move when they do.

Joining moves every row of an owner to another one, table by table, each with one statement. Every
row tells the identity that it came through, and by that it finds its way back when they part.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from core.errors import Stale
from core.linking import Account, Holdings, LinkCode
from core.people import Person
from core.values import Identity, OwnerId
from db import tables
from db.inbox import lock_lanes
from db.outbox import Outbox, destination
from db.statements import Session, bind, columns_of, insert
from db.tables import message_waiting
from db.undo import Undo

_k = tables.link_codes.c
_p = tables.people.c
_i = tables.identities.c
_l = tables.lanes.c
_n = tables.inbox.c
_o = tables.outbox.c
_t = tables.turns.c
_d = tables.documents.c
_r = tables.reminders.c
_x = tables.links.c

# --- codes ---

_CODE = columns_of(tables.link_codes, LinkCode)
_NAMES = [field.name for field in fields(LinkCode)]
_offered = insert(tables.link_codes)
_OFFER = _offered.on_conflict_do_update(
    index_elements=["owner"],
    set_={name: _offered.excluded[name] for name in _NAMES if name != "owner"},
)
_KNOWN = sa.select(*_CODE).where(_k.code_hash == bind("hash_"), _k.ends_at > bind("now_"))
# One statement, so that of two who type a code at once the second waits and finds it used.
_TAKE = (
    sa.update(tables.link_codes)
    .where(_k.code_hash == bind("hash_"), _k.ends_at > bind("now_"), _k.taken_by.is_(None))
    .values(taken_by=bind("owner_"), ends_at=bind("until_"))
    .returning(*_CODE)
)
_TAKEN = sa.select(*_CODE).where(
    _k.id == bind("id_"), _k.taken_by == bind("owner_"), _k.ends_at > bind("now_")
)
_DROP = sa.delete(tables.link_codes).where(_k.id == bind("id_"))
_DROP_OF = sa.delete(tables.link_codes).where(_k.owner.in_([bind("owner_"), bind("joined_")]))

# --- what somebody has ---

THINGS = (tables.tasks, tables.events, tables.reminders, tables.notes)


def _live(table: sa.Table) -> sa.ColumnElement[int]:
    mine = sa.and_(table.c.owner == bind("owner_"), table.c.deleted_at.is_(None))
    counted = sa.select(sa.func.count()).select_from(table).where(mine)
    return counted.scalar_subquery().label(table.name)


_HOLDINGS = sa.select(*map(_live, THINGS), _p.numbers).where(_p.id == bind("owner_"))
_homes = tables.people.alias("homes")
_ACCOUNTS = (
    sa.select(_i.platform, _i.workspace, _i.user, _i.address, _i.home, _homes.c.name)
    .join(_homes, _homes.c.id == sa.func.coalesce(_i.home, _i.owner))
    .where(_i.owner == bind("owner_"))
    .order_by(_i.home.is_not(None), _i.added_at, _i.platform, _i.workspace, _i.user)
)

# --- joining ---

STAYS = {
    "vectors_gone": "the index is to forget them at the owner that they were kept for",
    "link_codes": "what was asked for before is dropped",
    "links": "tells who was joined into whom",
    "lanes": "stays, and passes on what comes to it",
}
"""Tables with an owner whose rows do not follow one, and why."""
_whose: sa.BindParameter[Any] = bind("joined_")
_into: sa.BindParameter[Any] = bind("owner_")
_told = (
    tables.turns,
    tables.undo,
    tables.offers,
    tables.usage,
    tables.feeds,
    tables.invites,
    tables.inbox,
)
"""Their rows tell the identity that they came through, if any."""
_untold = (tables.outbox, tables.parts, tables.documents, tables.identities)
MOVED = frozenset(table.name for table in (*THINGS, *_told, *_untold))
_NARROWED: dict[str, tuple[sa.ColumnElement[bool], ...]] = {
    "undo": (tables.undo.c.used_at.is_(None),),
    # Answered ones go with their turns, for the inbox has no index of them by owner.
    "inbox": (message_waiting,),
}


def _join(table: sa.Table) -> sa.Update:
    """Everything that comes along; what tells no identity has come through the first one."""
    values: dict[str, Any] = {"owner": _into}
    if "via" in table.c:
        values["via"] = sa.case((table.c.via == "", bind("via_")), else_=table.c.via)
    if "number" in table.c:
        values["number"] = table.c.number + bind("after_")
    narrowed = _NARROWED.get(table.name, ())
    return sa.update(table).where(table.c.owner == _whose, *narrowed).values(values)


def _answered(old: sa.BindParameter[Any], new: sa.BindParameter[Any]) -> sa.Update:
    """Messages whose turns have moved."""
    theirs = sa.select(_t.message_id).where(_t.owner == new)
    return sa.update(tables.inbox).where(_n.id.in_(theirs), _n.owner == old).values(owner=new)


_JOIN_ANSWERED = _answered(_whose, _into)
# Reminders first: whoever fires some has locked them, and what they queue is waited for.
_JOIN_ROWS = [
    _join(table)
    for table in (
        *(tables.reminders, tables.tasks, tables.events, tables.notes),
        *(*_told, tables.outbox, tables.parts),
    )
]
_moved = sa.select(_d.id, _d.owner, bind("now_", type_=tables.vectors_gone.c.at.type))
_vectors = insert(tables.vectors_gone)


def _forget(*where: sa.ColumnElement[bool]) -> sa.Insert:
    """The index is to forget documents at their owner."""
    named = _vectors.from_select(["document", "owner", "at"], _moved.where(*where))
    return named.on_conflict_do_update(
        index_elements=["document"], set_={"owner": named.excluded.owner}
    )


_FORGET_ALL = _forget(_d.owner == _whose)
_JOIN_DOCUMENTS = (
    sa.update(tables.documents).where(_d.owner == _whose).values(owner=_into, indexed="")
)
_JOIN_IDENTITIES = (
    sa.update(tables.identities)
    .where(_i.owner == _whose)
    .values(owner=_into, home=sa.func.coalesce(_i.home, _whose))
)
_FOLLOW = sa.update(tables.links).where(_x.owner == _whose).values(owner=_into)
_LINK = sa.insert(tables.links).values(joined=_whose, owner=_into, at=bind("now_"))
_JOINED = sa.select(_x.joined).where(_x.joined.in_([_into, _whose])).limit(1)
_LOCK_PEOPLE = (
    sa.select(_p.id, _p.numbers).where(_p.id.in_([_into, _whose])).order_by(_p.id).with_for_update()
)
_COUNT_ON = (
    sa.update(tables.people)
    .where(_p.id == _into)
    .values(numbers=bind("numbers_"), version=_p.version + 1, revision=_p.revision + 1)
)
_LAY_DOWN = (
    sa.update(tables.people)
    .where(_p.id == _whose)
    .values(summary_next=None, version=_p.version + 1, revision=_p.revision + 1)
)
_PASS_ON = (
    sa.update(tables.lanes)
    .where(_l.owner.in_(sa.select(_x.joined).where(_x.owner == _into)))
    .values(joined=_into)
)
_JOIN: tuple[sa.UpdateBase, ...] = (
    *(*_JOIN_ROWS, _JOIN_ANSWERED, _FORGET_ALL, _JOIN_DOCUMENTS, _JOIN_IDENTITIES),
    *(_FOLLOW, _PASS_ON, _DROP_OF, _LINK, _LAY_DOWN, _COUNT_ON),
)
_waits = sa.exists().where(_n.owner == _l.owner, message_waiting)
_FENCE = (
    sa.update(tables.lanes)
    .where(_l.owner == bind("lane_"))
    .values(
        token=None,
        seq=_l.seq + 1,
        joined=bind("joined_"),
        next_at=sa.case((_waits, bind("now_", type_=_l.next_at.type)), else_=None),
    )
)

# --- parting ---

_leaving: sa.BindParameter[Any] = bind("leaving_", expanding=True)


def _part(table: sa.Table) -> sa.Update:
    """What came through the identities that leave."""
    mine = [table.c.owner == _into, *_NARROWED.get(table.name, ())]
    return sa.update(table).where(*mine, table.c.via.in_(_leaving)).values(owner=_whose)


def _rows_of(owner: sa.BindParameter[Any], *of: sa.Table) -> sa.CompoundSelect[Any]:
    return sa.union_all(*(sa.select(table.c.id).where(table.c.owner == owner) for table in of))


_PART_ROWS = [_part(table) for table in (tables.tasks, tables.events, tables.notes, *_told)]
# One that belongs to a task or an event goes where that does.
_PART_REMINDERS = (
    sa.update(tables.reminders)
    .where(
        _r.owner == _into,
        sa.or_(
            _r.about.in_(_rows_of(_whose, tables.tasks, tables.events)),
            sa.and_(
                _r.via.in_(_leaving),
                sa.or_(
                    _r.about.is_(None),
                    _r.about.not_in(_rows_of(_into, tables.tasks, tables.events)),
                ),
            ),
        ),
    )
    .values(owner=_whose)
)
_PART_ANSWERED = _answered(_into, _whose)
_PART_PARTS = (
    sa.update(tables.parts)
    .where(
        tables.parts.c.owner == _into,
        tables.parts.c.delivery.in_(sa.select(_o.id).where(_o.owner == _whose)),
    )
    .values(owner=_whose)
)
_of_theirs = sa.and_(
    _d.owner == _into,
    sa.or_(
        _d.row_id.in_(_rows_of(_whose, *THINGS)),
        sa.and_(
            _d.kind == "turn",
            _d.row_id.in_(sa.select(sa.cast(_t.id, sa.Text)).where(_t.owner == _whose)),
        ),
    ),
)
_FORGET_THEIRS = _forget(_of_theirs)
_PART_DOCUMENTS = sa.update(tables.documents).where(_of_theirs).values(owner=_whose, indexed="")
_PART_IDENTITIES = (
    sa.update(tables.identities)
    .where(_i.owner == _into, _i.home == _whose)
    .values(owner=_whose, home=None)
)
_UNLINK = sa.delete(tables.links).where(_x.joined == _whose, _x.owner == _into)
_RETURN = (
    sa.update(tables.people)
    .where(_p.id == _whose)
    .values(numbers=bind("numbers_"), version=_p.version + 1, revision=_p.revision + 1)
)
_PART: tuple[sa.UpdateBase, ...] = (
    *(*_PART_ROWS, _PART_REMINDERS, _PART_ANSWERED, _PART_PARTS),
    *(_FORGET_THEIRS, _PART_DOCUMENTS, _PART_IDENTITIES, _UNLINK, _DROP_OF, _RETURN, _COUNT_ON),
)
_PERSON = sa.select(*columns_of(tables.people, Person)).where(_p.id == _whose)


class Links:
    """See `core.ports.Links`."""

    def __init__(self, session: Session, outbox: Outbox, undo: Undo) -> None:
        self._session = session
        self._outbox = outbox
        self._undo = undo

    def offer(self, code: LinkCode) -> None:
        self._session.run(_OFFER, **{name: getattr(code, name) for name in _NAMES})

    def known(self, code_hash: str) -> LinkCode | None:
        return self._code(_KNOWN, hash_=code_hash)

    def take(self, code_hash: str, owner: OwnerId, ends_at: datetime) -> LinkCode | None:
        return self._code(_TAKE, hash_=code_hash, owner_=owner, until_=ends_at)

    def taken(self, owner: OwnerId, code_id: str) -> LinkCode | None:
        return self._code(_TAKEN, owner_=owner, id_=code_id)

    def drop(self, code: LinkCode) -> None:
        self._session.run(_DROP, id_=code.id)

    def holdings(self, owner: OwnerId) -> Holdings:
        row = self._session.one(_HOLDINGS, owner_=owner)
        return Holdings() if row is None else Holdings(**row)

    def accounts(self, owner: OwnerId) -> list[Account]:
        return [
            Account(
                identity=Identity(
                    platform=row["platform"], workspace=row["workspace"], user=row["user"]
                ),
                address=row["address"],
                home=row["home"],
                name=row["name"],
            )
            for row in self._session.all(_ACCOUNTS, owner_=owner)
        ]

    def join(self, owner: OwnerId, joined: OwnerId) -> None:
        numbers = self._lock(owner, joined)
        both = {"owner_": owner, "joined_": joined}
        if owner == joined or self._session.value(_JOINED, **both) is not None:
            raise Stale("These accounts were joined meanwhile.")
        after = numbers[owner]
        # What is taken back, or replied to, is compared with the rows as they are now.
        self._undo.renumber(joined, owner, after)
        self._outbox.renumber(joined, after)
        values = {
            **both,
            "via_": str(self.accounts(joined)[0].identity),
            "after_": after,
            "numbers_": after + numbers[joined],
            "now_": self._session.now,
        }
        for statement in _JOIN:
            self._run(statement, values)
        self._fence(owner, None)
        self._fence(joined, owner)

    def part(self, owner: OwnerId, joined: OwnerId) -> Person:
        numbers = self._lock(owner, joined)
        accounts = self.accounts(owner)
        leaving = [each for each in accounts if each.home == joined]
        if not leaving:
            raise Stale("These accounts are not joined any more.")
        both = {"owner_": owner, "joined_": joined}
        values = {
            **both,
            "leaving_": [str(each.identity) for each in leaving],
            "numbers_": numbers[owner],
            "now_": self._session.now,
        }
        # With the identities the chats go, by which it is known whose a delivery is.
        self._session.run(_deliveries_to(leaving, accounts), **both)
        for statement in _PART:
            self._run(statement, values)
        self._fence(owner, None)
        self._fence(joined, None)
        row = self._session.one(_PERSON, joined_=joined)
        assert row is not None
        return Person(**row)

    def _lock(self, owner: OwnerId, joined: OwnerId) -> dict[str, int]:
        """Lock both lanes, which are there from now on, then both people; returns their numbers."""
        lock_lanes(self._session, (owner, joined))
        rows = self._session.all(_LOCK_PEOPLE, owner_=owner, joined_=joined)
        return {row["id"]: row["numbers"] for row in rows}

    def _fence(self, lane: OwnerId, joined: OwnerId | None) -> None:
        """Whoever holds the lane loses it; it is due if something waits in it."""
        self._session.run(_FENCE, lane_=lane, joined_=joined, now_=self._session.now)

    def _code(self, statement: sa.Select[Any] | sa.UpdateBase, **values: Any) -> LinkCode | None:
        row = self._session.one(statement, **values, now_=self._session.now)
        return None if row is None else LinkCode(**row)

    def _run(self, statement: sa.UpdateBase, values: Mapping[str, Any]) -> None:
        """With those of the values that the statement has."""
        named = _names(statement)
        self._session.run(statement, **{name: values[name] for name in values if name in named})


@cache
def _names(statement: sa.UpdateBase) -> frozenset[str]:
    return frozenset(statement.compile().params)


def _deliveries_to(leaving: Sequence[Account], among: Iterable[Account]) -> sa.Update:
    """What went to the chats of accounts: their private one, and all of their workspace's where
    nobody else of theirs is."""
    stay = {_workspace(each) for each in among if each not in leaving}
    names = [destination(each.address) for each in leaving if each.address is not None]
    alone = {_workspace(each) for each in leaving} - stay
    there = [_o.destination.startswith(f"{each}:", autoescape=True) for each in sorted(alone)]
    return (
        sa.update(tables.outbox)
        .where(_o.owner == _into, sa.or_(_o.destination.in_(names), *there))
        .values(owner=_whose)
    )


def _workspace(account: Account) -> str:
    return f"{account.identity.platform}:{account.identity.workspace}"
