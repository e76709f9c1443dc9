"""Finished rows are found by their age."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

THINGS = ("tasks", "events", "reminders", "notes")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    for table in THINGS:
        _partial(f"ix_{table}_deleted", table, ["deleted_at"], "deleted_at IS NOT NULL")
    _partial("ix_inbox_done", "inbox", ["received_at"], "state = 'done'")
    _partial("ix_outbox_settled", "outbox", ["has_cards", "settled_at"], "settled_at IS NOT NULL")
    op.create_index("ix_undo_at", "undo", ["at"])
