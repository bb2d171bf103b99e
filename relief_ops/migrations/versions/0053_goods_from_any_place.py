"""Goods may be promised from any place that holds them, not only from a depot.

SQLite has no statement that changes a foreign key. A rebuilt table would break those that refer
to it; the declaration is rewritten instead, as SQLite describes for changes that leave the rows
as they are. A depot has the id of its place, so every row keeps what it points at.
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

TABLES = ("reservation_line", "allocation_line", "packing", "box")
BEFORE, AFTER = "(depot_id) REFERENCES depot (id)", "(depot_id) REFERENCES place (id)"
REWRITE = sa.text(
    "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
    " WHERE type = 'table' AND name = :name"
)


def upgrade() -> None:
    """Point the four tables at places."""
    if op.get_bind().dialect.name == "sqlite":
        _rewrite()
        return
    for table in TABLES:
        name = op.f(f"fk_{table}_depot_id")
        op.drop_constraint(name, table, type_="foreignkey")
        op.create_foreign_key(name, table, "place", ["depot_id"], ["id"])


def _rewrite() -> None:
    bind = op.get_bind()
    version = bind.scalar(sa.text("PRAGMA schema_version"))
    bind.execute(sa.text("PRAGMA writable_schema = ON"))
    for table in TABLES:
        bind.execute(REWRITE, {"name": table, "before": BEFORE, "after": AFTER})
    bind.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema = OFF"))
    for table in TABLES:
        keys = {
            row[3]: row[2] for row in bind.execute(sa.text(f"PRAGMA foreign_key_list({table})"))
        }
        assert keys["depot_id"] == "place", f"{table} still points at depots"
