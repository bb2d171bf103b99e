"""Pictures of reports on paper, waiting to be typed."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STANDING = sa.text("state <> 'withdrawn'")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "report_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("told_by", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_report_paper_disaster_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["file_upload.id"], name=op.f("fk_report_paper_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["file_content.sha256"], name=op.f("fk_report_paper_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_paper_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_paper")),
    )
    op.create_index(op.f("ix_report_paper_area_id"), "report_paper", ["area_id"], unique=False)
    op.create_index(
        "uq_report_paper_once", "report_paper", ["disaster_id", "area_id", "round", "sha256"],
        unique=True, sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip
