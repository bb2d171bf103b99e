"""A need that is short, met by what stands in for it: decided, promised, withdrawn, given back."""

from __future__ import annotations

import pytest

from tests.conftest import MORNING, new_id
from tests.factories import stock
from tests.factories.allocation import make_plan, shown
from tests.factories.city import CITY, COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.shelters import open_shelter

WHY = "棉被已发完，毛毯可御寒"


def need(who, need_id):
    return who.get(f"/api/v1/needs/{need_id}").json


def stand_in(who, need_id, *, as_id=None, **changes):
    body = {"stand_in": "blanket", "quantity": 40, "reason": WHY} | changes
    return who.put(f"/api/v1/needs/{need_id}/substitutions/{as_id or new_id()}", body)


def undo(who, need_id, stand_in_id):
    return who.put(f"/api/v1/needs/{need_id}/substitutions/{stand_in_id}/withdrawal", {})


def listed(who, need_id):
    return who.get(f"/api/v1/needs/{need_id}/substitutions").json["substitutions"]


def test_a_stand_in_lowers_the_need_and_is_asked_for_at_the_same_place(manager, reporter, quilts):
    answer = stand_in(manager, quilts)

    assert answer.status_code == 201, answer.json
    first, other = need(reporter, quilts), need(reporter, answer.json["id"])
    assert (first["quantity"], first["outstanding"], first["state"]) == (60, 60, "open")
    assert (other["item"], other["quantity"], other["basis"]) == ("blanket", 80, "substitute")
    assert other["stands_in_for"] == quilts and first["stands_in_for"] is None
    for same in ("place", "area_code", "priority", "due_at", "disaster_id"):
        assert other[same] == first[same]
    (decided,) = listed(reporter, quilts)
    assert (decided["quantity"], decided["brings"], decided["per_hundred"]) == (40, 80, 200)
    assert decided["reason"] == WHY and decided["decided_by"] == str(manager.user_id)


def test_a_stand_in_is_rounded_up_to_whole_packs(manager, quilts):
    answer = stand_in(manager, quilts, stand_in="padded_coat", quantity=15)

    assert need(manager, answer.json["id"])["quantity"] == 30  # 22.5, and packs of ten


def test_sent_twice_it_is_decided_once_and_another_body_is_refused(manager, quilts):
    same = new_id()
    first, again = stand_in(manager, quilts, as_id=same), stand_in(manager, quilts, as_id=same)
    other = stand_in(manager, quilts, as_id=same, quantity=20)

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.json == first.json and other.json["code"] == "body_differs"
    assert need(manager, quilts)["quantity"] == 60


def test_the_id_of_another_need_is_no_id_of_a_stand_in(manager, reporter, quilts, disaster):
    taken = stock.need(reporter, disaster, item="blanket", quantity=10)
    answer = stand_in(manager, quilts, as_id=taken)

    assert answer.status_code == 409 and need(manager, taken)["quantity"] == 10


def test_never_below_what_is_promised(manager, depot, quilts):
    stock.stock(manager, depot, item="quilt", quantity=70)
    stock.reserve(manager, quilts)

    assert stand_in(manager, quilts, quantity=35).status_code == 409
    assert stand_in(manager, quilts, quantity=30).status_code == 201
    assert need(manager, quilts)["state"] == "promised"


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"stand_in": "unheard_of"}, 422),
        ({"stand_in": "rice"}, 422),
        ({"stand_in": "quilt"}, 422),
        *(({"quantity": each}, 422) for each in (0, -5, 2.5, 10**9, "many", None)),
        ({"quantity": 7}, 422),
        ({"quantity": 105}, 409),
        ({"reason": ""}, 422),
        ({"reason": "   "}, 422),
        ({"reason": "长" * 201}, 422),
        ({"more": 1}, 422),
    ],
)
def test_what_cannot_be_meant_is_explained_and_changes_nothing(manager, quilts, wrong, status):
    answer = stand_in(manager, quilts, **wrong)

    assert answer.status_code == status and answer.json["detail"]
    assert need(manager, quilts)["quantity"] == 100 and listed(manager, quilts) == []


