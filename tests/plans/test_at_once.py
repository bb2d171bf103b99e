"""Plans applied while people come in at every door (F23): nowhere more than there are places.

The log says in which order it happened: at each entry nobody is above the places of a shelter,
and no plan promises places that strangers had taken before it was applied.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY, VILLAGE
from tests.factories.plans import make_plan
from tests.factories.shelters import open_shelter
from tests.plans.test_plans import OTHER, apply, going, shown

PLACES, DOORS, COMING = 24, 3, 14
GROUPS = [{"area_code": VILLAGE, "people": 40}, {"area_code": OTHER, "people": 30}]


@pytest.fixture
def officer(person):
    return person(f"duty_officer@{COUNTY}", f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelters(officer, disaster):
    return [
        open_shelter(officer, disaster, name=f"{number}号避灾点", capacity_max=PLACES,
                     capacity_night=PLACES)
        for number in range(1, 4)
    ]  # fmt: skip


def come(officer, disaster, shelters, seed, known):
    """Let households come to the doors, and remember of each where and from where."""
    random, codes = Random(seed), []
    for _each in range(COMING):
        arrival, shelter = new_id(), random.choice(shelters)
        origin = random.choice([VILLAGE, OTHER, None, None])
        people = random.randint(1, 4)
        known[arrival] = (shelter, origin, people)
        body = {"disaster_id": disaster["id"], "people": people}
        body |= {"origin_code": origin} if origin else {}
        answer = officer.put(f"/api/v1/shelters/{shelter}/arrivals/{arrival}", body)
        codes.append(answer.status_code)
    return codes


def plan(officer, disaster, applied):
    """Work out and apply plans, one after the other; remember those that were applied."""
    codes = []
    for _each in range(5):
        made = make_plan(officer, disaster, area_code=COUNTY, groups=GROUPS)
        answer = apply(officer, made)
        codes.append(answer.status_code)
        if answer.status_code == 200:
            applied[answer.json["seq"]] = made
    return codes


def told(officer):
    """Return every admission of the log in order: number, arrival."""
    found, after = [], 0
    while True:
        page = officer.get(f"/api/v1/events?after={after}&area={COUNTY}&limit=500").json
        for each in page["events"]:
            if each["name"] == "shelter.admitted":
                found.append((each["seq"], each["payload"]["arrival_id"]))
        if not page["events"]:
            return found
        after = page["events"][-1]["seq"]


def test_plans_and_check_ins_at_once_put_nobody_above_the_places(officer, disaster, shelters):
    known, applied = {}, {}
    with ThreadPoolExecutor(DOORS + 1) as pool:
        doors = [pool.submit(come, officer, disaster, shelters, seed, known)
                 for seed in range(DOORS)]  # fmt: skip
        plans = pool.submit(plan, officer, disaster, applied)
        came = [code for each in doors for code in each.result()]
    assert set(came) == {201, 409}  # so many came that the last were turned away
    assert set(plans.result()) <= {200, 412}
    plan(officer, disaster, applied)  # and once more when it is quiet
    assert applied

    inside, strangers = Counter(), Counter()
    admitted = dict(told(officer))
    for seq in sorted({*admitted, *applied}):
        if seq in applied:
            promised = Counter()
            for (_village, shelter), people in going(shown(officer, applied[seq])).items():
                promised[shelter] += people
            for shelter in shelters:
                assert promised[shelter] + strangers[shelter] <= PLACES, seq
            continue
        shelter, origin, people = known[admitted[seq]]
        inside[shelter] += people
        strangers[shelter] += 0 if origin else people
        assert inside[shelter] <= PLACES, seq
    assert sum(inside.values()) > PLACES
