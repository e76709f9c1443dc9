"""The reminders of an event are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    live = sa.text("about IS NOT NULL AND deleted_at IS NULL")
    op.create_index(
        "ix_reminders_about",
        "reminders",
        ["owner", "about"],
        sqlite_where=live,
        postgresql_where=live,
    )
