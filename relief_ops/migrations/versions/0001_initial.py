"""The first schema."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from relief_ops.db import Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table, and forbid change of the log and the ledger."""
    op.create_table(
        "area",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("pseudo", sa.Boolean(), nullable=False),
        sa.Column("point_approximate", sa.Boolean(), nullable=False),
        sa.Column("point_source", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
    )
    op.create_table(
        "area_revision",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_revision")),
    )
    op.create_table(
        "denial",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("endpoint", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_denial")),
    )
    op.create_index(op.f("ix_denial_at"), "denial", ["at"], unique=False)
    op.create_table(
        "drill",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("storm_code", sa.String(length=16), nullable=False),
        sa.Column("seed", NUMBER, nullable=False),
        sa.Column("drill_start", Instant(), nullable=False),
        sa.Column("real_start", Instant(), nullable=False),
        sa.Column("speed", NUMBER, nullable=False),
        sa.Column("paused_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.CheckConstraint("speed >= 0 AND speed <= 100000", name=op.f("ck_drill_speed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill")),
    )
    op.create_table(
        "event",
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_at"), "event", ["at"], unique=False)
    op.create_index(op.f("ix_event_name"), "event", ["name"], unique=False)
    op.create_index(op.f("ix_event_subject"), "event", ["subject"], unique=False)
    op.create_table(
        "event_area",
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "area_id", name=op.f("pk_event_area")),
    )
    op.create_index("ix_event_area_room", "event_area", ["area_id", "seq"], unique=False)
    op.create_table(
        "event_head",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_head")),
    )
    op.create_table(
        "form_version",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("era", sa.String(length=16), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_to", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_version")),
    )
    op.create_table(
        "household",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("member_count", NUMBER, nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
    )
    op.create_index(op.f("ix_household_area_id"), "household", ["area_id"], unique=False)
    op.create_index(op.f("ix_household_drill_id"), "household", ["drill_id"], unique=False)
    op.create_table(
        "indicator",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("group_code", sa.String(length=24), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("unit_zh", sa.String(length=16), nullable=False),
        sa.Column("unit_en", sa.String(length=24), nullable=False),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("pair", sa.String(length=40), nullable=False),
        sa.Column("nature", sa.String(length=8), nullable=False),
        sa.Column("roll_up", sa.String(length=16), nullable=False),
        sa.Column("part_of", sa.String(length=40), nullable=False),
        sa.Column("core", sa.Boolean(), nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("help_zh", sa.String(length=400), nullable=False),
        sa.Column("help_en", sa.String(length=400), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("confidence", sa.String(length=8), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("code", name=op.f("uq_indicator_code")),
    )
    op.create_table(
        "insurance_policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("premium_fen", NUMBER, nullable=False),
        sa.Column("tiers", Json(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_insurance_policy_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_policy")),
    )
    op.create_index(
        op.f("ix_insurance_policy_drill_id"), "insurance_policy", ["drill_id"], unique=False
    )
    op.create_table(
        "item",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("item_class", sa.String(length=16), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("unit_zh", sa.String(length=16), nullable=False),
        sa.Column("unit_en", sa.String(length=16), nullable=False),
        sa.Column("pack_size", NUMBER, nullable=False),
        sa.Column("ration_milli", NUMBER, nullable=True),
        sa.Column("per_person_milli", NUMBER, nullable=True),
        sa.Column("shelf_life_days", NUMBER, nullable=True),
        sa.Column("returnable", sa.Boolean(), nullable=False),
        sa.Column("spec", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.CheckConstraint("pack_size >= 1", name=op.f("ck_item_pack_size")),
        sa.CheckConstraint(
            "per_person_milli IS NULL OR per_person_milli > 0", name=op.f("ck_item_per_person")
        ),
        sa.CheckConstraint("ration_milli IS NULL OR ration_milli > 0", name=op.f("ck_item_ration")),
        sa.CheckConstraint(
            "shelf_life_days IS NULL OR shelf_life_days > 0", name=op.f("ck_item_shelf_life")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_item")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("arguments", Json(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done", NUMBER, nullable=False),
        sa.Column("total", NUMBER, nullable=True),
        sa.Column("cursor", Json(), nullable=True),
        sa.Column("result", Json(), nullable=True),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.CheckConstraint(
            "done >= 0 AND (total IS NULL OR done <= total)", name=op.f("ck_job_progress")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_waiting", "job", ["state", "claimed_until"], unique=False)
    op.create_table(
        "policy_parameter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("article", sa.String(length=80), nullable=False),
        sa.Column("confidence", sa.String(length=8), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_to >= effective_from",
            name=op.f("ck_policy_parameter_time_in_force"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_parameter")),
        sa.UniqueConstraint(
            "key",
            "area_code",
            "effective_from",
            name=op.f("uq_policy_parameter_key_area_code_effective_from"),
        ),
    )
    op.create_index("ix_policy_parameter_key", "policy_parameter", ["key"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("base", sa.String(length=40), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("rival_of", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", "base", "body_sha256", name=op.f("pk_receipt")),
    )
    op.create_table(
        "shelter_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("coordinates", sa.String(length=16), nullable=False),
        sa.Column("rows_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("total", NUMBER, nullable=False),
        sa.Column("wrong", NUMBER, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("applied_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelter_import")),
    )
    op.create_index(
        op.f("ix_shelter_import_actor_id"), "shelter_import", ["actor_id"], unique=False
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("failures", NUMBER, nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "address", name=op.f("pk_sign_in_failure")),
    )
    op.create_table(
        "storm",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("season", NUMBER, nullable=False),
        sa.Column("name_zh", sa.String(length=32), nullable=False),
        sa.Column("name_en", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_storm")),
    )
    op.create_index(op.f("ix_storm_season"), "storm", ["season"], unique=False)
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last", NUMBER, nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    op.create_table(
        "zone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone")),
        sa.UniqueConstraint("name", name=op.f("uq_zone_name")),
    )
    op.create_table(
        "area_closure",
        sa.Column("ancestor_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ancestor_id"], ["area.id"], name=op.f("fk_area_closure_ancestor_id")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_closure_area_id")),
        sa.PrimaryKeyConstraint("ancestor_id", "area_id", name=op.f("pk_area_closure")),
    )
    op.create_index(op.f("ix_area_closure_area_id"), "area_closure", ["area_id"], unique=False)
    op.create_table(
        "area_population",
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("year", NUMBER, nullable=False),
        sa.Column("population", NUMBER, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("confidence", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_population_area_id")),
        sa.PrimaryKeyConstraint("area_id", "year", name=op.f("pk_area_population")),
    )
    op.create_geospatial_table(
        "area_shape",
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column(
            "outline", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=True
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_shape_area_id")),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_area_shape")),
    )
    op.create_geospatial_index(
        "idx_area_shape_outline",
        "area_shape",
        ["outline"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "idx_area_shape_point",
        "area_shape",
        ["point"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "area_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_area_version_validity")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_version_area_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_version_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_version")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_area_version_code_valid_from")),
    )
    op.create_index(op.f("ix_area_version_area_id"), "area_version", ["area_id"], unique=False)
    op.create_index(op.f("ix_area_version_code"), "area_version", ["code"], unique=False)
    op.create_index(op.f("ix_area_version_parent_id"), "area_version", ["parent_id"], unique=False)
    op.create_table(
        "disaster",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("sub_kind", sa.String(length=32), nullable=False),
        sa.Column("storm_code", sa.String(length=16), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("division_date", sa.Date(), nullable=False),
        sa.Column("form_version", sa.String(length=16), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_disaster_area_id")),
        sa.ForeignKeyConstraint(["drill_id"], ["drill.id"], name=op.f("fk_disaster_drill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disaster")),
    )
    op.create_index(op.f("ix_disaster_drill_id"), "disaster", ["drill_id"], unique=False)
    op.create_table(
        "form_indicator",
        sa.Column("form_version", sa.String(length=16), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_version"], ["form_version.id"], name=op.f("fk_form_indicator_form_version")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_form_indicator_indicator_id")
        ),
        sa.PrimaryKeyConstraint("form_version", "indicator_id", name=op.f("pk_form_indicator")),
    )
    op.create_table(
        "insurance_section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("limit_fen", NUMBER, nullable=False),
        sa.Column("per_claim_max_fen", NUMBER, nullable=False),
        sa.Column("used_fen", NUMBER, nullable=False),
        sa.CheckConstraint(
            "used_fen >= 0 AND used_fen <= limit_fen",
            name=op.f("ck_insurance_section_within_limit"),
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["insurance_policy.id"], name=op.f("fk_insurance_section_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_section")),
        sa.UniqueConstraint("policy_id", "code", name=op.f("uq_insurance_section_policy_id_code")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("ordinal", NUMBER, nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_blind", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("bank_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_person_household_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_area_id"), "person", ["area_id"], unique=False)
    op.create_index(op.f("ix_person_drill_id"), "person", ["drill_id"], unique=False)
    op.create_index(op.f("ix_person_household_id"), "person", ["household_id"], unique=False)
    op.create_index("ix_person_id_number", "person", ["id_number_blind"], unique=False)
    op.create_geospatial_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.Column("point", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_place_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_geospatial_index(
        "idx_place_point",
        "place",
        ["point"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(op.f("ix_place_area_id"), "place", ["area_id"], unique=False)
    op.create_index(op.f("ix_place_drill_id"), "place", ["drill_id"], unique=False)
    op.create_index(op.f("ix_place_kind"), "place", ["kind"], unique=False)
    op.create_table(
        "relief_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=True),
        sa.Column("intake_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("applied_at", Instant(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_kind", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("amount_fen", NUMBER, nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_relief_case_amount")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> opened_by", name=op.f("ck_relief_case_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_relief_case_household_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relief_case")),
    )
    op.create_index(op.f("ix_relief_case_area_id"), "relief_case", ["area_id"], unique=False)
    op.create_index(op.f("ix_relief_case_drill_id"), "relief_case", ["drill_id"], unique=False)
    op.create_index(
        op.f("ix_relief_case_household_id"), "relief_case", ["household_id"], unique=False
    )
    op.create_index(op.f("ix_relief_case_intake_id"), "relief_case", ["intake_id"], unique=False)
    op.create_index(
        "ix_relief_case_worklist", "relief_case", ["area_id", "state", "due_on"], unique=False
    )
    op.create_index(
        "uq_relief_case_open",
        "relief_case",
        ["household_id", "programme"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('accepted', 'approved', 'not_accepted', 'on_notice', 'paid', 'reviewed', 'transferred', 'verifying', 'visited', 'waiting')"
        ),
        postgresql_where=sa.text(
            "state IN ('accepted', 'approved', 'not_accepted', 'on_notice', 'paid', 'reviewed', 'transferred', 'verifying', 'visited', 'waiting')"
        ),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("valid_to", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_role_grant_area_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_role_grant_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "user_id",
            "role",
            "area_id",
            "programme",
            name=op.f("uq_role_grant_user_id_role_area_id_programme"),
        ),
    )
    op.create_index(op.f("ix_role_grant_user_id"), "role_grant", ["user_id"], unique=False)
    op.create_table(
        "sign_in_link",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_sign_in_link_user_id")
        ),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sign_in_link")),
    )
    op.create_table(
        "storm_fix",
        sa.Column("storm_code", sa.String(length=16), nullable=False),
        sa.Column("agency", sa.String(length=16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("lon_e5", NUMBER, nullable=False),
        sa.Column("lat_e5", NUMBER, nullable=False),
        sa.Column("wind_kt", NUMBER, nullable=True),
        sa.Column("averaging_minutes", NUMBER, nullable=False),
        sa.Column("pressure_hpa", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["storm_code"], ["storm.code"], name=op.f("fk_storm_fix_storm_code")
        ),
        sa.PrimaryKeyConstraint("storm_code", "agency", "at", name=op.f("pk_storm_fix")),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("id_hash", name=op.f("uq_token_id_hash")),
    )
    op.create_index(op.f("ix_token_user_id"), "token", ["user_id"], unique=False)
    op.create_table(
        "web_session",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_web_session_user_id")
        ),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_web_session")),
    )
    op.create_index(op.f("ix_web_session_user_id"), "web_session", ["user_id"], unique=False)
    op.create_table(
        "zone_area",
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_zone_area_area_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_zone_area_zone_id")),
        sa.PrimaryKeyConstraint("zone_id", "area_id", name=op.f("pk_zone_area")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_account_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_area_id"), "account", ["area_id"], unique=False)
    op.create_index(op.f("ix_account_drill_id"), "account", ["drill_id"], unique=False)
    op.create_index(op.f("ix_account_place_id"), "account", ["place_id"], unique=False)
    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("intake_id", sa.Uuid(), nullable=True),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("article", sa.String(length=200), nullable=False),
        sa.Column("amount_fen", NUMBER, nullable=False),
        sa.Column("amount_set_locally", sa.Boolean(), nullable=False),
        sa.Column("facts_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("missing", Json(), nullable=False),
        sa.Column("versions", Json(), nullable=False),
        sa.Column("assessed_at", Instant(), nullable=False),
        sa.Column("assessed_by", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["relief_case.id"], name=op.f("fk_assessment_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_assessment_household_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index(op.f("ix_assessment_area_id"), "assessment", ["area_id"], unique=False)
    op.create_index(op.f("ix_assessment_case_id"), "assessment", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_assessment_household_id"), "assessment", ["household_id"], unique=False
    )
    op.create_index(op.f("ix_assessment_intake_id"), "assessment", ["intake_id"], unique=False)
    op.create_table(
        "attention_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("snoozed_until", Instant(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("raised_at", Instant(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_attention_mark_disaster_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_attention_mark_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attention_mark")),
    )
    op.create_index(op.f("ix_attention_mark_area_id"), "attention_mark", ["area_id"], unique=False)
    op.create_index(
        op.f("ix_attention_mark_disaster_id"), "attention_mark", ["disaster_id"], unique=False
    )
    op.create_table(
        "case_document",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("brought_at", Instant(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["relief_case.id"], name=op.f("fk_case_document_case_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "code", name=op.f("pk_case_document")),
    )
    op.create_index(op.f("ix_case_document_area_id"), "case_document", ["area_id"], unique=False)
    op.create_table(
        "depot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["place.id"], name=op.f("fk_depot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_depot")),
    )
    op.create_index(op.f("ix_depot_area_id"), "depot", ["area_id"], unique=False)
    op.create_index(op.f("ix_depot_drill_id"), "depot", ["drill_id"], unique=False)
    op.create_table(
        "figure_proposal",
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("indicator", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("value", NUMBER, nullable=True),
        sa.Column("as_of", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_figure_proposal_area_id")),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_figure_proposal_disaster_id")
        ),
        sa.PrimaryKeyConstraint(
            "disaster_id", "area_id", "indicator", "source", name=op.f("pk_figure_proposal")
        ),
    )
    op.create_index(
        op.f("ix_figure_proposal_area_id"), "figure_proposal", ["area_id"], unique=False
    )
    op.create_table(
        "insurance_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("depth_mm", NUMBER, nullable=True),
        sa.Column("due_fen", NUMBER, nullable=False),
        sa.Column("amount_fen", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "amount_fen >= 0 AND amount_fen <= due_fen", name=op.f("ck_insurance_claim_amount")
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> registered_by",
            name=op.f("ck_insurance_claim_two_people"),
        ),
        sa.CheckConstraint(
            "depth_mm IS NULL OR depth_mm >= 0", name=op.f("ck_insurance_claim_depth")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_insurance_claim_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["insurance_policy.id"], name=op.f("fk_insurance_claim_policy_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["insurance_section.id"], name=op.f("fk_insurance_claim_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_claim")),
        sa.UniqueConstraint(
            "policy_id",
            "household_id",
            "disaster_id",
            name=op.f("uq_insurance_claim_policy_id_household_id_disaster_id"),
        ),
    )
    op.create_index(
        op.f("ix_insurance_claim_area_id"), "insurance_claim", ["area_id"], unique=False
    )
    op.create_index(
        op.f("ix_insurance_claim_drill_id"), "insurance_claim", ["drill_id"], unique=False
    )
    op.create_index(
        "ix_insurance_claim_list",
        "insurance_claim",
        ["policy_id", "state", "registered_at"],
        unique=False,
    )
    op.create_table(
        "lot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("donor", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=True),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["disaster_id"], ["disaster.id"], name=op.f("fk_lot_disaster_id")),
        sa.ForeignKeyConstraint(["item_code"], ["item.code"], name=op.f("fk_lot_item_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
    )
    op.create_index(op.f("ix_lot_drill_id"), "lot", ["drill_id"], unique=False)
    op.create_index(op.f("ix_lot_item_code"), "lot", ["item_code"], unique=False)
    op.create_table(
        "need",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("quantity", NUMBER, nullable=False),
        sa.Column("promised", NUMBER, nullable=False),
        sa.Column("shipped", NUMBER, nullable=False),
        sa.Column("received", NUMBER, nullable=False),
        sa.Column("priority", NUMBER, nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("priority BETWEEN 1 AND 5", name=op.f("ck_need_priority")),
        sa.CheckConstraint(
            "quantity >= promised AND promised >= shipped AND shipped >= received AND received >= 0",
            name=op.f("ck_need_ladder"),
        ),
        sa.ForeignKeyConstraint(["disaster_id"], ["disaster.id"], name=op.f("fk_need_disaster_id")),
        sa.ForeignKeyConstraint(["item_code"], ["item.code"], name=op.f("fk_need_item_code")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_need_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index(op.f("ix_need_area_id"), "need", ["area_id"], unique=False)
    op.create_index("ix_need_disaster_state", "need", ["disaster_id", "state"], unique=False)
    op.create_index(op.f("ix_need_drill_id"), "need", ["drill_id"], unique=False)
    op.create_index(op.f("ix_need_place_id"), "need", ["place_id"], unique=False)
    op.create_table(
        "own_figure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("value", NUMBER, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("set_from", Instant(), nullable=False),
        sa.Column("set_to", Instant(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_own_figure_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_figure")),
    )
    op.create_index(op.f("ix_own_figure_area_id"), "own_figure", ["area_id"], unique=False)
    op.create_index(op.f("ix_own_figure_disaster_id"), "own_figure", ["disaster_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("no_change", sa.Boolean(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("counted_from", Instant(), nullable=True),
        sa.Column("counted_to", Instant(), nullable=True),
        sa.Column("accepted_from", Instant(), nullable=True),
        sa.Column("accepted_to", Instant(), nullable=True),
        sa.Column("form_version", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("entered_for", Json(), nullable=True),
        sa.Column("reasons", Json(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_report_revision")),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_report_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_area_id"), "report", ["area_id"], unique=False)
    op.create_index("ix_report_latest", "report", ["disaster_id", "area_id", "as_of"], unique=False)
    op.create_index(op.f("ix_report_state"), "report", ["state"], unique=False)
    op.create_index(
        "uq_report_current",
        "report",
        ["disaster_id", "area_id", "round"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "response_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("ladder", sa.String(length=16), nullable=False),
        sa.Column("sector", sa.String(length=32), nullable=False),
        sa.Column("level", NUMBER, nullable=False),
        sa.Column("from_at", Instant(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("signed_by", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_response_change_level")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_response_change_area_id")),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_response_change_disaster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_change")),
    )
    op.create_index(
        "ix_response_change_place",
        "response_change",
        ["disaster_id", "area_id", "ladder", "from_at"],
        unique=False,
    )
    op.create_table(
        "shelter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("spelling", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("capacity_day", NUMBER, nullable=False),
        sa.Column("capacity_night", NUMBER, nullable=False),
        sa.Column("capacity_after", NUMBER, nullable=False),
        sa.Column("capacity_max", NUMBER, nullable=False),
        sa.Column("wheelchair", NUMBER, nullable=False),
        sa.Column("infant", NUMBER, nullable=False),
        sa.Column("medical", NUMBER, nullable=False),
        sa.Column("pets", NUMBER, nullable=False),
        sa.Column("manager_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safety_checked_until", sa.Date(), nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("grade", sa.String(length=32), nullable=False),
        sa.Column("remarks", sa.String(length=500), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "capacity_after BETWEEN 0 AND capacity_max", name=op.f("ck_shelter_capacity_after")
        ),
        sa.CheckConstraint(
            "capacity_day BETWEEN 0 AND capacity_max", name=op.f("ck_shelter_capacity_day")
        ),
        sa.CheckConstraint(
            "capacity_max BETWEEN 0 AND 100000", name=op.f("ck_shelter_capacity_max")
        ),
        sa.CheckConstraint(
            "capacity_night BETWEEN 0 AND capacity_max", name=op.f("ck_shelter_capacity_night")
        ),
        sa.CheckConstraint(
            "wheelchair >= 0 AND infant >= 0 AND medical >= 0 AND pets >= 0",
            name=op.f("ck_shelter_typed"),
        ),
        sa.ForeignKeyConstraint(["id"], ["place.id"], name=op.f("fk_shelter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelter")),
    )
    op.create_index(op.f("ix_shelter_area_id"), "shelter", ["area_id"], unique=False)
    op.create_index(op.f("ix_shelter_drill_id"), "shelter", ["drill_id"], unique=False)
    op.create_index("ix_shelter_listed", "shelter", ["drill_id", "area_id", "name"], unique=False)
    op.create_index("ix_shelter_named", "shelter", ["drill_id", "name"], unique=False)
    op.create_table(
        "shipment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("from_place", sa.Uuid(), nullable=False),
        sa.Column("to_place", sa.Uuid(), nullable=False),
        sa.Column("from_area", sa.Uuid(), nullable=False),
        sa.Column("to_area", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("vehicle", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("eta", Instant(), nullable=True),
        sa.Column("dispatched_at", Instant(), nullable=False),
        sa.Column("dispatched_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_shipment_disaster_id")
        ),
        sa.ForeignKeyConstraint(["from_area"], ["area.id"], name=op.f("fk_shipment_from_area")),
        sa.ForeignKeyConstraint(["from_place"], ["place.id"], name=op.f("fk_shipment_from_place")),
        sa.ForeignKeyConstraint(["to_area"], ["area.id"], name=op.f("fk_shipment_to_area")),
        sa.ForeignKeyConstraint(["to_place"], ["place.id"], name=op.f("fk_shipment_to_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
    )
    op.create_index(op.f("ix_shipment_disaster_id"), "shipment", ["disaster_id"], unique=False)
    op.create_index(op.f("ix_shipment_drill_id"), "shipment", ["drill_id"], unique=False)
    op.create_index(op.f("ix_shipment_from_area"), "shipment", ["from_area"], unique=False)
    op.create_index(op.f("ix_shipment_state"), "shipment", ["state"], unique=False)
    op.create_index(op.f("ix_shipment_to_area"), "shipment", ["to_area"], unique=False)
    op.create_index(op.f("ix_shipment_to_place"), "shipment", ["to_place"], unique=False)
    op.create_table(
        "supply_at_place",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("on_hand", NUMBER, nullable=False),
        sa.Column("on_the_way", NUMBER, nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "on_hand >= 0 AND on_the_way >= 0", name=op.f("ck_supply_at_place_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["item_code"], ["item.code"], name=op.f("fk_supply_at_place_item_code")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_supply_at_place_place_id")
        ),
        sa.PrimaryKeyConstraint("place_id", "item_code", name=op.f("pk_supply_at_place")),
    )
    op.create_index(
        op.f("ix_supply_at_place_area_id"), "supply_at_place", ["area_id"], unique=False
    )
    op.create_index(
        op.f("ix_supply_at_place_drill_id"), "supply_at_place", ["drill_id"], unique=False
    )
    op.create_table(
        "arrival",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("people", NUMBER, nullable=False),
        sa.Column("stay", sa.String(length=16), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("origin_id", sa.Uuid(), nullable=True),
        sa.Column("wheelchair", NUMBER, nullable=False),
        sa.Column("infant", NUMBER, nullable=False),
        sa.Column("medical", NUMBER, nullable=False),
        sa.Column("pets", NUMBER, nullable=False),
        sa.Column("arrived_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.Column("left_to", sa.String(length=16), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("people BETWEEN 1 AND 500", name=op.f("ck_arrival_people")),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_arrival_disaster_id")
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["area.id"], name=op.f("fk_arrival_origin_id")),
        sa.ForeignKeyConstraint(["shelter_id"], ["shelter.id"], name=op.f("fk_arrival_shelter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
    )
    op.create_index(op.f("ix_arrival_area_id"), "arrival", ["area_id"], unique=False)
    op.create_index(op.f("ix_arrival_disaster_id"), "arrival", ["disaster_id"], unique=False)
    op.create_index(
        "ix_arrival_list", "arrival", ["shelter_id", "disaster_id", "arrived_at"], unique=False
    )
    op.create_table(
        "balance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("physical", sa.Boolean(), nullable=False),
        sa.Column("on_hand", NUMBER, nullable=False),
        sa.Column("promised", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("NOT physical OR on_hand >= 0", name=op.f("ck_balance_on_hand")),
        sa.CheckConstraint(
            "promised >= 0 AND (promised = 0 OR promised <= on_hand)",
            name=op.f("ck_balance_promised"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_balance_account_id")),
        sa.ForeignKeyConstraint(["item_code"], ["item.code"], name=op.f("fk_balance_item_code")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_balance_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance")),
        sa.UniqueConstraint("account_id", "lot_id", name=op.f("uq_balance_account_id_lot_id")),
    )
    op.create_index(op.f("ix_balance_area_id"), "balance", ["area_id"], unique=False)
    op.create_index(op.f("ix_balance_drill_id"), "balance", ["drill_id"], unique=False)
    op.create_index(op.f("ix_balance_item_code"), "balance", ["item_code"], unique=False)
    op.create_index(op.f("ix_balance_lot_id"), "balance", ["lot_id"], unique=False)
    op.create_table(
        "depot_minimum",
        sa.Column("depot_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("quantity", NUMBER, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_depot_minimum_quantity")),
        sa.ForeignKeyConstraint(["depot_id"], ["depot.id"], name=op.f("fk_depot_minimum_depot_id")),
        sa.ForeignKeyConstraint(
            ["item_code"], ["item.code"], name=op.f("fk_depot_minimum_item_code")
        ),
        sa.PrimaryKeyConstraint("depot_id", "item_code", name=op.f("pk_depot_minimum")),
    )
    op.create_table(
        "headcount",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("total", NUMBER, nullable=False),
        sa.Column("male", NUMBER, nullable=True),
        sa.Column("female", NUMBER, nullable=True),
        sa.Column("under18", NUMBER, nullable=True),
        sa.Column("over60", NUMBER, nullable=True),
        sa.Column("disabled", NUMBER, nullable=True),
        sa.Column("ill", NUMBER, nullable=True),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("rival_of", sa.Uuid(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("total BETWEEN 0 AND 100000", name=op.f("ck_headcount_total")),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_headcount_disaster_id")
        ),
        sa.ForeignKeyConstraint(
            ["shelter_id"], ["shelter.id"], name=op.f("fk_headcount_shelter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headcount")),
    )
    op.create_index(op.f("ix_headcount_area_id"), "headcount", ["area_id"], unique=False)
    op.create_index(
        "ix_headcount_series", "headcount", ["disaster_id", "shelter_id", "as_of"], unique=False
    )
    op.create_index(op.f("ix_headcount_shelter_id"), "headcount", ["shelter_id"], unique=False)
    op.create_index(
        "uq_headcount_current",
        "headcount",
        ["shelter_id", "as_of"],
        unique=True,
        sqlite_where=sa.text("standing = 'current'"),
        postgresql_where=sa.text("standing = 'current'"),
    )
    op.create_table(
        "movement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("line", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("from_account", sa.Uuid(), nullable=False),
        sa.Column("to_account", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("quantity", NUMBER, nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("booked_at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("from_account <> to_account", name=op.f("ck_movement_ends")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_movement_quantity")),
        sa.ForeignKeyConstraint(["corrects"], ["movement.id"], name=op.f("fk_movement_corrects")),
        sa.ForeignKeyConstraint(
            ["from_account"], ["account.id"], name=op.f("fk_movement_from_account")
        ),
        sa.ForeignKeyConstraint(["item_code"], ["item.code"], name=op.f("fk_movement_item_code")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_movement_lot_id")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_movement_shipment_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_account"], ["account.id"], name=op.f("fk_movement_to_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement")),
        sa.UniqueConstraint("corrects", name=op.f("uq_movement_corrects")),
    )
    op.create_index(op.f("ix_movement_drill_id"), "movement", ["drill_id"], unique=False)
    op.create_index("ix_movement_from", "movement", ["from_account", "lot_id", "at"], unique=False)
    op.create_index(op.f("ix_movement_item_code"), "movement", ["item_code"], unique=False)
    op.create_index(op.f("ix_movement_seq"), "movement", ["seq"], unique=False)
    op.create_index(op.f("ix_movement_shipment_id"), "movement", ["shipment_id"], unique=False)
    op.create_index("ix_movement_to", "movement", ["to_account", "lot_id", "at"], unique=False)
    op.create_table(
        "report_value",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.SmallInteger(), nullable=False),
        sa.Column("value", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_value_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "indicator_id", name=op.f("pk_report_value")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", NUMBER, nullable=False),
        sa.Column("reserved_by", sa.Uuid(), nullable=True),
        sa.Column("reserved_at", Instant(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("drill_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_reservation_need_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
    )
    op.create_index(op.f("ix_reservation_area_id"), "reservation", ["area_id"], unique=False)
    op.create_index(op.f("ix_reservation_drill_id"), "reservation", ["drill_id"], unique=False)
    op.create_index(op.f("ix_reservation_need_id"), "reservation", ["need_id"], unique=False)
    op.create_table(
        "shelter_status",
        sa.Column("shelter_id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.Column("capacity_max", NUMBER, nullable=False),
        sa.Column("registered", NUMBER, nullable=False),
        sa.Column("on_the_way", NUMBER, nullable=False),
        sa.Column("counted", NUMBER, nullable=True),
        sa.Column("counted_at", Instant(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "counted IS NULL OR counted >= 0", name=op.f("ck_shelter_status_counted")
        ),
        sa.CheckConstraint(
            "on_the_way BETWEEN 0 AND registered", name=op.f("ck_shelter_status_on_the_way")
        ),
        sa.CheckConstraint(
            "registered BETWEEN 0 AND capacity_max", name=op.f("ck_shelter_status_registered")
        ),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_shelter_status_disaster_id")
        ),
        sa.ForeignKeyConstraint(
            ["shelter_id"], ["shelter.id"], name=op.f("fk_shelter_status_shelter_id")
        ),
        sa.PrimaryKeyConstraint("shelter_id", "disaster_id", name=op.f("pk_shelter_status")),
    )
    op.create_index(op.f("ix_shelter_status_area_id"), "shelter_status", ["area_id"], unique=False)
    op.create_index(
        "ix_shelter_status_state", "shelter_status", ["disaster_id", "state"], unique=False
    )
    op.create_table(
        "shelter_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid(), nullable=False),
        sa.Column("disaster_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disaster_id"], ["disaster.id"], name=op.f("fk_shelter_step_disaster_id")
        ),
        sa.ForeignKeyConstraint(
            ["shelter_id"], ["shelter.id"], name=op.f("fk_shelter_step_shelter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelter_step")),
    )
    op.create_index(op.f("ix_shelter_step_area_id"), "shelter_step", ["area_id"], unique=False)
    op.create_index(
        op.f("ix_shelter_step_disaster_id"), "shelter_step", ["disaster_id"], unique=False
    )
    op.create_index(
        "ix_shelter_step_history", "shelter_step", ["shelter_id", "disaster_id", "at"], unique=False
    )
    op.create_table(
        "verdict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_verdict_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
    )
    op.create_index(op.f("ix_verdict_report_id"), "verdict", ["report_id"], unique=False)
    op.create_table(
        "reservation_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("depot_id", sa.Uuid(), nullable=False),
        sa.Column("balance_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("quantity", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("received", NUMBER, nullable=False),
        sa.Column("damaged", NUMBER, nullable=False),
        sa.CheckConstraint(
            "(state IN ('open', 'released')) = (shipment_id IS NULL)",
            name=op.f("ck_reservation_line_shipped"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservation_line_quantity")),
        sa.CheckConstraint(
            "received >= 0 AND damaged >= 0", name=op.f("ck_reservation_line_counted")
        ),
        sa.ForeignKeyConstraint(
            ["balance_id"], ["balance.id"], name=op.f("fk_reservation_line_balance_id")
        ),
        sa.ForeignKeyConstraint(
            ["depot_id"], ["depot.id"], name=op.f("fk_reservation_line_depot_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_code"], ["item.code"], name=op.f("fk_reservation_line_item_code")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_reservation_line_lot_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_reservation_line_need_id")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name=op.f("fk_reservation_line_reservation_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_reservation_line_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation_line")),
    )
    op.create_index(
        op.f("ix_reservation_line_balance_id"), "reservation_line", ["balance_id"], unique=False
    )
    op.create_index(
        op.f("ix_reservation_line_depot_id"), "reservation_line", ["depot_id"], unique=False
    )
    op.create_index(
        op.f("ix_reservation_line_need_id"), "reservation_line", ["need_id"], unique=False
    )
    op.create_index(
        op.f("ix_reservation_line_reservation_id"),
        "reservation_line",
        ["reservation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_reservation_line_shipment_id"), "reservation_line", ["shipment_id"], unique=False
    )
    for table in ("event", "event_area", "movement"):
        protect(table)


def protect(table: str) -> None:
    """Forbid change and removal of the rows of the log and of the ledger."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )
