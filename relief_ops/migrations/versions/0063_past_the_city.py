"""Whom a county told past the city."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    name = "bypass_report"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("above", sa.String(length=8), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("means", sa.String(length=16), nullable=False),
        sa.Column("told_to", sa.String(length=64), nullable=False),
        sa.Column("deaths", NUMBER, nullable=False),
        sa.Column("missing", NUMBER, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f(f"fk_{name}_disaster_id_disaster")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_area_id"), name, ["area_id"])
