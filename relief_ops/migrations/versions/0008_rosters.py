"""The rosters behind the figures: rows in every revision, and what was decided about two."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables of rows and of decisions about two of them."""
    op.create_table(
        "roster_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("roster", sa.String(length=16), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("same_as", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_blind", sa.LargeBinary(), nullable=True),
        sa.Column("no_number", sa.String(length=16), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_blind", sa.LargeBinary(), nullable=True),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("why_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("happened_at", Instant(), nullable=True),
        sa.Column("family_type", sa.String(length=24), nullable=True),
        sa.Column("structure", sa.String(length=16), nullable=True),
        sa.Column("people", NUMBER, nullable=False),
        sa.Column("collapsed_rooms", NUMBER, nullable=False),
        sa.Column("collapsed_dwelling_rooms", NUMBER, nullable=False),
        sa.Column("severe_rooms", NUMBER, nullable=False),
        sa.Column("severe_dwelling_rooms", NUMBER, nullable=False),
        sa.Column("minor_rooms", NUMBER, nullable=False),
        sa.Column("minor_dwelling_rooms", NUMBER, nullable=False),
        sa.Column("placement", sa.String(length=16), nullable=True),
        sa.Column("moved_at", Instant(), nullable=True),
        sa.Column("returned_at", Instant(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "collapsed_dwelling_rooms BETWEEN 0 AND collapsed_rooms",
            name=op.f("ck_roster_row_collapsed"),
        ),
        sa.CheckConstraint(
            "minor_dwelling_rooms BETWEEN 0 AND minor_rooms", name=op.f("ck_roster_row_minor")
        ),
        sa.CheckConstraint(
            "id_number_blind IS NOT NULL OR no_number IS NOT NULL",
            name=op.f("ck_roster_row_number"),
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_roster_row_revision")),
        sa.CheckConstraint(
            "same_as IS NULL OR same_as <> record_id", name=op.f("ck_roster_row_same_as")
        ),
        sa.CheckConstraint(
            "severe_dwelling_rooms BETWEEN 0 AND severe_rooms", name=op.f("ck_roster_row_severe")
        ),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_roster_row_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_row")),
    )
    op.create_index(op.f("ix_roster_row_area_id"), "roster_row", ["area_id"], unique=False)
    op.create_index(
        "ix_roster_row_list",
        "roster_row",
        ["disaster_id", "roster", "current", "area_id"],
        unique=False,
    )
    op.create_index("ix_roster_row_number", "roster_row", ["id_number_blind"], unique=False)
    op.create_index(op.f("ix_roster_row_record_id"), "roster_row", ["record_id"], unique=False)
    op.create_index(op.f("ix_roster_row_same_as"), "roster_row", ["same_as"], unique=False)
    op.create_index(
        "uq_roster_row_current", "roster_row", ["record_id"], unique=True,
        sqlite_where=sa.text("current"), postgresql_where=sa.text("current"),
    )  # fmt: skip
    op.create_table(
        "roster_match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("left_id", sa.Uuid(), nullable=False),
        sa.Column("right_id", sa.Uuid(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("same = (kept_id IS NOT NULL)", name=op.f("ck_roster_match_kept")),
        sa.CheckConstraint("left_id <> right_id", name=op.f("ck_roster_match_two")),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_roster_match_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_match")),
    )
    op.create_index(op.f("ix_roster_match_area_id"), "roster_match", ["area_id"], unique=False)
    op.create_index(op.f("ix_roster_match_right_id"), "roster_match", ["right_id"], unique=False)
    op.create_index(
        "uq_roster_match_current", "roster_match", ["left_id", "right_id"], unique=True,
        sqlite_where=sa.text("current"), postgresql_where=sa.text("current"),
    )  # fmt: skip
