"""Of other counties everybody sees what was accepted there, and nothing that nobody judged."""

from __future__ import annotations

import re

import pytest

from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, FAR_TOWNSHIP, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP


@pytest.fixture
def filed(person, disaster):
    """Return a report of somebody killed in the other county that nobody judged yet."""
    report_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": FAR_TOWNSHIP, "round": "r1",
        "as_of": MORNING.isoformat(),
        "values": {"deaths": 3, "affected": 70, "should_move_rt": 90, "evacuated_precaution": 80,
                   "relocated_cum": 5, "relocated_rt": 5},
    }  # fmt: skip
    answer = person(f"township_reporter@{FAR_TOWNSHIP}").put(f"/api/v1/reports/{report_id}", body)
    assert answer.status_code == 201, answer.json
    return report_id


def accept(person, report_id):
    verdict = {"id": new_id(), "action": "accept"}
    judge = person(f"county_reviewer@{OTHER_COUNTY}")
    answer = judge.put(f"/api/v1/reports/{report_id}/verdict", verdict)
    assert answer.status_code in (200, 201), answer.json


def layer(caller, disaster, **more):
    asked = "&".join(f"{key}={each}" for key, each in more.items())
    found = caller.get(
        f"/api/v1/layers/indicators?disaster={disaster['id']}&indicator=deaths&{asked}"
    )
    return {each["id"]: each["properties"]["value"] for each in found.json["features"]}


def test_the_layer_shows_nobody_elses_unjudged_deaths_and_ones_own_at_once(person, disaster, filed):
    neighbour, own = (
        person(f"township_reporter@{TOWNSHIP}"),
        person(f"township_reporter@{FAR_TOWNSHIP}"),
    )
    beside, county = (
        person("township_reporter@990202000000"),
        person(f"duty_officer@{OTHER_COUNTY}"),
    )
    city = person(f"duty_officer@{CITY}")

    for stranger in (neighbour, beside):
        seen = layer(stranger, disaster, basis="reported")
        assert (seen[FAR_TOWNSHIP], seen[OTHER_COUNTY]) == (None, None)
    assert layer(own, disaster)[FAR_TOWNSHIP] == 3 and layer(own, disaster)[OTHER_COUNTY] is None
    for holder in (county, city):
        assert layer(holder, disaster)[FAR_TOWNSHIP] == layer(holder, disaster)[OTHER_COUNTY] == 3
    accept(person, filed)
    assert layer(neighbour, disaster)[FAR_TOWNSHIP] == 3
    assert layer(beside, disaster)[OTHER_COUNTY] == 3


@pytest.mark.parametrize("area", [OTHER_COUNTY, FAR_TOWNSHIP])
def test_no_headline_of_another_county_tells_what_nobody_judged(
    browse, person, disaster, filed, area
):
    neighbour = browse(f"county_reviewer@{COUNTY}")
    strip = f"/desk/totals?disaster={disaster['id']}&area={area}"

    assert re.search(r">\s*70\s*<", neighbour.get(strip).text) is None
    accept(person, filed)
    assert re.search(r">\s*70\s*<", neighbour.get(strip).text)


def test_moved_of_who_should_move_is_who_was_moved_as_a_precaution(browse, disaster, filed):
    """A night on which 80 of 90 were moved and 5 lost their homes is not told as 5 of 90."""
    holder = browse(f"duty_officer@{OTHER_COUNTY}")

    words = re.sub(r"<[^>]+>", " ", holder.get(f"/desk/totals?disaster={disaster['id']}").text)

    assert re.search(r"\b80\b.*\b90\b", words, re.S), words
    assert NEIGHBOUR not in words
