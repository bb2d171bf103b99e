"""The source of published figures, and what a drill says of itself, in English too."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; what was written before is shown to everybody as it stands."""
    for table, column, length in (
        ("published_report", "source_en", 200),
        ("drill", "about_en", 500),
    ):
        op.add_column(
            table, sa.Column(column, sa.String(length), nullable=False, server_default="")
        )
