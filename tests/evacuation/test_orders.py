"""Orders and steps: given, followed household by household, lifted, and home again."""

from __future__ import annotations

from tests.conftest import new_id
from tests.evacuation.test_lists import events_named
from tests.factories.city import COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, act, household, household_body, order, order_body
from tests.factories.shelters import open_shelter


def standing(caller, order_id, household_id):
    steps = caller.get(f"{API}/orders/{order_id}/households/{household_id}/steps").json["steps"]
    return steps[-1]["state"] if steps else "to_tell"


def put(caller, disaster, order_id=None, **changes):
    return caller.put(f"{API}/orders/{order_id or new_id()}", order_body(disaster, **changes))


def test_an_order_has_its_deadline_by_the_rule_and_everybody_may_know_it(leader, officer, disaster):
    order_id = order(leader, disaster)

    shown = officer.get(f"{API}/orders/{order_id}").json

    assert shown["deadline_at"] == "2013-10-06T10:00:00+00:00"  # 18:00 in Beijing
    assert [each["code"] for each in shown["areas"]] == [TOWNSHIP]
    listed = officer.get(f"{API}/orders?disaster={disaster['id']}").json["orders"]
    assert [each["id"] for each in listed] == [order_id]


def test_who_may_give_an_order(stranger, person, keeper, leader, disaster):
    assert put(stranger, disaster).status_code == 401
    assert put(keeper, disaster).status_code in (403, 404)
    assert put(person(f"duty_leader@{OTHER_COUNTY}"), disaster).status_code == 404
    other = put(leader, disaster, area_codes=[OTHER_COUNTY])
    assert (other.status_code, other.json["errors"][0]["code"]) == (422, "outside")


def test_a_later_deadline_is_refused_and_an_earlier_one_taken(leader, disaster):
    late = put(leader, disaster, deadline_at="2013-10-06T10:01:00+00:00")
    early = put(leader, disaster, deadline_at="2013-10-06T08:00:00+00:00")

    assert (late.status_code, late.json["errors"][0]["field"]) == (422, "deadline_at")
    assert early.status_code == 201


def test_without_a_shelter_that_stands_ready_an_order_says_where_people_go(
    leader, person, disaster
):
    bare = put(leader, disaster, without_shelter="")
    assert (bare.status_code, bare.json["errors"][0]["code"]) == (422, "no_shelter")

    open_shelter(person("shelter_manager"), disaster)

    assert put(leader, disaster, without_shelter="").status_code == 201
    village = put(leader, disaster, without_shelter="", area_codes=[VILLAGE])
    assert village.status_code == 201  # the township's shelter is the village's
    both = put(leader, disaster, without_shelter="", area_codes=[TOWNSHIP, NEIGHBOUR])
    assert both.json["errors"][0]["code"] == "no_shelter"


def test_a_household_is_told_moves_and_is_safe(keeper, leader, officer, disaster):
    row, order_id = household(keeper), order(leader, disaster)

    told = act(officer, order_id, [row], "told", means="door", read_back=True)
    act(officer, order_id, [row], "on_the_way")
    safe = act(officer, order_id, [row], "with_relatives")

    assert (told.status_code, safe.status_code) == (201, 201)
    assert standing(officer, order_id, row) == "with_relatives"
    back = act(officer, order_id, [row], "ready")
    assert back.status_code == 409 and standing(officer, order_id, row) == "with_relatives"


def test_told_without_reading_back_is_one_more_try(keeper, leader, officer, disaster):
    row, order_id = household(keeper), order(leader, disaster)

    act(officer, order_id, [row], "told", means="broadcast")

    assert standing(officer, order_id, row) == "to_tell"
    bare = act(officer, order_id, [row], "told", read_back=True)
    assert (bare.status_code, bare.json["errors"][0]["field"]) == (422, "means")


def test_one_act_for_several_households_is_one_event_and_all_or_none(
    keeper, leader, officer, disaster
):
    rows, order_id = [household(keeper) for _each in range(3)], order(leader, disaster)
    act_id = new_id()

    first = act(officer, order_id, rows, "on_the_way", act_id=act_id)
    again = act(officer, order_id, rows, "on_the_way", act_id=act_id)

    assert (first.status_code, again.status_code) == (201, 200)
    (moved,) = events_named("evacuation.stepped")
    assert '"households":3' in moved.payload and '"people":9' in moved.payload
    act(officer, order_id, rows[:1], "at_shelter")
    refused = act(officer, order_id, rows, "refused")
    assert refused.status_code == 409
    assert standing(officer, order_id, rows[1]) == "on_the_way"


def test_compulsion_follows_a_refusal_with_who_decided_and_who_was_there(
    keeper, leader, officer, person, disaster
):
    row, order_id = household(keeper), order(leader, disaster)
    forced = {"compulsory": True, "decided_by": "副镇长周试验", "present": "民警二人"}

    early = act(officer, order_id, [row], "on_the_way", **forced)
    act(officer, order_id, [row], "refused", note="要守渔船")
    nameless = act(officer, order_id, [row], "on_the_way", compulsory=True)
    done = act(officer, order_id, [row], "on_the_way", **forced)

    assert early.json["errors"][0]["field"] == "compulsory"
    assert {each["field"] for each in nameless.json["errors"]} == {"decided_by", "present"}
    assert done.status_code == 201
    payloads = "".join(each.payload for each in events_named("evacuation.stepped"))
    assert "周试验" not in payloads and "渔船" not in payloads
    steps = officer.get(f"{API}/orders/{order_id}/households/{row}/steps")
    assert steps.json["steps"][-1]["compulsory"] and "周试验" not in steps.text


def test_nobody_tells_of_households_that_are_not_theirs(keeper, leader, person, stranger, disaster):
    row, order_id = household(keeper), order(leader, disaster)
    neighbour = person(f"village_officer@{NEIGHBOUR}")

    assert act(stranger, order_id, [row], "told").status_code == 401
    assert act(neighbour, order_id, [row], "on_the_way").status_code == 404
    assert act(leader, order_id, [row], "on_the_way").status_code == 403
    elsewhere = order(leader, disaster, area_codes=[NEIGHBOUR])
    assert act(keeper, elsewhere, [row], "on_the_way").status_code == 404


def test_home_is_reached_after_the_order_is_lifted_and_houses_are_checked(
    keeper, leader, officer, disaster
):
    row, order_id = household(keeper), order(leader, disaster)
    act(officer, order_id, [row], "at_shelter")
    address = f"{API}/orders/{order_id}"

    soon = leader.put(f"{address}/return", {"safety_check": "房屋山体已查"})
    lifted = leader.put(f"{address}/lift", {"reason": "警报解除"})
    not_yet = act(officer, order_id, [row], "returned")
    opened = leader.put(f"{address}/return", {"safety_check": "房屋山体已查"})
    home = act(officer, order_id, [row], "returned")

    assert [each.status_code for each in (soon, lifted, not_yet, opened, home)] == [
        409, 201, 409, 201, 201,
    ]  # fmt: skip
    assert leader.put(f"{address}/lift", {"reason": "再来"}).status_code == 409


def test_a_phone_sends_late_and_the_latest_step_stands(keeper, leader, officer, disaster):
    row, order_id = household(keeper), order(leader, disaster)

    act(officer, order_id, [row], "at_shelter", at="2013-10-06T08:00:00+00:00")
    late = act(officer, order_id, [row], "on_the_way", at="2013-10-06T07:00:00+00:00")

    assert late.status_code == 201
    board = officer.get(f"{API}/board?order={order_id}&disaster={disaster['id']}").json
    assert board["whole"]["states"]["at_shelter"] == 3
    future = act(officer, order_id, [row], "with_relatives", at="2200-01-01T00:00:00+00:00")
    assert future.json["errors"][0]["field"] == "at"


