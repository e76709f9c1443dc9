"""What a platform told of somebody is kept, so that what is new is seen after a restart."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identities", sa.Column("told", sa.Text()))
