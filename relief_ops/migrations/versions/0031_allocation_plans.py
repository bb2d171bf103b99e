"""Allocation plans: what each need gets, the lines, and what was fixed by hand."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def _ids(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, sa.Uuid(), nullable=nullable) for name in names]


def _counts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _fk(table: str, column: str, target: str, **how: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), **how)


def _part(table: str, *rest: sa.schema.SchemaItem) -> None:
    """Create a table of rows that belong to one plan and one need."""
    op.create_table(
        table, *_ids("id", "plan_id", "need_id"), *rest, *_ids("area_id"),
        _fk(table, "plan_id", "allocation_plan.id", ondelete="CASCADE"),
        _fk(table, "need_id", "need.id"), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )  # fmt: skip
    for column in ("plan_id", "area_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def upgrade() -> None:
    """Create the tables."""
    plan = "allocation_plan"
    op.create_table(
        plan,
        *_ids("id", "disaster_id"),
        sa.Column("items", Json(), nullable=False),
        sa.Column("keep_minimum", sa.Boolean(), nullable=False),
        *_counts("least_life_days"),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seen", Json(), nullable=False),
        sa.Column("result", Json(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ready_at", Instant(), nullable=True),
        sa.Column("applied_at", Instant(), nullable=True),
        *_ids("actor_id"),
        *_ids("applied_by", nullable=True),
        *_counts("revision"),
        *_ids("area_id"),
        *_ids("drill_id", nullable=True),
        _fk(plan, "disaster_id", "disaster.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{plan}")),
    )
    op.create_index("ix_allocation_plan_made", plan, ["disaster_id", "made_at"])
    for column in ("area_id", "drill_id"):
        op.create_index(op.f(f"ix_{plan}_{column}"), plan, [column])
    _shares()
    _lines()
    _pins()


def _shares() -> None:
    table = "allocation_share"
    _part(
        table, *_ids("place_id"),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        *_counts("priority", "quantity", "got", "greedy"),
        sa.Column("limit", sa.String(length=12), nullable=False),
        *_ids("limit_depot", "limit_lot", nullable=True),
        sa.Column("limit_pieces", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{table}_quantity")),
        sa.CheckConstraint("got BETWEEN 0 AND quantity", name=op.f(f"ck_{table}_got")),
        sa.CheckConstraint("greedy BETWEEN 0 AND quantity", name=op.f(f"ck_{table}_greedy")),
        _fk(table, "place_id", "place.id"), _fk(table, "item_code", "item.code"),
        _fk(table, "limit_depot", "depot.id"), _fk(table, "limit_lot", "lot.id"),
    )  # fmt: skip


def _lines() -> None:
    table = "allocation_line"
    _part(
        table, *_ids("balance_id", "depot_id", "lot_id"),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        *_counts("quantity", "minutes"),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{table}_quantity")),
        _fk(table, "balance_id", "balance.id"), _fk(table, "depot_id", "depot.id"),
        _fk(table, "lot_id", "lot.id"), _fk(table, "item_code", "item.code"),
    )  # fmt: skip


def _pins() -> None:
    table = "allocation_pin"
    _part(
        table,
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        *_ids("actor_id"),
        *_counts("revision"),
        sa.CheckConstraint("quantity IS NULL OR quantity >= 0", name=op.f(f"ck_{table}_quantity")),
    )
