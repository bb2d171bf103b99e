"""What the stockpile shows on the map, in the totals strip, the drawer, the queue and search."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.boards.services import propose
from tests.conftest import MORNING, new_id
from tests.factories import stock as made
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.shelters import make_shelter


@pytest.fixture
def depot(manager):
    return made.depot(manager, minimums={"tent_12": 500})


@pytest.fixture
def need(manager, reporter, disaster, depot):
    made.stock(manager, depot, quantity=100)
    return made.need(reporter, disaster, quantity=40)


@pytest.fixture
def inside(app, disaster):
    """A hundred people are in the shelters of the township."""
    with act_as(SYSTEM), db.transaction() as session:
        propose(
            session, disaster_id=UUID(disaster["id"]),
            area_id=geo.tree(session).by_code(TOWNSHIP).id, indicator="sheltered_now",
            value=100, source="shelters", as_of=datetime.now(UTC),
        )  # fmt: skip


def layer(caller, name, disaster):
    return caller.get(f"/api/v1/layers/{name}?disaster={disaster['id']}").json["features"]


def cover(caller, disaster):
    rows = caller.get(f"/api/v1/totals?disaster={disaster['id']}").json["totals"]
    return next(each for each in rows if each["id"] == "stock_cover")


def test_depots_are_points_that_say_how_they_stand(person, manager, disaster, depot, need):
    (found,) = layer(manager, "depots", disaster)

    assert found["id"] == depot and found["geometry"]["coordinates"] == [121.55, 29.8]
    assert found["properties"]["state"] == "act", "a fifth of the minimum"
    assert found["properties"]["items"] == ["12平方米单帐篷 100 顶"]
    assert layer(person(f"logistics_manager@{OTHER_COUNTY}"), "depots", disaster) == []


def test_a_shipment_is_a_line_from_origin_to_destination(manager, keeper, disaster, need):
    reservation = made.reserve(manager, need).json["id"]
    eta = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    made.ship(keeper, reservation, eta=eta)
    (found,) = layer(manager, "shipments", disaster)

    assert found["geometry"] == {
        "type": "LineString",
        "coordinates": [[121.55, 29.8], [121.5, 29.8]],
    }
    shown = found["properties"]
    assert (shown["item"], shown["quantity"], shown["state"]) == ("tent_12", 40, "ok")
    assert shown["eta"] and shown["kind"] == "shipment"


def test_a_need_is_a_point_that_says_how_far_it_is_covered(person, manager, disaster, need):
    made.reserve(manager, need, quantity=10)
    (found,) = layer(manager, "needs", disaster)

    assert found["properties"]["coverage"] == 0.25
    assert (found["properties"]["state"], found["properties"]["phase"]) == (
        "act",
        "partly_promised",
    )
    assert layer(person(f"duty_officer@{OTHER_COUNTY}"), "needs", disaster) == []


def test_cover_is_not_known_until_people_are_and_then_the_scarcest_item_counts(
    manager, disaster, depot
):
    made.stock(manager, depot, item="water", quantity=100)
    made.stock(manager, depot, item="instant_food", quantity=50)

    assert cover(manager, disaster)["value"] is None
    with act_as(SYSTEM), db.transaction() as session:
        propose(
            session, disaster_id=UUID(disaster["id"]),
            area_id=geo.tree(session).by_code(TOWNSHIP).id, indicator="sheltered_now",
            value=100, source="shelters", as_of=datetime.now(UTC),
        )  # fmt: skip
    made.stock(manager, depot, item="rice", quantity=1000)
    found = cover(manager, disaster)
    assert found["value"] == 2, "50 boxes of 12 servings for 100 people at 3 a day"
    assert found["state"] == "watch"


def test_without_a_drop_of_water_or_a_bite_to_eat_nothing_lasts(manager, disaster, depot, inside):
    made.stock(manager, depot, item="rice", quantity=1000)
    assert (cover(manager, disaster)["value"], cover(manager, disaster)["state"]) == (0, "act")

    made.stock(manager, depot, item="water", quantity=100)
    assert cover(manager, disaster)["value"] == 4

    made.move(manager, kind="issue", source=depot, item="rice", quantity=1000)
    assert cover(manager, disaster)["value"] == 0


@pytest.mark.parametrize(
    "where", ["shut", "expired", "for another disaster", "expired in a shelter"]
)
def test_what_serves_nobody_in_the_shelters_makes_nothing_last(
    person, manager, disaster, depot, inside, where
):
    for item in ("water", "rice"):
        made.stock(manager, depot, item=item, quantity=100)
    long = cover(manager, disaster)["value"]
    other, more = depot, {"expires_on": "2020-01-01"} if "expired" in where else {}
    if where == "shut":
        other = made.depot(manager, name="二库", shut="进水")
    if where == "expired in a shelter":
        other = make_shelter(person("shelter_manager"))
    if where == "for another disaster":
        past = {"name": "别处的水", "kind": "flood", "started_at": MORNING.isoformat(),
                "division_date": "2013-10-06", "form_version": "2020"}  # fmt: skip
        more = {"kind": "donation", "donor": "红十字会", "disaster_id": new_id()}
        person("duty_officer").put(f"/api/v1/disasters/{more['disaster_id']}", past)
    for item in ("water", "rice"):
        said = {"kind": "receive", "to": other, "item": item, "quantity": 500} | more
        assert made.move(manager, **said).status_code == 201

    assert cover(manager, disaster)["value"] == long


def test_the_drawer_lists_stock_and_needs(manager, need):
    page = manager.get(f"/areas/{COUNTY}/panel")

    assert page.status_code == 200
    assert page.text.count("12平方米单帐篷") == 2


def test_one_box_finds_items_and_depots(manager, need):
    def titles(words):
        answer = manager.get(f"/api/v1/search?q={words}")
        return [each["title"] for each in answer.json["results"]]

    assert "12平方米单帐篷" in titles("帐篷")
    assert "东山县库" in titles("东山县库")


def test_what_wants_attention_stops_wanting_it(manager, keeper, disaster, depot, need):
    def kinds():
        rows = manager.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
        return {each["kind"] for each in rows if each["kind"].startswith(("stock", "shipment"))}

    soon = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    made.stock(manager, depot, item="water", quantity=5, expires_on=soon)
    shipment = made.ship(keeper, made.reserve(manager, need).json["id"]).json["id"]
    made.was_due(shipment, datetime.now(UTC) - timedelta(hours=2))
    assert kinds() == {"stock_minimum", "stock_expiry", "shipment_overdue"}

    keeper.put(f"/api/v1/shipments/{shipment}/receipt", {})
    made.move(manager, kind="issue", source=depot, item="water", quantity=5)
    made.stock(manager, depot, quantity=900)
    assert kinds() == set()
