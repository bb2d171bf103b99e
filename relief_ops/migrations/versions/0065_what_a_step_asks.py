"""What a step of a shelter asks for, and which were opened at once without a word why."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of steps taken before nothing was asked, and nobody owes a reason for them."""
    op.add_column("shelter_step", sa.Column("missing", Json(), nullable=True))
    op.add_column("shelter_status", sa.Column("unreported_at", Instant(), nullable=True))
