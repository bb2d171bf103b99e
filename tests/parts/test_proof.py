"""`verify` adds the totals up once more, row by row: what the queries get wrong is named."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from damage_reports.plugin import PLUGIN
from damage_reports.queries import proof, totals
from damage_reports.queries.units import Unit
from relief_ops import backup, db, plugins
from relief_ops.auth import SYSTEM, act_as
from tests.conftest import MORNING, new_id
from tests.damage_reports.sources import choose, said
from tests.factories.city import FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.parts.acts import done, file, join, split, total


def found():
    with act_as(SYSTEM), db.reading() as session:
        return proof.totals_disagree(session)


@pytest.fixture
def filed(disaster, reporter):
    """File for three townships and a village; the city's totals are then kept in memory."""
    for area, count in ((TOWNSHIP, 7), (NEIGHBOUR, 5), (FAR_TOWNSHIP, 3), (VILLAGE, 2)):
        file(reporter, disaster, area, affected=count, flooded_townships=1)
    assert total(reporter, disaster) == 15
    return disaster


def judge(person, report_id, **more):
    verdict = {"id": new_id(), "action": "accept", "values": {}, "reason": ""} | more
    answer = person("county_reviewer", "city_reviewer").put(
        f"/api/v1/reports/{report_id}/verdict", verdict
    )
    assert answer.status_code in (200, 201), answer.json


def test_it_is_one_of_the_checks_that_verify_and_restore_run(filed):
    assert "report_totals" in [each.id for each in PLUGIN.checks]
    with act_as(SYSTEM):
        assert backup.verify(plugins.contributed("checks")) == []


def test_returned_settled_and_judged_figures_agree(filed, reporter, person):
    judge(person, file(reporter, filed, TOWNSHIP, affected=9))
    judge(person, file(reporter, filed, NEIGHBOUR, affected=9), action="own",
          values={"affected": 4}, reason="核定")  # fmt: skip
    judge(person, file(reporter, filed, FAR_TOWNSHIP, affected=9), action="return", reason="不实")

    assert found() == []


def test_a_drill_is_proved_too(app, person):
    director, drill_id, disaster_id = person("drill_director"), new_id(), new_id()
    start = {"name": "演练", "seed": 7, "drill_start": MORNING.isoformat()}
    assert director.put(f"/api/v1/drills/{drill_id}", start).status_code == 201
    body = {"name": "演练大水", "kind": "flood", "drill_id": drill_id,
            "started_at": MORNING.isoformat(), "division_date": "2013-10-06"}  # fmt: skip
    assert director.put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201
    file(person("township_reporter"), {"id": disaster_id}, TOWNSHIP, affected=7)
    assert found() == []
    stray()

    assert any("演练大水" in each for each in found())


def test_joined_and_split_disasters_agree(filed, flood, officer, reporter):
    file(reporter, flood, TOWNSHIP, affected=100, flooded_townships=1)
    file(reporter, flood, NEIGHBOUR, affected=50)
    done(split(officer, filed, flood, FAR_TOWNSHIP))
    assert found() == []
    done(join(officer, filed, flood))
    assert total(reporter, filed) == 165

    assert found() == []


def test_another_source_that_counts_is_no_disagreement(filed, person, reporter):
    bureau = person("bureau_liaison", "city_reviewer", "duty_officer")
    said(bureau, filed, "water", 500)
    choose(bureau, filed, "water", "report")
    assert total(reporter, filed) == 508

    assert found() == []


def stray():
    """Alter every figure by SQL, past the log."""
    with act_as(SYSTEM), db.transaction() as session:
        session.execute(text("UPDATE report_value SET value = value + 1000"))


def test_a_figure_altered_past_the_log_stands_against_what_is_kept_in_memory(filed):
    assert found() == []
    stray()

    assert any("affected" in each and "15 is shown" in each for each in found())


@pytest.mark.parametrize(
    ("name", "mutant"),
    [
        ("villages counted beside their township", "both"),
        ("a township lost", "lost"),
        ("the older report counts", "older"),
    ],
)
def test_totals_that_are_added_wrongly_are_named(filed, reporter, monkeypatch, name, mutant):
    file(reporter, filed, TOWNSHIP, affected=8)
    true_fill, true_filed, true_latest = Unit.fill, totals.Asked.sums, totals.Asked.latest
    if mutant == "both":
        monkeypatch.setattr(
            Unit, "fill", lambda self, asked, own, below, known: true_fill(
                self, asked, (own or 0) + (below or 0), None, known
            ),
        )  # fmt: skip
    elif mutant == "lost":
        monkeypatch.setattr(totals.Asked, "sums", lambda self: list(true_filed(self))[1:])
    else:
        monkeypatch.setattr(
            totals.Asked, "latest", lambda self: true_latest(self).replace(" DESC", " ASC")
        )

    assert found(), name


def test_an_unknown_figure_is_not_taken_for_none(filed, reporter):
    report_id = file(reporter, filed, NEIGHBOUR, affected=None)
    with act_as(SYSTEM), db.reading() as session:
        rows = session.execute(
            text("SELECT count(*) FROM report_value WHERE value IS NULL")
        ).scalar_one()

    assert report_id and rows >= 1
    assert found() == []
