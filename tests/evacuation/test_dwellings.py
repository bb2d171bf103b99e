"""Who cannot go home: a precaution becomes a relocation, household by household."""

from __future__ import annotations

import pytest

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.boards.models import FigureProposal
from tests.conftest import new_id
from tests.factories.city import COUNTY, FAR_TOWNSHIP, NEIGHBOUR, TOWNSHIP
from tests.factories.evacuation import API, IMPACT, act, household, order
from tests.factories.shelters import open_shelter

BEFORE = "2013-10-06T08:00:00+00:00"


@pytest.fixture
def keeper(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def leader(person):
    return person(f"duty_leader@{COUNTY}")


@pytest.fixture
def moved(keeper, leader, disaster):
    """Return an order and three households away: of 1 and 2 people in a shelter, of 4 elsewhere."""
    rows = [household(keeper, people=each) for each in (1, 2, 4)]
    order_id = order(leader, disaster)
    act(keeper, order_id, rows[:2], "at_shelter", at=BEFORE)
    act(keeper, order_id, rows[2:], "with_relatives", at=BEFORE)
    return order_id, rows


def judge(caller, disaster, households, found, *, act_id="", **changes):
    body = {"disaster_id": disaster["id"], "households": households, "found": found} | changes
    return caller.put(f"{API}/findings/{act_id or new_id()}", body)


def proposed():
    with act_as(SYSTEM), db.reading() as session:
        rows = session.query(FigureProposal).where(FigureProposal.source == "evacuation")
        return {each.indicator: each.value for each in rows if each.value is not None}


def relocated():
    found = proposed()
    return tuple(found.get(f"relocated{each}_rt") for each in ("", "_central", "_scattered"))


def test_a_precaution_becomes_a_relocation_only_where_the_dwelling_is_lost(keeper, disaster, moved):
    _order, (one, two, four) = moved
    assert relocated() == (None, None, None)

    assert judge(keeper, disaster, [one], "habitable").status_code == 201
    assert relocated() == (0, 0, 0)
    assert judge(keeper, disaster, [two, four], "flooded").status_code == 201
    assert relocated() == (6, 2, 4)
    assert proposed()["evacuated_precaution"] == 7


def test_a_household_in_parts_is_counted_where_each_part_is(keeper, leader, person, disaster):
    manager = person(f"shelter_manager@{COUNTY}")
    row, shelter = household(keeper, people=5), open_shelter(manager, disaster)
    order_id = order(leader, disaster)
    body = {"disaster_id": disaster["id"], "people": 2, "listed_id": row, "arrived_at": BEFORE}
    came = manager.put(f"/api/v1/shelters/{shelter}/arrivals/{new_id()}", body)
    assert came.status_code == 201, came.json
    assert act(keeper, order_id, [row], "with_relatives").status_code == 201

    assert judge(keeper, disaster, [row], "flooded").status_code == 201

    assert relocated() == (5, 2, 3)


def test_an_order_that_runs_elsewhere_takes_nobody_from_their_shelter(
    keeper, leader, disaster, moved
):
    order_id, (_one, two, four) = moved
    judge(keeper, disaster, [two, four], "flooded")
    order(leader, disaster, area_codes=[NEIGHBOUR])
    leader.put(f"{API}/orders/{order_id}/lift", {"reason": "解除"})

    assert judge(keeper, disaster, [two], "danger").status_code == 201

    assert relocated() == (6, 2, 4)


def test_a_second_order_with_a_later_hour_does_not_undo_what_the_first_impact_did(
    keeper, leader, disaster, moved
):
    order(leader, disaster, impact_at="2013-10-08T18:00:00+00:00")

    assert judge(keeper, disaster, moved[1][:1], "collapsed", at=IMPACT).status_code == 201


def test_a_later_look_stands_and_an_earlier_one_that_comes_late_does_not(keeper, disaster, moved):
    _order, (_one, two, _four) = moved
    judge(keeper, disaster, [two], "habitable", at="2013-10-08T06:00:00+00:00")
    judge(keeper, disaster, [two], "flooded", at="2013-10-07T06:00:00+00:00")
    assert relocated() == (0, 0, 0)

    judge(keeper, disaster, [two], "danger", at="2013-10-09T06:00:00+00:00")
    assert relocated() == (2, 2, 0)


def test_nothing_is_lost_before_anything_struck(keeper, disaster, moved):
    _order, (one, *_others) = moved
    answer = judge(keeper, disaster, [one], "collapsed", at=BEFORE)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "before_impact"
    assert judge(keeper, disaster, [one], "collapsed", at=IMPACT).status_code == 201


def test_who_was_not_ordered_away_is_not_reclassified(keeper, disaster):
    answer = judge(keeper, disaster, [household(keeper)], "flooded")

    assert answer.status_code == 422
    assert answer.json["errors"][0] | {"message": ""} == {
        "field": "households", "code": "not_moved", "message": "",
    }  # fmt: skip


def test_nobody_returns_to_a_dwelling_that_is_lost(keeper, leader, disaster, moved):
    order_id, (one, two, _four) = moved
    judge(keeper, disaster, [two], "severe")
    leader.put(f"{API}/orders/{order_id}/lift", {"reason": "解除"})
    leader.put(f"{API}/orders/{order_id}/return", {"safety_check": "已查"})

    answer = act(keeper, order_id, [one, two], "returned")
    assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
    assert act(keeper, order_id, [one], "returned").status_code == 201
    judge(keeper, disaster, [two], "habitable")
    assert act(keeper, order_id, [two], "returned").status_code == 201
    assert relocated() == (0, 0, 0)


def test_the_same_finding_twice_is_one_and_another_body_is_refused(keeper, disaster, moved):
    _order, (one, *_others) = moved
    act_id = new_id()
    first = judge(keeper, disaster, [one], "flooded", act_id=act_id)
    again = judge(keeper, disaster, [one], "flooded", act_id=act_id)

    assert first.json["seq"] == again.json["seq"]
    assert judge(keeper, disaster, [one], "habitable", act_id=act_id).status_code == 409


def test_a_neighbour_judges_nothing_and_one_row_too_many_keeps_none(
    person, keeper, disaster, moved
):
    _order, (one, *_others) = moved
    neighbour = person(f"township_reporter@{FAR_TOWNSHIP}")
    assert judge(neighbour, disaster, [one], "flooded").status_code == 404
    assert judge(keeper, disaster, [one, new_id()], "flooded").status_code == 404

    assert relocated() == (None, None, None)


@pytest.mark.parametrize(
    "wrong",
    [{"found": "gone"}, {"households": []}, {"households": ["x"]}, {"at": "2099-01-01T00:00:00Z"},
     {"note": "x" * 401}, {"more": 1}],
)  # fmt: skip
def test_what_makes_no_sense_is_explained(keeper, disaster, moved, wrong):
    _order, (one, *_others) = moved
    body = {"disaster_id": disaster["id"], "households": [one], "found": "flooded"} | wrong

    assert keeper.put(f"{API}/findings/{new_id()}", body).status_code == 422


def test_the_list_shows_who_waits_first_and_counts_people(keeper, disaster, moved):
    order_id, (one, two, four) = moved
    judge(keeper, disaster, [two], "flooded")
    judge(keeper, disaster, [four], "habitable")
    here = f"disaster={disaster['id']}&area={TOWNSHIP}&order={order_id}"
    rows = keeper.get(f"{API}/away?{here}").json["households"]

    assert [each["id"] for each in rows] == [one, two, four]
    lost = keeper.get(f"{API}/away?{here}&show=homeless").json
    assert (lost["total"], lost["households"][0]["found"]) == (1, "flooded")
    page = keeper.client.get(
        f"/evacuation/dwellings?{here}", headers={"Authorization": f"Bearer {keeper.token}"}
    ).text
    assert "尚未查看" in page and "进水或因水不能居住" in page


def test_the_page_keeps_what_is_ticked_and_says_what_is_missing(keeper, disaster, moved):
    _order, (one, two, _four) = moved
    headers = {"Authorization": f"Bearer {keeper.token}"}
    where = f"/evacuation/dwellings?disaster={disaster['id']}&area={TOWNSHIP}"
    fields = {"id": new_id(), "disaster_id": disaster["id"], "found": "flooded"}
    nothing = keeper.client.post(where, data=fields, headers=headers)
    assert nothing.status_code == 422

    done = keeper.client.post(where, data=fields | {"households": [one, two]}, headers=headers)
    assert done.status_code == 303
    assert relocated() == (3, 3, 0)
