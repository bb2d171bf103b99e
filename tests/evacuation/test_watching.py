"""The queue says of which households somebody must see to something, and leads to them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import User
from relief_ops.messages import Message
from tests.conftest import new_id
from tests.evacuation.test_lists import events_named
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, act, cadre, household, order
from tests.factories.shelters import open_shelter


def ago(**since):
    return (clock.now() - timedelta(**since)).isoformat()


@pytest.fixture
def running(leader, disaster):
    """Return a maker of an order given so long ago, whose deadline is far."""

    def make(**since):
        impact = clock.local(clock.now() + timedelta(days=3)).replace(hour=12).isoformat()
        return order(leader, disaster, issued_at=ago(**since), impact_at=impact)

    return make


def queue(caller, disaster, kind):
    asked = f"/api/v1/attention?disaster={disaster['id']}&area={TOWNSHIP}"
    return [each for each in caller.get(asked).json["attention"] if each["kind"] == kind]


def listed(browse, disaster, asked):
    """Return whether the board's list shows one household."""
    page = browse(f"duty_leader@{COUNTY}")
    return page.get(f"/evacuation?area={COUNTY}&{asked}").text.count("/evacuation/households/")


def test_who_was_just_ordered_to_move_is_not_looked_for_yet(keeper, running, disaster):
    household(keeper, cadre_id=cadre(keeper))

    order_id = running(minutes=5)
    asked = f"/api/v1/evacuation/board?disaster={disaster['id']}&order={order_id}"
    assert queue(keeper, disaster, "evacuation.unheard") == []
    assert keeper.get(asked).json["whole"]["not_heard_of"] == 0


def test_after_some_minutes_without_an_answer_it_is_the_deputys_turn(keeper, running, disaster):
    household(keeper, cadre_id=cadre(keeper))

    running(minutes=15)

    (entry,) = queue(keeper, disaster, "evacuation.unheard")
    assert (entry["state"], "state=to_tell" in entry["href"]) == ("watch", True)


def test_after_twice_the_minutes_it_is_grave(keeper, running, officer, disaster):
    row, order_id = household(keeper), running(minutes=30)

    (entry,) = queue(keeper, disaster, "evacuation.unheard")

    assert entry["state"] == "act"
    act(officer, order_id, [row], "told", means="door", read_back=True)
    assert queue(keeper, disaster, "evacuation.unheard") == []


def test_who_refuses_or_is_not_found_stands_in_the_queue(keeper, running, officer, disaster):
    rows, order_id = [household(keeper), household(keeper)], running(minutes=5)
    act(officer, order_id, rows[:1], "refused")
    act(officer, order_id, rows[1:], "not_found")

    states = [queue(keeper, disaster, f"evacuation.{each}") for each in ("refused", "not_found")]

    assert [(found[0]["state"], len(found)) for found in states] == [("watch", 1), ("act", 1)]


def test_who_has_no_cadre_is_in_the_queue_and_in_a_list(keeper, running, officer, browse, disaster):
    household(keeper, cadre_id=cadre(keeper))
    row, order_id = household(keeper), running(minutes=5)

    assert len(queue(keeper, disaster, "evacuation.no_cadre")) == 1
    assert listed(browse, disaster, f"order={order_id}&cadre=none") == 1
    page = browse(f"township_reporter@{TOWNSHIP}").get("/evacuation/list?cadre=none").text
    assert 'data-total="1"' in page
    act(officer, order_id, [row], "with_relatives")
    assert queue(keeper, disaster, "evacuation.no_cadre") == []


def test_who_is_said_to_be_in_a_shelter_and_registered_nowhere_is_looked_for(
    keeper, running, officer, person, browse, disaster
):
    row, order_id = household(keeper, people=3), running(hours=9)
    act(officer, order_id, [row], "at_shelter", at=ago(hours=1))
    asked = f"order={order_id}&state=unregistered"
    assert queue(keeper, disaster, "evacuation.lost_track") == []

    other = household(keeper, people=3)
    act(officer, order_id, [other], "at_shelter", at=ago(hours=3))

    (entry,) = queue(keeper, disaster, "evacuation.lost_track")
    assert asked in entry["href"] and listed(browse, disaster, asked) == 1
    manager = person("shelter_manager")
    address = f"/api/v1/shelters/{open_shelter(manager, disaster)}/arrivals/{new_id()}"
    manager.put(address, {"disaster_id": disaster["id"], "people": 3, "listed_id": other})
    assert queue(keeper, disaster, "evacuation.lost_track") == []
    assert listed(browse, disaster, asked) == 0


