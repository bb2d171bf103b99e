"""Emergency plans of areas: versioned documents with a review date."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

TABLE = "contingency_plan"
CURRENT = sa.text("state = 'current'")


def upgrade() -> None:
    """Create the table; of an area and kind one version stands at most."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "area_id", "actor_id")),
        sa.Column("base", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.String(length), nullable=False)
          for name, length in (("kind", 8), ("state", 12), ("title", 120), ("document", 64),
                               ("changes", 400), ("reason", 400))),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("approved_on", "review_on")),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f(f"ck_{TABLE}_number")),
        sa.CheckConstraint("review_on > approved_on", name=op.f(f"ck_{TABLE}_review")),
        sa.ForeignKeyConstraint(["base"], [f"{TABLE}.id"], name=op.f(f"fk_{TABLE}_base")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("area_id", "kind", "number", name=op.f(f"uq_{TABLE}_area_id_kind_number")),
    )  # fmt: skip
    op.create_index(op.f(f"ix_{TABLE}_area_id"), TABLE, ["area_id"])
    op.create_index(
        f"uq_{TABLE}_current", TABLE, ["area_id", "kind"], unique=True,
        sqlite_where=CURRENT, postgresql_where=CURRENT,
    )  # fmt: skip
