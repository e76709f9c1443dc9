"""A chat that goes on under another address, in every row that names it."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.values import Address, OwnerId
from db import tables
from db.outbox import Outbox
from db.statements import Session, bind
from db.tables import message_waiting

_i = tables.identities.c

_identity = sa.and_(
    _i.platform == bind("platform_"), _i.workspace == bind("workspace_"), _i.user == bind("user_")
)
_OWNER = sa.select(_i.owner).where(_identity)
_FORGET = sa.delete(tables.identities).where(_identity)
_RENAME = (
    sa.update(tables.identities)
    .where(_identity)
    .values(user=bind("new_"), address=bind("address_", type_=_i.address.type))
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

    def __init__(self, session: Session, outbox: Outbox) -> None:
        self._session = session
        self._outbox = outbox

    def move(self, old: Address, new: Address) -> OwnerId | None:
        if _same_chat(old, new):
            return None
        owner: OwnerId | None = self._session.value(_OWNER, **_identity_of(old))
        if owner is not None:
            self._session.run(_FORGET, **_identity_of(new))
            self._session.run(_RENAME, **_identity_of(old), new_=new.chat, address_=new)
            self._rewrite(owner, old, new)
        self._outbox.redirect(old, new)
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


def _identity_of(address: Address) -> dict[str, Any]:
    return {
        "platform_": address.platform,
        "workspace_": address.workspace,
        "user_": address.chat,
    }


def _same_chat(one: Address, other: Address) -> bool:
    return replace(one, thread=None) == replace(other, thread=None)
