"""Who sleeps in shelters is a figure of its own: before an impact they are a precaution."""

from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin with what the shelters proposed last."""
    op.execute(
        "INSERT INTO figure_proposal (disaster_id, area_id, indicator, source, value, as_of)"
        " SELECT disaster_id, area_id, 'sheltered_now', source, value, as_of FROM figure_proposal"
        " WHERE source = 'shelters' AND indicator = 'relocated_central_rt'"
    )
