"""People and groups, and the identities they come through."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from core.errors import Stale
from core.people import OwnerKind, Person, Profile
from core.values import Address, Identity, OwnerId
from db import tables
from db.statements import Session, bind, columns_of

_p = tables.people.c
_i = tables.identities.c
_x = tables.links.c
_COLUMNS = columns_of(tables.people, Person)
_NAMES = [field.name for field in fields(Person)]
_KEPT = {"id", "created_at", "version"}

_joined = sa.select(_x.owner).where(_x.joined == bind("owner_")).scalar_subquery()
_GET = sa.select(*_COLUMNS).where(_p.id == sa.func.coalesce(_joined, bind("owner_")))
_identity = sa.and_(
    _i.platform == bind("platform_"),
    _i.workspace == bind("workspace_"),
    _i.user == bind("user_"),
)
_BY_IDENTITY = sa.select(*_COLUMNS).join(tables.identities, _i.owner == _p.id).where(_identity)
_TOLD = sa.select(_i.told).where(_identity)
_TELL = sa.update(tables.identities).where(_identity).values(told=bind("told_", type_=_i.told.type))
_ADD = sa.insert(tables.people).values(
    {column.name: bind(column.name, type_=column.type) for column in _COLUMNS}
)
_ADD_IDENTITY = sa.insert(tables.identities)
_SAVE = (
    sa.update(tables.people)
    .where(_p.id == bind("owner_"), _p.version == bind("version_"))
    .values(
        {c.name: bind(c.name, type_=c.type) for c in _COLUMNS if c.name not in _KEPT}
        | {"version": _p.version + 1}
    )
)
_IDENTITIES = (
    sa.select(_i.platform, _i.workspace, _i.user)
    .where(_i.owner == bind("owner_"))
    .order_by(_i.added_at, _i.platform, _i.workspace, _i.user)
)
_CHATS = (
    sa.select(_i.address)
    .join(tables.people, _p.id == _i.owner)
    .where(
        _i.platform == bind("platform_"),
        _i.address.is_not(None),
        _p.kind == OwnerKind.PERSON,
    )
    .order_by(_i.workspace, _i.user)
)
_ANYONE = sa.select(sa.exists().where(_i.platform == bind("platform_")))
_there = (
    sa.select(_i.owner)
    .distinct()
    .where(
        _i.platform == bind("platform_"),
        _i.workspace == bind("workspace_"),
        _i.owner > bind("after_"),
    )
    .order_by(_i.owner)
    .limit(bind("limit_"))
)
_WITHIN = sa.select(*_COLUMNS).where(_p.id.in_(_there)).order_by(_p.id)
_REVISION = sa.select(_p.revision).where(_p.id == bind("owner_"))
_SUMMARIES = (
    sa.select(*_COLUMNS)
    .where(_p.summary_next <= bind("now_"))
    .order_by(_p.summary_next, _p.id)
    .limit(bind("limit_"))
    .with_for_update(skip_locked=True)
)


class People:
    """See `core.ports.People`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, owner: OwnerId) -> Person | None:
        return self._first(_GET, owner_=owner)

    def by_identity(self, identity: Identity) -> Person | None:
        return self._first(_BY_IDENTITY, **_key(identity))

    def add(self, person: Person, identity: Identity, told: Profile | None = None) -> Person:
        person = replace(person, id=person.id or OwnerId(str(uuid4())), version=1)
        self._session.run(_ADD, **_values(person))
        self._session.run(
            _ADD_IDENTITY,
            platform=identity.platform,
            workspace=identity.workspace,
            user=identity.user,
            owner=person.id,
            added_at=self._session.now,
            address=person.preferred,
            told=told,
        )
        return person

    def told(self, identity: Identity) -> Profile | None:
        found: Profile | None = self._session.value(_TOLD, **_key(identity))
        return found

    def tell(self, identity: Identity, told: Profile) -> None:
        self._session.run(_TELL, told_=told, **_key(identity))

    def save(self, person: Person) -> Person:
        values = _values(person)
        for name in _KEPT:
            del values[name]
        if not self._session.run(_SAVE, owner_=person.id, version_=person.version, **values):
            raise Stale("Your settings have changed meanwhile; please try again.")
        return replace(person, version=person.version + 1)

    def identities(self, owner: OwnerId) -> list[Identity]:
        return [Identity(**row) for row in self._session.all(_IDENTITIES, owner_=owner)]

    def anyone(self, platform: str) -> bool:
        return bool(self._session.value(_ANYONE, platform_=platform))

    def chats(self, platform: str) -> list[Address]:
        return [row["address"] for row in self._session.all(_CHATS, platform_=platform)]

    def within(self, platform: str, workspace: str, after: str, limit: int) -> list[Person]:
        rows = self._session.all(
            _WITHIN, platform_=platform, workspace_=workspace, after_=after, limit_=limit
        )
        return [Person(**row) for row in rows]

    def revision(self, owner: OwnerId) -> int:
        return int(self._session.value(_REVISION, owner_=owner) or 0)

    def summaries_due(self, now: datetime, limit: int) -> list[Person]:
        return [Person(**row) for row in self._session.all(_SUMMARIES, now_=now, limit_=limit)]

    def _first(self, statement: sa.Select[Any], **values: Any) -> Person | None:
        row = self._session.one(statement, **values)
        return None if row is None else Person(**row)


def _key(identity: Identity) -> dict[str, str]:
    return {
        "platform_": identity.platform,
        "workspace_": identity.workspace,
        "user_": identity.user,
    }


def _values(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in _NAMES}
