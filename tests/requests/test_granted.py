"""What is granted: it rings, goes round no circle, is changed by its request alone, and ends."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from relief_ops import clock
from tests.factories import stock
from tests.factories.allocation import got, make_plan, shown
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP
from tests.requests.test_requests import (  # noqa: F401  fixtures
    asked,
    city,
    city_depot,
    county,
    depot,
    look,
    post,
    step,
)


def granted(county, city, disaster, depot, **changes):  # noqa: F811
    request = asked(county, disaster, depot, **changes)
    assert step(city, request, "grant").status_code == 200
    return request, look(city, request)["lines"][0]["need"]


def kinds(caller, disaster, area=COUNTY):
    path = f"/api/v1/attention?disaster={disaster['id']}&area={area}"
    return [each["kind"] for each in caller.get(path).json["attention"]]


def test_nobody_answering_what_was_granted_rings(county, city, disaster, depot):  # noqa: F811
    granted(county, city, disaster, depot, priority=1)
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        assert "need_unpromised" in kinds(city, disaster, CITY)


def test_two_depots_that_ask_do_not_send_each_other_what_they_have(
    county, city, person, disaster, depot  # noqa: F811
):  # fmt: skip
    other = person(f"logistics_manager@{OTHER_COUNTY}")
    far = stock.depot(other, name="西湾县库", area_code=OTHER_COUNTY, lon=121.9, lat=29.3)
    stock.stock(county, depot, quantity=30)
    stock.stock(other, far, quantity=30)
    needs = [granted(who, city, disaster, each)[1] for who, each in ((county, depot), (other, far))]

    assert got(shown(city, make_plan(city, disaster, area_code=CITY))) == dict.fromkeys(needs, 0)
    for need in needs:
        assert stock.reserve(city, need).status_code == 409


def test_the_area_that_asked_does_not_meet_its_own_request(
    county, city, person, disaster, depot  # noqa: F811
):  # fmt: skip
    near = stock.depot(county, name="近库", area_code=NEIGHBOUR, lon=121.56)
    stock.stock(county, near, quantity=100)
    _request, need = granted(county, city, disaster, depot)
    assert stock.reserve(person(f"logistics_manager@{COUNTY}"), need).status_code == 409
    assert got(shown(city, make_plan(city, disaster, area_code=CITY))) == {need: 0}
    assert "近库" not in city.get(f"/stock/needs/{need}").text


def test_whoever_asked_does_not_raise_what_was_granted(county, city, disaster, depot):  # noqa: F811
    _request, need = granted(county, city, disaster, depot)
    known = county.get(f"/api/v1/needs/{need}").json
    body = {"disaster_id": disaster["id"], "area_code": COUNTY, "item": "tent_12",
            "quantity": 4000, "priority": 1}  # fmt: skip
    answer = county.put(f"/api/v1/needs/{need}", body, If_Match=str(known["revision"]))
    assert answer.status_code == 409
    assert county.put(f"/api/v1/needs/{need}/withdrawal", {}).status_code == 409
    assert county.get(f"/api/v1/needs/{need}").json["quantity"] == 60


def test_the_class_is_lowered_never_raised(county, city, disaster, depot):  # noqa: F811
    for wanted, given in ((5, 5), (1, 3)):
        request = asked(county, disaster, depot)
        assert step(city, request, "grant", priority=wanted).status_code == 200
        assert look(city, request)["priority"] == given


def test_a_figure_left_out_on_the_page_grants_nothing(county, city, disaster, depot):  # noqa: F811
    request = asked(county, disaster, depot)
    answer = post(city, f"/stock/requests/{request}/grant", **{"granted.tent_12": ""})
    assert answer.status_code == 422
    assert look(city, request)["state"] == "asked"


def test_met_it_says_so_and_is_not_withdrawn_and_its_depot_waits_until_then(
    county, city, disaster, depot, city_depot  # noqa: F811
):  # fmt: skip
    request, need = granted(county, city, disaster, depot)
    assert look(county, request)["stage"] == "granted"
    body = {"name": "东山县库", "area_code": TOWNSHIP, "lon": 121.55, "lat": 29.8}
    assert county.put(f"/api/v1/depots/{depot}", body, If_Match="1").status_code == 422

    reservation = stock.reserve(city, need).json["id"]
    assert look(county, request)["stage"] == "promised"
    shipment = stock.ship(city, reservation).json["id"]
    assert look(county, request)["stage"] == "on_the_road"
    county.put(f"/api/v1/shipments/{shipment}/receipt", {})
    assert look(county, request)["stage"] == "met"
    assert step(county, request, "withdrawal", reason="x").status_code == 409
    assert county.put(f"/api/v1/depots/{depot}", body, If_Match="1").status_code == 200


def test_what_was_granted_below_is_to_be_bought_where_no_stock_covers_it(
    county, city, disaster, depot  # noqa: F811
):  # fmt: skip
    def to_buy(area):
        path = f"/api/v1/stock-advice?disaster={disaster['id']}&area={area}"
        return {each["item"]: each["quantity"] for each in city.get(path).json["buys"]}

    granted(county, city, disaster, depot)
    assert to_buy(CITY) == {"tent_12": 60}
    assert to_buy(COUNTY) == {}
