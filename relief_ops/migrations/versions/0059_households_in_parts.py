"""How many of a household came into shelters: of a step, and where it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Steps taken before were said of everybody."""
    for name in ("people", "out_of"):
        op.add_column("evacuation_step", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column(
        "evacuation_standing",
        sa.Column("sheltered", sa.BigInteger(), nullable=False, server_default="0"),
    )
