"""Why what was promised to a need was given back before it left."""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what was given back before, nobody said why."""
    column = sa.Column("released_why", sa.String(200), server_default="", nullable=False)
    op.add_column("reservation_line", column)
