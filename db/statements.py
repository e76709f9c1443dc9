"""Running statements: the little that every repository shares.

Statements are built once, at import, with bound parameters, and SQLAlchemy keeps what it compiled.
`insert` is PostgreSQL's: its ON CONFLICT is what SQLite understands too.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.base import Executable

__all__ = ["Session", "bind", "columns_of", "insert"]

bind = sa.bindparam


def columns_of(table: sa.Table, kind: type[Any]) -> list[sa.Column[Any]]:
    """The columns that are the fields of this dataclass, so that a row becomes `kind(**row)`."""
    return [table.c[field.name] for field in fields(kind)]


class Session:
    """One transaction on one connection, and its time."""

    __slots__ = ("_connection", "now")

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        self._connection = connection
        self.now = now

    @property
    def dialect(self) -> str:
        return self._connection.dialect.name

    def all(self, statement: Executable, **values: Any) -> Sequence[sa.RowMapping]:
        return self._connection.execute(statement, values).mappings().all()

    def one(self, statement: Executable, **values: Any) -> sa.RowMapping | None:
        return self._connection.execute(statement, values).mappings().first()

    def value(self, statement: Executable, **values: Any) -> Any:
        """The first column of the first row, or None."""
        return self._connection.execute(statement, values).scalar()

    def each(self, statement: Executable, rows: Sequence[dict[str, Any]]) -> None:
        """Once for each row, in one go."""
        if rows:
            self._connection.execute(statement, rows)

    def run(self, statement: Executable, **values: Any) -> int:
        """Returns how many rows it touched."""
        return self._connection.execute(statement, values).rowcount
