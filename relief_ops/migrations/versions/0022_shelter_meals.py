"""The meals given out in shelters."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of meals, one row for each shelter, day and meal."""
    table = "shelter_meal"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=16), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("portions", "soft", "infant", "restricted")
        ),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "soft >= 0 AND infant >= 0 AND restricted >= 0 "
            "AND soft + infant + restricted <= portions",
            name=op.f(f"ck_{table}_special"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_{table}_{name}_id")
            )
            for name in ("shelter", "disaster")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("area_id", "disaster_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    once = ["shelter_id", "disaster_id", "day", "meal"]
    op.create_index(f"uq_{table}_once", table, once, unique=True)
