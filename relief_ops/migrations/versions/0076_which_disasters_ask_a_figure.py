"""Which kinds of disaster a figure is asked for: drought figures for a drought alone."""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nothing in them asks a figure for every kind."""
    for name in ("only_for", "not_for"):
        column = sa.Column(name, sa.String(160), nullable=False, server_default="")
        op.add_column("indicator", column)
    op.execute(
        "UPDATE indicator SET only_for = 'drought'"
        " WHERE code IN ('drought_aid_cum', 'drought_aid_rt', 'drought_water_cum',"
        " 'drought_water_rt', 'drought_livestock', 'drought_livestock_large',"
        " 'drought_livestock_small')"
    )
    op.execute(
        "UPDATE indicator SET not_for = 'drought' WHERE group_code IN"
        " ('transfer', 'houses', 'infrastructure', 'public_service', 'industry')"
    )
    op.execute(
        "UPDATE indicator SET only_for = 'flood typhoon marine'"
        " WHERE code IN ('flooded_townships', 'flooded_county_towns', 'flooded_homes')"
    )
