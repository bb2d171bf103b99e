"""By which standard a shelter keeps relief goods, whether it meets it, when they were counted."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the register did not hold; nothing is known of it yet."""
    standard = sa.Column("materials_standard", sa.String(120), nullable=False, server_default="")
    op.add_column("shelter", standard)
    op.add_column("shelter", sa.Column("materials_complete", sa.Boolean(), nullable=True))
    op.add_column("shelter", sa.Column("materials_counted_on", sa.Date(), nullable=True))
