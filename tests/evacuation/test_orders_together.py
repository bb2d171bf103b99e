"""Several orders at once: what is known of a household is known under each; hours that change."""

from __future__ import annotations

from tests.conftest import new_id
from tests.damage_reports.test_pages import token_of
from tests.evacuation.test_lists import events_named
from tests.evacuation.test_orders import standing
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, act, household, order
from tests.factories.shelters import open_shelter

LATER = {"number": "东防指〔8〕号", "issued_at": "2013-10-06T05:00:00+00:00"}
SOONER = "2013-10-06T12:00:00+00:00"  # eight in the evening of the 6th


def whole(caller, disaster, order_id):
    asked = f"{API}/board?order={order_id}&disaster={disaster['id']}"
    return caller.get(asked).json["whole"]


def in_agreement():
    from relief_ops import db
    from relief_ops.auth import SYSTEM, act_as
    from shelters.evacuation import queries

    with act_as(SYSTEM), db.reading() as session:
        return queries.disagreements(session) == []


def test_a_second_order_begins_where_everybody_stands(keeper, leader, officer, disaster):
    rows, first = [household(keeper, people=each) for each in (5, 4, 2)], order(leader, disaster)
    act(officer, first, rows[:1], "with_relatives", at="2013-10-06T03:00:00+00:00")
    act(officer, first, rows[1:2], "refused", note="要守渔船")
    act(officer, first, rows[1:2], "told", means="door", read_back=True)

    second = order(leader, disaster, area_codes=[COUNTY], **LATER)

    found = whole(officer, disaster, second)
    assert (found["safe"], found["states"]["told"], found["states"]["to_tell"]) == (5, 4, 2)
    board = officer.get(f"{API}/board?order={second}&disaster={disaster['id']}").json
    assert board["curve"][0]["not_safe"] == 6, "who was safe before it is safe from its first hour"
    assert in_agreement()


def test_one_step_stands_under_every_order_that_moves_the_household(
    keeper, leader, officer, disaster
):
    row = household(keeper, people=3)
    first, second = order(leader, disaster), order(leader, disaster, **LATER)
    elsewhere = order(leader, disaster, area_codes=[NEIGHBOUR])

    assert act(officer, first, [row], "with_relatives").status_code == 201

    assert standing(officer, second, row) == "with_relatives"
    assert standing(officer, elsewhere, row) == "to_tell"
    assert whole(officer, disaster, first)["safe"] == whole(officer, disaster, second)["safe"] == 3
    assert len(events_named("evacuation.stepped")) == 1
    assert in_agreement()


def test_who_arrives_is_safe_under_every_order(keeper, leader, person, disaster):
    row, manager = household(keeper, people=3), person("shelter_manager")
    first, second = order(leader, disaster), order(leader, disaster, **LATER)
    address = f"/api/v1/shelters/{open_shelter(manager, disaster)}/arrivals/{new_id()}"

    manager.put(address, {"disaster_id": disaster["id"], "people": 3, "listed_id": row})

    assert {standing(keeper, each, row) for each in (first, second)} == {"at_shelter"}
    manager.put(f"{address}/departure", {"to": "home"})
    assert {standing(keeper, each, row) for each in (first, second)} == {"to_tell"}
    assert in_agreement()


def test_nobody_is_home_while_another_order_keeps_them_away(keeper, leader, officer, disaster):
    row, first = household(keeper), order(leader, disaster)
    second = order(leader, disaster, **LATER)
    act(officer, second, [row], "with_relatives")

    def open_the_way_home(order_id):
        leader.put(f"{API}/orders/{order_id}/lift", {"reason": "警报解除"})
        leader.put(f"{API}/orders/{order_id}/return", {"safety_check": "已查"})

    open_the_way_home(first)
    early = act(officer, first, [row], "returned")
    open_the_way_home(second)
    home = act(officer, second, [row], "returned")

    assert (early.status_code, early.json["errors"][0]["code"]) == (422, "other_order")
    assert home.status_code == 201
    assert {standing(officer, each, row) for each in (first, second)} == {"returned"}


def test_an_order_after_the_first_was_lifted_begins_anew(keeper, leader, officer, disaster):
    row, first = household(keeper), order(leader, disaster)
    act(officer, first, [row], "with_relatives")
    leader.put(f"{API}/orders/{first}/lift", {"reason": "警报解除"})

    second = order(leader, disaster, **LATER)

    assert standing(officer, second, row) == "to_tell"
    act(officer, second, [row], "on_the_way")
    assert standing(officer, first, row) == "with_relatives", "its night is over"


