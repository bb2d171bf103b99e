"""Steps that stand under several orders at once, and orders whose hour was changed."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

CHANGE = "evacuation_order_change"


def upgrade() -> None:
    """Of steps taken before, each was said under one order only."""
    op.add_column("evacuation_step", sa.Column("said_id", sa.Uuid(), nullable=True))
    op.create_table(
        CHANGE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "order_id", "actor_id")),
        *(sa.Column(name, Instant(), nullable=False)
          for name in ("impact_before", "deadline_before", "impact_at", "deadline_at", "at")),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.CheckConstraint("deadline_at < impact_at", name=op.f(f"ck_{CHANGE}_deadline")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["evacuation_order.id"], name=op.f(f"fk_{CHANGE}_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CHANGE}")),
    )  # fmt: skip
    op.create_index(op.f(f"ix_{CHANGE}_order_id"), CHANGE, ["order_id"])
