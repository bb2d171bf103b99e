"""The incidents of shelters with every version of them, the volunteers and their duty."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SEALED = sa.LargeBinary()


def upgrade() -> None:
    """Create the tables of incidents, their versions, volunteers and their spells of duty."""
    _incidents()
    _versions()
    _volunteers()
    _duties()


def _id(name, *, nullable=False):
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _to(table, column, other):
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _received():
    return (
        _id("actor_id", nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        _id("area_id"),
    )


def _facts():
    return (
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("syndrome", sa.String(length=16), nullable=True),
        sa.Column("happened_at", Instant(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("account_sealed", SEALED, nullable=True),
    )


def _index(table, name, columns, **options):
    op.create_index(name, table, columns, **({"unique": False} | options))


def _of_area(table):
    _index(table, op.f(f"ix_{table}_area_id"), ["area_id"])


def _incidents():
    table = "shelter_incident"
    op.create_table(
        table,
        _id("id"),
        _id("shelter_id"),
        _id("disaster_id"),
        *_facts(),
        *_received(),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("people IS NULL OR people >= 0", name=op.f(f"ck_{table}_people")),
        _to(table, "shelter_id", "shelter"),
        _to(table, "disaster_id", "disaster"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _of_area(table)
    _index(table, f"ix_{table}_here", ["shelter_id", "disaster_id", "happened_at"])
    _index(table, f"ix_{table}_listed", ["disaster_id", "happened_at"])


def _versions():
    table = "shelter_incident_version"
    op.create_table(
        table,
        _id("incident_id"),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        *_facts(),
        *_received(),
        _to(table, "incident_id", "shelter_incident"),
        sa.PrimaryKeyConstraint("incident_id", "revision", name=op.f(f"pk_{table}")),
    )
    _of_area(table)


def _volunteers():
    table = "shelter_volunteer"
    op.create_table(
        table,
        _id("id"),
        _id("shelter_id"),
        _id("disaster_id"),
        *(
            sa.Column(name, SEALED, nullable=True)
            for name in ("name_sealed", "phone_sealed", "person_blind")
        ),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("skills", Json(), nullable=False),
        sa.Column("duty_from", Instant(), nullable=True),
        sa.Column("duty_to", Instant(), nullable=True),
        *_received(),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "duty_from IS NULL OR duty_to IS NULL OR duty_from < duty_to",
            name=op.f(f"ck_{table}_duty"),
        ),
        _to(table, "shelter_id", "shelter"),
        _to(table, "disaster_id", "disaster"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _of_area(table)
    _index(table, op.f(f"ix_{table}_disaster_id"), ["disaster_id"])
    once = ["shelter_id", "disaster_id", "person_blind"]
    _index(table, f"uq_{table}_once", once, unique=True)


def _duties():
    table = "shelter_duty"
    op.create_table(
        table,
        _id("id"),
        _id("volunteer_id"),
        _id("shelter_id"),
        _id("disaster_id"),
        sa.Column("person_blind", SEALED, nullable=True),
        sa.Column("arrived_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        *_received(),
        sa.CheckConstraint(
            "left_at IS NULL OR left_at >= arrived_at", name=op.f(f"ck_{table}_left")
        ),
        _to(table, "volunteer_id", "shelter_volunteer"),
        _to(table, "shelter_id", "shelter"),
        _to(table, "disaster_id", "disaster"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _of_area(table)
    _index(table, op.f(f"ix_{table}_volunteer_id"), ["volunteer_id"])
    _index(table, f"ix_{table}_person", ["disaster_id", "person_blind"])
    _index(
        table, f"uq_{table}_open", ["disaster_id", "person_blind"], unique=True,
        sqlite_where=sa.text("left_at IS NULL"), postgresql_where=sa.text("left_at IS NULL"),
    )  # fmt: skip
