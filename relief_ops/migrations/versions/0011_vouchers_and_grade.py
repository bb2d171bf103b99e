"""Figures somebody looked at and found right, and how grave a disaster is."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table and add the grade; of earlier disasters none is known."""
    op.add_column(
        "disaster", sa.Column("grade", sa.String(length=16), nullable=False, server_default="")
    )
    op.create_table(
        "figure_voucher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("value", NUMBER, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_figure_voucher_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_voucher")),
        sa.UniqueConstraint(
            "disaster_id", "area_id", "round", "indicator_id", "value",
            name="uq_figure_voucher_figure",
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_figure_voucher_area_id"), "figure_voucher", ["area_id"], unique=False)
