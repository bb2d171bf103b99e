"""What is told in words beside the figures."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table of narratives."""
    op.create_table(
        "narrative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_narrative_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_narrative")),
    )
    op.create_index(op.f("ix_narrative_area_id"), "narrative", ["area_id"], unique=False)
    op.create_index(
        "uq_narrative_current", "narrative", ["disaster_id", "area_id", "round"], unique=True,
        sqlite_where=sa.text("current"), postgresql_where=sa.text("current"),
    )  # fmt: skip
