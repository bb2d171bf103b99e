"""Several movements of one lot may wait for a second person to take them back."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None
TABLE, WAITING = "count_claim", "state = 'waiting'"


def upgrade() -> None:
    """Of one lot one thing of a kind waited at most: nothing that waits is in the way."""
    op.drop_index("uq_count_claim_waiting", table_name=TABLE)
    alone, undoing = sa.text(f"{WAITING} AND corrects IS NULL"), sa.text(WAITING)
    op.create_index(
        "uq_count_claim_waiting", TABLE, ["account_id", "lot_id", "kind"], unique=True,
        sqlite_where=alone, postgresql_where=alone,
    )  # fmt: skip
    op.create_index(
        "uq_count_claim_undoing", TABLE, ["corrects"], unique=True,
        sqlite_where=undoing, postgresql_where=undoing,
    )  # fmt: skip
