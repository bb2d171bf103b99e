"""A reminder says what was owed: reports of townships, or tables of counties and the city."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Reminders of before were of reports."""
    op.add_column(
        "reminder", sa.Column("owed", sa.String(8), nullable=False, server_default="reports")
    )
