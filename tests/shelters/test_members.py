"""Who came with the head of a household: named, sealed, found, and never in two places."""

from __future__ import annotations

from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select, text

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from shelters.models import Arrival
from shelters.services.forgetting import forget_arrivals
from tests.conftest import new_id
from tests.evacuation.test_look_up import ask
from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.evacuation import household
from tests.factories.rosters import id_number
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive, leave, standing
from tests.shelters.test_leaving import events_named

HEAD, GRANNY, CHILD = (id_number(Random(each)) for each in ("head", "granny", "child"))
FAMILY = {
    "name": "何平安测", "id_number": HEAD, "phone": "13812345678",
    "members": [{"name": "何奶奶测", "id_number": GRANNY}, {"name": "何小宝测"}],
}  # fmt: skip


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def desk(person):
    return person(f"duty_officer@{COUNTY}")


@pytest.fixture
def school(manager, disaster):
    return open_shelter(manager, disaster, name="镇中学")


@pytest.fixture
def temple(manager, disaster):
    return open_shelter(manager, disaster, name="文化礼堂")


def named(manager, shelter_id, arrival_id):
    path = f"/api/v1/shelters/{shelter_id}/arrivals/{arrival_id}/full?purpose=verification"
    answer = manager.get(path)
    assert answer.status_code == 200, answer.json
    return [(each["name"], each["id_number"]) for each in answer.json["members"]]


def test_a_grandmother_is_found_by_her_own_name_and_number_though_her_son_signed(
    desk, manager, school, disaster
):
    first = arrive(manager, school, disaster, 4, **FAMILY)

    assert first.status_code == 201, first.json
    by_number = ask(desk, disaster, name="何奶奶测", id_number=GRANNY).json
    by_phone = ask(desk, disaster, name="何小宝测", phone="13812345678").json
    assert by_number["state"] == by_phone["state"] == "at_shelter"
    assert by_number["shelter"] == "镇中学"
    assert not ask(desk, disaster, name="何奶奶测", id_number=HEAD).json["found"]
    assert not ask(desk, disaster, name="何小宝测", id_number=GRANNY).json["found"]
    assert not ask(desk, disaster, name="何奶", id_number=GRANNY).json["found"]


def test_names_lie_sealed_and_are_read_in_full_on_record_only(manager, school, disaster):
    first = arrive(manager, school, disaster, 4, **FAMILY).json["id"]
    with db.reading() as session:
        stored = session.execute(text("select * from arrival_member")).all()

    assert len(stored) == 2
    for secret in ("何奶奶测", GRANNY):
        assert secret.encode() not in b"".join(
            bytes(each) for row in stored for each in row if isinstance(each, (bytes, memoryview))
        )
    page = manager.get(f"/shelters/{school}/people").text
    assert "何奶奶测" not in page and GRANNY not in page
    assert named(manager, school, first) == [("何奶奶测", GRANNY), ("何小宝测", "")]
    assert events_named("shelter.stay_read")


def test_a_correction_that_does_not_speak_of_them_leaves_them_named(manager, school, disaster):
    first = arrive(manager, school, disaster, 4, **FAMILY).json["id"]
    silent = {each: FAMILY[each] for each in ("name", "id_number", "phone")}

    arrive(manager, school, disaster, 3, arrival_id=first, if_match="1", **silent)
    assert len(named(manager, school, first)) == 2
    few = arrive(manager, school, disaster, 2, arrival_id=first, if_match="2", **silent)
    assert few.status_code == 422 and few.json["errors"][0]["field"] == "members"
    arrive(manager, school, disaster, 1, arrival_id=first, if_match="2", **silent, members=[])
    assert named(manager, school, first) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": 2},
        {"people": 40, "group": True},
        {"members": [{"name": "何奶奶测", "id_number": HEAD}]},
        {"members": [{"name": ""}]},
        {"members": [{"name": "何奶奶测", "id_number": "330203194901010018"}]},
        {"members": [{"name": "测"}] * 21, "people": 40},
    ],
)
def test_more_names_than_people_twins_and_wrong_numbers_are_refused(
    manager, school, disaster, wrong
):
    body = FAMILY | wrong
    people = body.pop("people", 4)

    answer = arrive(manager, school, disaster, people, **body)

    assert answer.status_code == 422 and answer.json["errors"]
    assert standing(manager, school)["registered"] == 0


