"""An item can be merged into another; what is fixed by hand in a plan can name its depot."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No item is merged, and nothing fixed so far names a depot."""
    op.add_column("item", sa.Column("merged_into", sa.String(40), nullable=True))
    op.add_column("allocation_pin", sa.Column("depot_id", sa.Uuid(), nullable=True))
