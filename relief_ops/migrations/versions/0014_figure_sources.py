"""Several sources of one figure: the sources, their claims, the rules of choice, settlements."""

import sqlalchemy as sa
from alembic import op

from relief_ops.db import Instant, Json

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CURRENT, STANDING = sa.text("current"), sa.text("set_to IS NULL")


def upgrade() -> None:
    """Create the tables; the sources themselves are told by the data file."""
    op.create_table(
        "figure_source",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("confidence", sa.String(length=8), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_figure_source")),
    )
    _claims()
    _rules()
    _settlements()


def _of_disaster(table):
    return sa.ForeignKeyConstraint(
        ["disaster_id"], ["disaster.id"], name=op.f(f"fk_{table}_disaster_id")
    )


def _indexed(table):
    for column in ("area_id", "disaster_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _unique(table, columns, where):
    op.create_index(
        f"uq_{table}_current", table, columns, unique=True, sqlite_where=where,
        postgresql_where=where,
    )  # fmt: skip


def _claims():
    op.create_table(
        "figure_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("value", NUMBER, nullable=True),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("counted_to", Instant(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        _of_disaster("figure_claim"),
        sa.ForeignKeyConstraint(
            ["source"], ["figure_source.code"], name=op.f("fk_figure_claim_source")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_claim")),
    )
    _indexed("figure_claim")
    _unique("figure_claim", ["disaster_id", "area_id", "indicator_id", "source"], CURRENT)


def _rules():
    op.create_table(
        "source_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("group_code", sa.String(length=24), nullable=False),
        sa.Column("only_here", sa.Boolean(), nullable=False),
        sa.Column("sources", Json(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("set_from", Instant(), nullable=False),
        sa.Column("set_to", Instant(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        _of_disaster("source_rule"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_rule")),
    )
    _indexed("source_rule")
    grain = ["disaster_id", "area_id", "indicator", "group_code", "only_here"]
    _unique("source_rule", grain, STANDING)


def _settlements():
    op.create_table(
        "gap_settlement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("figures", Json(), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        _of_disaster("gap_settlement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_settlement")),
    )
    _indexed("gap_settlement")
