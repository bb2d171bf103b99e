"""Goods asked of the level above."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

REQUEST, LINE = "supply_request", "supply_request_line"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        REQUEST,
        *(sa.Column(name, sa.Uuid(), nullable=False)
          for name in ("id", "disaster_id", "depot_id", "asked_of", "asked_by", "area_id")),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in ("answered_by", "drill_id")),
        sa.Column("state", sa.String(length=12), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("priority", "revision")),
        *(sa.Column(name, sa.String(length=200), nullable=False)
          for name in ("reason", "answer", "withdrawn_reason")),
        sa.Column("asked_at", Instant(), nullable=False),
        *(sa.Column(name, Instant(), nullable=True) for name in ("due_at", "answered_at")),
        sa.CheckConstraint("priority BETWEEN 1 AND 5", name=op.f(f"ck_{REQUEST}_priority")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f(f"ck_{REQUEST}_answered")
        ),
        *(sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{REQUEST}_{column}"))
          for column, target in (("disaster_id", "disaster"), ("depot_id", "depot"),
                                 ("asked_of", "area"))),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{REQUEST}")),
    )  # fmt: skip
    for column in ("disaster_id", "depot_id", "area_id", "drill_id"):
        op.create_index(op.f(f"ix_{REQUEST}_{column}"), REQUEST, [column])
    op.create_table(
        LINE,
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{LINE}_quantity")),
        sa.CheckConstraint(
            "granted IS NULL OR granted BETWEEN 0 AND quantity", name=op.f(f"ck_{LINE}_granted")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], [f"{REQUEST}.id"], name=op.f(f"fk_{LINE}_request_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["item_code"], ["item.code"], name=op.f(f"fk_{LINE}_item_code")),
        sa.PrimaryKeyConstraint("request_id", "item_code", name=op.f(f"pk_{LINE}")),
    )  # fmt: skip
