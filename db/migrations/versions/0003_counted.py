"""What a model call counts against budgets."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "usage", sa.Column("counted", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.execute("UPDATE usage SET counted = COALESCE(cost, 0)")
    op.drop_index("ix_usage_at", "usage")
    op.drop_index("ix_usage_owner_at", "usage")
    op.create_index("ix_usage_at_counted", "usage", ["at", "counted"])
    op.create_index("ix_usage_owner_at_counted", "usage", ["owner", "at", "counted"])
    running = sa.text("outcome = 'running'")
    op.create_index(
        "ix_usage_running", "usage", ["at"], sqlite_where=running, postgresql_where=running
    )
