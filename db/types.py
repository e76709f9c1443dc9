"""Column types: instants, values as JSON, enums as their words."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from core import serial


class Instant(sa.TypeDecorator[datetime]):
    """An aware datetime: timestamptz on PostgreSQL, sortable UTC text on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Json(sa.TypeDecorator[Any]):
    """A frozen value of the core as JSON text; None is NULL."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else serial.dump(self.kind, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else serial.load(self.kind, value)


def words(kind: type[StrEnum]) -> sa.Enum:
    """A column that holds the enum's values as plain text."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )
