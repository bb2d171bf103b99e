"""Who must move, under which order, and where everybody stands."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GROUPS = ("over80", "alone", "disabled", "pregnant", "children", "medical", "outsiders")


def upgrade() -> None:
    """Create the tables of the lists, of orders and of steps."""
    _risk_points()
    _cadres()
    _households()
    _orders()
    _steps()
    _imports()
    op.add_column("arrival", sa.Column("listed_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_arrival_listed_id"), "arrival", ["listed_id"], unique=False)


def _to(table, column, other):
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}")
    )  # fmt: skip


def _indexed(table, *columns):
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _risk_points():
    op.create_table(
        "risk_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("trigger", sa.String(length=200), nullable=False),
        sa.Column("households", NUMBER, nullable=False),
        sa.Column("people", NUMBER, nullable=False),
        sa.Column("outline", Json(), nullable=True),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "households BETWEEN 0 AND 100000", name=op.f("ck_risk_point_households")
        ),
        sa.CheckConstraint("people BETWEEN 0 AND 100000", name=op.f("ck_risk_point_people")),
        _to("risk_point", "id", "place"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_point")),
    )
    _indexed("risk_point", "area_id", "drill_id")


def _cadres():
    table = "evacuation_cadre"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_blind", sa.LargeBinary(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "deputy_id IS NULL OR deputy_id <> id", name=op.f("ck_evacuation_cadre_deputy")
        ),
        _to(table, "user_id", "user_account"),
        _to(table, "deputy_id", "evacuation_cadre"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evacuation_cadre")),
    )
    _indexed(table, "area_id", "drill_id", "user_id")
    op.create_index("ix_evacuation_cadre_phone", table, ["phone_blind"], unique=False)


def _households():
    table = "evacuation_household"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_blind", sa.LargeBinary(), nullable=True),
        sa.Column("people", NUMBER, nullable=False),
        *(sa.Column(each, NUMBER, nullable=False) for each in GROUPS),
        sa.Column("risk_id", sa.Uuid(), nullable=True),
        sa.Column("destination", sa.String(length=16), nullable=False),
        sa.Column("shelter_id", sa.Uuid(), nullable=True),
        sa.Column("transport", sa.String(length=16), nullable=False),
        sa.Column("cadre_id", sa.Uuid(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("people BETWEEN 1 AND 5000", name=op.f(f"ck_{table}_people")),
        *(
            sa.CheckConstraint(f"{each} BETWEEN 0 AND people", name=op.f(f"ck_{table}_{each}"))
            for each in GROUPS
        ),
        _to(table, "risk_id", "risk_point"),
        _to(table, "shelter_id", "shelter"),
        _to(table, "cadre_id", "evacuation_cadre"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _indexed(table, "area_id", "drill_id", "risk_id", "shelter_id", "cadre_id")
    op.create_index(
        f"ix_{table}_listed", table, ["drill_id", "removed", "area_id"], unique=False
    )  # fmt: skip
    op.create_index(f"ix_{table}_number", table, ["id_number_blind"], unique=False)


def _orders():
    table = "evacuation_order"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("trigger", sa.String(length=400), nullable=False),
        sa.Column("signed_by", sa.String(length=64), nullable=False),
        sa.Column("without_shelter", sa.String(length=200), nullable=False),
        sa.Column("impact_at", Instant(), nullable=False),
        sa.Column("deadline_at", Instant(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lift_reason", sa.String(length=400), nullable=False),
        sa.Column("returned_at", Instant(), nullable=True),
        sa.Column("safety_check", sa.String(length=400), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.CheckConstraint("deadline_at < impact_at", name=op.f(f"ck_{table}_deadline")),
        sa.CheckConstraint(
            "returned_at IS NULL OR lifted_at IS NOT NULL", name=op.f(f"ck_{table}_lifted")
        ),
        _to(table, "disaster_id", "disaster"),
        _to(table, "issuer_id", "area"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_given", table, ["disaster_id", "issued_at"], unique=False)
    op.create_table(
        "evacuation_order_area",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["evacuation_order.id"], ondelete="CASCADE",
            name=op.f("fk_evacuation_order_area_order_id"),
        ),
        _to("evacuation_order_area", "area_id", "area"),
        sa.PrimaryKeyConstraint("order_id", "area_id", name=op.f("pk_evacuation_order_area")),
    )  # fmt: skip
    _indexed("evacuation_order_area", "area_id")


def _steps():
    table = "evacuation_step"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("means", sa.String(length=16), nullable=True),
        sa.Column("read_back", sa.Boolean(), nullable=False),
        sa.Column("compulsory", sa.Boolean(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("present_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("shelter_id", sa.Uuid(), nullable=True),
        sa.Column("arrival_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        _to(table, "order_id", "evacuation_order"),
        _to(table, "household_id", "evacuation_household"),
        _to(table, "shelter_id", "shelter"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _indexed(table, "area_id", "act_id", "order_id")
    op.create_index(
        f"ix_{table}_history", table, ["household_id", "order_id", "at"], unique=False
    )  # fmt: skip
    table = "evacuation_standing"
    op.create_table(
        table,
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.Column("first_tried_at", Instant(), nullable=False),
        sa.Column("safe_since_at", Instant(), nullable=True),
        sa.Column("refusals", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        _to(table, "order_id", "evacuation_order"),
        _to(table, "household_id", "evacuation_household"),
        sa.PrimaryKeyConstraint("order_id", "household_id", name=op.f(f"pk_{table}")),
    )
    _indexed(table, "area_id", "household_id")
    op.create_index(f"ix_{table}_board", table, ["order_id", "area_id", "state"], unique=False)


def _imports():
    op.create_table(
        "evacuation_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("rows_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("total", NUMBER, nullable=False),
        sa.Column("wrong", NUMBER, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("applied_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evacuation_import")),
    )
    _indexed("evacuation_import", "actor_id")
