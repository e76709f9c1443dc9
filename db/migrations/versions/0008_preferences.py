"""Preferences: the language that models answer in, and how long before events to remind."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("lead", sa.Integer()))
    # Until now nobody could choose one: models answer in the language that they are written to.
    op.execute("UPDATE people SET language = '' WHERE language = 'en'")
