"""From what time the figures of a round count in an area, whatever its corrections say later."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None
# As damage_reports.services.placing: with the earliest revision of its round that counted by then.
INHERITED = """
    UPDATE report SET valid_from = (
        SELECT min(g.as_of) FROM report g
        WHERE g.disaster_id = report.disaster_id AND g.area_id = report.area_id
        AND g.round = report.round AND (
            g.id = report.id
            OR (g.counted_from IS NOT NULL AND g.counted_from <= report.received_at)
        )
    )
"""


def upgrade() -> None:
    """Fill it for what was filed; totals then choose by it."""
    never = sa.Column(
        "valid_from", Instant(), nullable=False, server_default="1970-01-01T00:00:00.000000Z"
    )
    op.add_column("report", never)
    op.execute(INHERITED)
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("report", "valid_from", server_default=None)
    op.drop_index("ix_report_latest", table_name="report")
    op.create_index("ix_report_latest", "report", ["disaster_id", "area_id", "valid_from"])
