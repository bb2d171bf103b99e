"""Splitting areas off: stranger, neighbour, answer, record, refusals, and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.conftest import MORNING, new_id
from tests.factories.city import (
    CITY,
    COUNTY,
    FAR_TOWNSHIP,
    NEIGHBOUR,
    OTHER_COUNTY,
    TOWNSHIP,
    VILLAGE,
)
from tests.parts.acts import done, file, join, opened, rollup, separate, split, step, total


@pytest.fixture
def filled(reporter, disaster):
    """Let three townships of the typhoon have figures."""
    for area, figure in ((TOWNSHIP, 30), (NEIGHBOUR, 12), (FAR_TOWNSHIP, 500)):
        file(reporter, disaster, area, affected=figure, deaths=0)
    return disaster


def test_a_stranger_is_refused(stranger, disaster, flood):
    assert split(stranger, disaster, flood, COUNTY).status_code == 401


def test_who_cannot_open_disasters_for_the_city_cannot_split_them(person, disaster, flood):
    assert split(person(f"duty_officer@{COUNTY}"), disaster, flood, COUNTY).status_code == 404
    assert split(person("city_reviewer"), disaster, flood, COUNTY).status_code == 403


def test_areas_split_off_count_in_the_other_and_the_sum_stays(officer, reporter, filled, flood):
    answer = split(officer, filled, flood, COUNTY)

    assert answer.status_code == 201, answer.json
    here, there = rollup(reporter, filled), rollup(reporter, flood)
    assert (here["values"]["affected"], there["values"]["affected"]) == (500, 42)
    assert (here["reported"], there["reported"]) == (1, 2)
    assert total(reporter, filled, COUNTY) is None
    assert here["expected"] == 2, "nobody asks the typhoon for what counts in the flood"
    events = officer.get(f"/api/v1/events?after={answer.json['seq'] - 1}").json["events"]
    assert [(each["name"], each["payload"]["townships"]) for each in events] == [
        ("disaster.split", 3)
    ]
    shown = officer.get(f"/api/v1/disasters/{flood['id']}/parts").json["splits"]
    assert [(each["source_id"], each["area_codes"]) for each in shown] == [(filled["id"], [COUNTY])]


def test_a_township_goes_with_its_villages_whoever_filed(officer, reporter, disaster, flood):
    file(reporter, disaster, VILLAGE, affected=3)

    done(split(officer, disaster, flood, TOWNSHIP))

    assert (total(reporter, disaster), total(reporter, flood)) == (None, 3)
    assert total(reporter, flood, VILLAGE) == 3
    assert total(reporter, disaster, VILLAGE) is None


def test_what_is_filed_afterwards_counts_once_wherever_it_is_sent(officer, reporter, filled, flood):
    done(split(officer, filled, flood, TOWNSHIP))

    late = {"as_of": "2013-10-06T06:00:00Z", "reasons": {"affected": "x"}}
    _send(reporter, filled, "r1", 35, **late)
    assert total(reporter, flood) == 35
    _send(reporter, flood, "r1", 33, **(late | {"as_of": "2013-10-06T08:00:00Z"}))
    assert (total(reporter, flood), total(reporter, filled)) == (33, 512)


def _send(reporter, disaster, round_, affected, **more):
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": round_,
        "values": {"affected": affected, "deaths": 0},
    } | more  # fmt: skip
    answer = reporter.put(f"/api/v1/reports/{new_id()}", body)
    assert answer.status_code == 201, answer.json


def test_a_split_is_taken_back_by_another(officer, reporter, filled, flood):
    done(split(officer, filled, flood, COUNTY))
    file(reporter, flood, f"{NEIGHBOUR[:6]}001000", affected=9)

    done(split(officer, flood, filled, COUNTY))

    assert (total(reporter, filled), total(reporter, flood)) == (542, None)


def test_as_known_before_the_split_the_table_is_what_it_was(officer, reporter, filled, flood):
    before = datetime.now(UTC).isoformat()
    done(split(officer, filled, flood, COUNTY))

    assert total(reporter, filled, known_at=before) == 542
    assert total(reporter, flood, known_at=before) is None
    assert (total(reporter, filled), total(reporter, flood)) == (500, 42)


def test_areas_become_a_part_and_the_whole_stays_as_it_was(officer, reporter, filled, flood):
    membership_id = done(join(officer, filled, flood))
    done(split(officer, filled, flood, COUNTY))

    assert (total(reporter, filled), total(reporter, flood)) == (542, 42)
    separate(officer, filled, membership_id)
    assert (total(reporter, filled), total(reporter, flood)) == (500, 42)


def test_where_the_other_has_reports_of_its_own_they_are_joined_instead(
    officer, reporter, filled, flood
):
    file(reporter, flood, VILLAGE, affected=1)

    answer = split(officer, filled, flood, COUNTY)
    assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
    assert "临江镇" in answer.json["detail"] and "望海乡" not in answer.json["detail"]
    done(split(officer, filled, flood, NEIGHBOUR))


def test_what_left_already_cannot_leave_again(officer, filled, flood):
    hail = opened(officer, name="冰雹", kind="hail_wind")
    done(split(officer, filled, flood, TOWNSHIP))

    answer = split(officer, filled, hail, COUNTY)
    assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
    assert "临江镇" in answer.json["detail"]
    done(split(officer, flood, hail, TOWNSHIP))


def test_bad_areas_are_refused_with_the_field(officer, filled, flood):
    for areas, code in (
        ([], "too_short"), ([CITY], "area"), ([VILLAGE], "area"),
        (["x"], "string_pattern_mismatch"), (["999999999999"], "unknown"),
    ):  # fmt: skip
        answer = split(officer, filled, flood, *areas)
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, code), areas
    county = opened(officer, area_code=COUNTY)
    beyond = split(officer, filled, county, OTHER_COUNTY)
    assert (beyond.status_code, beyond.json["errors"][0]["code"]) == (422, "area")
    itself = split(officer, filled, filled, COUNTY)
    assert (itself.status_code, itself.json["errors"][0]["code"]) == (422, "itself")
    assert split(officer, filled, {"id": new_id()}, COUNTY).status_code == 404
    assert split(officer, filled, flood, COUNTY, reason="").status_code == 422


def test_closed_disasters_are_not_split(officer, filled, flood):
    step(officer, flood, "stable", "verifying")
    done(split(officer, filled, flood, TOWNSHIP))
    other = opened(officer, name="旧过程", area_code=COUNTY)
    _close(other)

    answer = split(officer, filled, other, NEIGHBOUR)
    assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
    assert "旧过程" in answer.json["detail"]


def _close(disaster):
    from uuid import UUID

    from relief_ops import db
    from relief_ops.disasters.models import Disaster

    with db.transaction() as session:
        session.get(Disaster, UUID(disaster["id"])).state = "closed"


def test_townships_split_off_owe_the_other_and_are_not_late_here(officer, person, disaster, flood):
    round_ = {"code": "r1", "as_of": MORNING.isoformat()}
    for each in (disaster, flood):
        answer = officer.put(f"/api/v1/rounds/{new_id()}", round_ | {"disaster_id": each["id"]})
        assert answer.status_code == 201, answer.json
    done(split(officer, disaster, flood, COUNTY))

    looking = person("city_reviewer")
    here, there = (
        looking.get(f"/api/v1/rounds/board?disaster={each['id']}&area={CITY}&round=r1").json
        for each in (disaster, flood)
    )
    assert [each["name"] for each in here["counties"]] == ["西湾县"]
    assert len(there["counties"]) == 2
    queue = looking.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    assert [each["area"] for each in queue if each["kind"] == "late"] == ["西湾县"]
