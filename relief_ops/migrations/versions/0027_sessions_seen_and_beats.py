"""When a web session was last used, and the sign of life each worker leaves."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; whoever is signed in has been seen just now."""
    op.add_column("web_session", sa.Column("seen_at", Instant(), nullable=True))
    sessions = sa.table("web_session", sa.column("seen_at", Instant()))
    op.execute(sessions.update().values(seen_at=datetime.now(UTC)))
    op.create_table(
        "worker_beat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worker_beat"),
    )
