"""What one person counted and a second has still to confirm."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLE = "count_claim"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "account_id", "lot_id")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("counted", "held")),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("counted_at", Instant(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("counted >= 0", name=op.f(f"ck_{TABLE}_counted")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f(f"fk_{TABLE}_account_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f(f"fk_{TABLE}_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "uq_count_claim_waiting", TABLE, ["account_id", "lot_id"], unique=True,
        sqlite_where=waiting, postgresql_where=waiting,
    )  # fmt: skip
    for column in ("area_id", "drill_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
