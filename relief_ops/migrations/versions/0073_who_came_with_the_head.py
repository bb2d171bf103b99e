"""Who is named with the head of a household in a shelter, sealed, found by their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; whoever was registered so far is known by the head alone."""
    op.create_table(
        "arrival_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("arrival_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_blind", sa.LargeBinary(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arrival_id"], ["arrival.id"], name=op.f("fk_arrival_member_arrival_id_arrival")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival_member")),
    )
    op.create_index("ix_arrival_member_number", "arrival_member", ["id_number_blind"])
    for column in ("area_id", "arrival_id"):
        op.create_index(op.f(f"ix_arrival_member_{column}"), "arrival_member", [column])
