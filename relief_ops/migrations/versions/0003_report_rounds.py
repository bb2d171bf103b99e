"""The rounds of reporting that were opened."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table of rounds."""
    op.create_table(
        "report_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_report_round_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_round")),
        sa.UniqueConstraint("disaster_id", "code", name=op.f("uq_report_round_disaster_id_code")),
    )
