"""The tables a level signs and sends up, and their signatures."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "summary",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("known_at", Instant(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_summary_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary")),
    )
    op.create_index(op.f("ix_summary_area_id"), "summary", ["area_id"], unique=False)
    op.create_index(
        "uq_summary_current", "summary", ["disaster_id", "area_id", "round"], unique=True,
        sqlite_where=sa.text("current"), postgresql_where=sa.text("current"),
    )  # fmt: skip
    op.create_table(
        "summary_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("summary_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("by_telephone", sa.Boolean(), nullable=False),
        sa.Column("told_by", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["summary.id"], name=op.f("fk_summary_signature_summary_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_signature")),
    )
    op.create_index(
        op.f("ix_summary_signature_summary_id"), "summary_signature", ["summary_id"], unique=False
    )
