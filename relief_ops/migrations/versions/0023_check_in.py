"""Check-in and check-out: who came, what they need, to whom they were handed over."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Json

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COUNTS = ("companions", "pregnant", "disabled", "alone", "minors_alone")
SEALED = ("id_number_sealed", "id_number_blind", "care_sealed", "over_by_sealed",
          "signed_by_sealed", "handed_to_sealed")  # fmt: skip


def upgrade() -> None:
    """Add what a check-in and a check-out say of a household, and the places above the limit."""
    for name in COUNTS:
        number = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column("arrival", number)
    for name in ("is_group", "id_missing"):
        flag = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("arrival", flag)
    for name, length in (("room", 40), ("over_reason", 200)):
        text = sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        op.add_column("arrival", text)
    for name in SEALED:
        op.add_column("arrival", sa.Column(name, sa.LargeBinary(), nullable=True))
    op.add_column("arrival", sa.Column("issued", Json(), nullable=True))
    op.add_column("arrival", sa.Column("moved_to", sa.Uuid(), nullable=True))
    op.create_index("ix_arrival_number", "arrival", ["id_number_blind"], unique=False)
    over = sa.Column("overflow", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("shelter_status", over)
