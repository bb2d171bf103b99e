"""Who has the key of a depot, and when."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TABLE = "depot_key"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False)
          for name in ("id", "depot_id", "actor_id", "area_id")),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.LargeBinary(), nullable=True)
          for name in ("name_sealed", "phone_sealed")),
        sa.Column("from_at", Instant(), nullable=False),
        sa.Column("until_at", Instant(), nullable=True),
        sa.Column("back", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "until_at IS NULL OR until_at > from_at", name=op.f(f"ck_{TABLE}_time")
        ),
        sa.ForeignKeyConstraint(["depot_id"], ["depot.id"], name=op.f(f"fk_{TABLE}_depot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )  # fmt: skip
    for column in ("depot_id", "area_id", "drill_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