def test_strangers_reporters_and_neighbours_decide_nothing(person, stranger, reporter, quilts):
    assert stand_in(stranger, quilts).status_code == 401
    assert stand_in(reporter, quilts).status_code == 403
    neighbour = person(f"logistics_manager@{OTHER_COUNTY}")
    assert stand_in(neighbour, quilts).status_code == 404
    assert neighbour.get(f"/api/v1/needs/{quilts}/substitutions").status_code == 404
    assert stand_in(person(f"logistics_manager@{COUNTY}"), quilts).status_code == 201


def test_what_nobody_may_stand_in_for(manager, reporter, quilts, disaster):
    other = stand_in(manager, quilts).json["id"]

    assert stand_in(manager, other, stand_in="padded_coat").status_code == 409
    reporter.put(f"/api/v1/needs/{quilts}/withdrawal", {})
    assert stand_in(manager, quilts).status_code == 409
    assert stand_in(manager, new_id()).status_code == 404


def test_who_asked_for_the_first_does_not_promise_the_stand_in(manager, depot, disaster, person):
    own = stock.need(manager, disaster, item="quilt", quantity=100)
    stock.stock(manager, depot, item="blanket", quantity=100)
    other = stand_in(person("logistics_manager"), own).json["id"]

    assert stock.reserve(manager, other).status_code == 403
    assert stock.reserve(person("logistics_manager"), other).status_code == 201


def test_its_quantity_follows_from_the_decision_alone(manager, reporter, quilts, disaster):
    other = stand_in(manager, quilts).json["id"]
    body = {"disaster_id": disaster["id"], "area_code": TOWNSHIP, "item": "blanket",
            "quantity": 200, "priority": 1}  # fmt: skip

    assert reporter.put(f"/api/v1/needs/{other}", body, If_Match="1").status_code == 409
    same = reporter.put(f"/api/v1/needs/{other}", body | {"quantity": 80}, If_Match="1")
    assert same.status_code == 200 and need(manager, other)["priority"] == 1


def test_all_of_a_need_may_be_stood_in_for_and_it_asks_again_when_withdrawn(manager, quilts):
    other = stand_in(manager, quilts, quantity=100).json["id"]
    assert (need(manager, quilts)["state"], need(manager, quilts)["quantity"]) == ("substituted", 0)

    assert undo(manager, quilts, other).status_code == 200
    assert (need(manager, quilts)["state"], need(manager, quilts)["quantity"]) == ("open", 100)
    assert need(manager, other)["state"] == "withdrawn"


def test_withdrawn_half_way_the_need_asks_again_in_proportion(manager, keeper, depot, quilts):
    other = stand_in(manager, quilts).json["id"]
    stock.stock(manager, depot, item="blanket", quantity=30)
    promise = stock.reserve(manager, other).json["id"]
    shipment = stock.ship(keeper, promise).json["id"]

    assert undo(manager, quilts, other).status_code == 200
    (decided,) = listed(manager, quilts)
    assert (decided["returned"], need(manager, quilts)["quantity"]) == (25, 85)
    assert need(manager, other)["quantity"] == 30

    keeper.put(f"/api/v1/shipments/{shipment}/turn-back", {})
    assert need(manager, quilts)["quantity"] == 100
    assert listed(manager, quilts)[0]["returned"] == 40


def test_what_was_promised_of_a_withdrawn_stand_in_is_free_again(manager, depot, quilts):
    other = stand_in(manager, quilts).json["id"]
    stock.stock(manager, depot, item="blanket", quantity=80)
    stock.reserve(manager, other)
    undo(manager, quilts, other)

    assert stock.balance(manager, depot) == (80, 0)


def test_undone_twice_it_gives_back_once(manager, quilts):
    other = stand_in(manager, quilts).json["id"]
    first, again = undo(manager, quilts, other), undo(manager, quilts, other)

    assert again.status_code == 200 and again.json == first.json
    assert need(manager, quilts)["quantity"] == 100
    assert undo(manager, other, quilts).status_code == 404


def test_a_met_stand_in_is_not_undone(manager, keeper, person, depot, quilts):
    other = stand_in(manager, quilts).json["id"]
    stock.stock(manager, depot, item="blanket", quantity=80)
    shipment = stock.ship(keeper, stock.reserve(manager, other).json["id"]).json["id"]
    there = person(f"depot_keeper@{TOWNSHIP}")
    there.put(f"/api/v1/shipments/{shipment}/receipt", {})

    assert undo(manager, quilts, other).status_code == 409
    assert need(manager, quilts)["quantity"] == 60


