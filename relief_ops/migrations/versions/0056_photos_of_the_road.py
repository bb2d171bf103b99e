"""Photos a driver takes on the road."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None
TABLE = "trip_photo"


def _to(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{TABLE}_{column}"))


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "shipment_id", "trip_id")),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in ("drill_id", "file_id")),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("time_source", sa.String(length=8), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("place_source", sa.String(length=8), nullable=True),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name=op.f("ck_trip_photo_place")),
        _to("shipment_id", "shipment.id"),
        _to("trip_id", "trip.id"),
        _to("file_id", "file_upload.id"),
        _to("sha256", "file_content.sha256"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_photo")),
    )
    op.create_index("ix_trip_photo_shipment", TABLE, ["shipment_id", "received_at"])
    op.create_index("uq_trip_photo_once", TABLE, ["trip_id", "sha256"], unique=True)
    op.create_index(op.f("ix_trip_photo_drill_id"), TABLE, ["drill_id"])
