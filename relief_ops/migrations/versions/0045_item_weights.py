"""What a pack of an item weighs and takes up; null: nobody said."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, each with its own check: both databases take that in one statement."""
    for column in ("pack_grams", "pack_ml"):
        op.execute(
            f"ALTER TABLE item ADD COLUMN {column} BIGINT "
            f"CONSTRAINT ck_item_{column} CHECK ({column} > 0)"
        )
