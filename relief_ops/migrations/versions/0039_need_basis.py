"""A need is asked for, or forecast ahead of the people."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; every need there is was asked for."""
    op.add_column(
        "need", sa.Column("basis", sa.String(length=12), nullable=False, server_default="actual")
    )
