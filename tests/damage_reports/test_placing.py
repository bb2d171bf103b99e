"""A round keeps its place in time: corrections and late filings move no other round's figures."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import uuid6
from sqlalchemy import select

from damage_reports.models import Report
from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.models import Disaster
from tests.conftest import KINDS, MORNING, new_id
from tests.factories.city import CITY, COUNTY, TOWNSHIP
from tests.upgrading import migrated_from, take_back_to

MINUTE = timedelta(minutes=1)


@pytest.fixture
def night(drill, person):
    """Return a drill's disaster and a way to move its clock, in minutes after the morning."""
    disaster_id, move = drill
    return {"id": disaster_id}, lambda minutes: move(minutes / 60)


def at(minutes):
    return (MORNING + minutes * MINUTE).isoformat()


def open_round(person, disaster, code, minutes):
    body = {"disaster_id": disaster["id"], "code": code, "kind": "update", "as_of": at(minutes)}
    assert person("duty_officer").put(f"/api/v1/rounds/{new_id()}", body).status_code == 201


def file(person, disaster, code, minutes, deaths, **more):
    """File what a township says, of the minute it says it, as its phone does."""
    report_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": code, "as_of": at(minutes),
        "values": {"deaths": deaths}, "reasons": {"deaths": "核减", "as_of": "补报"},
    } | more  # fmt: skip
    answer = person(f"township_reporter@{TOWNSHIP}").put(f"/api/v1/reports/{report_id}", body)
    assert answer.status_code in (200, 201), answer.json
    return report_id


def deaths(person, disaster, **asked):
    asked = "".join(f"&{key}={value.replace('+', '%2B')}" for key, value in asked.items())
    path = f"/api/v1/rollup?disaster={disaster['id']}&area={CITY}{asked}"
    return person("duty_officer").get(path).json["values"].get("deaths")


def table_of(person, disaster, code):
    body = {
        "disaster_id": disaster["id"], "area_code": COUNTY, "round": code, "basis": "reported",
    }  # fmt: skip
    table = new_id()
    answer = person(f"county_reviewer@{CITY}").put(f"/api/v1/summaries/{table}", body)
    assert answer.status_code in (200, 201), answer.json
    return table


def changes(person, table):
    found = person(f"county_reviewer@{CITY}").get(f"/api/v1/summaries/{table}").json["deltas"]
    return {each["area_code"]: each["change"] for each in found}


def test_a_correction_of_a_later_time_is_a_difference_of_the_signed_table(night, person, browse):
    disaster, move = night
    open_round(person, disaster, "r0", 0)
    open_round(person, disaster, "r1", 60)
    move(10)
    file(person, disaster, "r0", 5, 1)
    move(70)
    first = file(person, disaster, "r1", 65, 5)
    move(90)
    table = table_of(person, disaster, "r1")
    move(120)
    corrected = file(person, disaster, "r1", 120, 3, base=first)

    assert changes(person, table) == {COUNTY: -2, TOWNSHIP: -2}
    page = browse(f"county_reviewer@{CITY}").get(f"/reports/summaries/{table}").text
    assert corrected in page, "the revision stands among what was corrected since"
    shown = person("duty_officer").get(f"/api/v1/reports/{corrected}").json
    assert datetime.fromisoformat(shown["as_of"]) == MORNING + 120 * MINUTE


def test_the_hour_of_a_round_shows_its_correction_and_what_was_known_then(night, person):
    disaster, move = night
    open_round(person, disaster, "r1", 0)
    move(10)
    first = file(person, disaster, "r1", 5, 5)
    move(60)
    file(person, disaster, "r1", 60, 3, base=first)
    open_round(person, disaster, "r2", 90)
    move(100)
    file(person, disaster, "r2", 95, 9)

    assert deaths(person, disaster, at=at(6)) == 3
    assert deaths(person, disaster, at=at(6), known_at=at(30)) == 5
    assert deaths(person, disaster) == 9


def test_a_rival_that_is_kept_counts_from_where_its_round_did(night, person):
    disaster, move = night
    open_round(person, disaster, "r1", 0)
    move(10)
    file(person, disaster, "r1", 5, 5)
    move(60)
    rival = file(person, disaster, "r1", 60, 3)
    order = {"id": new_id(), "keep": True, "reason": "电话核实"}
    answer = person("city_reviewer").put(f"/api/v1/reports/{rival}/settlement", order)
    assert answer.status_code in (200, 201), answer.json

    assert deaths(person, disaster, at=at(6)) == 3


