"""The relief-work form: its revisions, and goods received so far as the figures proposed for it."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# As stockpile.services.figures: what was unloaded at places that are no depot.
RECEIVED_BEFORE = """
    INSERT INTO figure_proposal (disaster_id, area_id, indicator, source, value, as_of)
    SELECT s.disaster_id, s.to_area, 'issued.' || l.item_code, 'stockpile',
           SUM(l.received), MAX(s.ended_at)
    FROM shipment s JOIN reservation_line l ON l.shipment_id = s.id
    WHERE s.state = 'received' AND s.to_place NOT IN (SELECT id FROM depot)
    GROUP BY s.disaster_id, s.to_area, l.item_code
"""


def upgrade() -> None:
    """Create the tables of forms; leave on the board what was received before."""
    op.add_column(
        "indicator", sa.Column("made_of", sa.String(length=400), nullable=False, server_default="")
    )
    op.create_table(
        "relief_work_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("form_version", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("reasons", Json(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_relief_work_form_revision")),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_relief_work_form_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relief_work_form")),
    )
    op.create_index(
        op.f("ix_relief_work_form_area_id"), "relief_work_form", ["area_id"], unique=False
    )
    op.create_index(
        "uq_relief_work_form_current", "relief_work_form", ["disaster_id", "area_id", "round"],
        unique=True, sqlite_where=sa.text("current"), postgresql_where=sa.text("current"),
    )  # fmt: skip
    op.create_table(
        "relief_work_value",
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("value", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["form_id"], ["relief_work_form.id"], name=op.f("fk_relief_work_value_form_id")
        ),
        sa.PrimaryKeyConstraint("form_id", "indicator_id", name=op.f("pk_relief_work_value")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "relief_work_proposal",
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("value", NUMBER, nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["relief_work_form.id"], name=op.f("fk_relief_work_proposal_form_id")
        ),
        sa.PrimaryKeyConstraint(
            "form_id", "indicator_id", "source", name=op.f("pk_relief_work_proposal")
        ),
        sqlite_with_rowid=False,
    )
    op.execute(RECEIVED_BEFORE)
