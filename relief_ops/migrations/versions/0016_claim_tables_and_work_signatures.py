"""Tables of what another source says, and the signatures under the relief-work form."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add whose figures a table holds; those sent in before are reports. Create the signatures."""
    op.add_column(
        "report_import",
        sa.Column("figure_source", sa.String(length=24), nullable=False, server_default=""),
    )
    op.create_table(
        "relief_work_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("by_telephone", sa.Boolean(), nullable=False),
        sa.Column("told_by", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["relief_work_form.id"], name=op.f("fk_relief_work_signature_form_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relief_work_signature")),
    )
    op.create_index(
        op.f("ix_relief_work_signature_form_id"), "relief_work_signature", ["form_id"],
        unique=False,
    )  # fmt: skip
