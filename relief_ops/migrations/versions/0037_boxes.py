"""Boxes of what is promised, and what is said of each."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

STANDS = sa.text("replaced_at IS NULL")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "packing",
        *(sa.Column(name, sa.Uuid(), nullable=False)
          for name in ("id", "line_id", "depot_id", "from_area", "to_area", "packed_by")),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.Column("per_box", sa.BigInteger(), nullable=False),
        sa.Column("packed_at", Instant(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=True),
        sa.CheckConstraint("per_box > 0", name=op.f("ck_packing_per_box")),
        *(sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_packing_{column}"))
          for column, target in (("line_id", "reservation_line.id"), ("depot_id", "depot.id"),
                                 ("from_area", "area.id"), ("to_area", "area.id"))),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing")),
    )  # fmt: skip
    for column in ("line_id", "from_area", "to_area", "drill_id"):
        op.create_index(op.f(f"ix_packing_{column}"), "packing", [column])
    op.create_index(
        "uq_packing_stands", "packing", ["line_id"], unique=True,
        sqlite_where=STANDS, postgresql_where=STANDS,
    )  # fmt: skip
    op.create_table(
        "box",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "packing_id", "depot_id")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("number", "quantity")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_box_quantity")),
        sa.ForeignKeyConstraint(["packing_id"], ["packing.id"], name=op.f("fk_box_packing_id")),
        sa.ForeignKeyConstraint(["depot_id"], ["depot.id"], name=op.f("fk_box_depot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box")),
    )
    op.create_index(op.f("ix_box_packing_id"), "box", ["packing_id"])
    op.create_index("uq_box_number", "box", ["depot_id", "number"], unique=True)
    op.create_table(
        "box_scan",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "box_id", "actor_id")),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.String(length=10), nullable=False),
        *(sa.Column(name, Instant(), nullable=False)
          for name in ("told_at", "seen_at", "received_at")),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_box_scan_box_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box_scan")),
    )  # fmt: skip
    op.create_index(op.f("ix_box_scan_drill_id"), "box_scan", ["drill_id"])
    op.create_index("ix_box_scan_box", "box_scan", ["box_id", "seen_at"])
