"""A plan that somebody refused to sign: who, when and why."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody could refuse before."""
    op.add_column("allocation_plan", sa.Column("refused_at", Instant(), nullable=True))
    op.add_column("allocation_plan", sa.Column("refused_by", sa.Uuid(), nullable=True))
    why = sa.Column("refused_why", sa.String(length=200), nullable=False, server_default="")
    op.add_column("allocation_plan", why)
