"""Closed roads and dangerous ground, with what each of them said before."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None


def _said() -> list[sa.Column]:
    return [
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("from_at", Instant(), nullable=False),
        sa.Column("until_at", Instant(), nullable=True),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lifted_reason", sa.String(length=400), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
    ]


def upgrade() -> None:
    """Create the tables of hazards."""
    op.create_table(
        "hazard",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        *_said(),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("until_at IS NULL OR until_at > from_at", name=op.f("ck_hazard_order")),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_hazard_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard")),
    )
    op.create_index("ix_hazard_disaster_from", "hazard", ["disaster_id", "from_at"], unique=False)
    for column in ("area_id", "drill_id"):
        op.create_index(op.f(f"ix_hazard_{column}"), "hazard", [column], unique=False)
    op.create_table(
        "hazard_revision",
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_said(),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hazard_id"], ["hazard.id"], name=op.f("fk_hazard_revision_hazard_id")
        ),
        sa.PrimaryKeyConstraint("hazard_id", "revision", name=op.f("pk_hazard_revision")),
    )
    op.create_index(
        op.f("ix_hazard_revision_area_id"), "hazard_revision", ["area_id"], unique=False
    )
