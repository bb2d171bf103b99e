"""How full a shelter was, by the minute: what it says of now is what every other page says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from shelters.models import ShelterStatus
from shelters.queries.present import present
from shelters.rules.occupancy import Counted, Stayed, occupancy
from tests.conftest import new_id
from tests.factories.city import COUNTY, OTHER_COUNTY
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive, leave
from tests.shelters.test_headcounts import count

EIGHT = datetime(2013, 10, 6, 0, 0, tzinfo=UTC)


def at(minutes, seconds=0):
    return EIGHT + timedelta(minutes=minutes, seconds=seconds)


def test_a_night_of_one_shelter_is_told_minute_by_minute():
    found = occupancy(
        [Counted(at(60), 30)],
        [
            Stayed(12, at(0, 10), None),
            Stayed(4, at(0, 40), at(90)),
            Stayed(5, at(60, 20), None),
        ],
        [],
    )

    assert [(each.at, each.inside, each.came, each.left, each.counted) for each in found] == [
        (at(0), 16, 16, 0, None),
        (at(60), 35, 5, 0, 30),
        (at(90), 31, 0, 4, None),
    ]
    assert found[-1].registered == 17


def test_who_comes_at_the_very_moment_of_a_count_was_counted():
    found = occupancy([Counted(at(5), 7)], [Stayed(7, at(5), None)], [])

    assert [each.inside for each in found] == [7]


def test_a_shelter_that_was_emptied_begins_anew():
    counted = [Counted(at(5), 20)]
    found = occupancy(counted, [Stayed(3, at(0), at(8)), Stayed(2, at(30), None)], [at(10)])

    assert [(each.at, each.inside) for each in found][-2:] == [(at(10), 0), (at(30), 2)]


MINUTES = some.integers(0, 40)
STAYS = some.lists(some.tuples(some.integers(1, 9), MINUTES, some.integers(0, 40)), max_size=12)


@settings(max_examples=200)
@given(some.dictionaries(MINUTES, some.integers(0, 90), max_size=5), STAYS)
def test_each_minute_says_what_a_sum_of_its_own_says(counts, stays):
    """Beside the fold: for every minute the last count, and who came and left since."""
    held = [Stayed(n, at(came), at(came + days) if days < 30 else None) for n, came, days in stays]
    found = occupancy([Counted(at(each), n) for each, n in counts.items()], held, [])

    for minute in found:
        before = [each for each in counts if at(each) <= minute.at]
        since, stood = (at(max(before)), counts[max(before)]) if before else (at(-1), 0)
        came = sum(each.people for each in held if since < each.came <= minute.at)
        left = sum(each.people for each in held if each.left and since < each.left <= minute.at)
        assert minute.inside == max(0, stood + came - left)


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(manager, disaster)


@pytest.fixture
def night(manager, shelter_id, disaster):
    """Let twelve come, thirty be counted, five come and the twelve leave."""
    ago = [(clock.now() - timedelta(minutes=each)).isoformat() for each in (50, 40, 30)]
    first = new_id()
    arrive(manager, shelter_id, disaster, 12, arrival_id=first, arrived_at=ago[0])
    assert count(manager, shelter_id, disaster, 30, as_of=ago[1]).status_code == 201
    arrive(manager, shelter_id, disaster, 5, arrived_at=ago[2])
    assert leave(manager, shelter_id, first, to="home").status_code in (200, 201)
    return shelter_id


def test_the_last_minute_says_what_the_shelter_says_now(manager, night):
    told = manager.get(f"/api/v1/shelters/{night}/occupancy").json
    with act_as(SYSTEM), db.reading() as session:
        now = session.scalar(select(present()).select_from(ShelterStatus))

    assert [each["inside"] for each in told["minutes"]] == [12, 30, 35, 23]
    assert told["minutes"][-1]["inside"] == now and told["capacity_max"] == 50


def test_the_page_and_its_files_say_the_same_and_a_neighbour_sees_nothing(
    manager, person, night, disaster
):
    page = manager.get(f"/shelters/{night}/occupancy")
    file = manager.get(f"/shelters/{night}/occupancy/export?format=csv")
    book = manager.get(f"/shelters/{night}/occupancy/export")

    assert page.status_code == 200 and "最多 35 人" in page.text
    assert file.text.strip().splitlines()[-1].split(",")[1:] == ["0", "12", "", "23", "5"]
    assert book.status_code == 200
    neighbour = person(f"shelter_manager@{OTHER_COUNTY}")
    for path in ("occupancy", "occupancy/export"):
        assert neighbour.get(f"/shelters/{night}/{path}").status_code == 404
    assert neighbour.get(f"/api/v1/shelters/{night}/occupancy").status_code == 404


def test_in_a_drill_whose_clock_is_ahead_a_count_stands_where_it_was_made(person):
    """Thirty days ahead: who came before the count is not counted a second time after it."""
    director, drill, storm = person("drill_director"), new_id(), new_id()
    ahead = (clock.now() + timedelta(days=30)).isoformat()
    start = {"name": "演练", "seed": 1, "drill_start": ahead}
    assert director.put(f"/api/v1/drills/{drill}", start).status_code == 201
    body = {"name": "演练大水", "kind": "flood", "drill_id": drill, "started_at": ahead,
            "division_date": "2013-10-06"}  # fmt: skip
    assert director.put(f"/api/v1/disasters/{storm}", body).status_code == 201
    manager, disaster = person(f"shelter_manager@{COUNTY}"), {"id": storm}
    shelter = open_shelter(manager, disaster, drill_id=drill)
    assert arrive(manager, shelter, disaster, 20).status_code == 201
    made = (clock.now() + timedelta(days=30)).isoformat()
    assert count(manager, shelter, disaster, 30, as_of=made).status_code == 201

    told = manager.get(f"/api/v1/shelters/{shelter}/occupancy?disaster={storm}").json
    assert told["minutes"][-1]["inside"] == 30
    assert told["minutes"][0]["at"][:10] == ahead[:10]


def test_a_shelter_nobody_came_to_says_so(manager, shelter_id):
    assert "还没有人进入" in manager.get(f"/shelters/{shelter_id}/occupancy").text
