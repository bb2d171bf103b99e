"""The pets a household brings: dogs, cats, others; null is not known, 0 is none."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counts."""
    for name in ("dogs", "cats", "other_pets"):
        op.add_column("evacuation_household", sa.Column(name, sa.BigInteger(), nullable=True))
