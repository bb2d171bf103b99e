"""What shelters and evacuation know is offered beside the form with its source, not filled in."""

from __future__ import annotations

from datetime import timedelta

from relief_ops import clock
from tests.conftest import MORNING, new_id
from tests.damage_reports.test_phone import facts, put_round
from tests.factories.city import COUNTY, FAR_TOWNSHIP, TOWNSHIP
from tests.factories.evacuation import order
from tests.factories.shelters import open_shelter

REPORTER = f"township_reporter@{TOWNSHIP}"


def count(person, disaster, total):
    keeper = person(f"shelter_manager@{COUNTY}")
    shelter = open_shelter(keeper, disaster)
    body = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), "total": total}
    answer = keeper.put(f"/api/v1/shelters/{shelter}/headcounts/{new_id()}", body)
    assert answer.status_code == 201, answer.json


def page(person, area=TOWNSHIP):
    caller = person(f"township_reporter@{area}")
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.get(f"/reports/new?area={area}&round=r1", headers=headers).text


def test_the_phone_carries_what_is_offered_with_its_source_and_moment(person, disaster):
    put_round(person, disaster, "r1")
    assert facts(person(REPORTER))["form"]["offered"] == {}
    count(person, disaster, 37)

    offered = facts(person(REPORTER))["form"]["offered"]
    (found,) = offered["relocated_central_rt"]
    assert (found["source"], found["value"]) == ("shelters", 37)
    assert found["as_of"].startswith("2013-10-06T00:00")
    assert "sheltered_most" not in offered  # no figure of this form


def test_the_form_at_a_desk_says_who_offers_a_figure_and_fills_nothing_in(person, disaster):
    put_round(person, disaster, "r1")
    count(person, disaster, 37)
    shown = page(person)

    assert 'data-offered="37"' in shown and "避灾场所清点 37" in shown
    row = shown.split('id="f-relocated_central_rt"')[1].split(">")[0]
    assert 'value=""' in row


def test_a_neighbour_is_offered_nothing_of_it(person, disaster):
    put_round(person, disaster, "r1")
    count(person, disaster, 37)

    assert "data-offered" not in page(person, FAR_TOWNSHIP)


def test_before_the_impact_an_order_names_the_form_offers_a_precaution_and_nobody_placed_together(
    person, disaster
):
    put_round(person, disaster, "r1")
    count(person, disaster, 37)
    tomorrow = (clock.now() + timedelta(days=1)).isoformat()

    order(person(f"duty_leader@{COUNTY}"), disaster, impact_at=tomorrow)

    offered = facts(person(REPORTER))["form"]["offered"]
    by_shelters = {code: [each["value"] for each in found if each["source"] == "shelters"]
                   for code, found in offered.items()}  # fmt: skip
    assert by_shelters["evacuated_precaution"] == [37]
    assert not by_shelters.get("relocated_central_rt")
