"""A chat that goes on under another address, in every row that names it."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.values import Address, OwnerId
from db import tables
from db.outbox import destination
from db.statements import Session, bind, insert
from db.tables import delivery_live, message_waiting

_i = tables.identities.c
_o = tables.outbox.c

_identity = sa.and_(
    _i.platform == bind("platform_"), _i.workspace == bind("workspace_"), _i.user == bind("user_")
)
_OWNER = sa.select(_i.owner).where(_identity)
_FORGET = sa.delete(tables.identities).where(_identity)
_RENAME = sa.update(tables.identities).where(_identity).values(user=bind("new_"))
_arrival = insert(tables.destinations).values(
    name=bind("name_"), next_at=bind("now_"), pace_at=None
)
_ARRIVE = _arrival.on_conflict_do_update(
    index_elements=["name"], set_={"next_at": _arrival.excluded.next_at}
)
_LEAVE = (
    sa.update(tables.destinations)
    .where(tables.destinations.c.name == bind("name_"))
    .values(next_at=None)
)
_LIVE = sa.select(_o.id, _o.address).where(_o.destination == bind("name_"), delivery_live)
_SEND = (
    sa.update(tables.outbox)
    .where(_o.id == bind("id_"))
    .values(address=bind("address_"), destination=bind("name_"))
)


def _reading(table: sa.Table, column: str, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    found = sa.select(table.c.id.label("id"), table.c[column].label("value"))
    return found.where(*where, table.c[column].is_not(None))


def _writing(table: sa.Table, column: str) -> sa.Update:
    return sa.update(table).where(table.c.id == bind("id_")).values({column: bind("value_")})


_owned: sa.BindParameter[Any] = bind("owner_")
_PREFERRED = _reading(tables.people, "preferred", tables.people.c.id == _owned)
_PREFER = _writing(tables.people, "preferred")
_REMINDERS = _reading(tables.reminders, "address", tables.reminders.c.owner == _owned)
_REMIND = _writing(tables.reminders, "address")
_MESSAGES = _reading(tables.inbox, "message", tables.inbox.c.owner == _owned, message_waiting)
_ANSWER = _writing(tables.inbox, "message")


class Addresses:
    """See `core.ports.Addresses`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def move(self, old: Address, new: Address) -> OwnerId | None:
        if _same_chat(old, new):
            return None
        owner: OwnerId | None = self._session.value(_OWNER, **_identity_of(old))
        if owner is not None:
            self._session.run(_FORGET, **_identity_of(new))
            self._session.run(_RENAME, **_identity_of(old), new_=new.chat)
            self._rewrite(owner, old, new)
        self._redirect(old, new)
        return owner

    def _rewrite(self, owner: OwnerId, old: Address, new: Address) -> None:
        for reading, writing in ((_PREFERRED, _PREFER), (_REMINDERS, _REMIND)):
            for row in self._session.all(reading, owner_=owner):
                if _same_chat(row["value"], old):
                    there = replace(row["value"], chat=new.chat, workspace=new.workspace)
                    self._session.run(writing, id_=row["id"], value_=there)
        for row in self._session.all(_MESSAGES, owner_=owner):
            message = row["value"]
            if _same_chat(message.address, old):
                there = replace(message.address, chat=new.chat, workspace=new.workspace)
                self._session.run(_ANSWER, id_=row["id"], value_=replace(message, address=there))

    def _redirect(self, old: Address, new: Address) -> None:
        """What has not left goes to the new chat, in its order."""
        name = destination(old)
        # A destination's row is locked before its deliveries are touched.
        self._session.run(_LEAVE, name_=name)
        waiting = self._session.all(_LIVE, name_=name)
        if not waiting:
            return
        there = destination(new)
        self._session.run(_ARRIVE, name_=there, now_=self._session.now)
        for row in waiting:
            address = replace(row["address"], chat=new.chat, workspace=new.workspace)
            self._session.run(_SEND, id_=row["id"], address_=address, name_=there)


def _identity_of(address: Address) -> dict[str, Any]:
    return {
        "platform_": address.platform,
        "workspace_": address.workspace,
        "user_": address.chat,
    }


def _same_chat(one: Address, other: Address) -> bool:
    return replace(one, thread=None) == replace(other, thread=None)
