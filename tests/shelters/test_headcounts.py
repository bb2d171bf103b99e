"""Headcounts: never refused for being too many, never summed, never overwritten."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from relief_ops import clock, db
from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.hazards import make_hazard
from tests.factories.shelters import make_shelter, open_shelter, proposed

EIGHT, TEN = "2013-10-06T00:00:00Z", "2013-10-06T02:00:00Z"


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(manager, disaster)


def count(caller, shelter_id, disaster, total, *, headcount_id=None, **more):
    body = {"disaster_id": disaster["id"], "as_of": EIGHT, "total": total} | more
    address = f"/api/v1/shelters/{shelter_id}/headcounts/{headcount_id or new_id()}"
    return caller.put(address, body)


def standing(caller, shelter_id):
    return caller.get(f"/api/v1/shelters/{shelter_id}").json["status"]


def test_a_stranger_and_a_neighbour_are_refused(stranger, person, shelter_id, disaster):
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")

    assert count(stranger, shelter_id, disaster, 5).status_code == 401
    assert count(neighbour, shelter_id, disaster, 5).status_code == 404
    assert count(person(f"duty_officer@{COUNTY}"), shelter_id, disaster, 5).status_code == 403


def test_a_count_is_answered_stored_and_on_the_record(manager, shelter_id, disaster):
    answer = count(manager, shelter_id, disaster, 30, male=14, female=16, over60=9)

    assert answer.status_code == 201
    stood = standing(manager, shelter_id)
    assert (stood["counted"], stood["occupied"], stood["band"]) == (30, 30, "ok")
    after = answer.json["seq"] - 1
    events = manager.get(f"/api/v1/events?after={after}&area={COUNTY}").json["events"]
    assert [each["name"] for each in events] == ["shelter.counted"]
    assert events[0]["payload"]["total"] == 30


def test_the_same_count_again_gets_the_same_receipt(manager, shelter_id, disaster):
    headcount_id = new_id()
    first = count(manager, shelter_id, disaster, 30, headcount_id=headcount_id)
    again = count(manager, shelter_id, disaster, 30, headcount_id=headcount_id)
    other = count(manager, shelter_id, disaster, 31, headcount_id=headcount_id)

    assert again.status_code == 200 and again.json == first.json
    assert other.status_code == 409 and other.json["code"] == "body_differs"


def test_more_people_than_places_are_stored_and_raise_an_alarm(manager, shelter_id, disaster):
    answer = count(manager, shelter_id, disaster, 73)

    assert answer.status_code == 201
    stood = standing(manager, shelter_id)
    assert (stood["counted"], stood["state"], stood["band"]) == (73, "full", "act")
    after = answer.json["seq"] - 3
    events = manager.get(f"/api/v1/events?after={after}&area={COUNTY}").json["events"]
    assert "shelter.over_capacity" in [each["name"] for each in events]
    items = _attention(manager, disaster)
    assert (f"shelter.over_capacity:{shelter_id}", "act") in [(i.key, i.state) for i in items]


def test_a_shelter_that_was_not_counted_for_hours_asks_for_it(manager, shelter_id, disaster):
    count(manager, shelter_id, disaster, 10)
    kinds = [item.kind for item in _attention(manager, disaster)]

    assert kinds == ["shelter.headcount_overdue"]


def test_many_late_counts_of_one_area_make_one_entry(manager, shelter_id, disaster):
    open_shelter(manager, disaster, name="第二避灾点")
    items = _attention(manager, disaster)

    assert [item.kind for item in items] == []
    count(manager, shelter_id, disaster, 10)
    count(manager, open_shelter(manager, disaster, name="第三避灾点"), disaster, 10)
    items = _attention(manager, disaster)
    assert [(item.kind, "2" in item.title) for item in items] == [
        ("shelter.headcount_overdue", True)
    ]


def test_the_latest_moment_stands_whatever_came_in_last(manager, shelter_id, disaster):
    count(manager, shelter_id, disaster, 30, as_of=TEN)
    count(manager, shelter_id, disaster, 12, as_of=EIGHT)

    assert standing(manager, shelter_id)["counted"] == 30


def test_a_second_count_of_the_same_moment_is_a_rival_and_counts_in_nothing(
    manager, person, shelter_id, disaster
):
    first = count(manager, shelter_id, disaster, 30)
    rival = count(person(f"township_reporter@{TOWNSHIP}"), shelter_id, disaster, 40)

    assert rival.status_code == 201
    assert rival.json["rival_of"] == first.json["id"]
    assert standing(manager, shelter_id)["counted"] == 30


def test_a_person_settles_a_rival_but_not_their_own(manager, person, shelter_id, disaster):
    count(person(f"township_reporter@{TOWNSHIP}"), shelter_id, disaster, 30)
    rival = count(manager, shelter_id, disaster, 40).json["id"]
    address = f"/api/v1/shelters/{shelter_id}/headcounts/{rival}/settlement"

    own = manager.put(address, {"accept": True})
    officer = person(f"duty_officer@{COUNTY}")
    settled = officer.put(address, {"accept": True})
    again = officer.put(address, {"accept": True})

    assert own.status_code == 403
    assert settled.status_code == 201 and again.json == settled.json
    assert standing(manager, shelter_id)["counted"] == 40


def test_a_correction_names_its_base_and_a_stale_one_is_shown_field_by_field(
    manager, shelter_id, disaster
):
    first = count(manager, shelter_id, disaster, 30, male=10, female=20).json["id"]
    second = count(manager, shelter_id, disaster, 32, base=first)
    stale = count(manager, shelter_id, disaster, 35, base=first, male=15, female=20)

    assert second.status_code == 201 and second.json["revision"] == 2
    assert standing(manager, shelter_id)["counted"] == 32
    assert stale.status_code == 412
    assert stale.json["current"] == {"id": second.json["id"], "revision": 2}
    fields = {each["field"]: each for each in stale.json["fields"]}
    assert fields["total"] == {"field": "total", "base": 30, "theirs": 32, "yours": 35}
    assert fields["male"]["yours"] == 15


def test_splits_that_contradict_the_total_are_explained(manager, shelter_id, disaster):
    answer = count(manager, shelter_id, disaster, 30, male=10, female=10, ill=31)

    assert answer.status_code == 422
    assert {each["field"] for each in answer.json["errors"]} == {"ill"}
    sums = count(manager, shelter_id, disaster, 30, male=10, female=10)
    assert sums.json["errors"][0]["code"] == "sum"


def test_a_base_that_never_was_and_a_moment_to_come_are_refused(manager, shelter_id, disaster):
    soon = (clock.now() + timedelta(minutes=30)).isoformat()
    assert count(manager, shelter_id, disaster, 3, as_of=soon).status_code == 422
    assert count(manager, shelter_id, disaster, 3, base=new_id()).status_code == 422
    assert count(manager, shelter_id, disaster, 3, as_of="2099-01-01T00:00:00Z").status_code == 422
    assert count(manager, shelter_id, disaster, 3, as_of="2013-10-06T00:00:00").status_code == 422


def test_a_closed_shelter_may_be_counted_too(manager, disaster):
    shelter_id = make_shelter(manager)

    assert count(manager, shelter_id, disaster, 4).status_code == 201


def test_the_township_is_proposed_the_sum_of_its_shelters(manager, shelter_id, disaster):
    second = open_shelter(manager, disaster, name="第二避灾点")
    count(manager, shelter_id, disaster, 30)
    count(manager, second, disaster, 12)
    count(manager, second, disaster, 14, as_of=TEN)

    assert proposed() == {
        "relocated_central_rt": 44, "central_sites_rt": 2, "sheltered_most": 44,
        "sheltered_now": 44, "sheltered_highest": 44,
    }  # fmt: skip


def test_a_shelter_nobody_counted_yet_adds_those_who_are_registered_there(
    manager, shelter_id, disaster
):
    second = open_shelter(manager, disaster, name="第二避灾点")
    for people, more in ((7, {}), (5, {"on_the_way": True})):
        body = {"disaster_id": disaster["id"], "people": people} | more
        answer = manager.put(f"/api/v1/shelters/{second}/arrivals/{new_id()}", body)
        assert answer.status_code == 201, answer.json
    count(manager, shelter_id, disaster, 30)

    found = proposed()
    assert (found["relocated_central_rt"], found["central_sites_rt"]) == (37, 2)


def test_at_least_as_many_had_a_roof_as_the_highest_headcount_of_each_shelter_says(
    manager, shelter_id, disaster
):
    second = open_shelter(manager, disaster, name="第二避灾点")
    count(manager, shelter_id, disaster, 30)
    count(manager, second, disaster, 12)
    count(manager, shelter_id, disaster, 4, as_of=TEN)

    with db.reading() as session:
        most = session.scalar(
            text("select value from figure_proposal where indicator = 'sheltered_most'")
        )
    assert most == 42


def test_the_headline_sums_the_open_shelters_now_and_then(manager, shelter_id, disaster):
    open_shelter(manager, disaster, name="第二避灾点", capacity_max=80)
    count(manager, shelter_id, disaster, 30, as_of=EIGHT)
    count(manager, shelter_id, disaster, 45, as_of=TEN)

    figure = _figure(manager, disaster)
    assert (figure.value, figure.of, figure.known, figure.expected) == (45, 130, 1, 2)


def test_who_is_in_a_shelter_that_is_closing_stays_in_the_headline(manager, shelter_id, disaster):
    count(manager, shelter_id, disaster, 45)
    body = {"disaster_id": disaster["id"], "state": "closing"}
    assert manager.put(f"/api/v1/shelters/{shelter_id}/state", body).status_code == 200

    figure = _figure(manager, disaster)
    assert (figure.value, figure.of, figure.expected) == (45, 0, 0)
    assert _figure(manager, disaster, at=clock.now()).value == 45


def test_who_is_found_in_a_closed_shelter_is_in_the_headline_an_older_count_is_not(
    manager, shelter_id, disaster
):
    for state in ("closing", "closed"):
        body = {"disaster_id": disaster["id"], "state": state}
        assert manager.put(f"/api/v1/shelters/{shelter_id}/state", body).status_code == 200
    count(manager, shelter_id, disaster, 30)
    before = _figure(manager, disaster), _figure(manager, disaster, at=clock.now())
    count(manager, shelter_id, disaster, 12, as_of=clock.now().isoformat())
    after = _figure(manager, disaster), _figure(manager, disaster, at=clock.now())

    assert [each.value for each in before] == [0, 0]
    assert [each.value for each in after] == [12, 12]


def _figure(caller, disaster, at=None):
    from shelters import queries

    return _looked(caller, disaster, queries.in_shelters, at=at)


def test_many_shelters_above_their_places_are_one_line_of_their_county(person, manager, disaster):
    shelters = [open_shelter(manager, disaster) for _ in range(7)]
    for shelter_id in shelters[:6]:
        count(manager, shelter_id, disaster, 73)
    apart = {each.key for each in _attention(manager, disaster)}
    assert {f"shelter.over_capacity:{each}" for each in shelters[:6]} <= apart

    count(manager, shelters[6], disaster, 99)

    found = [e for e in _attention(manager, disaster) if e.kind == "shelter.over_capacity"]
    assert len(found) == 1 and found[0].title.startswith("东山县有 7 处")
    page = manager.client.get(found[0].href, headers={"Authorization": f"Bearer {manager.token}"})
    assert page.status_code == 200
    assert all(each in page.text for each in shelters)
    township = person(f"shelter_manager@{TOWNSHIP}")
    [mine] = [e for e in _attention(township, disaster) if e.kind == "shelter.over_capacity"]
    assert mine.title.startswith("临江镇有 7 处")


def test_people_asleep_in_a_flood_raise_an_alarm_until_the_water_or_they_are_gone(
    person, manager, shelter_id, disaster
):
    officer, empty = person(f"duty_officer@{COUNTY}"), open_shelter(manager, disaster)
    flood = make_hazard(officer, disaster)
    assert not [e for e in _attention(manager, disaster) if e.kind == "shelter.in_danger"]

    count(manager, shelter_id, disaster, 12)
    (found,) = [e for e in _attention(manager, disaster) if e.kind == "shelter.in_danger"]

    assert found.key.endswith(shelter_id) and found.state == "act" and "12" in found.detail
    assert empty not in found.key and "姚江漫堤" in found.detail
    officer.put(f"/api/v1/hazards/{flood}/lifting", {"reason": "退水"})
    assert not [e for e in _attention(manager, disaster) if e.kind == "shelter.in_danger"]


def _attention(caller, disaster):
    from shelters import queries

    return _looked(caller, disaster, queries.attention)


def _looked(caller, disaster, query, at=None):
    from relief_ops.auth import act_as, lookup
    from relief_ops.db import reading
    from relief_ops.disasters.queries import looking

    with reading() as session, act_as(lookup.viewer_of(session, caller.user_id)):
        view = looking(session, disaster_id=UUID(disaster["id"]), at=at).view
        return query(session, view)
