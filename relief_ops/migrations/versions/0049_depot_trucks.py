"""The trucks of a depot, and plans that keep to what they carry."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

TABLE = "depot_trucks"


def upgrade() -> None:
    """Create the table; plans made before did not mind trucks."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False)
          for name in ("id", "depot_id", "actor_id", "area_id")),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(60), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False)
          for name in ("number", "trips", "litres", "kilograms", "revision")),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f(f"ck_{TABLE}_number")),
        sa.CheckConstraint("trips > 0", name=op.f(f"ck_{TABLE}_trips")),
        sa.CheckConstraint("litres > 0 AND kilograms > 0", name=op.f(f"ck_{TABLE}_holds")),
        sa.ForeignKeyConstraint(["depot_id"], ["depot.id"], name=op.f(f"fk_{TABLE}_depot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )  # fmt: skip
    for column in ("depot_id", "area_id", "drill_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    op.add_column(
        "allocation_plan",
        sa.Column("mind_trucks", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
