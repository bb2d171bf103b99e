"""The signed order under an allocation plan; what it promised leaves no depot before."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TABLE = "dispatch_order"


def upgrade() -> None:
    """Create the table of orders, and mark the promises that wait for one."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "plan_id", "disaster_id")),
        sa.Column("means", sa.String(length=8), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("signed_at", Instant(), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", Instant(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(written_at IS NULL) = (number = '')", name=op.f(f"ck_{TABLE}_written")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["allocation_plan.id"], name=op.f(f"fk_{TABLE}_plan_id")
        ),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f(f"fk_{TABLE}_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("plan_id", name=op.f(f"uq_{TABLE}_plan_id")),
    )
    for column in ("disaster_id", "area_id", "drill_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    op.add_column(
        "reservation",
        sa.Column("awaits_order", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
