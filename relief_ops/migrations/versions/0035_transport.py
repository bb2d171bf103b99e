"""Errands by a link; drivers with their shipments and what they say on the road."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def _ids(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, sa.Uuid(), nullable=nullable) for name in names]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, Instant(), nullable=nullable) for name in names]


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "errand",
        *_ids("id", "subject_id", "given_by"),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("device_hash", sa.String(length=64), nullable=True),
        *_instants("given_at", "expires_at"),
        *_instants("taken_at", "ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_errand_link_hash")),
        sa.UniqueConstraint("device_hash", name=op.f("uq_errand_device_hash")),
    )
    op.create_index(op.f("ix_errand_subject_id"), "errand", ["subject_id"])
    op.create_table(
        "trip",
        *_ids("id", "shipment_id", "assigned_by"),
        *_ids("drill_id", nullable=True),
        sa.Column("driver_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("vehicle", sa.String(length=40), nullable=False),
        *_instants("assigned_at"),
        *_instants("taken_at", "ended_at", nullable=True),
        _to("trip", "id", "errand"),
        _to("trip", "shipment_id", "shipment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip")),
    )
    op.create_table(
        "sighting",
        *_ids("id", "shipment_id", "trip_id"),
        *_ids("drill_id", nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.BigInteger(), nullable=True),
        *_instants("told_at", "seen_at", "received_at"),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name=op.f("ck_sighting_place")),
        _to("sighting", "shipment_id", "shipment"),
        _to("sighting", "trip_id", "trip"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
    )
    op.create_index("ix_sighting_shipment", "sighting", ["shipment_id", "seen_at"])
    for table, column in (("trip", "shipment_id"), ("trip", "drill_id"), ("sighting", "drill_id")):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
