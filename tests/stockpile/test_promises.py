"""Promises over the API, in the order: stranger, neighbour, answer, record, retry."""

from __future__ import annotations

from tests.factories import stock as made
from tests.factories.city import COUNTY, FAR_TOWNSHIP, OTHER_COUNTY, TOWNSHIP
from tests.factories.hazards import make_hazard
from tests.factories.stock import new_id
from tests.stockpile.test_pages import post


def test_a_stranger_is_refused(stranger):
    body = {"need_id": new_id()}
    assert stranger.put(f"/api/v1/stock/reservations/{new_id()}", body).status_code == 401
    assert stranger.get("/api/v1/stock/balances").status_code == 401


def test_another_countys_manager_and_a_reader_are_refused(person, manager, reporter, disaster):
    need = made.need(reporter, disaster)
    elsewhere = person(f"logistics_manager@{OTHER_COUNTY}")

    assert made.reserve(elsewhere, need).status_code == 404
    assert made.reserve(reporter, need).status_code == 403


def test_stock_is_promised_nearest_first_and_counted_on_the_need(manager, reporter, disaster):
    far = made.depot(manager, name="远库", lon=121.9, lat=29.3)
    near = made.depot(manager, name="近库", lon=121.51, lat=29.8)
    made.stock(manager, far, quantity=100)
    made.stock(manager, near, quantity=30)
    need = made.need(reporter, disaster, quantity=50)
    answer = made.reserve(manager, need)

    assert answer.status_code == 201 and answer.json["quantity"] == 50
    assert {each["depot"]: each["quantity"] for each in answer.json["lines"]} == {
        near: 30,
        far: 20,
    }
    assert made.balance(manager, near) == (30, 30)
    assert made.balance(manager, far) == (100, 20)
    assert manager.get(f"/api/v1/needs/{need}").json["state"] == "promised"


def test_in_a_depot_the_lot_that_expires_first_goes_first_and_an_expired_one_never(
    manager, reporter, disaster
):
    depot = made.depot(manager)
    made.stock(manager, depot, item="water", quantity=10, expires_on="2020-01-01")
    later = made.stock(manager, depot, item="water", quantity=10, expires_on="2099-01-01")
    sooner = made.stock(manager, depot, item="water", quantity=10, expires_on="2098-01-01")
    need = made.need(reporter, disaster, item="water", quantity=30)
    answer = made.reserve(manager, need)

    assert {each["lot"]: each["quantity"] for each in answer.json["lines"]} == {
        sooner: 10,
        later: 10,
    }
    assert manager.get(f"/api/v1/needs/{need}").json["state"] == "partly_promised"


def test_promising_is_on_the_record_of_both_ends(manager, reporter, disaster):
    depot = made.depot(manager)
    made.stock(manager, depot, quantity=30)
    answer = made.reserve(manager, made.need(reporter, disaster))
    log = manager.get(f"/api/v1/events?after={answer.json['seq'] - 2}&area={TOWNSHIP}").json

    assert [each["name"] for each in log["events"]] == ["need.promised", "stock.reserved"]


def test_a_retry_promises_nothing_more_and_another_body_is_refused(manager, reporter, disaster):
    depot, need = made.depot(manager), made.need(reporter, disaster, quantity=30)
    made.stock(manager, depot, quantity=30)
    reservation = new_id()
    first = made.reserve(manager, need, id=reservation, quantity=10)
    again = made.reserve(manager, need, id=reservation, quantity=10)
    other = made.reserve(manager, need, id=reservation, quantity=11)

    assert again.status_code == 200 and again.json == first.json
    assert other.status_code == 409 and other.json["code"] == "body_differs"
    assert made.balance(manager, depot) == (30, 10)


def test_who_asks_does_not_promise(person, manager, disaster):
    both = person("duty_officer", "logistics_manager")
    made.stock(manager, made.depot(manager), quantity=30)
    need = made.need(both, disaster)

    assert made.reserve(both, need).status_code == 403
    assert made.reserve(manager, need).status_code == 201


def test_nothing_left_is_said_and_all_or_nothing_takes_nothing(manager, reporter, disaster):
    depot = made.depot(manager)
    need = made.need(reporter, disaster, quantity=10)
    nothing = made.reserve(manager, need)
    made.stock(manager, depot, quantity=6)
    whole = made.reserve(manager, need, all_or_nothing=True)
    part = made.reserve(manager, need)

    assert nothing.status_code == 409 and whole.status_code == 409
    assert part.json["quantity"] == 6


def test_a_promise_is_given_back_once(manager, reporter, disaster):
    depot, need = made.depot(manager), made.need(reporter, disaster)
    made.stock(manager, depot, quantity=30)
    reservation = made.reserve(manager, need).json["id"]
    address = f"/api/v1/stock/reservations/{reservation}/release"
    first, again = manager.put(address, {}), manager.put(address, {})

    assert first.status_code == 201 and again.json == first.json
    assert made.balance(manager, depot) == (30, 0)
    assert manager.get(f"/api/v1/needs/{need}").json["promised"] == 0
    assert made.ship(manager, reservation).status_code == 409


