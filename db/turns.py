"""The journal of the conversation."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from core import serial
from core.ports import Document, JournaledTurn
from core.values import AssistantTurn, OwnerId, ToolTurn, Turn, UserTurn
from db import tables
from db.documents import Documents
from db.outbox import Outbox
from db.statements import Session, bind

_t = tables.turns.c
_KINDS: dict[str, type[Turn]] = {"user": UserTurn, "assistant": AssistantTurn, "tool": ToolTurn}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_DRAFT = "draft"
"""The kind of a row that is no turn: its body is what the reply is called while it grows."""
_said = _t.kind != _DRAFT

_VIA = sa.select(tables.inbox.c.via).where(tables.inbox.c.id == bind("message_id_"))
_APPEND = sa.insert(tables.turns).values(
    {name: bind(f"{name}_") for name in ("owner", "message_id", "kind", "body", "at")}
    | {"via": sa.func.coalesce(_VIA.scalar_subquery(), "")}
)
_APPEND_ONE = _APPEND.returning(_t.id)
_OF = (
    sa.select(_t.kind, _t.body)
    .where(_t.owner == bind("owner_"), _t.message_id == bind("message_id_"), _said)
    .order_by(_t.id)
)
_DRAFTED = (
    sa.select(_t.body)
    .where(_t.owner == bind("owner_"), _t.message_id == bind("message_id_"), _t.kind == _DRAFT)
    .order_by(_t.id.desc())
    .limit(1)
)
_newest = (
    sa.select(_t.message_id)
    .where(_t.owner == bind("owner_"), _said)
    .group_by(_t.message_id)
    .order_by(_t.message_id.desc())
    .limit(bind("limit_"))
    .subquery()
)
_RECENT = (
    sa.select(_t.id, _t.message_id, _t.kind, _t.body, _t.at)
    .where(
        _t.owner == bind("owner_"),
        _t.message_id >= sa.select(sa.func.min(_newest.c.message_id)).scalar_subquery(),
        _said,
    )
    .order_by(_t.message_id, _t.id)
)
_HOLDING = sa.select(_t.id, _t.message_id, _t.kind, _t.body).where(
    _t.owner == bind("owner_"), _said
)
_REDACT = (
    sa.update(tables.turns)
    .where(_t.owner == bind("owner_"), _t.id == bind("id_"))
    .values(body=bind("body_"))
)


class Turns:
    """See `core.ports.Turns`."""

    def __init__(self, session: Session, documents: Documents, outbox: Outbox) -> None:
        self._session = session
        self._documents = documents
        self._outbox = outbox

    def append(self, owner: OwnerId, message_id: int, *turns: Turn) -> None:
        rest = []
        for turn in turns:
            if isinstance(turn, UserTurn):
                self._say(owner, message_id, turn)
            else:
                rest.append(_row(owner, message_id, turn, self._session.now))
        self._session.each(_APPEND, rest)

    def _say(self, owner: OwnerId, message_id: int, turn: UserTurn) -> None:
        """What the person said is journaled, and can be found."""
        row = _row(owner, message_id, turn, turn.at)
        turn_id = self._session.value(_APPEND_ONE, **row)
        if turn.text.strip() and not turn.text.startswith("/"):
            said = Document(
                id=str(uuid4()),
                owner=owner,
                kind="turn",
                row_id=str(turn_id),
                text=turn.text,
                speaker="",
                at=turn.at,
            )
            self._documents.put_said(said, message_id)

    def of(self, owner: OwnerId, message_id: int) -> list[Turn]:
        rows = self._session.all(_OF, owner_=owner, message_id_=message_id)
        return [_load(row["kind"], row["body"]) for row in rows]

    def recent(self, owner: OwnerId, limit: int) -> list[JournaledTurn]:
        return [
            JournaledTurn(
                id=row["id"],
                message_id=row["message_id"],
                turn=_load(row["kind"], row["body"]),
                at=row["at"],
            )
            for row in self._session.all(_RECENT, owner_=owner, limit_=limit)
        ]

    def drafted(self, owner: OwnerId, message_id: int, draft: str) -> None:
        self._session.run(
            _APPEND,
            owner_=owner,
            message_id_=message_id,
            kind_=_DRAFT,
            body_=draft,
            at_=self._session.now,
        )

    def draft(self, owner: OwnerId, message_id: int) -> str | None:
        found = self._session.value(_DRAFTED, owner_=owner, message_id_=message_id)
        return None if found is None else str(found)

    def redact(self, owner: OwnerId, text: str, *, but: int | None = None) -> int:
        if not text.strip():
            return 0
        held = serial.dump(str, text)[1:-1]
        self._outbox.redact(owner, held)
        statement = _HOLDING.where(_t.body.icontains(held, autoescape=True))
        rows = self._session.all(statement, owner_=owner)
        for row in rows:
            blank = _blank(_load(row["kind"], row["body"]))
            self._session.run(
                _REDACT, owner_=owner, id_=row["id"], body_=serial.dump(type(blank), blank)
            )
            self._documents.remove(owner, str(row["id"]))
        return sum(row["message_id"] != but for row in rows)


def _load(kind: str, body: str) -> Turn:
    turn: Turn = serial.load(_KINDS[kind], body)
    return turn


def _blank(turn: Turn) -> Turn:
    """The turn with its place in the conversation, and nothing that was said."""
    match turn:
        case UserTurn():
            return replace(turn, text="")
        case AssistantTurn():
            calls = tuple(replace(call, arguments={}) for call in turn.calls)
            return AssistantTurn(calls=calls, choice=turn.choice)
        case ToolTurn():
            return ToolTurn(
                call_id=turn.call_id,
                name=turn.name,
                result="",
                failed=turn.failed,
                changed=turn.changed,
            )


def _row(owner: OwnerId, message_id: int, turn: Turn, at: datetime) -> dict[str, Any]:
    return {
        "owner_": owner,
        "message_id_": message_id,
        "kind_": _NAMES[type(turn)],
        "body_": serial.dump(type(turn), turn),
        "at_": at,
    }
