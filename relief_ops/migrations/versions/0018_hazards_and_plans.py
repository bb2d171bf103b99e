"""Closed roads and dangerous ground; evacuation plans and what they promised."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _said() -> list[sa.Column]:
    return [
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("from_at", Instant(), nullable=False),
        sa.Column("until_at", Instant(), nullable=True),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lifted_reason", sa.String(length=400), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
    ]


def upgrade() -> None:
    """Create the tables of hazards and of plans."""
    op.create_table(
        "hazard",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        *_said(),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("until_at IS NULL OR until_at > from_at", name=op.f("ck_hazard_order")),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_hazard_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard")),
    )
    op.create_index("ix_hazard_disaster_from", "hazard", ["disaster_id", "from_at"], unique=False)
    for column in ("area_id", "drill_id"):
        op.create_index(op.f(f"ix_hazard_{column}"), "hazard", [column], unique=False)
    op.create_table(
        "hazard_revision",
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        *_said(),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hazard_id"], ["hazard.id"], name=op.f("fk_hazard_revision_hazard_id")
        ),
        sa.PrimaryKeyConstraint("hazard_id", "revision", name=op.f("pk_hazard_revision")),
    )
    op.create_index(
        op.f("ix_hazard_revision_area_id"), "hazard_revision", ["area_id"], unique=False
    )
    _plans()


KIND = ("size", "wheelchair", "infant", "medical", "pets", "households", "people")


def _counts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _plans() -> None:
    """Create the tables of evacuation plans and of what was promised."""
    op.create_table(
        "evacuation_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(length=8), nullable=False),
        *_counts("walk_m", "ride_m"),
        sa.Column("given", Json(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seen", Json(), nullable=False),
        sa.Column("result", Json(), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ready_at", Instant(), nullable=True),
        sa.Column("applied_at", Instant(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        *_counts("revision"),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_evacuation_plan_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evacuation_plan")),
    )
    op.create_index("ix_evacuation_plan_made", "evacuation_plan", ["disaster_id", "made_at"])
    for column in ("area_id", "drill_id"):
        op.create_index(op.f(f"ix_evacuation_plan_{column}"), "evacuation_plan", [column])
    op.create_table(
        "evacuation_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid(), nullable=True),
        *_counts(*KIND, "unmet"),
        sa.Column("split", sa.BigInteger(), nullable=True),
        sa.Column("metres", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "households >= 1 AND people >= 1", name=op.f("ck_evacuation_line_amounts")
        ),
        sa.CheckConstraint("unmet BETWEEN 0 AND people", name=op.f("ck_evacuation_line_unmet")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["evacuation_plan.id"], ondelete="CASCADE",
            name=op.f("fk_evacuation_line_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shelter_id"], ["shelter.id"], name=op.f("fk_evacuation_line_shelter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evacuation_line")),
    )  # fmt: skip
    for column in ("area_id", "plan_id"):
        op.create_index(op.f(f"ix_evacuation_line_{column}"), "evacuation_line", [column])
    op.create_table(
        "evacuation_promise",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid(), nullable=False),
        *_counts(*KIND),
        sa.Column("split", sa.Boolean(), nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "households >= 1 AND people >= 1", name=op.f("ck_evacuation_promise_amounts")
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{table}.id"], name=op.f(f"fk_evacuation_promise_{name}_id")
            )
            for name, table in (
                ("disaster", "disaster"), ("plan", "evacuation_plan"), ("shelter", "shelter"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evacuation_promise")),
    )  # fmt: skip
    op.create_index(
        "ix_evacuation_promise_village", "evacuation_promise", ["disaster_id", "area_id"]
    )
    for column in ("area_id", "shelter_id"):
        op.create_index(op.f(f"ix_evacuation_promise_{column}"), "evacuation_promise", [column])
