"""Relief goods handed to households, and which entries of the ledger belong to a handout."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TABLE, LINE = "handout", "handout_line"


def upgrade() -> None:
    """Create the tables and mark the entries."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False)
          for name in ("id", "disaster_id", "place_id", "actor_id", "area_id")),
        *(sa.Column(name, sa.Uuid(), nullable=True)
          for name in ("household_id", "settled_by", "taken_back_by", "drill_id")),
        *(sa.Column(name, sa.LargeBinary(), nullable=True)
          for name in ("name_sealed", "id_number_sealed", "id_number_blind", "signature_sealed")),
        *(sa.Column(name, sa.BigInteger(), nullable=False)
          for name in ("number", "people", "revision")),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("signed", sa.String(length=8), nullable=False),
        *(sa.Column(name, Instant(), nullable=False) for name in ("handed_over_at", "received_at")),
        sa.Column("counts_on", sa.Date(), nullable=False),
        *(sa.Column(name, Instant(), nullable=True) for name in ("settled_at", "taken_back_at")),
        *(sa.Column(name, sa.String(length=200), nullable=False, server_default="")
          for name in ("settled_why", "taken_back_why")),
        sa.CheckConstraint("people BETWEEN 1 AND 500", name=op.f(f"ck_{TABLE}_people")),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name=op.f(f"ck_{TABLE}_settled")
        ),
        sa.CheckConstraint(
            "(state = 'taken_back') = (taken_back_at IS NOT NULL)",
            name=op.f(f"ck_{TABLE}_taken_back"),
        ),
        *(sa.ForeignKeyConstraint(
            [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_{TABLE}_{name}_id"))
          for name in ("disaster", "place", "household")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )  # fmt: skip
    for column in ("disaster_id", "state", "area_id", "drill_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    op.create_index("uq_handout_number", TABLE, ["place_id", "number"], unique=True)
    op.create_index("ix_handout_of_household", TABLE, ["household_id", "disaster_id"])
    op.create_index("ix_handout_of_number", TABLE, ["id_number_blind", "disaster_id"])
    op.create_table(
        LINE,
        sa.Column("handout_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("quantity", "short")),
        sa.Column("ruling", sa.String(length=12), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{LINE}_quantity")),
        sa.CheckConstraint("short BETWEEN 0 AND quantity", name=op.f(f"ck_{LINE}_short")),
        sa.ForeignKeyConstraint(
            ["handout_id"], [f"{TABLE}.id"], name=op.f(f"fk_{LINE}_handout_id")
        ),
        sa.ForeignKeyConstraint(["item_code"], ["item.code"], name=op.f(f"fk_{LINE}_item_code")),
        sa.PrimaryKeyConstraint("handout_id", "item_code", name=op.f(f"pk_{LINE}")),
    )
    op.add_column("movement", sa.Column("handout_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_movement_handout_id"), "movement", ["handout_id"])
