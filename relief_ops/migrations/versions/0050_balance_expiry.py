"""A balance knows when its lot expires; the lots on each shelf are counted by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Copy the expiry of each lot to its balances, and index the shelves."""
    op.add_column("balance", sa.Column("expires_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE balance SET expires_on = "
        "(SELECT lot.expires_on FROM lot WHERE lot.id = balance.lot_id)"
    )
    op.create_index("ix_balance_shelf", "balance", ["account_id", "item_code", "on_hand"])
