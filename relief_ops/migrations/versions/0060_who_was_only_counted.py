"""Who was counted and never registered takes a place too; groups are drawn down.

SQLite has no statement that changes a check: its declaration is rewritten, as in 0053.
"""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

THEN = """(
    SELECT coalesce(sum(arrival.people), 0) FROM arrival
    WHERE arrival.shelter_id = shelter_status.shelter_id
    AND arrival.disaster_id = shelter_status.disaster_id
    AND arrival.stay NOT IN ('cancelled', 'on_the_way') AND arrival.arrived_at <= shelter_status.counted_at
    AND (arrival.left_at IS NULL OR arrival.left_at > shelter_status.counted_at)
)"""

BEFORE = "people BETWEEN 1 AND 500"
AFTER = "people BETWEEN 1 AND 500 OR (people = 0 AND is_group)"
REWRITE = sa.text(
    "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
    " WHERE type = 'table' AND name = 'arrival' AND sql NOT LIKE '%' || :after || '%'"
)


def upgrade() -> None:
    """Add what is told apart of people inside."""
    _count()
    op.add_column("arrival", sa.Column("group_id", sa.Uuid(), nullable=True))
    out = sa.Column("from_group", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("arrival", out)
    if op.get_bind().dialect.name == "sqlite":
        _rewrite()
        return
    name = op.f("ck_arrival_people")
    op.drop_constraint(name, "arrival", type_="check")
    op.create_check_constraint(name, "arrival", AFTER)


def _rewrite() -> None:
    bind = op.get_bind()
    version = bind.scalar(sa.text("PRAGMA schema_version"))
    bind.execute(sa.text("PRAGMA writable_schema = ON"))
    bind.execute(REWRITE, {"before": BEFORE, "after": AFTER})
    bind.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema = OFF"))
    kept = bind.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'arrival'"))
    assert AFTER in kept, "a group may still not be named whole"


def _count() -> None:
    """Hold the last count of every shelter against the registrations of its moment."""
    only = sa.Column("unregistered", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("shelter_status", only)
    up_to = sa.Column("counted_up_to", Instant(), nullable=True)
    op.add_column("shelter_status", up_to)
    op.execute("UPDATE shelter_status SET counted_up_to = counted_at")
    op.execute(
        f"UPDATE shelter_status SET unregistered = counted - {THEN}"  # nosec B608  # noqa: S608
        f" WHERE counted > {THEN}"
    )
