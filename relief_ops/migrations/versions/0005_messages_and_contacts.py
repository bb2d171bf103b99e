"""Messages with their delivery, where accounts are reached, reminders, calls, and contact."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and create the four tables."""
    for name in ("email_sealed", "phone_sealed", "webhook_sealed"):
        op.add_column("user_account", sa.Column(name, sa.LargeBinary(), nullable=True))
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("parameters", Json(), nullable=False),
        sa.Column("to_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("next_try", Instant(), nullable=True),
        sa.Column("provider_reference", sa.String(length=120), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("last_error", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "drill_id IS NULL OR channel = 'in_app'", name=op.f("ck_message_drill_stays_inside")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_message_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_due", "message", ["state", "next_try"])
    op.create_index("ix_message_inbox", "message", ["user_id", "channel", "created_at"])
    op.create_index(op.f("ix_message_subject_id"), "message", ["subject_id"])
    op.create_table(
        "reminder",
        *_of_an_area("reminder"),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("townships", NUMBER, nullable=False),
        sa.Column("people", NUMBER, nullable=False),
        sa.Column("skipped", NUMBER, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    op.create_index(op.f("ix_reminder_area_id"), "reminder", ["area_id"])
    op.create_table(
        "report_call",
        *_of_an_area("report_call"),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("promised_at", Instant(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'promised') = (promised_at IS NOT NULL)",
            name=op.f("ck_report_call_promised"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_call")),
    )
    op.create_index(op.f("ix_report_call_area_id"), "report_call", ["area_id"])
    states = [sa.Column(name, sa.String(length=8), nullable=False)
              for name in ("road", "power", "network", "water")]  # fmt: skip
    op.create_table(
        "area_contact",
        *_of_an_area("area_contact"),
        *states,
        sa.Column("last_contact_at", Instant(), nullable=True),
        sa.Column("last_means", sa.String(length=16), nullable=False),
        sa.Column("messenger_sent_at", Instant(), nullable=True),
        sa.Column("messenger_route", sa.String(length=120), nullable=False),
        sa.Column("declared_at", Instant(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_contact")),
        sa.UniqueConstraint(
            "disaster_id", "area_id", name=op.f("uq_area_contact_disaster_id_area_id")
        ),
    )
    op.create_index(op.f("ix_area_contact_area_id"), "area_contact", ["area_id"])


def _of_an_area(table: str) -> tuple:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f(f"fk_{table}_disaster_id")
        ),
    )