def test_a_correction_of_an_earlier_round_leaves_the_later_one_counting(night, person):
    disaster, move = night
    for code, minutes in (("r1", 0), ("r2", 60)):
        open_round(person, disaster, code, minutes)
    move(65)
    first = file(person, disaster, "r1", 5, 5)
    file(person, disaster, "r2", 61, 8)
    move(90)
    file(person, disaster, "r1", 90, 6, base=first)

    assert deaths(person, disaster) == 8
    assert deaths(person, disaster, at=at(30)) == 6


def test_a_round_filed_late_does_not_stand_before_a_newer_one(night, person):
    disaster, move = night
    for code, minutes in (("r3", 0), ("r4", 60)):
        open_round(person, disaster, code, minutes)
    move(65)
    file(person, disaster, "r4", 65, 8)
    move(70)
    late = file(person, disaster, "r3", 70, 6)
    assert deaths(person, disaster) == 8

    move(80)
    file(person, disaster, "r3", 80, 7, base=late)
    assert deaths(person, disaster) == 8
    assert deaths(person, disaster, at=at(64)) is None


def test_what_was_withdrawn_rules_no_place(night, person):
    disaster, move = night
    open_round(person, disaster, "r1", 0)
    move(20)
    mistaken = file(person, disaster, "r1", 0, 9)
    reporter = person(f"township_reporter@{TOWNSHIP}")
    said = {"id": new_id(), "reason": "误报"}
    answer = reporter.put(f"/api/v1/reports/{mistaken}/withdrawal", said)
    assert answer.status_code in (200, 201), answer.json
    file(person, disaster, "r1", 15, 1)

    assert deaths(person, disaster, at=at(10)) is None
    assert deaths(person, disaster, at=at(16)) == 1


def test_a_wrong_early_time_is_put_right_by_a_correction(night, person):
    disaster, move = night
    for code, minutes in (("r1", 0), ("r2", 60)):
        open_round(person, disaster, code, minutes)
    move(65)
    file(person, disaster, "r1", 5, 5)
    wrong = file(person, disaster, "r2", -600, 8)
    assert deaths(person, disaster) == 5

    file(person, disaster, "r2", 61, 8, base=wrong)
    assert deaths(person, disaster) == 8


HOUR = timedelta(hours=1)


def _row(disaster, number, round_, said, came, *, rival=False, ended=None):
    """Return a revision that says the figures of one hour and came at another."""
    return Report(
        id=uuid6.uuid7(), disaster_id=disaster.id, area_id=disaster.area_id, round=round_,
        kind="update", as_of=MORNING + said * HOUR, valid_from=MORNING,
        received_at=MORNING + came * HOUR, revision=number, base_id=None,
        current=not rival and ended is None, state="rival" if rival else "submitted",
        counted_from=None if rival else MORNING + came * HOUR,
        counted_to=None if ended is None else MORNING + ended * HOUR,
        form_version="2020", author_id=disaster.id, reasons={},
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_filed_before_the_upgrade_counts_from_its_rounds_first_time(kind, tmp_path):
    with migrated_from("0070", kind, tmp_path):
        with act_as(SYSTEM), db.transaction() as session:
            disaster = Disaster(
                id=uuid6.uuid7(), name="试验", kind="typhoon", storm_code="", state="open",
                started_at=MORNING, division_date=MORNING.date(), form_version="2020",
                area_id=geo.tree(session).root.id, revision=1,
            )  # fmt: skip
            session.add(disaster)
            session.flush()
            session.add_all([
                _row(disaster, 1, "r1", 8, 8, ended=9), _row(disaster, 2, "r1", 9, 9, ended=11),
                _row(disaster, 3, "r1", 7, 11), _row(disaster, 1, "r2", 10, 10),
                _row(disaster, 4, "r1", 6, 12, rival=True),
            ])  # fmt: skip
        take_back_to("0070")
        db.migrate()
        with act_as(SYSTEM), db.reading() as session:
            rows = session.scalars(select(Report)).all()
            found = {(each.round, each.revision, (each.valid_from - MORNING) / HOUR)
                     for each in rows}  # fmt: skip

    assert found == {("r1", 1, 8), ("r1", 2, 8), ("r1", 3, 7), ("r2", 1, 10), ("r1", 4, 6)}
