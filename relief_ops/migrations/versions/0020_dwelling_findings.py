"""What was found at the dwellings of households that were moved."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of findings."""
    table = "evacuation_dwelling"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("found", sa.String(length=16), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{column}_id"], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_id")
            )
            for column, target in (
                ("disaster", "disaster"), ("household", "evacuation_household"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )  # fmt: skip
    for column in ("act_id", "area_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    history, current = ["household_id", "disaster_id", "at"], ["disaster_id", "current", "area_id"]
    op.create_index(f"ix_{table}_history", table, history, unique=False)
    op.create_index(f"ix_{table}_current", table, current, unique=False)
