"""`purge-personal-data`: what was told of people for a disaster ends with its time, on record."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.models import Disaster
from relief_ops.events.models import EventRow
from shelters.evacuation.services.forgetting import STEPS
from shelters.models import Arrival
from shelters.services.forgetting import SEALED
from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.evacuation import act, household, order
from tests.factories.shelters import open_shelter
from tests.spine.test_heads import say

NAME, PHONE = "何试验", "13800138000"


@pytest.fixture
def purge(app):
    """Return a caller of the command, so many days from now; the log goes on meanwhile."""

    def run(*arguments, days=0, quiet=False, fails=False):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            if not quiet:
                with act_as(SYSTEM), db.transaction() as session:
                    say(session)
            done = app.test_cli_runner().invoke(args=["purge-personal-data", *arguments])
        assert done.exit_code == (1 if fails else 0), done.output
        return done.output

    return run


@pytest.fixture
def told(person, disaster):
    """Tell of a household in a shelter and of a refusal at a door; return the disaster's id."""
    manager = person(f"shelter_manager@{TOWNSHIP}", f"township_reporter@{TOWNSHIP}")
    shelter_id = open_shelter(manager, disaster)
    body = {"people": 3, "name": NAME, "phone": PHONE, "disaster_id": disaster["id"],
            "arrived_at": MORNING.isoformat()}  # fmt: skip
    answer = manager.put(f"/api/v1/shelters/{shelter_id}/arrivals/{new_id()}", body)
    assert answer.status_code == 201, answer.json
    listed = household(manager, name=NAME)
    given = order(person(f"duty_leader@{COUNTY}"), disaster)
    answer = act(manager, given, [listed], "refused", note="要等儿子")
    assert answer.status_code in (200, 201), answer.json
    return disaster["id"]


def close(disaster_id, *, state="closed"):
    with act_as(SYSTEM), db.transaction() as session:
        found = session.get_one(Disaster, UUID(disaster_id))
        found.state, found.ended_at = state, clock.now()


def held(table, columns):
    with db.reading() as session:
        names = [each.key for each in columns]
        rows = session.connection().execute(select(table)).mappings().all()
    return [row for row in rows if any(row[name] is not None for name in names)]


def arrivals():
    return held(Arrival.__table__, SEALED)


def steps():
    return held(STEPS[0].class_.__table__, STEPS)


def test_before_its_date_nothing_is_touched(purge, told):
    close(told)

    assert "Nothing has reached its date" in purge("--yes", days=364)
    assert arrivals() and steps()


def test_a_disaster_that_is_not_closed_is_never_due(purge, told):
    close(told, state="finalised")

    assert "Nothing has reached its date" in purge("--yes", days=4000)
    assert arrivals()


def test_at_its_date_it_is_counted_first_and_destroyed_only_when_told(purge, told, disaster):
    close(told)
    said = purge(days=366)

    assert f"{disaster['name']}: 1 rows of shelter arrivals" in said
    assert "1 rows of notes of the evacuation" in said and "Nothing was destroyed" in said
    assert arrivals() and steps()


def test_destroyed_is_every_name_and_number_and_nothing_else(purge, told, person):
    close(told)
    assert "Destroyed, and recorded" in purge("--yes", days=366)

    assert arrivals() == steps() == []
    with db.reading() as session:
        rows = session.connection().execute(select(Arrival.__table__)).mappings().all()
    assert [row["people"] for row in rows] == [3]
    assert "Nothing has reached its date" in purge("--yes", days=366)


def test_the_destruction_is_on_the_log_once_with_its_count(purge, told):
    close(told)
    purge("--yes", days=366)
    purge("--yes", days=366)
    with db.reading() as session:
        rows = session.scalars(
            select(EventRow.payload).where(EventRow.name == "disaster.personal_destroyed")
        ).all()

    assert [json.loads(row) for row in rows] == [{"disaster_id": told, "rows": 2}]


def test_after_a_jump_of_the_clock_it_refuses(purge, told):
    close(told)
    said = purge("--yes", days=4000, quiet=True, fails=True)

    assert "Nothing was destroyed" in said and "Is the clock right?" in said
    assert arrivals() and steps()


def test_another_disaster_s_people_are_not_touched(purge, told, person):
    other_id = new_id()
    body = {"name": "大水", "kind": "flood", "started_at": MORNING.isoformat()}
    assert person("duty_officer").put(f"/api/v1/disasters/{other_id}", body).status_code == 201
    close(other_id)

    assert "Nothing has reached its date" in purge("--yes", days=366)
    assert arrivals()


def test_every_sealed_column_of_a_check_in_is_among_what_is_destroyed():
    names = [each.key for each in Arrival.__table__.c]
    sealed = {each for each in names if each.endswith(("_sealed", "_blind"))}

    assert sealed == {each.key for each in SEALED}


def test_the_pages_still_open_afterwards(purge, told, person):
    close(told)
    purge("--yes", days=366)
    reader = person("duty_officer", "shelter_manager")

    for path in ("/shelters", "/evacuation", f"/evacuation?disaster={told}"):
        assert reader.get(path).status_code == 200, path
