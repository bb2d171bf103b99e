"""A telephone number of a shelter for everybody; households are found by their exact number."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

FOUND = ("arrival", "evacuation_household")


def upgrade() -> None:
    """Add the public line of a shelter, and the blind index of two telephone numbers."""
    line = sa.Column("public_phone", sa.String(length=32), nullable=False, server_default="")
    op.add_column("shelter", line)
    for table in FOUND:
        op.add_column(table, sa.Column("phone_blind", sa.LargeBinary(), nullable=True))
        op.create_index(f"ix_{table}_phone", table, ["phone_blind"], unique=False)