def test_why_a_promise_was_given_back_stands_at_the_need(manager, reporter, disaster, browse):
    depot, need = made.depot(manager), made.need(reporter, disaster)
    made.stock(manager, depot, quantity=30)
    first = made.reserve(manager, need).json["id"]
    desk = browse(f"logistics_manager@{COUNTY}")
    page = desk.get(f"/stock/needs/{need}").text
    assert f"/reservations/{first}/release" in page and 'name="reason"' in page

    told = {"reason": "海岛更急"}
    assert post(manager, f"/reservations/{first}/release", **told).status_code == 303
    second = made.reserve(manager, need).json["id"]
    endless = post(manager, f"/reservations/{second}/release", reason="长" * 201)
    empty = post(manager, f"/reservations/{second}/release", reason=" ")
    assert empty.status_code == 422 and "请写明收回的原因" in empty.text
    said = manager.put(f"/api/v1/stock/reservations/{second}/release", {"reason": "路断"})

    assert (said.status_code, endless.status_code) == (201, 422)
    page = desk.get(f"/stock/needs/{need}").text
    assert "海岛更急" in page and "路断" in page
    again = manager.put(f"/api/v1/stock/reservations/{second}/release", {"reason": "另一原因"})
    assert again.status_code == 409 and "没有" in again.json["detail"], "not: another content"
    (line,) = manager.get(f"/api/v1/stock/reservations/{second}").json["lines"]
    assert (line["state"], line["released_why"]) == ("released", "路断")


def test_withdrawing_a_need_frees_what_was_promised(manager, reporter, disaster):
    depot, need = made.depot(manager), made.need(reporter, disaster)
    made.stock(manager, depot, quantity=30)
    made.reserve(manager, need)
    reporter.put(f"/api/v1/needs/{need}/withdrawal", {})

    assert made.balance(manager, depot) == (30, 0)
    assert manager.get(f"/api/v1/needs/{need}").json["state"] == "withdrawn"
    assert made.reserve(manager, need).status_code == 409


def test_goods_given_for_one_disaster_go_to_that_disaster_only(manager, reporter, disaster):
    depot, other = made.depot(manager), new_id()
    flood = {k: v for k, v in disaster.items() if k != "id"} | {"kind": "flood", "storm": ""}
    assert manager.put(f"/api/v1/disasters/{other}", flood).status_code == 403
    made.move(manager, kind="donation", to=depot, item="tent_12", quantity=5, donor="红十字会",
              purpose="台风", disaster_id=disaster["id"])  # fmt: skip

    assert made.reserve(manager, made.need(reporter, disaster)).json["quantity"] == 5


def test_a_depot_of_a_drill_never_meets_a_real_need(person, manager, reporter, disaster):
    director, drill = person("drill_director"), new_id()
    plan = {"name": "演练", "seed": 1, "drill_start": disaster["started_at"]}
    director.put(f"/api/v1/drills/{drill}", plan)
    made.stock(manager, made.depot(director, drill_id=drill), quantity=50)

    assert made.reserve(manager, made.need(reporter, disaster)).status_code == 409


def test_a_need_far_away_is_met_by_a_county_manager_only_from_his_own_depots(
    person, manager, disaster
):
    made.stock(manager, made.depot(manager), quantity=50)
    reporter = person(f"township_reporter@{FAR_TOWNSHIP}")
    need = made.need(reporter, disaster, area_code=FAR_TOWNSHIP)

    assert made.reserve(person(f"logistics_manager@{OTHER_COUNTY}"), need).status_code == 409
    assert made.reserve(manager, need).json["quantity"] == 10


def test_a_place_no_road_leads_to_is_said_unless_somebody_names_the_depot(
    manager, reporter, person, disaster, browse
):
    depot = made.depot(manager, lon=121.55)
    made.stock(manager, depot, quantity=20)
    need = made.need(reporter, disaster)
    line = {"type": "LineString", "coordinates": [[121.525, 29.5], [121.525, 30.1]]}
    make_hazard(person(f"duty_officer@{COUNTY}"), disaster, kind="closed_road", shape=line)

    refused = made.reserve(manager, need)
    assert refused.status_code == 409 and "道路" in refused.json["detail"]
    page = browse("logistics_manager").get(f"/stock/needs/{need}").data.decode()
    proposed, to_choose = page[page.index("<main") :].split("选择数量与出库仓库")
    assert "东山县库" not in proposed, "it is not proposed"
    assert f'value="{depot}"' in to_choose, "and can be named"
    assert made.reserve(manager, need, depot=depot).status_code == 201
