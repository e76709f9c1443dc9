"""What tasks, events, reminders and notes have in common: numbers, versions, changes, documents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar
from uuid import uuid4

import sqlalchemy as sa

from core.errors import Stale
from core.ports import Change, Document
from core.rows import Thing
from core.values import CardKind, OwnerId
from db import tables
from db.codes import new_code
from db.documents import Documents
from db.outbox import Outbox
from db.searchable import searchable
from db.statements import Session, bind, columns_of, insert

T = TypeVar("T", bound=Thing)

_NUMBER = (
    sa.update(tables.people)
    .where(tables.people.c.id == bind("owner_"))
    .values(numbers=tables.people.c.numbers + 1, revision=tables.people.c.revision + 1)
    .returning(tables.people.c.numbers)
)
_REVISION = (
    sa.update(tables.people)
    .where(tables.people.c.id == bind("owner_"))
    .values(revision=tables.people.c.revision + 1)
)


@dataclass(frozen=True, slots=True)
class Shelf(Generic[T]):
    """A kind of thing, its table and the statements that all kinds have."""

    kind: CardKind
    type: type[T]
    table: sa.Table
    columns: Sequence[sa.Column[Any]]
    insert: sa.Insert
    update: sa.Update
    live: sa.Select[Any]
    stored: sa.Select[Any]
    coded: sa.Select[Any]

    def mine(self) -> sa.Select[Any]:
        """The owner's live rows, to be narrowed."""
        return self._of_owner(sa.select(*self.columns))

    def count(self) -> sa.Select[Any]:
        """How many these are."""
        return self._of_owner(sa.select(sa.func.count()).select_from(self.table))

    def _of_owner(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        return statement.where(
            self.table.c.owner == bind("owner_"), self.table.c.deleted_at.is_(None)
        )


def shelf(kind: CardKind, type_: type[T], table: sa.Table) -> Shelf[T]:
    """Build the statements of a kind, once."""
    columns = columns_of(table, type_)
    by_id = sa.and_(table.c.owner == bind("owner_"), table.c.id == bind("id_"))
    everything = sa.select(*columns)
    kept = {"id", "owner", "number", "code", "created_at"}
    return Shelf(
        kind=kind,
        type=type_,
        table=table,
        columns=columns,
        insert=insert(table)
        .values({column.name: bind(column.name, type_=column.type) for column in columns})
        .on_conflict_do_nothing(index_elements=["code"]),
        update=sa.update(table)
        .where(by_id)
        .values({c.name: bind(c.name, type_=c.type) for c in columns if c.name not in kept}),
        live=everything.where(by_id, table.c.deleted_at.is_(None)),
        stored=everything.where(by_id).with_for_update(),
        coded=everything.where(
            table.c.owner == bind("owner_"),
            table.c.code == bind("code_"),
            table.c.deleted_at.is_(None),
        ),
    )


class Things(Generic[T]):
    """The rows of one kind; see `core.ports.Things`."""

    shelf: Shelf[T]

    def __init__(
        self, session: Session, changes: list[Change], outbox: Outbox, documents: Documents
    ) -> None:
        self._session = session
        self._changes = changes
        self._outbox = outbox
        self._documents = documents

    def add(self, owner: OwnerId, row: T) -> T:
        number = self._session.value(_NUMBER, owner_=owner)
        if number is None:
            raise LookupError(f"no owner {owner!r}")
        now = self._session.now
        stored = replace(
            row,
            id=str(uuid4()),
            owner=owner,
            number=number,
            code=new_code(self.shelf.kind[0]),
            version=1,
            created_at=now,
            updated_at=now,
            deleted_at=None,
        )
        while not self._session.run(self.shelf.insert, **self._values(stored)):
            stored = replace(stored, code=new_code(self.shelf.kind[0]))
        self._documents.put(self._document(stored))
        self._changes.append(Change(before=None, after=stored))
        return stored

    def get(self, owner: OwnerId, row_id: str) -> T | None:
        return self._first(self.shelf.live, owner_=owner, id_=row_id)

    def coded(self, owner: OwnerId, code: str) -> T | None:
        """The live row with this global short id."""
        return self._first(self.shelf.coded, owner_=owner, code_=code)

    def save(self, owner: OwnerId, row: T) -> T:
        # The owner's row is locked first, so that two savers of one owner wait for each other.
        self._session.run(_REVISION, owner_=owner)
        before = self._first(self.shelf.stored, owner_=owner, id_=row.id)
        if before is None or before.version != row.version:
            raise Stale
        after = replace(
            row,
            owner=owner,
            number=before.number,
            code=before.code,
            created_at=before.created_at,
            version=before.version + 1,
            updated_at=self._session.now,
        )
        self._session.run(self.shelf.update, id_=row.id, owner_=owner, **self._values(after))
        self._index(before, after)
        self._outbox.withdraw(owner, row.id)
        self._changes.append(Change(before=before, after=after))
        return after

    def remove(self, owner: OwnerId, row: T) -> T:
        return self.save(owner, replace(row, deleted_at=self._session.now))

    def _index(self, before: T, after: T) -> None:
        if after.deleted_at is not None:
            if before.deleted_at is None:
                self._documents.remove(after.owner, after.id)
            return
        document = self._document(after)
        if before.deleted_at is not None or document.text != self._document(before).text:
            self._documents.put(document)

    def _document(self, thing: T) -> Document:
        return Document(
            id=str(uuid4()),
            owner=thing.owner,
            kind=self.shelf.kind.value,
            row_id=thing.id,
            text=searchable(thing),
            speaker="",
            at=thing.created_at,
            code=thing.code,
        )

    def _values(self, row: T) -> dict[str, Any]:
        return {column.name: getattr(row, column.name) for column in self.shelf.columns}

    def _first(self, statement: sa.Select[Any], **values: Any) -> T | None:
        row = self._session.one(statement, **values)
        return None if row is None else self.shelf.type(**row)

    def _list(self, statement: sa.Select[Any], **values: Any) -> list[T]:
        return [self.shelf.type(**row) for row in self._session.all(statement, **values)]
