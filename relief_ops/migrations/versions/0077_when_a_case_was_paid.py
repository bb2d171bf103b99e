"""When a case was paid, and that the money spent is proposed from it."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

PAID_BEFORE = """
    UPDATE relief_case SET paid_at = (
        SELECT max(event.at) FROM event WHERE event.name = 'case.moved'
        AND event.subject = relief_case.id AND event.payload LIKE '%"state":"paid"%')
"""


def upgrade() -> None:
    """Add the column; cases paid before take the moment from the log."""
    op.add_column("relief_case", sa.Column("paid_at", Instant(), nullable=True))
    op.execute(PAID_BEFORE)
    op.execute(
        "UPDATE indicator SET made_of = 'cases/paid' WHERE code = 'money_spent' AND made_of = ''"
    )