def test_people_two_orders_move_are_in_the_queue_once(keeper, leader, disaster):
    household(keeper, people=3)
    order(leader, disaster)
    order(leader, disaster, area_codes=[COUNTY], **LATER)
    asked = f"/api/v1/attention?disaster={disaster['id']}&area={TOWNSHIP}"

    found = keeper.get(asked).json["attention"]

    assert len([each for each in found if each["kind"] == "evacuation.not_safe"]) == 1


def test_the_doors_are_those_of_every_order(keeper, leader, officer, browse, disaster):
    here = household(keeper)
    order(leader, disaster, area_codes=[VILLAGE])
    away = household(keeper, area_code=TOWNSHIP)
    wide = order(leader, disaster, issued_at="2013-10-06T00:30:00+00:00")

    page = browse(f"township_reporter@{TOWNSHIP}").get("/evacuation/doors").text
    asked = f"/phone/doors/facts?disaster={disaster['id']}&area={TOWNSHIP}"
    facts = keeper.get(asked).json

    assert page.count('class="panel door"') == 2 and page.count(f'value="{wide}"') >= 1
    assert {each["id"] for each in facts["households"]} == {here, away}
    assert next(each["order"] for each in facts["households"] if each["id"] == away) == wide
    assert len(facts["orders"]) == 2


def test_the_hour_of_an_order_is_changed_with_a_reason_and_the_deadline_moves(
    leader, officer, keeper, disaster
):
    order_id, revision = order(leader, disaster), new_id()
    address, said = (
        f"{API}/orders/{order_id}/revisions",
        {"impact_at": SOONER, "reason": "提前登陆"},
    )

    done = leader.put(f"{address}/{revision}", said)
    again = leader.put(f"{address}/{revision}", said)

    assert (done.status_code, again.status_code) == (201, 200)
    shown = officer.get(f"{API}/orders/{order_id}").json
    assert shown["deadline_at"] == "2013-10-06T09:00:00+00:00"
    (change,) = shown["changes"]
    assert (change["deadline_before"], change["reason"]) == (
        "2013-10-06T10:00:00+00:00",
        "提前登陆",
    )
    assert len(events_named("evacuation.order_revised")) == 1
    assert keeper.put(f"{address}/{new_id()}", said).status_code in (403, 404)
    late = leader.put(f"{address}/{new_id()}", said | {"deadline_at": SOONER})
    assert (late.status_code, late.json["errors"][0]["field"]) == (422, "deadline_at")
    assert leader.put(f"{address}/{new_id()}", {"impact_at": SOONER}).status_code == 422
    leader.put(f"{API}/orders/{order_id}/lift", {"reason": "警报解除"})
    assert leader.put(f"{address}/{new_id()}", said).status_code == 409


def test_the_paper_says_what_was_changed(browse, leader, disaster):
    order_id, page = order(leader, disaster), browse(f"duty_leader@{COUNTY}")
    paper = f"/evacuation/orders/{order_id}"
    fields = {"id": new_id(), "impact_at": "2013-10-06T20:00", "reason": "提前登陆"}

    def send(changed):
        return page.post(f"{paper}/revisions", data=changed | {"csrf": token_of(page.get(paper))})

    assert send(fields).status_code == 303
    shown = page.get(paper).text
    assert "提前登陆" in shown and "2013-10-06 17:00" in shown and "2013-10-06 18:00" in shown
    wrong = send(fields | {"id": new_id(), "deadline_at": "2013-10-06T19:00"})
    assert wrong.status_code == 422 and 'id="e-deadline_at"' in wrong.text


def test_who_was_in_a_shelter_before_anybody_ordered_it_is_safe_from_the_first_hour(
    keeper, leader, person, disaster
):
    whole_one, in_part, announced = (household(keeper, people=each) for each in (3, 5, 2))
    manager = person("shelter_manager")
    address = f"/api/v1/shelters/{open_shelter(manager, disaster)}/arrivals"
    early = {"disaster_id": disaster["id"], "arrived_at": "2013-10-06T01:00:00+00:00"}
    mine = f"{address}/{new_id()}"
    manager.put(mine, early | {"people": 3, "listed_id": whole_one})
    manager.put(f"{address}/{new_id()}", early | {"people": 2, "listed_id": in_part})
    coming = early | {"people": 2, "listed_id": announced, "on_the_way": True}
    manager.put(f"{address}/{new_id()}", coming)

    first = order(leader, disaster)
    second = order(leader, disaster, **LATER)

    for each in (first, second):
        found = whole(keeper, disaster, each)
        assert (found["safe"], found["not_safe"]) == (5, 5)
        assert standing(keeper, each, whole_one) == "at_shelter"
        assert standing(keeper, each, announced) == "on_the_way"
    assert in_agreement()
    manager.put(f"{mine}/departure", {"to": "home"})
    assert {standing(keeper, each, whole_one) for each in (first, second)} == {"to_tell"}
    assert in_agreement()
