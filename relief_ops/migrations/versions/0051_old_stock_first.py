"""A plan knows what detour goods a day nearer to their expiry are worth."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Plans made before went the shortest ways."""
    op.add_column(
        "allocation_plan",
        sa.Column("minutes_a_day", sa.BigInteger(), nullable=False, server_default="0"),
    )
