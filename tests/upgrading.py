"""Earlier schemas: what takes back each migration, and databases brought up from one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, text

from relief_ops import db
from shelters.rules.register import DETAILS
from tests.databases import postgres_clone, postgres_server, sqlite_copy

GROUPS_KEEP_ONE = (
    "ALTER TABLE arrival DROP CONSTRAINT ck_arrival_people,"
    " ADD CONSTRAINT ck_arrival_people CHECK (people BETWEEN 1 AND 500)"
)
# What takes back each step of the schema: an earlier one is freed of all that came later.
LATER = ("materials_standard", "materials_complete", "materials_counted_on")  # of DETAILS
TAKEN_BACK = {
    "0002": ("DROP TABLE calendar_day", "DROP TABLE calendar_year"),
    "0003": (
        "DROP TABLE report_round",
        "DELETE FROM policy_parameter WHERE key LIKE 'report.update_%'",
    ),
    "0004": ("DROP TABLE summary_signature", "DROP TABLE summary"),
    "0005": (
        *(f"DROP TABLE {name}" for name in ("message", "reminder", "report_call", "area_contact")),
        *(f"ALTER TABLE user_account DROP COLUMN {name}_sealed"
          for name in ("email", "phone", "webhook")),
    ),
    "0006": ("DROP TABLE narrative",),
    "0007": ("DROP TABLE own_figure_answer", "DROP TABLE report_hold", "DROP TABLE stability"),
    "0008": ("DROP TABLE roster_match", "DROP TABLE roster_row"),
    "0009": (
        *(f"DROP TABLE {name}"
          for name in ("photo_withdrawal", "report_photo", "file_upload", "file_content")),
        "DELETE FROM policy_parameter WHERE key = 'report.photos_when_responding'"
        " OR key LIKE 'file.%'",
    ),
    "0010": ("DROP TABLE report_import_row", "DROP TABLE report_import"),
    "0011": ("DROP TABLE figure_voucher", "ALTER TABLE disaster DROP COLUMN grade"),
    "0012": ("DROP TABLE report_paper",),
    "0013": (
        *(f"DROP TABLE relief_work_{name}" for name in ("proposal", "value", "form")),
        "ALTER TABLE indicator DROP COLUMN made_of",
        "DELETE FROM figure_proposal WHERE source = 'stockpile'",
    ),
    "0014": (
        *(f"DROP TABLE {name}"
          for name in ("gap_settlement", "source_rule", "figure_claim", "figure_source")),
        "DELETE FROM policy_parameter WHERE key LIKE 'figures.gap_%'",
    ),
    "0015": tuple(
        f"DROP TABLE {name}" for name in ("disaster_split_area", "disaster_split", "disaster_part")
    ),
    "0016": (
        "DROP TABLE relief_work_signature",
        "ALTER TABLE report_import DROP COLUMN figure_source",
    ),
    "0017": (
        "DROP INDEX ix_arrival_listed_id",
        "ALTER TABLE arrival DROP COLUMN listed_id",
        *(f"DROP TABLE evacuation_{name}"
          for name in ("import", "standing", "step", "order_area", "order", "household", "cadre")),
        "DROP TABLE risk_point",
        "DELETE FROM policy_parameter WHERE key LIKE 'evacuation.%'",
    ),
    "0018": (
        *(f"DROP TABLE evacuation_{name}" for name in ("promise", "line", "plan")),
        "DROP TABLE hazard_revision", "DROP TABLE hazard"),
    "0019": (
        *(f"DROP INDEX ix_{table}_phone" for table in ("arrival", "evacuation_household")),
        *(f"ALTER TABLE {table} DROP COLUMN phone_blind"
          for table in ("arrival", "evacuation_household")),
        "ALTER TABLE shelter DROP COLUMN public_phone",
    ),
    "0020": ("DROP TABLE evacuation_dwelling",),
    "0021": (
        "DROP TABLE shelter_photo", "DROP TABLE shelter_check", "DROP INDEX uq_shelter_code",
        *(f"ALTER TABLE shelter DROP COLUMN {name}"
          for name in (*DETAILS, "contacts_sealed", "safety_result") if name not in LATER),
        "DELETE FROM policy_parameter WHERE key LIKE 'shelter.safety_%'",
    ),
    "0022": ("DROP TABLE shelter_meal",),
    "0023": (
        "DROP INDEX ix_arrival_number",
        *(f"ALTER TABLE arrival DROP COLUMN {name}"
          for name in ("companions", "pregnant", "disabled", "alone", "minors_alone", "is_group",
                       "id_missing", "room", "over_reason", "id_number_sealed", "id_number_blind",
                       "care_sealed", "over_by_sealed", "signed_by_sealed", "handed_to_sealed",
                       "issued", "moved_to")),
        "ALTER TABLE shelter_status DROP COLUMN overflow",
    ),
    "0024": (
        *(f"DROP TABLE shelter_{name}"
          for name in ("duty", "volunteer", "incident_version", "incident")),
        "DELETE FROM policy_parameter WHERE key LIKE 'shelter.outbreak_%'",
    ),
    "0025": tuple(
        f"ALTER TABLE evacuation_household DROP COLUMN {name}"
        for name in ("dogs", "cats", "other_pets")
    ),
    "0026": ("DROP TABLE published_report", "ALTER TABLE drill DROP COLUMN about"),
    "0027": ("ALTER TABLE web_session DROP COLUMN seen_at", "DROP TABLE worker_beat"),
    "0028": (
        "ALTER TABLE published_report DROP COLUMN source_en",
        "ALTER TABLE drill DROP COLUMN about_en",
    ),
    "0029": ("DROP TABLE shelter_volunteer_version",),
    "0030": (
        "ALTER TABLE disaster DROP COLUMN magnitude_tenths",
        "ALTER TABLE disaster DROP COLUMN epicentre_lon",
        "ALTER TABLE disaster DROP COLUMN epicentre_lat",
    ),
    "0031": tuple(f"DROP TABLE allocation_{each}" for each in ("pin", "line", "share", "plan")),
    "0032": ("DROP TABLE dispatch_order", "ALTER TABLE reservation DROP COLUMN awaits_order"),
    "0033": ("DROP TABLE count_claim",),
    "0034": ("DROP INDEX uq_shipment_number", "ALTER TABLE shipment DROP COLUMN number"),
    "0035": tuple(f"DROP TABLE {each}" for each in ("sighting", "trip", "errand")),
    "0036": (
        "DROP TABLE handout_line", "DROP TABLE handout", "DROP INDEX ix_movement_handout_id",
        "ALTER TABLE movement DROP COLUMN handout_id",
    ),
    "0037": tuple(f"DROP TABLE {each}" for each in ("box_scan", "box", "packing")),
    "0038": ("DROP TABLE recovery_step", "DROP TABLE recovery"),
    "0039": ("ALTER TABLE need DROP COLUMN basis",),
    "0040": tuple(
        f"DROP TABLE {each}"
        for each in ("call_off_delivery", "call_off", "supply_agreement_line", "supply_agreement")
    ),
    "0041": ("ALTER TABLE allocation_plan DROP COLUMN kind",),
    "0042": (
        "DROP TABLE travel_time",
        *(f"ALTER TABLE depot DROP COLUMN {each}" for each in ("opens_at", "closes_at")),
    ),
    "0043": ("DROP TABLE depot_key",),
    "0044": ("DROP TABLE supply_request_line", "DROP TABLE supply_request"),
    "0045": tuple(f"ALTER TABLE item DROP COLUMN {each}" for each in ("pack_grams", "pack_ml")),
    "0046": ("DROP TABLE item_substitute", "DROP TABLE kit_part"),
    "0047": ("DROP TABLE need_substitution",),
    "0048": ("DROP TABLE kit_act_line", "DROP TABLE kit_act"),
    "0049": ("DROP TABLE depot_trucks", "ALTER TABLE allocation_plan DROP COLUMN mind_trucks"),
    "0050": ("DROP INDEX ix_balance_shelf", "ALTER TABLE balance DROP COLUMN expires_on"),
    "0051": ("ALTER TABLE allocation_plan DROP COLUMN minutes_a_day",),
    "0052": ("DROP TABLE contingency_plan",),
    "0053": (),  # a key that points at places takes every depot
    "0054": (
        *(f"ALTER TABLE depot DROP COLUMN {each}" for each in ("owner", "shut_at", "shut_why")),
        *(f"ALTER TABLE lot DROP COLUMN {each}" for each in ("owner", "unit_fen")),
    ),
    "0055": (
        "ALTER TABLE item DROP COLUMN merged_into",
        "ALTER TABLE allocation_pin DROP COLUMN depot_id",
        "DROP INDEX uq_count_claim_waiting",
        "ALTER TABLE count_claim DROP COLUMN kind",
        "CREATE UNIQUE INDEX uq_count_claim_waiting ON count_claim (account_id, lot_id)"
        " WHERE state = 'waiting'",
    ),
    "0056": ("DROP TABLE trip_photo",),
    "0057": ("ALTER TABLE trip DROP COLUMN loaders",),
    "0058": (
        "DROP TABLE evacuation_order_change", "ALTER TABLE evacuation_step DROP COLUMN said_id",
    ),
    "0059": (
        *(f"ALTER TABLE evacuation_step DROP COLUMN {each}" for each in ("people", "out_of")),
        "ALTER TABLE evacuation_standing DROP COLUMN sheltered",
    ),
    "0060": (
        *(f"ALTER TABLE shelter_status DROP COLUMN {each}"
          for each in ("unregistered", "counted_up_to")),
        *(f"ALTER TABLE arrival DROP COLUMN {each}" for each in ("group_id", "from_group")),
        GROUPS_KEEP_ONE,
    ),
    "0061": ("ALTER TABLE report DROP COLUMN carried",),
    "0062": ("ALTER TABLE reminder DROP COLUMN owed",),
    "0063": ("DROP TABLE bypass_report",),
    "0064": (
        "DELETE FROM figure_proposal WHERE source = 'shelters' AND indicator = 'sheltered_now'",
    ),
    "0065": (
        "ALTER TABLE shelter_step DROP COLUMN missing",
        "ALTER TABLE shelter_status DROP COLUMN unreported_at",
        "DELETE FROM policy_parameter WHERE key LIKE 'shelter.ask_%'",
    ),
    "0066": tuple(f"ALTER TABLE count_claim DROP COLUMN {each}"
                  for each in ("booked_id", "corrects")),
    "0067": ("ALTER TABLE call_off DROP COLUMN price_fen",),
    "0068": ("ALTER TABLE allocation_share DROP COLUMN had",),
    "0069": tuple(
        f"ALTER TABLE allocation_plan DROP COLUMN refused_{each}" for each in ("at", "by", "why")
    ),
    "0070": (
        "DROP INDEX uq_count_claim_undoing", "DROP INDEX uq_count_claim_waiting",
        "CREATE UNIQUE INDEX uq_count_claim_waiting ON count_claim (account_id, lot_id, kind)"
        " WHERE state = 'waiting'",
    ),
    "0071": (
        "DROP INDEX ix_report_latest", "ALTER TABLE report DROP COLUMN valid_from",
        "CREATE INDEX ix_report_latest ON report (disaster_id, area_id, as_of)",
    ),
    "0072": tuple(f"ALTER TABLE shelter DROP COLUMN {name}" for name in LATER),
    "0073": ("DROP TABLE arrival_member",),
    "0074": ("ALTER TABLE reservation_line DROP COLUMN released_why",),
    "0075": (
        *(f"ALTER TABLE recovery DROP COLUMN {name}" for name in ("washing", "washing_since")),
        *(f"ALTER TABLE recovery_step DROP COLUMN {name}" for name in ("wash", "washed")),
    ),
    "0076": tuple(f"ALTER TABLE indicator DROP COLUMN {name}" for name in ("only_for", "not_for")),
    "0077": ("ALTER TABLE relief_case DROP COLUMN paid_at",),
}  # fmt: skip


def _declare_again(connection: Connection) -> None:
    """Rewrite the declaration of a check SQLite has no statement for, as its migration does."""
    version = connection.scalar(text("PRAGMA schema_version"))
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(
        text("UPDATE sqlite_master SET sql = replace(sql, :said, '') WHERE name = 'arrival'"),
        {"said": " OR (people = 0 AND is_group)"},
    )
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(text("PRAGMA writable_schema = OFF"))


def take_back_to(version: str) -> None:
    """Make the connected database one of that version; what came last is undone first."""
    backwards = reversed(TAKEN_BACK.items())
    later = [each for step, made in backwards if step > version for each in made]
    with db.engine().connect().execution_options(writing=True) as connection:
        for statement in later:
            if statement == GROUPS_KEEP_ONE and connection.dialect.name == "sqlite":
                _declare_again(connection)
                continue
            connection.execute(text(statement))
        config = db.alembic_config()
        config.attributes["connection"] = connection
        command.stamp(config, version)
        connection.commit()


@contextmanager
def migrated_from(version: str, kind: str, folder: Path) -> Iterator[None]:
    """Connect to a filled database of that version that was then migrated as an upgrade would."""
    with ExitStack() as stack:
        if kind == "sqlite":
            db.connect(sqlite_copy(folder))
        else:
            db.connect(stack.enter_context(postgres_clone(postgres_server())))
        stack.callback(lambda: db.engine().dispose())
        take_back_to(version)
        db.migrate()
        yield
