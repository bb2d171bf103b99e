"""Disasters over the API, in the order: stranger, neighbour, answer, record, retry."""

from __future__ import annotations

import pytest

from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY


def body(**changes):
    return {"name": "大水", "kind": "flood", "started_at": MORNING.isoformat(),
            "division_date": "2013-10-06"} | changes  # fmt: skip


def test_a_stranger_is_refused(stranger):
    assert stranger.get("/api/v1/disasters").status_code == 401
    assert stranger.put(f"/api/v1/disasters/{new_id()}", body()).status_code == 401


def test_a_county_officer_cannot_open_a_disaster_for_the_city(person):
    officer = person(f"duty_officer@{COUNTY}")

    assert officer.put(f"/api/v1/disasters/{new_id()}", body()).status_code == 404


def test_opening_answers_with_a_receipt_and_is_on_the_record(person):
    officer, disaster_id = person("duty_officer"), new_id()
    answer = officer.put(f"/api/v1/disasters/{disaster_id}", body())

    assert answer.status_code == 201
    receipt = answer.json
    assert receipt["id"] == disaster_id and receipt["revision"] == 1
    events = officer.get(f"/api/v1/events?after={receipt['seq'] - 1}").json["events"]
    assert [each["name"] for each in events] == ["disaster.opened"]
    assert events[0]["subject"] == disaster_id


def test_the_same_request_gets_the_same_receipt_and_another_body_is_refused(person):
    officer, disaster_id = person("duty_officer"), new_id()
    first = officer.put(f"/api/v1/disasters/{disaster_id}", body())
    again = officer.put(f"/api/v1/disasters/{disaster_id}", body())
    other = officer.put(f"/api/v1/disasters/{disaster_id}", body(name="别的"))

    assert again.status_code == 200 and again.json == first.json
    assert other.status_code == 409 and other.json["code"] == "body_differs"


def test_an_edit_needs_its_base_and_a_stale_one_is_refused(person):
    officer, disaster_id = person("duty_officer"), new_id()
    address = f"/api/v1/disasters/{disaster_id}"
    officer.put(address, body())
    edited = officer.put(address, body(name="二"), If_Match="1")
    retried = officer.put(address, body(name="二"), If_Match="1")
    stale = officer.put(address, body(name="三"), If_Match="1")
    baseless = officer.put(address, body(name="三"))

    assert edited.status_code == 200 and edited.json["revision"] == 2
    assert retried.json == edited.json
    assert stale.status_code == 412 and stale.json["current"]["revision"] == 2
    assert baseless.status_code == 428


def test_a_typhoon_without_its_number_is_explained(person):
    answer = person("duty_officer").put(f"/api/v1/disasters/{new_id()}", body(kind="typhoon"))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "V25"


def test_an_earthquake_is_known_by_its_magnitude_and_its_epicentre(person):
    officer, address = person("duty_officer"), f"/api/v1/disasters/{new_id()}"
    where = {"epicentre_lon": 121.5, "epicentre_lat": 29.9}
    unnamed = officer.put(address, body(kind="earthquake", magnitude=4.2))
    half = officer.put(address, body(kind="earthquake", magnitude=4.25, **where))
    opened = officer.put(address, body(kind="earthquake", magnitude=4.2, **where))
    shown = officer.get(address).json

    assert [each["field"] for each in unnamed.json["errors"]] == ["epicentre_lon", "epicentre_lat"]
    assert {each["code"] for each in unnamed.json["errors"]} == {"V25"}
    assert half.status_code == 422 and half.json["errors"][0]["field"] == "magnitude"
    assert opened.status_code == 201
    assert (shown["magnitude"], shown["epicentre_lon"], shown["epicentre_lat"]) == (
        4.2,
        121.5,
        29.9,
    )
    assert "震级 4.2" in officer.get(address.replace("/api/v1", "")).text


@pytest.mark.parametrize(
    ("field", "value"),
    [("magnitude", -1), ("magnitude", 11), ("magnitude", "NaN"), ("magnitude", "强"),
     ("epicentre_lon", 200), ("epicentre_lat", -91), ("epicentre_lat", "")],
)  # fmt: skip
def test_an_earthquake_that_cannot_be_is_explained(person, field, value):
    said = {"magnitude": 0, "epicentre_lon": 121.5, "epicentre_lat": 29.9}
    officer, address = person("duty_officer"), f"/api/v1/disasters/{new_id()}"
    answer = officer.put(address, body(kind="earthquake", **said | {field: value}))

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert officer.put(address, body(kind="earthquake", **said)).status_code == 201
    assert officer.get(address).json["magnitude"] == 0


def test_what_is_no_earthquake_keeps_no_magnitude(person):
    said = {"magnitude": 4.2, "epicentre_lon": 121.5, "epicentre_lat": 29.9}
    officer, address = person("duty_officer"), f"/api/v1/disasters/{new_id()}"
    officer.put(address, body(kind="earthquake", **said))
    officer.put(address, body(kind="flood", **said), If_Match="1")

    assert officer.get(address).json["magnitude"] is None
