"""Needs that are met by what stands in for them."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

TABLE = "need_substitution"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "need_id", "decided_by")),
        *(sa.Column(name, sa.BigInteger(), nullable=False)
          for name in ("taken", "brings", "returned", "per_hundred")),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.CheckConstraint("taken > 0 AND brings > 0", name=op.f(f"ck_{TABLE}_quantities")),
        sa.CheckConstraint("returned BETWEEN 0 AND taken", name=op.f(f"ck_{TABLE}_returned")),
        sa.CheckConstraint("id <> need_id", name=op.f(f"ck_{TABLE}_another")),
        *(sa.ForeignKeyConstraint([name], ["need.id"], name=op.f(f"fk_{TABLE}_{name}"))
          for name in ("id", "need_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )  # fmt: skip
    op.create_index(op.f(f"ix_{TABLE}_need_id"), TABLE, ["need_id"])