def test_who_is_registered_in_a_shelter_is_there_on_the_board_too(keeper, leader, person, disaster):
    row, order_id = household(keeper), order(leader, disaster)
    manager = person("shelter_manager")
    shelter_id, arrival_id = open_shelter(manager, disaster), new_id()
    address = f"/api/v1/shelters/{shelter_id}/arrivals/{arrival_id}"
    body = {"disaster_id": disaster["id"], "people": 3, "listed_id": row}

    assert manager.put(address, body | {"on_the_way": True}).status_code == 201
    assert standing(keeper, order_id, row) == "on_the_way"
    manager.put(address, body, If_Match="1")
    assert standing(keeper, order_id, row) == "at_shelter"
    manager.put(f"{address}/departure", {"to": "relatives"})
    assert standing(keeper, order_id, row) == "with_relatives"

    unknown = {"disaster_id": disaster["id"], "people": 1, "listed_id": new_id()}
    answer = manager.put(f"/api/v1/shelters/{shelter_id}/arrivals/{new_id()}", unknown)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "listed_id")
    shown = manager.get(f"/api/v1/shelters/{shelter_id}?disaster={disaster['id']}").json
    assert shown["status"]["registered"] == 0  # the refused one took no place


def test_who_leaves_a_shelter_for_home_too_early_must_be_told_again(
    keeper, leader, person, disaster
):
    row, order_id = household(keeper), order(leader, disaster)
    manager = person("shelter_manager")
    address = f"/api/v1/shelters/{open_shelter(manager, disaster)}/arrivals/{new_id()}"
    manager.put(address, {"disaster_id": disaster["id"], "people": 3, "listed_id": row})

    manager.put(f"{address}/departure", {"to": "home"})

    assert standing(keeper, order_id, row) == "to_tell"


def test_the_board_adds_up_and_a_person_sees_their_own_part(
    keeper, leader, officer, person, disaster
):
    rows = [household(keeper, people=each) for each in (1, 2, 4)]
    household(keeper, people=8, transport="boat")
    order_id = order(leader, disaster, area_codes=[COUNTY])
    act(officer, order_id, rows[:1], "at_shelter")
    act(officer, order_id, rows[1:2], "refused")
    act(officer, order_id, rows[2:], "not_found")
    asked = f"{API}/board?order={order_id}&disaster={disaster['id']}"

    board = leader.get(f"{asked}&area={COUNTY}").json

    whole = board["whole"]
    assert (whole["should_move"], whole["safe"], whole["not_safe"]) == (15, 1, 14)
    assert whole["states"] | {"to_tell": 8} == whole["states"]
    assert whole["not_heard_of"] == 8  # the order was given hours ago
    assert [each["area_code"] for each in board["areas"]] == [TOWNSHIP]
    assert board["waiting_for"]["boats"] == 8 and board["waiting_for"]["refused"] == 2
    assert board["curve"][0]["not_safe"] == 15 and board["curve"][-1]["not_safe"] == 14
    neighbour = person(f"township_reporter@{NEIGHBOUR}")
    assert neighbour.get(f"{asked}&area={COUNTY}").status_code == 404
    assert neighbour.get(asked).json["whole"]["should_move"] == 0


def test_people_not_safe_after_the_deadline_are_in_the_queue(keeper, leader, officer, disaster):
    row = household(keeper)
    order_id = order(leader, disaster)
    asked = f"/api/v1/attention?disaster={disaster['id']}&area={TOWNSHIP}"

    def waiting():
        found = keeper.get(asked).json["attention"]
        return [each["state"] for each in found if each["kind"] == "evacuation.not_safe"]

    assert waiting() == ["act"]
    act(officer, order_id, [row], "with_relatives")
    assert waiting() == []


def test_figures_are_proposed_to_the_township(keeper, leader, officer, disaster):
    from relief_ops import db
    from relief_ops.auth import SYSTEM, act_as
    from relief_ops.disasters.boards.models import FigureProposal

    rows = [household(keeper, people=each) for each in (1, 2, 4)]
    order_id = order(leader, disaster)
    act(officer, order_id, rows[:1], "at_shelter", at="2013-10-06T08:00:00+00:00")
    act(officer, order_id, rows[1:2], "with_relatives", at="2013-10-06T09:00:00+00:00")
    act(officer, order_id, rows[2:], "with_relatives", at="2013-10-06T20:00:00+00:00")

    with act_as(SYSTEM), db.reading() as session:
        rows = session.query(FigureProposal).where(FigureProposal.source == "evacuation")
        found = {each.indicator: each.value for each in rows}

    # the third household moved two hours after the impact
    assert found == {
        "should_move_rt": 7, "evacuated_precaution": 3, "relocated_rt": None,
        "relocated_central_rt": None, "relocated_scattered_rt": None,
    }  # fmt: skip


