"""Files people send in pieces, and the photos of a report."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CURRENT = sa.text("current")


def upgrade() -> None:
    """Create the tables of files and of photos; the numbers are told by the data file."""
    op.create_table(
        "file_content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("media_type", sa.String(length=16), nullable=False),
        sa.Column("width", NUMBER, nullable=False),
        sa.Column("height", NUMBER, nullable=False),
        sa.Column("stored_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_content")),
    )
    op.create_table(
        "file_upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=16), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        *_told(),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("declared_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_file_upload_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_upload")),
    )
    op.create_index(op.f("ix_file_upload_owner_id"), "file_upload", ["owner_id"], unique=False)
    op.create_index(op.f("ix_file_upload_sha256"), "file_upload", ["sha256"], unique=False)
    op.create_table(
        "report_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        *_told(),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_report_photo_disaster_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["file_upload.id"], name=op.f("fk_report_photo_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["file_content.sha256"], name=op.f("fk_report_photo_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_photo")),
    )
    op.create_index(op.f("ix_report_photo_area_id"), "report_photo", ["area_id"], unique=False)
    op.create_index(
        "uq_report_photo_once",
        "report_photo",
        ["disaster_id", "area_id", "round", "sha256"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_table(
        "photo_withdrawal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["report_photo.id"], name=op.f("fk_photo_withdrawal_photo_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_withdrawal")),
        sa.UniqueConstraint("photo_id", name=op.f("uq_photo_withdrawal_photo_id")),
    )


def _told():
    return (
        sa.Column("taken_at", Instant(), nullable=True),
        sa.Column("time_source", sa.String(length=8), nullable=True),
        sa.Column("lon_e5", NUMBER, nullable=True),
        sa.Column("lat_e5", NUMBER, nullable=True),
        sa.Column("place_source", sa.String(length=8), nullable=True),
    )
