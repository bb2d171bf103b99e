"""What was said of a volunteer at each revision; those who are registered begin with theirs."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLE = "shelter_volunteer_version"
KEPT = (
    "revision, name_sealed, phone_sealed, organisation, skills, duty_from, duty_to, actor_id, "
    "received_at, area_id"
)


def upgrade() -> None:
    """Create the versions of volunteers, each volunteer with the one that is known."""
    sealed = sa.LargeBinary()
    op.create_table(
        TABLE,
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sealed, nullable=True) for name in ("name_sealed", "phone_sealed")),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("skills", Json(), nullable=False),
        sa.Column("duty_from", Instant(), nullable=True),
        sa.Column("duty_to", Instant(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["shelter_volunteer.id"], name=op.f(f"fk_{TABLE}_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("volunteer_id", "revision", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_area_id"), TABLE, ["area_id"], unique=False)
    op.execute(
        f"INSERT INTO {TABLE} (volunteer_id, {KEPT}) SELECT id, {KEPT} FROM shelter_volunteer"  # nosec B608  # noqa: S608
    )
