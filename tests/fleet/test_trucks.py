"""The trucks of a depot: entered, changed, and what plans put on them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import new_id
from tests.factories import stock
from tests.factories.allocation import apply, got, make_plan, plan_body, shown, work
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP

TENT = {"cubic_metres": 0.2, "kilograms": 55}  # what one takes, by the catalogue


@pytest.fixture
def manager(person):
    return person(f"logistics_manager@{COUNTY}")


@pytest.fixture
def keeper(person):
    return person(f"depot_keeper@{COUNTY}")


@pytest.fixture
def reporter(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def depot(manager):
    made = stock.depot(manager)
    stock.stock(manager, made, quantity=40)
    return made


def put(caller, depot, trucks_id=None, /, revision=None, **changes):
    body = {"depot": depot, "name": "厢式货车", "number": 1, "cubic_metres": 2,
            "kilograms": 5000} | changes  # fmt: skip
    headers = {"If_Match": str(revision)} if revision else {}
    return caller.put(f"/api/v1/depot-trucks/{trucks_id or new_id()}", body, **headers)


def two_needs(reporter, person, disaster):
    neighbour = person(f"township_reporter@{NEIGHBOUR}")
    return (
        stock.need(reporter, disaster, quantity=20),
        stock.need(neighbour, disaster, quantity=20, area_code=NEIGHBOUR),
    )


def page(caller, path):
    return caller.client.get(path, headers={"Authorization": f"Bearer {caller.token}"}).text


def test_a_plan_sends_no_more_than_the_trucks_carry_and_says_that_they_cut_it(
    manager, keeper, reporter, person, disaster, depot
):
    put(keeper, depot)  # 2 m³: ten tents
    first, second = two_needs(reporter, person, disaster)

    plan = shown(manager, made := make_plan(manager, disaster))

    assert got(plan) == {first: 5, second: 5}
    cuts = [each["cut"] for each in plan["needs"]]
    assert {(each["limit"], each["depot"]) for each in cuts} == {("trucks", depot)}
    assert sorted(each["pieces"] for each in cuts) == [1, 2]  # one after the other
    assert plan["trucks"] == [
        {"depot": depot, "depot_name": "东山县库", "litres": 2000.0, "litres_held": 2000.0,
         "kilograms": 550.0, "kilograms_held": 5000.0}
    ]  # fmt: skip
    words = page(manager, f"/stock/plans/{made}?need={first}")
    assert "车辆已满" in words and "车辆装载" in words


def test_the_weight_cuts_too_and_the_trips_count(
    manager, keeper, reporter, person, disaster, depot
):
    put(keeper, depot, cubic_metres=100, kilograms=220, trips=2)  # 8 tents

    two_needs(reporter, person, disaster)

    assert sum(got(shown(manager, make_plan(manager, disaster))).values()) == 8


def test_without_trucks_entered_or_minded_everything_goes(
    manager, keeper, reporter, person, disaster, depot
):
    two_needs(reporter, person, disaster)
    assert sum(got(shown(manager, make_plan(manager, disaster))).values()) == 40
    put(keeper, depot)
    freely = shown(manager, make_plan(manager, disaster, mind_trucks=False))
    assert sum(got(freely).values()) == 40 and freely["trucks"] == []


def test_where_no_truck_stands_tonight_nothing_leaves_by_plan(
    manager, keeper, reporter, disaster, depot
):
    put(keeper, depot, number=0)
    stock.need(reporter, disaster, quantity=5)

    plan = shown(manager, make_plan(manager, disaster))

    assert [each["got"] for each in plan["needs"]] == [0]
    assert plan["needs"][0]["cut"]["limit"] == "trucks"


def test_what_is_promised_already_takes_its_room(
    manager, keeper, reporter, person, disaster, depot
):
    put(keeper, depot)
    early = stock.need(reporter, disaster, quantity=6)
    assert stock.reserve(manager, early, quantity=6).status_code == 201
    two_needs(reporter, person, disaster)

    assert sum(got(shown(manager, make_plan(manager, disaster))).values()) == 4
    (line,) = [x for x in page(keeper, "/stock/trucks").split("<tr data-key") if depot in x]
    assert "60 %" in line


def test_what_is_on_the_road_keeps_its_truck_until_it_is_there(
    manager, keeper, reporter, person, disaster, depot
):
    put(keeper, depot)
    early, promise, trip = stock.need(reporter, disaster, quantity=10), new_id(), new_id()
    stock.reserve(manager, early, quantity=10, id=promise)
    assert stock.ship(keeper, promise, id=trip).status_code == 201
    two_needs(reporter, person, disaster)
    assert sum(got(shown(manager, make_plan(manager, disaster))).values()) == 0
    assert manager.put(f"/api/v1/shipments/{trip}/receipt", {}).status_code in (200, 201)
    assert sum(got(shown(manager, make_plan(manager, disaster))).values()) == 10


def test_trucks_taken_off_count_as_never_entered(
    manager, keeper, reporter, person, disaster, depot
):
    trucks = new_id()
    put(keeper, depot, trucks, number=0)
    two_needs(reporter, person, disaster)
    assert sum(got(shown(manager, make_plan(manager, disaster))).values()) == 0

    assert put(keeper, depot, trucks, revision=1, number=0, off=True).status_code == 200

    assert sum(got(shown(manager, make_plan(manager, disaster))).values()) == 40
    assert keeper.get(f"/api/v1/depot-trucks?depot={depot}").json["trucks"] == []
    assert "撤下" in page(keeper, f"/stock/trucks/{trucks}")


def test_moves_that_do_not_fit_are_refused_whole(manager, keeper, disaster, depot):
    put(keeper, depot)
    stock.depot(manager, name="缺货库", minimums={"tent_12": 20})
    advised = manager.get(f"/api/v1/stock-advice?disaster={disaster['id']}&area={COUNTY}").json
    (move,) = advised["moves"]
    body = {"disaster_id": disaster["id"], "area_code": COUNTY}
    chosen = {"balance": move["balance"], "to": move["to"], "quantity": move["quantity"]}

    def send(quantity):
        moves = [chosen | {"quantity": quantity}]
        return manager.put(f"/api/v1/stock-moves/{new_id()}", body | {"moves": moves})

    refused = send(20)
    assert refused.status_code == 409 and "东山县库" in refused.json["detail"]
    assert send(10).status_code == 201


def test_of_two_plans_that_fill_the_same_trucks_only_one_is_promised(
    manager, person, keeper, reporter, disaster, depot
):
    put(keeper, depot)
    two_needs(reporter, person, disaster)
    other = stock.need(reporter, disaster, item="tent_36", quantity=1)
    stock.stock(manager, depot, item="tent_36", quantity=1)
    plans = [
        make_plan(manager, disaster, items=["tent_12"]),
        make_plan(manager, disaster, items=["tent_36"]),
    ]
    assert got(shown(manager, plans[1])) == {other: 1}
    callers = [manager, person(f"logistics_manager@{CITY}")]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(apply, callers, plans))

    assert sorted(each.status_code for each in answers) == [200, 412]
    refused = next(each for each in answers if each.status_code == 412)
    assert "车" in refused.json["detail"] or "trucks" in refused.json["detail"]


def test_what_nobody_weighed_counts_as_nothing_and_is_said(
    manager, keeper, reporter, disaster, depot, person
):
    put(keeper, depot, number=0)
    officer = person(f"logistics_manager@{CITY}")
    officer.put(
        "/api/v1/items/pump_2",
        {"item_class": "gear", "name_zh": "大泵", "name_en": "Large pump", "unit_zh": "台",
         "unit_en": "pieces"},
    )  # fmt: skip
    stock.stock(manager, depot, item="pump_2", quantity=3)
    need = stock.need(reporter, disaster, item="pump_2", quantity=2)

    plan = shown(manager, make_plan(manager, disaster))

    assert got(plan) == {need: 2} and plan["unweighed"] == ["大泵"]


@pytest.mark.parametrize(
    "changes",
    [{"name": " "}, {"name": "长" * 61}, {"number": -1}, {"number": 10**9}, {"number": 1.5},
     {"trips": 0}, {"cubic_metres": 0}, {"cubic_metres": -3}, {"cubic_metres": 0.0001},
     {"cubic_metres": 10**6}, {"kilograms": 0}, {"kilograms": 10**9}, {"number": "two"},
     {"depot": "018f0000-0000-7000-8000-000000000000"}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(keeper, depot, changes):
    assert put(keeper, depot, **changes).status_code in (404, 422)
    assert keeper.get(f"/api/v1/depot-trucks?area={COUNTY}").json["trucks"] == []


def test_trucks_are_changed_on_their_revision_and_stay_with_their_depot(keeper, manager, depot):
    trucks = new_id()
    assert put(keeper, depot, trucks).status_code == 201
    assert put(keeper, depot, trucks).status_code == 200
    assert put(keeper, depot, trucks, revision=1, number=3).status_code == 200
    assert put(keeper, depot, trucks, revision=1, number=4).json["code"] == "stale_base"
    other = stock.depot(manager, name="别的库")
    assert put(keeper, other, trucks, revision=2).status_code == 422
    (row,) = keeper.get(f"/api/v1/depot-trucks?depot={depot}").json["trucks"]
    assert (row["number"], row["revision"], row["cubic_metres"]) == (3, 2, 2)


def test_nobody_enters_the_trucks_of_another_county(person, depot):
    for where in (OTHER_COUNTY, NEIGHBOUR):
        assert put(person(f"depot_keeper@{where}"), depot).status_code == 404
    assert put(person(f"duty_officer@{COUNTY}"), depot).status_code == 403


def test_the_form_enters_trucks_and_a_wrong_one_comes_back(keeper, depot):
    headers = {"Authorization": f"Bearer {keeper.token}"}
    fields = {"id": new_id(), "depot": depot, "name": "浙B12345", "number": "2", "trips": "1",
              "cubic_metres": "0", "kilograms": "1500"}  # fmt: skip
    wrong = keeper.client.post("/stock/trucks", data=fields, headers=headers)
    assert wrong.status_code == 422 and 'value="浙B12345"' in wrong.text
    fields["cubic_metres"] = "15.5"
    assert keeper.client.post("/stock/trucks", data=fields, headers=headers).status_code == 303
    edit = page(keeper, f"/stock/trucks/{fields['id']}")
    assert 'value="15.5"' in edit and 'name="revision" value="1"' in edit
    changed = fields | {"revision": "1", "number": "0"}
    assert keeper.client.post("/stock/trucks", data=changed, headers=headers).status_code == 303
    assert keeper.get(f"/api/v1/depot-trucks/{fields['id']}").json["number"] == 0


def test_the_form_of_a_plan_minds_the_trucks_unless_told_otherwise(
    manager, keeper, reporter, person, disaster, depot
):
    put(keeper, depot)
    two_needs(reporter, person, disaster)
    headers = {"Authorization": f"Bearer {manager.token}"}
    form = page(manager, f"/stock/plans?disaster={disaster['id']}&area={COUNTY}")
    assert 'name="mind_trucks" value="true" checked' in form
    body = {name: str(value) for name, value in plan_body(disaster["id"]).items()}
    for ticked, sent in (({"mind_trucks": "true"}, 10), ({}, 40)):
        plan = new_id()
        fields = {"id": plan, **body, **ticked}
        answer = manager.client.post("/stock/plans", data=fields, headers=headers)
        assert answer.status_code == 303
        work()
        assert sum(got(shown(manager, plan)).values()) == sent
