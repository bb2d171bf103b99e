"""Which item may stand in for which, and what kits are made of."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

TABLES = {
    "item_substitute": ("item_code", "stands_in_code", "per_hundred", 10_000),
    "kit_part": ("kit_code", "part_code", "quantity", 1_000),
}


def upgrade() -> None:
    """Create the tables."""
    for table, (first, second, amount, most) in TABLES.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.String(length=40), nullable=False) for name in (first, second)),
            sa.Column(amount, sa.BigInteger(), nullable=False),
            sa.Column("source", sa.String(length=120), nullable=False, server_default=""),
            sa.CheckConstraint(
                f"{amount} BETWEEN 1 AND {most}", name=op.f(f"ck_{table}_{amount}")
            ),
            sa.CheckConstraint(f"{first} <> {second}", name=op.f(f"ck_{table}_another")),
            *(sa.ForeignKeyConstraint([name], ["item.code"], name=op.f(f"fk_{table}_{name}"))
              for name in (first, second)),
            sa.PrimaryKeyConstraint(first, second, name=op.f(f"pk_{table}")),
        )  # fmt: skip
    op.create_index(op.f("ix_kit_part_part_code"), "kit_part", ["part_code"])
