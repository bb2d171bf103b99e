"""Kits put together and taken apart in depots."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

ACT, LINE = "kit_act", "kit_act_line"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        ACT,
        *(sa.Column(name, sa.Uuid(), nullable=False)
          for name in ("id", "depot_id", "lot_id", "actor_id", "area_id")),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.Column("kit_code", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=12), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("recipe", Json(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f(f"ck_{ACT}_number")),
        sa.CheckConstraint(
            "direction IN ('assemble', 'dismantle')", name=op.f(f"ck_{ACT}_direction")
        ),
        sa.ForeignKeyConstraint(["kit_code"], ["item.code"], name=op.f(f"fk_{ACT}_kit_code")),
        *(sa.ForeignKeyConstraint([f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_{ACT}_{name}_id"))
          for name in ("depot", "lot")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ACT}")),
    )  # fmt: skip
    for column in ("depot_id", "lot_id", "area_id", "drill_id"):
        op.create_index(op.f(f"ix_{ACT}_{column}"), ACT, [column])
    op.create_table(
        LINE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("act_id", "lot_id")),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{LINE}_quantity")),
        sa.ForeignKeyConstraint(["act_id"], ["kit_act.id"], name=op.f(f"fk_{LINE}_act_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f(f"fk_{LINE}_lot_id")),
        sa.ForeignKeyConstraint(["item_code"], ["item.code"], name=op.f(f"fk_{LINE}_item_code")),
        sa.PrimaryKeyConstraint("act_id", "lot_id", name=op.f(f"pk_{LINE}")),
    )  # fmt: skip
