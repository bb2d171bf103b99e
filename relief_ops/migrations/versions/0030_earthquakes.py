"""An earthquake is known by its magnitude and its epicentre."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give disasters a magnitude (in tenths) and an epicentre (WGS-84)."""
    op.add_column("disaster", sa.Column("magnitude_tenths", sa.SmallInteger(), nullable=True))
    op.add_column("disaster", sa.Column("epicentre_lon", sa.Float(), nullable=True))
    op.add_column("disaster", sa.Column("epicentre_lat", sa.Float(), nullable=True))
