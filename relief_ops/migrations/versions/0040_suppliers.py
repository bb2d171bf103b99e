"""Agreements with suppliers, what is called off from them, and what came."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

AGREEMENT, LINE, CALL, DELIVERY = (
    "supply_agreement", "supply_agreement_line", "call_off", "call_off_delivery",
)  # fmt: skip


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        AGREEMENT,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "area_id")),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.Column("supplier", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True)
          for name in ("contact_sealed", "phone_sealed")),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f(f"ck_{AGREEMENT}_valid")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{AGREEMENT}")),
    )  # fmt: skip
    for column in ("area_id", "drill_id"):
        op.create_index(op.f(f"ix_{AGREEMENT}_{column}"), AGREEMENT, [column])
    op.create_table(
        LINE,
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("quantity", "lead_hours")),
        sa.Column("price_fen", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{LINE}_quantity")),
        sa.CheckConstraint("lead_hours >= 0", name=op.f(f"ck_{LINE}_lead_hours")),
        sa.CheckConstraint("price_fen IS NULL OR price_fen >= 0", name=op.f(f"ck_{LINE}_price")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], [f"{AGREEMENT}.id"], name=op.f(f"fk_{LINE}_agreement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["item_code"], ["item.code"], name=op.f(f"fk_{LINE}_item_code")),
        sa.PrimaryKeyConstraint("agreement_id", "item_code", name=op.f(f"pk_{LINE}")),
    )  # fmt: skip
    op.create_table(
        CALL,
        *(sa.Column(name, sa.Uuid(), nullable=False)
          for name in ("id", "agreement_id", "disaster_id", "depot_id", "called_by", "area_id")),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in ("signed_by", "drill_id")),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False)
          for name in ("quantity", "received", "revision")),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("means", sa.String(length=8), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.String(length=200), nullable=False)
          for name in ("reason", "end_reason")),
        sa.Column("called_at", Instant(), nullable=False),
        *(sa.Column(name, Instant(), nullable=True) for name in ("signed_at", "due_at", "ended_at")),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{CALL}_quantity")),
        sa.CheckConstraint("received >= 0", name=op.f(f"ck_{CALL}_received")),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by IS NULL)", name=op.f(f"ck_{CALL}_signed")
        ),
        *(sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{CALL}_{column}"))
          for column, target in (("agreement_id", f"{AGREEMENT}.id"),
                                 ("disaster_id", "disaster.id"), ("depot_id", "depot.id"),
                                 ("item_code", "item.code"))),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CALL}")),
    )  # fmt: skip
    for column in ("agreement_id", "disaster_id", "depot_id", "area_id", "drill_id"):
        op.create_index(op.f(f"ix_{CALL}_{column}"), CALL, [column])
    op.create_table(
        DELIVERY,
        *(sa.Column(name, sa.Uuid(), nullable=False)
          for name in ("id", "call_off_id", "movement_id", "actor_id")),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{DELIVERY}_quantity")),
        sa.ForeignKeyConstraint(
            ["call_off_id"], [f"{CALL}.id"], name=op.f(f"fk_{DELIVERY}_call_off_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{DELIVERY}")),
    )  # fmt: skip
    op.create_index(op.f(f"ix_{DELIVERY}_call_off_id"), DELIVERY, ["call_off_id"])
