"""Travel times people enter, and when a depot is open."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

TABLE = "travel_time"
ENDS = (("from_place", "place"), ("from_area", "area"), ("to_place", "place"), ("to_area", "area"))
RULES = (
    ("minutes", "minutes IS NULL OR minutes > 0"),
    ("near", "from_place IS NULL OR from_area IS NULL"),
    ("far", "(to_place IS NULL) <> (to_area IS NULL)"),
    ("island", "from_place IS NOT NULL OR from_area IS NOT NULL"
     " OR (minutes IS NULL AND to_area IS NOT NULL)"),
)  # fmt: skip


def upgrade() -> None:
    """Create the table, add the columns; every depot there is has no hours."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "actor_id", "area_id")),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name, _target in ENDS),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.Column("minutes", sa.BigInteger(), nullable=True),
        sa.Column("means", sa.String(length=12), nullable=False),
        sa.Column("detour", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in RULES),
        *(sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{name}"))
          for name, target in ENDS),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )  # fmt: skip
    for column in ("area_id", "drill_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    for column in ("opens_at", "closes_at"):
        op.add_column("depot", sa.Column(column, sa.Time(), nullable=True))