def test_the_kept_standings_are_what_the_steps_add_up_to(keeper, leader, officer, disaster):
    from relief_ops import db
    from relief_ops.auth import SYSTEM, act_as
    from shelters.evacuation import queries
    from shelters.evacuation.models import EvacuationStanding

    row, order_id = household(keeper), order(leader, disaster)
    act(officer, order_id, [row], "at_shelter", at="2013-10-06T08:00:00+00:00")
    act(officer, order_id, [row], "on_the_way", at="2013-10-06T07:00:00+00:00")

    with act_as(SYSTEM), db.transaction() as session:
        assert queries.disagreements(session) == []
        session.query(EvacuationStanding).update({"state": "returned"})
        session.expire_all()
        assert len(queries.disagreements(session)) == 1


def test_a_household_holds_places_in_one_shelter_and_is_sent_on_to_another(
    keeper, leader, person, disaster
):
    row, order_id = household(keeper), order(leader, disaster)
    manager = person("shelter_manager")
    first = open_shelter(manager, disaster, name="甲避灾点")
    second = open_shelter(manager, disaster, name="乙避灾点")
    body = {"disaster_id": disaster["id"], "people": 3, "listed_id": row}
    there = f"/api/v1/shelters/{second}/arrivals/{new_id()}"
    manager.put(f"/api/v1/shelters/{first}/arrivals/{new_id()}", body)

    refused = manager.put(there, body)

    assert refused.status_code == 409 and "甲避灾点" in refused.json["detail"]
    assert refused.json["registered"]["shelter_id"] == first
    transfer = refused.json["transfer"]
    shown = manager.get(f"/api/v1/shelters/{second}?disaster={disaster['id']}").json
    assert shown["status"]["registered"] == 0
    assert manager.put(transfer["href"], transfer["body"]).status_code in (200, 201)
    assert standing(keeper, order_id, row) == "on_the_way"
    assert manager.put(there, body).status_code == 201
    assert standing(keeper, order_id, row) == "at_shelter"


def test_who_went_back_after_the_impact_was_moved_as_a_precaution_all_the_same(
    keeper, leader, officer, person, disaster
):
    from tests.evacuation.test_dwellings import proposed

    safe, sooner, later = (household(keeper, people=each) for each in (3, 2, 4))
    order_id, manager = order(leader, disaster), person("shelter_manager")
    address = f"/api/v1/shelters/{open_shelter(manager, disaster)}/arrivals/{new_id()}"
    early, back = "2013-10-06T09:00:00+00:00", "2013-10-06T12:00:00+00:00"
    after = "2013-10-07T02:00:00+00:00"
    act(officer, order_id, [safe, sooner], "with_relatives", at=early)
    body = {"disaster_id": disaster["id"], "people": 4, "listed_id": later, "arrived_at": early}
    manager.put(address, body)
    assert proposed()["evacuated_precaution"] == 9

    act(officer, order_id, [sooner], "to_tell", means="door", at=back)
    assert proposed()["evacuated_precaution"] == 7, "who went back before it was not safe at it"
    act(officer, order_id, [safe], "to_tell", means="door", at=after)
    manager.put(f"{address}/departure", {"to": "home", "left_at": after})

    assert standing(officer, order_id, safe) == standing(officer, order_id, later) == "to_tell"
    assert proposed()["evacuated_precaution"] == 7


def test_what_is_said_of_a_household_taken_off_the_list_since_is_told_apart_from_a_stranger(
    keeper, leader, officer, disaster
):
    row, order_id = household(keeper), order(leader, disaster)
    gone = household_body(removed=True)
    assert keeper.put(f"{API}/households/{row}", gone, If_Match="1").status_code == 200

    said = act(officer, order_id, [row], "with_relatives")
    unknown = act(officer, order_id, [new_id()], "with_relatives")

    assert (said.status_code, unknown.status_code) == (409, 404)
    assert "清单" in said.json["detail"]
