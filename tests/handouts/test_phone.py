"""What a desk's phone carries away: places and goods, nobody's name."""

from __future__ import annotations

from tests.factories import handouts as made
from tests.factories import stock
from tests.factories.city import OTHER_COUNTY, TOWNSHIP


def facts(caller, disaster):
    return caller.get(f"/phone/handouts/facts?disaster={disaster['id']}").json["desks"]


def test_the_phone_carries_the_places_and_what_lies_there_and_nobody(
    person, manager, disaster, desk, household, keeper
):
    made.hand_out(keeper, disaster, desk, household_id=household)
    stock.stock(manager, desk, item="water", quantity=5, expires_on="2020-01-01")
    near = person(f"depot_keeper@{TOWNSHIP}")

    (carried,) = facts(near, disaster)
    assert (carried["id"], carried["name"]) == (desk, "东山县库")
    assert [each["code"] for each in carried["items"]] == ["quilt"]
    assert facts(person(f"depot_keeper@{OTHER_COUNTY}"), disaster) == []


def test_who_hands_nothing_out_carries_nothing(person, disaster, desk):
    reporter = person(f"township_reporter@{TOWNSHIP}")

    assert facts(reporter, disaster) == []
    assert reporter.get("/phone/handouts").status_code == 403
