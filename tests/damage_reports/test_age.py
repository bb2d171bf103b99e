"""Every figure says how old it is; two days later it says so plainly (peers.md T8)."""

from __future__ import annotations

from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, TOWNSHIP


def test_two_days_later_every_view_shows_the_age(person, drill):
    disaster_id, move = drill
    body = {
        "disaster_id": disaster_id, "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 40},
    }  # fmt: skip
    person(f"township_reporter@{TOWNSHIP}").put(f"/api/v1/reports/{new_id()}", body)
    officer = person("duty_officer")

    move(48)

    total = officer.get(f"/api/v1/rollup?disaster={disaster_id}&area={CITY}").json
    assert total["newest_as_of"].startswith("2013-10-06T00:00:00")
    layer = officer.get(f"/api/v1/layers/indicators?disaster={disaster_id}&indicator=affected").json
    ages = {each["id"]: each["properties"]["as_of"] for each in layer["features"]}
    assert ages[TOWNSHIP].startswith("2013-10-06T00:00:00")
    waiting = officer.get(f"/api/v1/attention?disaster={disaster_id}&area={CITY}").json
    late = [each for each in waiting["attention"] if each["kind"] == "late"]
    assert {each["state"] for each in late} <= {"watch", "blind"} and len(late) == 2
    shown = officer.get(f"/api/v1/disasters/{disaster_id}").json
    assert shown["now"].startswith("2013-10-08T00:00:00")


def test_a_drills_clock_stands_runs_and_ends_through_the_api_only(person, drill):
    disaster_id, move = drill
    move(5)
    first = person("duty_officer").get(f"/api/v1/disasters/{disaster_id}").json["now"]
    again = person("duty_officer").get(f"/api/v1/disasters/{disaster_id}").json["now"]

    assert first == again and first.startswith("2013-10-06T05:00:00")


def test_received_time_in_a_drill_is_the_drills_own(person, drill):
    disaster_id, move = drill
    move(3)
    body = {
        "disaster_id": disaster_id, "area_code": TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 1},
    }  # fmt: skip
    reporter = person(f"township_reporter@{COUNTY}")
    report_id = reporter.put(f"/api/v1/reports/{new_id()}", body).json["id"]

    shown = reporter.get(f"/api/v1/reports/{report_id}").json
    assert shown["received_at"].startswith("2013-10-06T03")
