"""Tables of many areas' figures that were sent in, and what became of each row."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables of imports and their rows."""
    op.create_table(
        "report_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("total", NUMBER, nullable=False),
        sa.Column("wrong", NUMBER, nullable=False),
        sa.Column("blank", NUMBER, nullable=False),
        sa.Column("problems", Json(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("checked_at", Instant(), nullable=True),
        sa.Column("applied_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_report_import_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_import")),
    )
    op.create_index(op.f("ix_report_import_actor_id"), "report_import", ["actor_id"], unique=False)
    op.create_table(
        "report_import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("sheet", sa.String(length=64), nullable=False),
        sa.Column("row", NUMBER, nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("area", sa.String(length=100), nullable=False),
        sa.Column("figures", Json(), nullable=False),
        sa.Column("reasons", Json(), nullable=False),
        sa.Column("troubles", Json(), nullable=False),
        sa.Column("notes", Json(), nullable=False),
        sa.Column("wrong", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("said", sa.String(length=400), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["report_import.id"], ondelete="CASCADE",
            name=op.f("fk_report_import_row_import_id"),
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_report_import_row")),
    )  # fmt: skip
    op.create_index(
        op.f("ix_report_import_row_report_id"), "report_import_row", ["report_id"], unique=False
    )