def test_whoever_is_named_in_one_shelter_is_not_registered_in_another_as_well(
    manager, school, temple, disaster
):
    arrive(manager, school, disaster, 4, **FAMILY)

    as_head = arrive(manager, temple, disaster, 1, name="何奶奶测", id_number=GRANNY)
    as_member = arrive(
        manager, temple, disaster, 2, name="邻居测", members=[{"name": "何", "id_number": GRANNY}]
    )
    head_named = arrive(
        manager, temple, disaster, 2, name="邻居测", members=[{"name": "何", "id_number": HEAD}]
    )

    for refused in (as_head, as_member, head_named):
        assert refused.status_code == 409
        assert refused.json["registered"]["name"] == "镇中学"
    assert as_head.json["registered"]["member"] and not head_named.json["registered"]["member"]
    assert standing(manager, temple)["registered"] == 0


def test_one_of_a_household_comes_to_another_shelter_and_the_others_stay(
    desk, person, manager, school, temple, disaster
):
    row = household(person(f"township_reporter@{TOWNSHIP}"), name="何平安测", people=4)
    first = arrive(manager, school, disaster, 4, listed_id=row, **FAMILY).json["id"]

    moved = arrive(
        manager, temple, disaster, 1, name="何奶奶测", id_number=GRANNY, moved_from=first
    )

    assert moved.status_code == 201, (moved.json["detail"], moved.json)
    assert standing(manager, school)["registered"] == 3
    assert standing(manager, temple)["registered"] == 1
    assert named(manager, school, first) == [("何小宝测", "")]
    assert ask(desk, disaster, name="何奶奶测", id_number=GRANNY).json["shelter"] == "文化礼堂"
    assert ask(desk, disaster, name="何小宝测", phone="13812345678").json["shelter"] == "镇中学"
    corrected = arrive(
        manager, school, disaster, 3, arrival_id=first, if_match="2", listed_id=row, room="201",
        name="何平安测", id_number=HEAD,
    )  # fmt: skip
    assert corrected.status_code == 200, corrected.json
    again = arrive(manager, temple, disaster, 1, name="何奶奶测", id_number=GRANNY)
    assert again.status_code == 409
    whole_again = arrive(manager, temple, disaster, 3, listed_id=row)
    assert whole_again.status_code == 409
    stranger = arrive(manager, temple, disaster, 1, name="测", id_number=CHILD, moved_from=first)
    assert stranger.status_code == 422


def test_a_neighbour_who_brings_one_takes_nobody_else_and_no_row_of_the_list(
    desk, person, manager, school, temple, disaster
):
    row = household(person(f"township_reporter@{TOWNSHIP}"), name="何平安测", people=4)
    first = arrive(manager, school, disaster, 4, listed_id=row, **FAMILY).json["id"]
    granny = [{"name": "何奶奶测", "id_number": GRANNY}]

    come = arrive(manager, temple, disaster, 5, name="邻居测", members=granny, moved_from=first)

    assert come.status_code == 201, come.json
    assert standing(manager, school)["registered"] == 3
    assert named(manager, school, first) == [("何小宝测", "")]
    assert named(manager, temple, come.json["id"]) == [("何奶奶测", GRANNY)]
    with db.reading() as session:
        stored = select(Arrival.listed_id).where(Arrival.id == UUID(come.json["id"]))
        with act_as(SYSTEM):
            assert session.scalar(stored) is None


def test_who_was_brought_apart_goes_on_from_there_and_is_still_found(
    desk, person, manager, school, temple, disaster
):
    third = open_shelter(manager, disaster, name="体育馆")
    row = household(person(f"township_reporter@{TOWNSHIP}"), name="何平安测", people=4)
    first = arrive(manager, school, disaster, 4, listed_id=row, wheelchair=1, alone=1,
                   **FAMILY).json["id"]  # fmt: skip
    granny = {"name": "何奶奶测", "id_number": GRANNY, "alone": 1, "wheelchair": 1}
    unsaid = arrive(manager, temple, disaster, 1, moved_from=first, **granny)
    assert unsaid.status_code == 422 and unsaid.json["errors"][0]["field"] == "handed_to"
    second = arrive(manager, temple, disaster, 1, moved_from=first, handed_to="周试", **granny)
    assert second.status_code == 201, second.json

    by_phone = ask(desk, disaster, name="何奶奶测", phone="13812345678").json
    assert by_phone["shelter"] == "文化礼堂"
    assert typed(manager, school)["wheelchair"] == 0
    corrected = arrive(manager, temple, disaster, 1, arrival_id=second.json["id"], if_match="1",
                       room="203", **granny)  # fmt: skip
    assert corrected.status_code == 200, corrected.json
    moved = arrive(manager, third, disaster, 1, moved_from=second.json["id"], handed_to="周试",
                   **granny)  # fmt: skip
    assert moved.status_code == 201, moved.json
    sent = leave(manager, third, moved.json["id"], to="other_shelter", shelter_id=temple,
                 handed_to="周试")  # fmt: skip
    assert sent.status_code == 201, sent.json
    here = arrive(manager, temple, disaster, 1, **granny)
    assert here.status_code == 201, here.json
    assert ask(desk, disaster, name="何奶奶测", id_number=GRANNY).json["shelter"] == "文化礼堂"
    assert standing(manager, temple)["registered"] == 1
    assert standing(manager, school)["registered"] == 3