def test_who_is_on_the_way_for_hours_or_announced_and_never_came_is_looked_for(
    keeper, running, officer, person, browse, disaster
):
    row, order_id, manager = household(keeper), running(hours=9), person("shelter_manager")
    address = f"/api/v1/shelters/{open_shelter(manager, disaster)}/arrivals/{new_id()}"
    body = {"disaster_id": disaster["id"], "people": 3, "listed_id": row, "on_the_way": True}
    answer = manager.put(address, body | {"arrived_at": ago(hours=4)})
    assert answer.status_code == 201, answer.json

    entries = queue(keeper, disaster, "evacuation.lost_track")

    assert len(entries) == 2
    for state in ("long_way", "not_come"):
        assert listed(browse, disaster, f"order={order_id}&state={state}") == 1


@pytest.fixture
def deputy(person, keeper):
    """Return a deputy with an account, and a household of the cadre they stand in for."""
    me = person(f"responsible_cadre@{VILLAGE}", login="deputy-lin")
    mine = cadre(keeper, name="林试验", login="deputy-lin")
    row = household(keeper, cadre_id=cadre(keeper, deputy_id=mine))
    return me, row


def remind(caller, order_id, reminder=""):
    address = f"{API}/orders/{order_id}/reminders/{reminder or new_id()}"
    return caller.put(address, {"area_code": TOWNSHIP})


def test_the_deputy_is_told_once_and_it_is_on_the_record(
    deputy, keeper, leader, stranger, running, disaster
):
    me, _row = deputy
    order_id, act_id = running(minutes=15), new_id()

    told = remind(keeper, order_id, act_id)
    again = remind(keeper, order_id, act_id)
    soon = remind(keeper, order_id)

    assert (told.status_code, again.status_code, soon.status_code) == (201, 200, 422)
    assert (remind(stranger, order_id).status_code, remind(leader, order_id).status_code) == (
        401, 403,
    )  # fmt: skip
    (event,) = events_named("evacuation.deputies_told")
    assert '"households":1' in event.payload
    with act_as(SYSTEM), db.reading() as session:
        (message,) = session.scalars(select(Message).where(Message.channel == "in_app"))
        assert (message.user_id, message.parameters["households"]) == (me.user_id, 1)


def disable(user_id):
    with act_as(SYSTEM), db.transaction() as session:
        session.get(User, user_id).disabled = True


def test_a_deputy_whose_account_is_disabled_is_not_told_and_not_counted(
    deputy, person, keeper, running
):
    person(f"responsible_cadre@{VILLAGE}", login="deputy-wu")
    other = cadre(keeper, name="吴试验", login="deputy-wu")
    household(keeper, cadre_id=cadre(keeper, deputy_id=other))
    order_id = running(minutes=15)
    disable(deputy[0].user_id)

    assert remind(keeper, order_id).status_code == 201

    (event,) = events_named("evacuation.deputies_told")
    assert '"deputies":1' in event.payload and '"households":1' in event.payload


def test_the_queue_says_where_no_deputy_can_be_told(deputy, keeper, running, disaster):
    running(minutes=15)
    assert queue(keeper, disaster, "evacuation.no_deputy") == []

    disable(deputy[0].user_id)

    (entry,) = queue(keeper, disaster, "evacuation.no_deputy")
    assert entry["state"] == "act" and entry["title"].startswith("1户")
    household(keeper, cadre_id=cadre(keeper))
    (entry,) = queue(keeper, disaster, "evacuation.no_deputy")
    assert entry["title"].startswith("2户"), "who has no deputy at all is not forgotten"


def test_before_its_time_no_deputy_is_told(deputy, keeper, running):
    assert remind(keeper, running(minutes=5)).status_code == 422


def test_the_deputys_phone_says_which_are_now_his(deputy, keeper, running, disaster, browse):
    me, row = deputy
    own = household(keeper)
    order_id = running(minutes=15)

    facts = me.get(f"/phone/doors/facts?disaster={disaster['id']}&area={VILLAGE}").json

    (shown,) = facts["households"]
    assert facts["own"] and shown["id"] == row != own
    due = clock.now().isoformat()
    assert shown["deputy"] and shown["deputy_at"] < due
    page = browse(f"duty_officer@{COUNTY}")
    board = page.get(f"/evacuation?area={COUNTY}&order={order_id}").text
    assert f"/evacuation/orders/{order_id}/reminders" in board


def test_the_button_of_the_board_tells_the_deputies(deputy, running, browse):
    from tests.damage_reports.test_pages import token_of

    page, order_id = browse(f"duty_officer@{COUNTY}"), running(minutes=15)
    address = f"/evacuation?area={COUNTY}&order={order_id}"
    fields = {"id": new_id(), "area_code": COUNTY, "csrf": token_of(page.get(address))}

    answer = page.post(f"/evacuation/orders/{order_id}/reminders?area={COUNTY}", data=fields)

    assert answer.status_code == 303
    assert "已通知副责任人" in page.get(answer.headers["Location"]).text
