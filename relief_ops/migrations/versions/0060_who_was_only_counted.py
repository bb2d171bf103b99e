"""Who was counted in a shelter and never registered takes a place too."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0060"
down_revision = "0057"
branch_labels = None
depends_on = None

THEN = """(
    SELECT coalesce(sum(arrival.people), 0) FROM arrival
    WHERE arrival.shelter_id = shelter_status.shelter_id
    AND arrival.disaster_id = shelter_status.disaster_id
    AND arrival.stay <> 'cancelled' AND arrival.arrived_at <= shelter_status.counted_at
    AND (arrival.left_at IS NULL OR arrival.left_at > shelter_status.counted_at)
)"""


def upgrade() -> None:
    """Hold the last count of every shelter against the registrations of its moment."""
    only = sa.Column("unregistered", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("shelter_status", only)
    up_to = sa.Column("counted_up_to", Instant(), nullable=True)
    op.add_column("shelter_status", up_to)
    op.execute("UPDATE shelter_status SET counted_up_to = counted_at")
    op.execute(
        f"UPDATE shelter_status SET unregistered = counted - {THEN}"  # noqa: S608 (ours)
        f" WHERE counted > {THEN}"
    )
