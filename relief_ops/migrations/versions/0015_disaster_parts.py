"""Which disaster is part of which, and which areas were split off into another."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables of parts and splits."""
    op.create_table(
        "disaster_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("whole_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", Instant(), nullable=False),
        sa.Column("to_at", Instant(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("end_reason", sa.String(length=400), nullable=False),
        sa.Column("end_document", sa.String(length=200), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("part_id <> whole_id", name=op.f("ck_disaster_part_apart")),
        sa.CheckConstraint(
            "to_at IS NULL OR to_at >= from_at", name=op.f("ck_disaster_part_order")
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["disaster.id"], name=op.f("fk_disaster_part_part_id")
        ),
        sa.ForeignKeyConstraint(
            ["whole_id"], ["disaster.id"], name=op.f("fk_disaster_part_whole_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disaster_part")),
    )
    op.create_index(op.f("ix_disaster_part_whole_id"), "disaster_part", ["whole_id"], unique=False)
    op.create_index(
        "uq_disaster_part_standing", "disaster_part", ["part_id"], unique=True,
        sqlite_where=sa.text("to_at IS NULL"), postgresql_where=sa.text("to_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "disaster_split",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("source_id <> into_id", name=op.f("ck_disaster_split_apart")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["disaster.id"], name=op.f("fk_disaster_split_source_id")
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["disaster.id"], name=op.f("fk_disaster_split_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disaster_split")),
        sa.UniqueConstraint("number", name=op.f("uq_disaster_split_number")),
    )
    for column in ("source_id", "into_id"):
        op.create_index(
            op.f(f"ix_disaster_split_{column}"), "disaster_split", [column], unique=False
        )
    op.create_table(
        "disaster_split_area",
        sa.Column("split_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["split_id"], ["disaster_split.id"], ondelete="CASCADE",
            name=op.f("fk_disaster_split_area_split_id"),
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_disaster_split_area_area_id")
        ),
        sa.PrimaryKeyConstraint("split_id", "area_id", name=op.f("pk_disaster_split_area")),
    )  # fmt: skip