def test_who_is_named_at_the_next_door_is_named_beside_those_before(
    manager, school, temple, disaster
):
    first = arrive(manager, school, disaster, 4, **FAMILY).json["id"]
    baby = [{"name": "何宝宝测"}]

    moved = arrive(
        manager, temple, disaster, 4, id_number=HEAD, members=baby, moved_from=first
    ).json["id"]

    assert [each for each, _number in named(manager, temple, moved)] == [
        "何宝宝测", "何奶奶测", "何小宝测",
    ]  # fmt: skip


def test_the_head_is_not_named_with_themself(manager, school, disaster):
    path = f"/api/v1/shelters/{school}/arrivals"
    first = arrive(manager, school, disaster, 4, members=FAMILY["members"]).json["id"]

    as_head = manager.put(f"{path}/{first}/identity", {"id_number": GRANNY}, If_Match="1")
    head = manager.put(f"{path}/{first}/identity", {"id_number": HEAD}, If_Match="1")
    twin = {"members": [{"name": "何奶奶测", "id_number": HEAD}]}
    named_too = manager.put(f"{path}/{first}/members", twin, If_Match="2")

    assert (as_head.status_code, head.status_code, named_too.status_code) == (422, 200, 422)


def typed(manager, shelter_id):
    return manager.get(f"/api/v1/shelters/{shelter_id}").json["typed_used"]


def test_who_came_alone_is_brought_to_the_household_that_names_them(
    desk, person, manager, school, temple, disaster
):
    keeper = person(f"township_reporter@{TOWNSHIP}")
    household(keeper, name="何奶奶测", id_number=GRANNY, people=1)
    first = arrive(manager, temple, disaster, 1, name="何奶奶测", id_number=GRANNY).json["id"]

    family = arrive(manager, school, disaster, 4, **FAMILY, moved_from=first)

    assert family.status_code == 201, family.json
    assert standing(manager, temple)["registered"] == 0
    assert standing(manager, school)["registered"] == 4
    assert ask(desk, disaster, name="何奶奶测", id_number=GRANNY).json["shelter"] == "镇中学"


def test_who_is_sent_on_or_comes_as_announced_is_still_named(
    desk, manager, school, temple, disaster
):
    first = arrive(manager, school, disaster, 4, **FAMILY).json["id"]
    leave(manager, school, first, to="other_shelter", shelter_id=temple)
    assert ask(desk, disaster, name="何奶奶测", id_number=GRANNY).json["state"] == "on_the_way"

    here = arrive(manager, temple, disaster, 4, name="何平安测", id_number=HEAD)

    assert here.status_code == 201, here.json
    assert len(named(manager, temple, here.json["id"])) == 2
    told = ask(desk, disaster, name="何奶奶测", id_number=GRANNY).json
    assert (told["state"], told["shelter"]) == ("at_shelter", "文化礼堂")


def test_they_can_be_named_later_in_place_of_those_before(manager, school, disaster, person):
    first = arrive(manager, school, disaster, 3, name="何平安测").json["id"]
    path = f"/api/v1/shelters/{school}/arrivals/{first}/members"
    said = {"members": [{"name": "何奶奶测", "id_number": GRANNY}]}

    assert manager.put(path, said, If_Match="1").status_code == 200
    assert manager.put(path, said, If_Match="1").status_code == 200  # the receipt again
    assert manager.put(path, {"members": []}, If_Match="1").status_code == 412
    assert manager.put(path, {"members": []}).status_code == 428
    many = {"members": [{"name": "测"}] * 3}
    assert manager.put(path, many, If_Match="2").status_code == 422
    assert named(manager, school, first) == [("何奶奶测", GRANNY)]
    other = arrive(manager, school, disaster, 2).json["id"]
    twice = manager.put(f"/api/v1/shelters/{school}/arrivals/{other}/members", said, If_Match="1")
    assert twice.status_code == 409
    assert person(f"shelter_manager@{TOWNSHIP}").put(
        f"/api/v1/shelters/{new_id()}/arrivals/{first}/members", said, If_Match="2"
    ).status_code == 404  # fmt: skip


def test_their_names_are_forgotten_with_the_heads(manager, school, disaster):
    arrive(manager, school, disaster, 4, **FAMILY)
    with db.transaction() as session:
        assert forget_arrivals(session, UUID(disaster["id"]), really=False) >= 3
        forget_arrivals(session, UUID(disaster["id"]), really=True)
        left = session.execute(text("select name_sealed, id_number_blind from arrival_member"))
        assert [tuple(each) for each in left] == [(None, None)] * 2
