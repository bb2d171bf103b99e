"""Every shipment of a depot has a number; those there are get theirs in the order they left."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NUMBERED = """
UPDATE shipment SET number = (
  SELECT COUNT(*) FROM shipment AS other
  WHERE other.from_place = shipment.from_place AND (
    other.dispatched_at < shipment.dispatched_at
    OR (other.dispatched_at = shipment.dispatched_at AND other.id <= shipment.id)
  )
)
"""


def upgrade() -> None:
    """Number them."""
    op.add_column(
        "shipment", sa.Column("number", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.execute(NUMBERED)
    op.create_index("uq_shipment_number", "shipment", ["from_place", "number"], unique=True)
