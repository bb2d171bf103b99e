"""What a need has already when a plan is made: covers are of the whole need."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Plans of before looked at what was lacking alone."""
    op.add_column("allocation_share", sa.Column("had", sa.BigInteger(), nullable=True))
