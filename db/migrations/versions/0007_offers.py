"""What is offered to be kept waits for a tap; imported events are known again."""

import sqlalchemy as sa
from alembic import op

from db.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("uid", "batch"):
        op.add_column("events", sa.Column(column, sa.Text(), server_default="", nullable=False))
        condition = sa.text(f"{column} != '' AND deleted_at IS NULL")
        op.create_index(
            f"ix_events_{column}",
            "events",
            ["owner", column],
            sqlite_where=condition,
            postgresql_where=condition,
        )
    op.add_column("undo", sa.Column("batch", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "offers",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_offers_owner"),
        sa.PrimaryKeyConstraint("code", name="pk_offers"),
    )
    op.create_index("ix_offers_made_at", "offers", ["made_at"])
    op.create_table(
        "offer_pieces",
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("events", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer"], ["offers.code"], name="fk_offer_pieces_offer", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("offer", "number", name="pk_offer_pieces"),
    )
