"""Token counts beyond two thousand million."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":  # its INTEGER has room
        return
    for kind in ("input", "cached", "output"):
        op.alter_column("usage", f"{kind}_tokens", type_=sa.BigInteger())
