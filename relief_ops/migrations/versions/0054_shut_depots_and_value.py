"""A depot can be shut, and belongs to somebody; a lot has an owner and a price."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Depots stay open; whose goods are and what they cost is not known of those there are."""
    for table, column in (
        ("depot", sa.Column("owner", sa.String(120), nullable=False, server_default="")),
        ("depot", sa.Column("shut_at", Instant(), nullable=True)),
        ("depot", sa.Column("shut_why", sa.String(200), nullable=False, server_default="")),
        ("lot", sa.Column("owner", sa.String(120), nullable=False, server_default="")),
        ("lot", sa.Column("unit_fen", sa.BigInteger(), nullable=True)),
    ):
        op.add_column(table, column)
