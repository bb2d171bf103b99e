"""Counties that are stable, who looks at a report, and answers to figures of the level above."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STANDING = sa.text("state IN ('declared', 'accepted')")


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "stability",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("stable_at", Instant(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("declared_at", Instant(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column("judged_at", Instant(), nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_stability_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stability")),
    )
    op.create_index(op.f("ix_stability_area_id"), "stability", ["area_id"], unique=False)
    op.create_index(
        "uq_stability_standing", "stability", ["disaster_id", "area_id"], unique=True,
        sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip
    _holds_and_answers()


def _holds_and_answers() -> None:
    op.create_table(
        "report_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("held_from", Instant(), nullable=False),
        sa.Column("held_to", Instant(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_report_hold_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_hold")),
        sa.UniqueConstraint(
            "disaster_id", "area_id", "round", name=op.f("uq_report_hold_disaster_id_area_id_round")
        ),
    )
    op.create_index(op.f("ix_report_hold_area_id"), "report_hold", ["area_id"], unique=False)
    op.create_table(
        "own_figure_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("own_figure_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["own_figure_id"], ["own_figure.id"], name=op.f("fk_own_figure_answer_own_figure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_figure_answer")),
    )
    op.create_index(
        op.f("ix_own_figure_answer_own_figure_id"), "own_figure_answer", ["own_figure_id"],
        unique=False,
    )  # fmt: skip
