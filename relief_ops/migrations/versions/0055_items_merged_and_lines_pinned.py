"""Items can be merged, lines of a plan fixed at a depot; write-offs wait apart from counts."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No item is merged, nothing fixed so far names a depot, and what waits are counts."""
    op.add_column("item", sa.Column("merged_into", sa.String(40), nullable=True))
    op.add_column("allocation_pin", sa.Column("depot_id", sa.Uuid(), nullable=True))
    op.add_column(
        "count_claim", sa.Column("kind", sa.String(16), nullable=False, server_default="count")
    )
    op.drop_index("uq_count_claim_waiting", table_name="count_claim")
    op.create_index(
        "uq_count_claim_waiting", "count_claim", ["account_id", "lot_id", "kind"], unique=True,
        sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"),
    )  # fmt: skip
