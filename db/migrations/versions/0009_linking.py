"""Accounts can be joined: codes, who was joined into whom, and through whom rows came."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("identities", sa.Column("address", sa.Text()))
    op.add_column("identities", sa.Column("home", sa.Text()))
    # Until now everybody had one identity, and was written to where they had written from.
    op.execute(
        "UPDATE identities SET address ="
        " (SELECT preferred FROM people WHERE people.id = identities.owner)"
    )
    op.create_table(
        "links",
        sa.Column("joined", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["joined"], ["people.id"], name="fk_links_joined"),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_links_owner"),
        sa.PrimaryKeyConstraint("joined", name="pk_links"),
    )
    op.create_index("ix_links_owner", "links", ["owner"])
    op.create_table(
        "link_codes",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("taken_by", sa.Text()),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_link_codes_owner"),
        sa.PrimaryKeyConstraint("owner", name="pk_link_codes"),
        sa.UniqueConstraint("code_hash", name="uq_link_codes_code_hash"),
        sa.UniqueConstraint("id", name="uq_link_codes_id"),
    )
    op.create_index("ix_link_codes_ends_at", "link_codes", ["ends_at"])
    op.add_column("lanes", sa.Column("joined", sa.Text()))
    for table in ("inbox", "turns", "undo", "offers", "usage", "feeds", "invites"):
        op.add_column(table, sa.Column("via", sa.Text(), server_default="", nullable=False))
