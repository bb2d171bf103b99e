"""The steps of the schema go up on a database that is in use."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from damage_reports.queries.photos import wanted
from damage_reports.queries.rounds import DEFAULTS, terms_of
from damage_reports.queries.sources import sources
from damage_reports.rules import REPORT
from relief_ops import cli, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.models import Disaster
from tests.conftest import KINDS, MORNING
from tests.upgrading import migrated_from


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_the_second_schema_gets_its_rounds(kind, tmp_path):
    with (
        migrated_from("0002", kind, tmp_path),
        act_as(SYSTEM),
        db.reading() as session,
    ):
        assert session.scalar(text("SELECT count(*) FROM report_round")) == 0
        assert session.scalar(text("SELECT count(*) FROM area")) == 20, "the rest is as it was"
        given = terms_of(session, Disaster(started_at=MORNING, area_id=None)).update["township"]

    assert given.total_seconds() == 60 * DEFAULTS["report.update_township_minutes"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_the_third_schema_gets_its_tables_to_sign(kind, tmp_path):
    with (
        migrated_from("0003", kind, tmp_path),
        act_as(SYSTEM),
        db.reading() as session,
    ):
        assert session.scalar(text("SELECT count(*) FROM summary")) == 0
        assert session.scalar(text("SELECT count(*) FROM summary_signature")) == 0
        assert session.scalar(text("SELECT count(*) FROM area")) == 20, "the rest is as it was"


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_the_sixth_schema_gets_its_photos_and_asks_for_none_yet(kind, tmp_path):
    with (
        migrated_from("0006", kind, tmp_path),
        act_as(SYSTEM),
        db.reading() as session,
    ):
        for table in ("file_content", "file_upload", "report_photo", "photo_withdrawal"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
        assert session.scalar(text("SELECT count(*) FROM area")) == 20, "the rest is as it was"
        disaster = Disaster(id=None, started_at=MORNING, area_id=None)
        assert wanted(session, disaster, [], None, round_="r1", now=MORNING) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_the_tenth_schema_gets_its_sources_and_no_total_changes(kind, tmp_path):
    with migrated_from("0010", kind, tmp_path):
        with act_as(SYSTEM), db.reading() as session:
            for table in ("figure_source", "figure_claim", "source_rule", "gap_settlement"):
                assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
            assert session.scalar(text("SELECT count(*) FROM area")) == 20, "the rest is as it was"
        cli.initialise()
        cli.initialise()
        with act_as(SYSTEM), db.reading() as session:
            known = sources(session)

    assert next(iter(known)) == REPORT and len(known) > 5
    assert all(each.active and each.name_zh for each in known.values())
