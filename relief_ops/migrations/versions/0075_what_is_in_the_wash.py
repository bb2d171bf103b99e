"""How much of what came back is in the wash, and which grading sent it there or took it back."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

CHECKED = (
    ("recovery", "washing", "washing BETWEEN 0 AND quantity - restocked - scrapped - proposed"),
    ("recovery_step", "wash", "wash >= 0"),
    ("recovery_step", "washed", "washed >= 0"),
)


def upgrade() -> None:
    """Add the columns, each with its own check: nothing that came back so far is in the wash."""
    for table, column, check in CHECKED:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} BIGINT DEFAULT 0 NOT NULL "
            f"CONSTRAINT ck_{table}_{column} CHECK ({check})"
        )
    since = sa.Column("washing_since", Instant(), nullable=True)
    op.add_column("recovery", since)
