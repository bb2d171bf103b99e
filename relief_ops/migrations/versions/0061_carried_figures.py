"""What a report that said only a part took over from the one before it."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Json

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Reports of before took nothing over."""
    op.add_column("report", sa.Column("carried", Json(), nullable=True))
