"""What a second person booked of a count, and which movement waits to be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was booked before is not looked up: the next second person's word begins anew."""
    for name in ("booked_id", "corrects"):
        op.add_column("count_claim", sa.Column(name, sa.Uuid(), nullable=True))
