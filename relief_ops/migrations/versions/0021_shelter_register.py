"""Every field of the shelter register, the history of its safety checks, and its photos."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = {
    "code": 32, "original_use": 64, "owner_unit": 120, "managing_unit": 120,
    "opening_conditions": 300, "safety_result": 16,
}  # fmt: skip
NUMBERS = (
    "floor_area", "lodging_area", "rooms_male", "rooms_female", "rooms_family", "toilets",
)  # fmt: skip
FEATURES = (
    "step_free", "accessible_toilet", "water", "electricity", "generator", "kitchen",
    "medical_point", "communications", "sign_installed",
)  # fmt: skip
CHOICES = ("appraisal", "flood_risk", "geological_risk")
DAYS = ("fire_inspected_on", "appraised_on", "last_drill_on")


def upgrade() -> None:
    """Add the columns to the register and create the tables of checks and photos."""
    for column in _columns():
        op.add_column("shelter", column)
    op.create_index(
        "uq_shelter_code", "shelter", ["code"], unique=True,
        sqlite_where=sa.text("code <> '' AND drill_id IS NULL"),
        postgresql_where=sa.text("code <> '' AND drill_id IS NULL"),
    )  # fmt: skip
    _checks()
    _photos()


def _columns():
    for name, length in WORDS.items():
        yield sa.Column(name, sa.String(length=length), nullable=False, server_default="")
    yield sa.Column("usage", sa.String(length=16), nullable=False, server_default="in_use")
    for name in NUMBERS:
        yield sa.Column(name, NUMBER, nullable=True)
    for name in FEATURES:
        yield sa.Column(name, sa.Boolean(), nullable=True)
    for name in CHOICES:
        yield sa.Column(name, sa.String(length=8), nullable=True)
    for name in DAYS:
        yield sa.Column(name, sa.Date(), nullable=True)
    yield sa.Column("elevation_m", sa.Float(), nullable=True)
    yield sa.Column("contacts_sealed", sa.LargeBinary(), nullable=True)


def _to(table, column, other, key="id"):
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}")
    )  # fmt: skip


def _withdrawal():
    return (
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_why", sa.String(length=400), nullable=False, server_default=""),
    )


def _checks():
    op.create_table(
        "shelter_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.String(length=120), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("findings", sa.String(length=1000), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        *_withdrawal(),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= checked_on",
            name=op.f("ck_shelter_check_valid_until"),
        ),
        sa.CheckConstraint(
            "result <> 'failed' OR valid_until IS NULL", name=op.f("ck_shelter_check_failed")
        ),
        _to("shelter_check", "shelter_id", "shelter"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelter_check")),
    )
    op.create_index(
        "ix_shelter_check_history", "shelter_check", ["shelter_id", "checked_on"], unique=False
    )
    op.create_index(op.f("ix_shelter_check_area_id"), "shelter_check", ["area_id"], unique=False)


def _photos():
    op.create_table(
        "shelter_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.Column("time_source", sa.String(length=8), nullable=True),
        sa.Column("lon_e5", NUMBER, nullable=True),
        sa.Column("lat_e5", NUMBER, nullable=True),
        sa.Column("place_source", sa.String(length=8), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        *_withdrawal(),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        _to("shelter_photo", "shelter_id", "shelter"),
        _to("shelter_photo", "check_id", "shelter_check"),
        _to("shelter_photo", "file_id", "file_upload"),
        _to("shelter_photo", "sha256", "file_content", "sha256"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelter_photo")),
    )
    for column in ("shelter_id", "area_id"):
        op.create_index(op.f(f"ix_shelter_photo_{column}"), "shelter_photo", [column], unique=False)
    op.create_index(
        "uq_shelter_photo_once", "shelter_photo", ["shelter_id", "sha256"], unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )  # fmt: skip