def test_the_need_withdrawn_its_stand_ins_go_with_it(manager, reporter, quilts):
    other = stand_in(manager, quilts).json["id"]
    reporter.put(f"/api/v1/needs/{quilts}/withdrawal", {})

    assert need(manager, other)["state"] == "withdrawn"
    assert need(manager, quilts)["quantity"] == 100 - 40
    assert listed(manager, quilts)[0]["returned"] == 0


def test_withdrawn_by_whoever_asks_it_gives_back_all_the_same(manager, reporter, quilts):
    other = stand_in(manager, quilts).json["id"]
    reporter.put(f"/api/v1/needs/{other}/withdrawal", {})

    assert need(manager, quilts)["quantity"] == 100


def test_each_record_that_changes_says_so_once(manager, quilts):
    answer = stand_in(manager, quilts)
    gone = undo(manager, quilts, answer.json["id"])
    after = answer.json["seq"] - 2
    log = manager.get(f"/api/v1/events?after={after}&area={TOWNSHIP}").json["events"]

    assert [(each["name"], each["subject"]) for each in log] == [
        ("need.opened", answer.json["id"]), ("need.substituted", quilts),
        ("need.withdrawn", answer.json["id"]), ("need.given_back", quilts),
    ]  # fmt: skip
    assert log[-1]["seq"] == gone.json["seq"] and log[1]["payload"]["taken"] == 40


def test_a_plan_links_a_need_that_is_cut_to_its_stand_ins_when_there_are_any(
    manager, depot, disaster, quilts
):
    stock.stock(manager, depot, item="quilt", quantity=50)
    bare = make_plan(manager, disaster)
    link = f"/stock/needs/{quilts}#stand-ins"
    assert link not in manager.get(f"/stock/plans/{bare}").text

    stock.stock(manager, depot, item="blanket", quantity=100)
    assert link in manager.get(f"/stock/plans/{bare}").text
    stand_in(manager, quilts)
    shared = shown(manager, make_plan(manager, disaster))
    assert {each["item"]: each["got"] for each in shared["needs"]} == {"quilt": 50, "blanket": 80}


def test_only_what_people_asked_for_is_met_by_stand_ins(person, disaster):
    county = person(f"logistics_manager@{COUNTY}")
    city = person(f"logistics_manager@{CITY}")
    request = new_id()
    county.put(f"/api/v1/supply-requests/{request}", {
        "disaster_id": disaster["id"], "depot": stock.depot(county), "priority": 1,
        "reason": "县库已空", "lines": [{"item": "quilt", "quantity": 100}],
    })  # fmt: skip
    granted = city.put(f"/api/v1/supply-requests/{request}/grant", {})
    assert granted.status_code == 200, granted.json
    need_id = city.get(f"/api/v1/supply-requests/{request}").json["lines"][0]["need"]

    assert stand_in(city, need_id).status_code == 409
    assert need(city, need_id)["quantity"] == 100


def test_a_shelter_does_not_ask_again_for_what_is_stood_in_for(person, disaster):
    clerk = person(f"shelter_manager@{COUNTY}", f"duty_officer@{COUNTY}", "logistics_manager")
    shelter = open_shelter(clerk, disaster, infant=0)
    count = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), "total": 40}
    clerk.put(f"/api/v1/shelters/{shelter}/headcounts/{new_id()}", count)
    ordered = {"disaster_id": disaster["id"], "items": {"water": 30, "quilt": 40}}
    clerk.put(f"/api/v1/shelters/{shelter}/supply-orders/{new_id()}", ordered)
    needs = clerk.get(f"/api/v1/needs?disaster={disaster['id']}").json["needs"]
    (quilts,) = [each for each in needs if each["item"] == "quilt"]
    before = supplies(clerk, shelter)
    stand_in(clerk, quilts["id"], stand_in="sleeping_bag", quantity=20)
    stand_in(clerk, quilts["id"], stand_in="blanket", quantity=20)

    after = supplies(clerk, shelter)
    assert (before["quilt"]["missing"], after["quilt"]["missing"]) == (0, 0)
    assert after["blanket"] == before["blanket"], "they stand in for quilts: people lack theirs"


def supplies(who, shelter):
    listed = who.get(f"/api/v1/shelters/{shelter}/supplies").json["items"]
    return {each["item"]: each for each in listed}
