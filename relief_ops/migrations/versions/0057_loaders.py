"""How many people load and unload a trip."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of trips given out before nobody said."""
    op.add_column("trip", sa.Column("loaders", sa.BigInteger(), nullable=True))
