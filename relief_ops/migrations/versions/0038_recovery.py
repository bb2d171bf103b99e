"""Goods that come back after a disaster, and what is done with them."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TABLE, STEP = "recovery", "recovery_step"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False)
          for name in ("id", "disaster_id", "depot_id", "lot_id", "collected_by", "area_id")),
        *(sa.Column(name, sa.Uuid(), nullable=True)
          for name in ("place_id", "proposed_by", "drill_id")),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False)
          for name in ("quantity", "restocked", "scrapped", "proposed", "revision")),
        sa.Column("proposed_why", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("collected_at", Instant(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{TABLE}_quantity")),
        sa.CheckConstraint(
            "restocked >= 0 AND scrapped >= 0 AND proposed >= 0 "
            "AND restocked + scrapped + proposed <= quantity",
            name=op.f(f"ck_{TABLE}_sums"),
        ),
        sa.CheckConstraint(
            "(proposed = 0) = (proposed_by IS NULL)", name=op.f(f"ck_{TABLE}_proposed_by")
        ),
        *(sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{TABLE}_{column}"))
          for column, target in (("disaster_id", "disaster.id"), ("place_id", "place.id"),
                                 ("depot_id", "depot.id"), ("lot_id", "lot.id"),
                                 ("item_code", "item.code"))),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )  # fmt: skip
    for column in ("disaster_id", "depot_id", "area_id", "drill_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    op.create_table(
        STEP,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "recovery_id", "actor_id")),
        sa.Column("kind", sa.String(length=10), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("good", "scrap")),
        sa.Column("reason", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("good >= 0 AND scrap >= 0", name=op.f(f"ck_{STEP}_counted")),
        sa.ForeignKeyConstraint(
            ["recovery_id"], ["recovery.id"], name=op.f(f"fk_{STEP}_recovery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{STEP}")),
    )  # fmt: skip
    op.create_index(op.f(f"ix_{STEP}_recovery_id"), STEP, ["recovery_id"])
