"""What was published of a disaster, and what a drill says of itself."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of published reports; give drills room for what is invented in them."""
    table = "published_report"
    op.add_column(
        "drill", sa.Column("about", sa.String(length=500), nullable=False, server_default="")
    )
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("figures", Json(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_{table}_{name}_id")
            )
            for name in ("disaster", "area")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_disaster", table, ["disaster_id", "as_of"], unique=False)
