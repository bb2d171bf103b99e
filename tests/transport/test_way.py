"""What a driver says on the way, and what the desk makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from stockpile.models import Shipment
from stockpile.transport.models import Sighting, Trip
from stockpile.transport.services import forget_drivers
from tests.factories.city import OTHER_COUNTY
from tests.factories.stock import new_id
from tests.transport.conftest import assign

OLDER = {
    Sighting: ("seen_at", "received_at"),
    Trip: ("taken_at", "assigned_at"),
    Shipment: ("dispatched_at",),
}
HERE = {"lon": 121.55, "lat": 29.87, "accuracy_m": 15}


def way(caller, shipment):
    return caller.get(f"/api/v1/shipments/{shipment}/trips").json


def queue(caller, disaster):
    found = caller.get(f"/api/v1/attention?disaster={disaster['id']}").json
    return {each["kind"]: each for each in found["attention"]}


def later(minutes):
    """Let everything that happened so far be that much older."""
    back = timedelta(minutes=minutes)
    with act_as(SYSTEM), db.transaction() as session:
        for model, names in OLDER.items():
            for row in session.scalars(select(model).execution_options(any_drill=True)):
                for name in names:
                    found = getattr(row, name)
                    setattr(row, name, found and found - back)


def test_the_phone_carries_the_load_and_the_way(driving):
    facts = driving.facts().json

    assert facts["load"][0]["quantity"] == 40 and facts["vehicle"] == "浙B·12345"
    assert facts["state"] == "on_the_way" and facts["to"]["name"]


def test_custody_has_no_gap_from_the_depot_to_the_signature(manager, receiver, shipment, driving):
    for kind in ("loaded", "left", "arrived"):
        assert driving.say(kind).status_code == 201
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {})

    chain = way(manager, shipment)["custody"]
    assert [each["step"] for each in chain] == [
        "dispatched", "loaded", "left", "arrived", "received",
    ]  # fmt: skip
    assert chain[1]["holder"] == "张师傅" and all(each["told_by"] for each in chain)
    assert [each["at"] for each in chain] == sorted(each["at"] for each in chain)


def test_the_driver_is_masked_for_who_neither_ships_nor_receives(
    keeper, person, receiver, shipment, driving
):
    names = [
        (trip["driver"], trip["phone"])
        for caller in (keeper, receiver, person("duty_officer"))
        for trip in way(caller, shipment)["trips"]
    ]

    assert names == [*[("张师傅", "13800000000")] * 2, ("张*", "138****0000")]


def test_what_a_driver_says_twice_is_kept_once(manager, shipment, driving):
    said = new_id()
    at = datetime.now(UTC).isoformat()
    first = driving.say("position", as_id=said, at=at, **HERE)
    again = driving.say("position", as_id=said, at=at, **HERE)

    assert again.json == first.json and again.status_code == 200
    assert len(way(manager, shipment)["sightings"]) == 1


def test_a_position_is_on_the_map_for_both_ends_and_for_nobody_else(
    manager, person, disaster, shipment, driving
):
    driving.say("position", **HERE)
    url = f"/api/v1/layers/trucks?disaster={disaster['id']}"

    (truck,) = manager.get(url).json["features"]
    assert truck["geometry"]["coordinates"] == [121.55, 29.87]
    assert truck["properties"]["eta"] and truck["properties"]["as_of"]
    elsewhere = person(f"duty_officer@{OTHER_COUNTY}")
    assert elsewhere.get(url).json["features"] == []
    assert elsewhere.get(f"/api/v1/shipments/{shipment}/trips").status_code == 404


def test_what_was_said_without_a_network_is_in_its_place_when_it_comes(manager, shipment, driving):
    later(120)
    now = clock.now()
    driving.say("arrived", at=now.isoformat())
    driving.say("left", at=(now - timedelta(hours=1)).isoformat())
    driving.say("loaded", at=(now - timedelta(days=400)).isoformat())
    driving.say("position", at=(now + timedelta(days=400)).isoformat(), **HERE)

    found = way(manager, shipment)
    assert [each["kind"] for each in found["sightings"]] == [
        "loaded", "left", "arrived", "position",
    ]  # fmt: skip
    left = found["custody"][0]["at"]
    assert all(left <= each["at"] <= each["received_at"] for each in found["sightings"])


def test_what_comes_after_the_signature_is_kept_and_changes_nothing(
    manager, receiver, shipment, driving
):
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {})

    assert driving.say("left").status_code == 201
    assert manager.get(f"/api/v1/shipments/{shipment}").json["state"] == "received"
    assert [each["kind"] for each in way(manager, shipment)["sightings"]] == ["left"]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "position"},
        {"kind": "held_up"},
        {"kind": "left", "cause": "flooded"},
        {"kind": "position", "lon": 121.5},
        {"kind": "position", "lon": 521.5, "lat": 29.8},
        {"kind": "flies"},
        {"kind": "left", "at": "yesterday"},
        {"kind": "left", "shipment_id": "x"},
    ],
)
def test_what_makes_no_sense_is_refused_with_words(driving, body):
    answer = driving.say(**body)

    assert answer.status_code == 422 and answer.json["errors"][0]["message"]


def test_a_truck_held_up_stands_in_the_queue_until_it_goes_on(manager, disaster, driving):
    driving.say("held_up", cause="flooded", **HERE)
    found = queue(manager, disaster)

    assert found["truck_held_up"]["state"] == "act"
    driving.say("position", **HERE)
    assert "truck_held_up" in queue(manager, disaster)  # it still stands there
    driving.say("position", **(HERE | {"lat": 29.88}))
    assert "truck_held_up" not in queue(manager, disaster)


def test_a_driver_says_himself_that_he_goes_on(manager, disaster, driving):
    driving.say("held_up", cause="breakdown")
    assert "truck_held_up" in queue(manager, disaster)
    driving.say("left")
    assert "truck_held_up" not in queue(manager, disaster)


def test_a_truck_that_says_nothing_is_told_of(manager, disaster, driving):
    assert "truck_silent" not in queue(manager, disaster)
    later(50)
    assert "truck_silent" in queue(manager, disaster)
    driving.say("position", **HERE)
    assert "truck_silent" not in queue(manager, disaster)


def test_a_truck_that_is_there_and_not_signed_for_is_told_of(
    manager, receiver, disaster, shipment, driving
):
    driving.say("arrived")
    later(40)
    assert "truck_unsigned" in queue(manager, disaster)
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {})
    assert "truck_unsigned" not in queue(manager, disaster)


def test_a_load_counted_other_than_sent_is_a_task_until_somebody_settles_it(
    manager, receiver, disaster, shipment
):
    lot = manager.get(f"/api/v1/shipments/{shipment}").json["lines"][0]["lot"]
    lines = [{"lot": lot, "received": 30, "damaged": 4}]
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {"lines": lines})

    entry = queue(manager, disaster)["shipment_difference"]
    assert "6" in entry["detail"] and "4" in entry["detail"]


def test_a_shipment_that_ended_gets_no_driver(keeper, receiver, shipment):
    receiver.put(f"/api/v1/shipments/{shipment}/receipt", {})

    assert assign(keeper, shipment).status_code == 409


def test_the_page_shows_the_link_until_it_is_opened_and_only_to_who_gives_it(
    browse, keeper, shipment, phone
):
    link = assign(keeper, shipment).json["link"]
    page = f"/stock/shipments/{shipment}/way"

    assert link in browse("depot_keeper").get(page).text
    assert link not in browse("duty_officer").get(page).text
    phone.open(link)
    assert link not in browse("depot_keeper").get(page).text


def test_a_form_gives_it_to_a_driver_and_says_what_is_missing(browse, shipment):
    keeper = browse("depot_keeper")
    page = f"/stock/shipments/{shipment}/way"
    text_of = keeper.get(page).text
    token = text_of.split('name="csrf" value="')[1].split('"')[0]
    made = text_of.split('name="id" value="')[1].split('"')[0]

    empty = keeper.post(page, data={"csrf": token, "id": made, "driver": " "})
    assert empty.status_code == 422
    wrong = keeper.post(page, data={"csrf": token, "id": made, "driver": "张师傅", "loaders": "-1"})
    assert wrong.status_code == 422
    done = keeper.post(page, data={"csrf": token, "id": made, "driver": "张师傅", "loaders": "4"})
    shown = keeper.get(page).text
    assert done.status_code == 303 and "/way/" in shown and "装卸 4 人" in shown


def test_the_drivers_name_ends_with_the_disasters_time(manager, disaster, shipment, driving):
    with act_as(SYSTEM), db.transaction() as session:
        assert forget_drivers(session, UUID(disaster["id"]), False) == 1
        assert forget_drivers(session, UUID(disaster["id"]), True) == 1

    (trip,) = way(manager, shipment)["trips"]
    assert (trip["driver"], trip["phone"]) == ("", "")


def test_everything_said_is_in_the_log_without_a_name(manager, shipment, driving):
    driving.say("held_up", cause="blocked")
    log = manager.get("/api/v1/events?area=990000000000&after=0&limit=500").json["events"]
    mine = [each for each in log if each["name"].startswith("trip.")]

    assert [each["name"] for each in mine] == ["trip.assigned", "trip.taken", "trip.sighted"]
    assert all(each["payload"]["shipment_id"] == shipment for each in mine)
    assert "张" not in str(mine)
