"""In, on and out: full shelters name others, households move in one act, wards go to somebody."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from relief_ops import db
from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY, TOWNSHIP
from tests.factories.evacuation import household
from tests.factories.hazards import box, make_hazard
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive, leave, standing
from tests.shelters.test_counted_inside import ago, counted

NUMBER = "330203194901010017"
NEAR = {"name": "近处避灾点", "point": [121.503, 29.802]}


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(manager, disaster)


@pytest.fixture
def near(manager, disaster):
    return open_shelter(manager, disaster, **NEAR)


def registered(caller, shelter_id):
    return standing(caller, shelter_id)["registered"]


def sealed_of(column):
    with db.reading() as session:
        return [bytes(each) for each in session.scalars(
            text(f"select {column} from arrival where {column} is not null"))]  # fmt: skip


def events_named(name):
    with db.reading() as session:
        return session.scalars(text("select payload from event where name = :n"), {"n": name}).all()


def test_a_full_shelter_names_the_nearest_three_on_safe_ground(
    manager, person, shelter_id, near, disaster
):
    wet = open_shelter(manager, disaster, name="水边避灾点", point=[121.5014, 29.8012])
    far = open_shelter(manager, disaster, name="远处避灾点", point=[121.7, 29.9])
    ground = box(121.5013, 29.8011, 121.5016, 29.8014)
    make_hazard(person(f"duty_officer@{COUNTY}"), disaster, shape=ground)
    arrive(manager, shelter_id, disaster, 50)

    refused = arrive(manager, shelter_id, disaster, 4)

    assert refused.status_code == 409
    named = refused.json["alternatives"]
    assert [each["id"] for each in named] == [near, far]
    assert wet not in str(named)
    assert named[0]["free"] == 50 and 150 < named[0]["metres"] < 300
    assert refused.json["next"] == named[0]


def test_a_closed_shelter_says_so_and_where_to_go(manager, shelter_id, near, disaster):
    for state in ("closing", "closed"):
        manager.put(f"/api/v1/shelters/{shelter_id}/state",
                    {"disaster_id": disaster["id"], "state": state})  # fmt: skip

    refused = arrive(manager, shelter_id, disaster, 4)

    assert refused.status_code == 409
    assert "已关闭" in refused.json["detail"] and "近处避灾点" in refused.json["detail"]
    assert refused.json["alternatives"][0]["id"] == near


def test_the_last_place_goes_to_one_and_every_other_is_told_of_another_shelter(
    manager, person, shelter_id, near, disaster
):
    arrive(manager, shelter_id, disaster, 47)
    callers = [person(f"shelter_manager@{COUNTY}") for _number in range(6)]
    answers = []
    threads = [
        threading.Thread(target=lambda caller=each: answers.append(
            arrive(caller, shelter_id, disaster, 1)))
        for each in callers
    ]  # fmt: skip
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    codes = sorted(each.status_code for each in answers)
    assert codes == [201] * 3 + [409] * 3
    told = [each.json["alternatives"][0]["id"] for each in answers if each.status_code == 409]
    assert told == [near] * 3
    assert registered(manager, shelter_id) == 50


def test_nobody_gets_a_place_above_the_limit_without_a_reason_and_a_name(
    manager, shelter_id, disaster
):
    arrive(manager, shelter_id, disaster, 49)
    nameless = arrive(manager, shelter_id, disaster, 3, over_reason="外面水深")
    decided = arrive(manager, shelter_id, disaster, 3, over_reason="外面水深", over_by="试镇长")
    after = standing(manager, shelter_id)
    next_one = arrive(manager, shelter_id, disaster, 1)

    assert (nameless.status_code, decided.status_code) == (422, 201)
    assert (after["registered"], after["above"], after["free"]) == (52, 2, 0)
    assert next_one.status_code == 409
    assert '"above":2' in events_named("shelter.admitted_above")[0]
    assert "试镇长".encode() not in b"".join(sealed_of("over_by_sealed"))


def test_places_above_the_limit_are_gone_once_they_are_empty(manager, shelter_id, disaster):
    first = new_id()
    arrive(manager, shelter_id, disaster, 49, arrival_id=first)
    arrive(manager, shelter_id, disaster, 3, over_reason="外面水深", over_by="试镇长")
    leave(manager, shelter_id, first, to="home")

    stood = standing(manager, shelter_id)
    assert (stood["registered"], stood["above"], stood["free"]) == (3, 0, 47)
    assert arrive(manager, shelter_id, disaster, 48).status_code == 409
    assert arrive(manager, shelter_id, disaster, 47).status_code == 201


def test_a_record_may_change_while_people_are_above_the_limit(manager, shelter_id, disaster):
    from tests.factories.shelters import shelter_body

    arrive(manager, shelter_id, disaster, 52, over_reason="外面水深", over_by="试镇长")
    address = f"/api/v1/shelters/{shelter_id}"

    assert manager.put(address, shelter_body(remarks="x"), If_Match="1").status_code == 200
    assert manager.put(address, shelter_body(capacity_max=49), If_Match="2").status_code == 422
    assert standing(manager, shelter_id)["above"] == 2


def test_a_household_is_sent_on_in_one_act(manager, shelter_id, near, disaster):
    household_id = new_id()
    arrive(manager, shelter_id, disaster, 4, arrival_id=household_id, name="王五",
           id_number=NUMBER)  # fmt: skip
    body = {"to": "other_shelter", "shelter_id": near, "signed_by": "王五"}

    sent = leave(manager, shelter_id, household_id, **body)
    again = leave(manager, shelter_id, household_id, **body)

    assert sent.status_code == 201 and again.json == sent.json
    assert registered(manager, shelter_id) == 0
    stood = standing(manager, near)
    assert (stood["registered"], stood["on_the_way"]) == (4, 4)
    assert len(events_named("shelter.departed")) == 1
    assert len(events_named("shelter.admitted")) == 2
    for column in ("name_sealed", "signed_by_sealed"):
        assert "王五".encode() not in b"".join(sealed_of(column))


def test_nobody_is_sent_on_to_a_full_shelter_and_nothing_is_half_done(
    manager, shelter_id, near, disaster
):
    household_id = new_id()
    arrive(manager, near, disaster, 48)
    arrive(manager, shelter_id, disaster, 4, arrival_id=household_id)

    refused = leave(manager, shelter_id, household_id, to="other_shelter", shelter_id=near)

    assert refused.status_code == 409 and refused.json["alternatives"][0]["id"] == shelter_id
    assert (registered(manager, shelter_id), registered(manager, near)) == (4, 48)


def test_minors_alone_and_frail_elders_leave_only_to_somebody_named(manager, shelter_id, disaster):
    for ward in ("minors_alone", "alone"):
        household_id = new_id()
        arrive(manager, shelter_id, disaster, 1, arrival_id=household_id, **{ward: 1})
        nobody = leave(manager, shelter_id, household_id, to="relatives")
        named = leave(manager, shelter_id, household_id, to="relatives", handed_to="试姨母")

        assert nobody.status_code == 422
        assert nobody.json["errors"][0]["field"] == "handed_to"
        assert named.status_code == 201


def test_who_was_never_in_cannot_leave(manager, shelter_id, disaster):
    answer = leave(manager, shelter_id, new_id(), to="home")

    assert answer.status_code == 404
    assert "没有这户" in answer.json["detail"]


def test_a_household_of_a_list_that_stands_at_another_door_moves_in_one_act(
    manager, person, shelter_id, near, disaster
):
    row = household(person(f"township_reporter@{TOWNSHIP}"))
    arrive(manager, shelter_id, disaster, 3, listed_id=row)
    twice = arrive(manager, near, disaster, 3, listed_id=row)
    held = twice.json["registered"]
    stranger = arrive(manager, near, disaster, 3, moved_from=held["arrival_id"])

    moved = arrive(manager, near, disaster, 3, listed_id=row, moved_from=held["arrival_id"])

    assert twice.status_code == 409 and held["shelter_id"] == shelter_id
    assert stranger.status_code == 422
    assert moved.status_code == 201
    assert (registered(manager, shelter_id), registered(manager, near)) == (0, 3)


def test_no_stranger_without_a_row_or_number_is_taken_for_the_household_that_comes(
    manager, shelter_id, near, disaster
):
    first = arrive(manager, shelter_id, disaster, 3).json["id"]
    other = arrive(manager, near, disaster, 2, moved_from=first)

    assert other.status_code == 422 and other.json["errors"][0]["field"] == "moved_from"
    assert (registered(manager, shelter_id), registered(manager, near)) == (3, 0)


def test_it_moves_even_from_a_shelter_that_is_not_ones_own(person, manager, disaster):
    keeper = person(f"township_reporter@{TOWNSHIP}")
    row, other = household(keeper), person(f"shelter_manager@{OTHER_COUNTY}")
    here = open_shelter(manager, disaster)
    there = open_shelter(other, disaster, area_code=OTHER_COUNTY, kind="centre_county")
    arrive(manager, here, disaster, 3, listed_id=row)
    told = arrive(other, there, disaster, 3, listed_id=row).json["registered"]

    moved = arrive(other, there, disaster, 3, listed_id=row, moved_from=told["arrival_id"])

    assert moved.status_code == 201, moved.json
    assert (registered(manager, here), registered(other, there)) == (0, 3)


def test_who_was_announced_and_comes_takes_the_announced_places(
    manager, person, shelter_id, near, disaster
):
    row = household(person(f"township_reporter@{TOWNSHIP}"))
    first = new_id()
    arrive(manager, shelter_id, disaster, 3, arrival_id=first, listed_id=row)
    leave(manager, shelter_id, first, to="other_shelter", shelter_id=near)

    came = arrive(manager, near, disaster, 2, listed_id=row)

    assert came.status_code == 201
    stood = standing(manager, near)
    assert (stood["registered"], stood["on_the_way"]) == (2, 0)


def test_a_bus_is_registered_with_its_number_only(manager, shelter_id, disaster):
    big = open_shelter(manager, disaster, name="体育馆", capacity_max=400)
    arrive(manager, big, disaster, 300, group=True)
    arrive(manager, shelter_id, disaster, 2, name="王五")
    arrive(manager, shelter_id, disaster, 2, name="王五", id_number=NUMBER)

    with db.reading() as session:
        told = "select people, is_group, id_missing from arrival order by arrived_at, id"
        rows = session.execute(text(told)).all()
    assert [(each[0], bool(each[1]), bool(each[2])) for each in rows] == [
        (300, True, False), (2, False, True), (2, False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"id_number": "330203194901010018"}, {"pregnant": 4}, {"companions": 9},
     {"issued": {"quilt": 0}}, {"issued": {"../x": 1}}, {"room": "x" * 41}, {"over_by": "试镇长"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(manager, shelter_id, disaster, wrong):
    assert arrive(manager, shelter_id, disaster, 3, **wrong).status_code == 422


def test_a_missing_number_is_completed_later_and_is_on_record(
    manager, person, shelter_id, disaster
):
    household_id = new_id()
    arrive(manager, shelter_id, disaster, 2, arrival_id=household_id, name="王五")
    address = f"/api/v1/shelters/{shelter_id}/arrivals/{household_id}/identity"

    wrong = manager.put(address, {"id_number": NUMBER[:-1] + "8"}, If_Match="1")
    nobody = person(f"duty_officer@{COUNTY}").put(address, {"id_number": NUMBER}, If_Match="1")
    done = manager.put(address, {"id_number": NUMBER}, If_Match="1")
    again = manager.put(address, {"id_number": NUMBER}, If_Match="1")
    stale = manager.put(address, {"id_number": NUMBER, "name": "李四"}, If_Match="1")

    assert (wrong.status_code, nobody.status_code, stale.status_code) == (422, 403, 412)
    assert done.status_code == 200 and again.json == done.json
    with db.reading() as session:
        assert not session.scalar(text("select id_missing from arrival"))
    [event] = events_named("shelter.identified")
    assert NUMBER not in event


@pytest.mark.parametrize("to", ["home", "relatives", "other_shelter", "cancelled"])
def test_who_was_only_announced_was_never_here_wherever_they_go(
    manager, shelter_id, near, disaster, to
):
    household = new_id()
    arrive(manager, shelter_id, disaster, 6, arrival_id=household, on_the_way=True,
           arrived_at=ago(60))  # fmt: skip
    counted(manager, shelter_id, disaster, 10, minutes=30)
    onward = {"shelter_id": near} if to == "other_shelter" else {}
    assert leave(manager, shelter_id, household, to=to, **onward).status_code in (200, 201)

    then = ago(10).replace("+", "%2B")
    layer = f"/api/v1/layers/shelters?disaster={disaster['id']}&area={COUNTY}&at={then}"
    past = {each["id"]: each["properties"] for each in manager.get(layer).json["features"]}
    stood = standing(manager, shelter_id)

    assert past[shelter_id]["occupied"] == 10
    assert (stood["registered"], stood["unregistered"], stood["free"]) == (0, 10, 40)
    with db.reading() as session:
        stays = session.scalars(text("select stay from arrival order by arrived_at")).all()
        offered = session.scalar(
            text("select value from figure_proposal where indicator = 'sheltered_now'")
        )
    assert stays[0] == "cancelled" and offered == 10


def test_who_was_announced_before_anybody_counted_is_in_no_past(manager, shelter_id, disaster):
    household = new_id()
    arrive(manager, shelter_id, disaster, 6, arrival_id=household, on_the_way=True,
           arrived_at=ago(60))  # fmt: skip
    leave(manager, shelter_id, household, to="relatives")

    then = ago(30).replace("+", "%2B")
    layer = f"/api/v1/layers/shelters?disaster={disaster['id']}&area={COUNTY}&at={then}"
    (shelter,) = manager.get(layer).json["features"]

    assert shelter["properties"]["occupied"] == 0
