"""What goods called off cost, as the agreement said when they were."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was called off before costs what its agreement says when it comes."""
    op.add_column("call_off", sa.Column("price_fen", sa.BigInteger(), nullable=True))
