"""The stored standing is proved against the records it sums."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from relief_ops import db
from shelters import queries
from tests.conftest import new_id
from tests.factories.city import COUNTY
from tests.factories.shelters import check_body, open_shelter


@pytest.fixture
def shelter_id(person, disaster):
    manager = person(f"shelter_manager@{COUNTY}")
    shelter_id = open_shelter(manager, disaster)
    address = f"/api/v1/shelters/{shelter_id}"
    here = {"disaster_id": disaster["id"]}
    stays, leaves = new_id(), new_id()
    manager.put(f"{address}/arrivals/{stays}", here | {"people": 4, "on_the_way": True})
    manager.put(f"{address}/arrivals/{leaves}", here | {"people": 3})
    manager.put(f"{address}/arrivals/{leaves}/departure", {"to": "home"})
    for hour, total in ((1, 9), (0, 5)):
        count = here | {"as_of": f"2013-10-06T0{hour}:00:00Z", "total": total}
        manager.put(f"{address}/headcounts/{new_id()}", count)
    return shelter_id


def found():
    with db.reading() as session:
        return queries.disagreements(session)


def test_what_was_done_through_the_services_agrees(shelter_id):
    assert found() == []


@pytest.mark.parametrize(
    "change", ["registered = 5", "on_the_way = 3", "counted = 5", "unregistered = 5"]
)
def test_a_standing_that_was_tampered_with_is_named(shelter_id, change):
    with db.transaction() as session:
        session.execute(text(f"update shelter_status set {change}"))

    assert found() and all(str(shelter_id) in each for each in found())


@pytest.mark.parametrize(
    "change", ["safety_checked_until = '2030-01-01'", "safety_result = 'failed'"]
)
def test_a_safety_day_that_its_checks_do_not_say_is_named(person, shelter_id, change):
    inspector = person(f"assessor@{COUNTY}")
    for checked_on in ("2013-05-06", "2012-05-06"):
        body = check_body(shelter_id, checked_on=checked_on)
        inspector.put(f"/api/v1/shelter-checks/{new_id()}", body)
    assert found() == []
    with db.transaction() as session:
        session.execute(text(f"update shelter set {change}"))

    assert len(found()) == 1 and "2013-05-06" in found()[0]
