"""A plan is of needs, or of stock that should lie elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; every plan there is is one of needs."""
    op.add_column(
        "allocation_plan",
        sa.Column("kind", sa.String(length=8), nullable=False, server_default="needs"),
    )
