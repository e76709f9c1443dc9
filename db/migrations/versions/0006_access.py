"""Access by invitation: roles, invitations, and what is kept of strangers for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Until now only the terminal of the machine's owner was there.
    op.add_column(
        "people", sa.Column("role", sa.String(16), server_default="member", nullable=False)
    )
    op.execute("UPDATE people SET role = 'owner' WHERE kind = 'person'")
    op.add_column(
        "people", sa.Column("welcomed", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "invites",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_invites_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("code_hash", name="uq_invites_code_hash"),
    )
    op.create_index("ix_invites_ends_at", "invites", ["ends_at"])
    op.create_index("ix_invites_owner", "invites", ["owner"])
    op.create_table(
        "salts",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_salts"),
    )
    op.create_table(
        "strangers",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_strangers"),
    )
    op.create_index("ix_strangers_since", "strangers", ["since"])
