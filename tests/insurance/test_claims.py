"""Policies and claims over the API: stranger, neighbour, answer, record, retry, other body."""

from __future__ import annotations

import threading

import pytest

from damage_reports.insurance import queries
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.conftest import new_id
from tests.factories import families
from tests.factories.city import NEIGHBOUR, TOWNSHIP
from tests.insurance.terms import TIERS, policy_body


@pytest.fixture
def liaison(person):
    return person(f"insurance_liaison@{TOWNSHIP}")


@pytest.fixture
def surveyor(person):
    return person(f"insurer_surveyor@{TOWNSHIP}")


@pytest.fixture
def approver(person):
    return person("claim_approver")


@pytest.fixture
def make_policy(approver):
    def make(**changes):
        policy_id = new_id()
        answer = approver.put(f"/api/v1/policies/{policy_id}", policy_body(**changes))
        assert answer.status_code == 201, answer.json
        return policy_id

    return make


@pytest.fixture
def make_household(person):
    clerk = person(f"window_clerk@{TOWNSHIP}")

    def make():
        household_id = new_id()
        body = families.household(members=[families.member(id_number="")])
        assert clerk.put(f"/api/v1/households/{household_id}", body).status_code == 201
        return household_id

    return make


@pytest.fixture
def make_claim(liaison, make_household, disaster):
    def make(policy_id, **changes):
        claim_id = new_id()
        body = {
            "policy_id": policy_id,
            "household_id": make_household(),
            "disaster_id": disaster["id"],
            "depth_cm": 118,
        } | changes
        answer = liaison.put(f"/api/v1/claims/{claim_id}", body)
        assert answer.status_code == 201, answer.json
        return claim_id, body

    return make


def step(caller, claim_id, state, revision):
    address = f"/api/v1/claims/{claim_id}/state"
    return caller.put(address, {"state": state}, If_Match=str(revision))


def test_a_stranger_is_refused(stranger):
    assert stranger.get("/api/v1/policies").status_code == 401
    assert stranger.put(f"/api/v1/policies/{new_id()}", policy_body()).status_code == 401
    body = {"policy_id": new_id(), "household_id": new_id(), "disaster_id": new_id()}
    assert stranger.put(f"/api/v1/claims/{new_id()}", body).status_code == 401


def test_a_neighbour_neither_sees_nor_registers(person, make_policy, make_claim):
    claim_id, body = make_claim(make_policy())
    neighbour = person(f"insurance_liaison@{NEIGHBOUR}")

    assert neighbour.get(f"/api/v1/claims/{claim_id}").status_code == 404
    assert neighbour.put(f"/api/v1/claims/{new_id()}", body).status_code == 404


def test_a_liaison_writes_no_policy(liaison, person):
    assert liaison.put(f"/api/v1/policies/{new_id()}", policy_body()).status_code == 404
    everywhere = person("insurance_liaison")
    assert everywhere.put(f"/api/v1/policies/{new_id()}", policy_body()).status_code == 403


def test_the_terms_of_2014_are_there_from_the_start(liaison):
    found = liaison.get("/api/v1/policies").json["policies"]

    terms = next(each for each in found if each["starts_on"] == "2014-11-11")
    assert [tier["amount_yuan"] for tier in terms["tiers"]] == [500, 1000, 2000]
    limits = {each["code"]: each["limit_yuan"] for each in terms["sections"]}
    assert limits == {"persons": 300000000, "property": 300000000}


@pytest.mark.parametrize(
    ("depth", "due"), [(20, 0), (20.1, 500), (49.9, 500), (50, 1000), (100, 1000), (100.1, 2000)]
)
def test_a_surveyed_depth_becomes_a_claim_of_its_tier(liaison, make_policy, make_claim, depth, due):
    claim_id, _body = make_claim(make_policy(), depth_cm=depth)

    shown = liaison.get(f"/api/v1/claims/{claim_id}").json

    assert (shown["state"], shown["depth_cm"], shown["due_yuan"]) == ("surveyed", depth, due)


def test_a_claim_is_on_the_record(liaison, make_policy, make_household, disaster):
    body = {
        "policy_id": make_policy(),
        "household_id": make_household(),
        "disaster_id": disaster["id"],
        "depth_cm": 30,
    }
    seq = liaison.put(f"/api/v1/claims/{new_id()}", body).json["seq"]

    events = liaison.get(f"/api/v1/events?after={seq - 1}&area={TOWNSHIP}").json["events"]
    assert [(each["name"], each["payload"]["due_fen"]) for each in events] == [
        ("claim.registered", 50000)
    ]


def test_the_same_claim_sent_twice_is_one_claim(liaison, make_policy, make_claim):
    claim_id, body = make_claim(make_policy())
    address = f"/api/v1/claims/{claim_id}"

    assert liaison.put(address, body).status_code == 200
    assert liaison.put(address, body | {"depth_cm": 30}).status_code == 409
    other = liaison.put(f"/api/v1/claims/{new_id()}", body)
    assert other.status_code == 422
    assert other.json["errors"][0]["code"] == "claimed"


def test_a_claim_reported_by_telephone_is_surveyed_later(
    liaison, surveyor, make_policy, make_claim
):
    claim_id, body = make_claim(make_policy(), depth_cm=None)
    address = f"/api/v1/claims/{claim_id}"
    assert liaison.get(address).json["state"] == "reported"

    surveyed = surveyor.put(address, body | {"depth_cm": 60}, If_Match="1")

    assert surveyed.status_code == 200
    shown = liaison.get(address).json
    assert (shown["state"], shown["due_yuan"], shown["revision"]) == ("surveyed", 1000, 2)


def test_a_claim_walks_to_payment_by_two_people(liaison, approver, make_policy, make_claim):
    policy_id = make_policy()
    claim_id, _body = make_claim(policy_id)

    assert step(approver, claim_id, "approved", 1).status_code == 409
    assert step(liaison, claim_id, "on_notice", 1).status_code == 200
    assert step(liaison, claim_id, "approved", 2).status_code == 403
    assert step(approver, claim_id, "approved", 2).status_code == 200
    assert step(approver, claim_id, "paid", 3).status_code == 200

    shown = approver.get(f"/api/v1/claims/{claim_id}").json
    assert (shown["state"], shown["amount_yuan"]) == ("paid", 2000)
    section = approver.get(f"/api/v1/policies/{policy_id}").json["sections"][0]
    assert section["used_yuan"] == 2000


def test_who_registered_never_approves_whatever_they_hold(
    person, make_policy, make_household, disaster
):
    both = person(f"insurance_liaison@{TOWNSHIP}", f"claim_approver@{TOWNSHIP}")
    claim_id = new_id()
    body = {
        "policy_id": make_policy(),
        "household_id": make_household(),
        "disaster_id": disaster["id"],
        "depth_cm": 30,
    }
    both.put(f"/api/v1/claims/{claim_id}", body)
    step(both, claim_id, "on_notice", 1)

    assert step(both, claim_id, "approved", 2).status_code == 403
    assert both.get(f"/api/v1/claims/{claim_id}").json["amount_yuan"] == 0


def small_limit(yuan):
    return [{"code": "property", "limit_yuan": yuan, "per_claim_max_yuan": 2000}]


def test_the_limit_is_paid_exactly_and_never_passed(liaison, approver, make_policy, make_claim):
    policy_id = make_policy(sections=small_limit(4999.99))
    paid = []
    for _ in range(4):
        claim_id, _body = make_claim(policy_id)
        step(liaison, claim_id, "on_notice", 1)
        assert step(approver, claim_id, "approved", 2).status_code == 200
        paid.append(approver.get(f"/api/v1/claims/{claim_id}").json["amount_yuan"])

    assert paid == [2000, 2000, 999.99, 0]
    section = approver.get(f"/api/v1/policies/{policy_id}").json["sections"][0]
    assert (section["used_yuan"], section["left_yuan"]) == (4999.99, 0)
    assert section["near_limit"]
    with act_as(SYSTEM), db.reading() as session:
        assert queries.limits_that_disagree(session) == []


def test_approvers_racing_for_the_last_of_the_limit_never_pass_it(
    app, liaison, person, make_policy, make_claim
):
    policy_id = make_policy(sections=small_limit(7000))
    claims = [make_claim(policy_id)[0] for _ in range(6)]
    for claim_id in claims:
        step(liaison, claim_id, "on_notice", 1)
    racers = [person("claim_approver") for _ in claims]
    threads = [
        threading.Thread(target=step, args=(racer, claim_id, "approved", 2))
        for racer, claim_id in zip(racers, claims, strict=True)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    section = racers[0].get(f"/api/v1/policies/{policy_id}").json["sections"][0]
    amounts = [racers[0].get(f"/api/v1/claims/{each}").json["amount_yuan"] for each in claims]
    assert section["used_yuan"] == 7000
    assert sorted(amounts) == [0, 0, 1000, 2000, 2000, 2000]


def test_a_day_outside_the_period_is_explained(liaison, make_policy, make_household, disaster):
    body = {
        "policy_id": make_policy(),
        "household_id": make_household(),
        "disaster_id": disaster["id"],
        "depth_cm": 30,
        "occurred_on": "2014-01-01",
    }

    answer = liaison.put(f"/api/v1/claims/{new_id()}", body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "occurred_on"


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": "2012-01-01"},
        {"tiers": [*TIERS, {"from_cm": 30, "to_cm": 40, "amount_yuan": 1}]},
        {"sections": []},
        {"premium_yuan": -1},
    ],
)
def test_nonsense_terms_are_refused(approver, wrong):
    answer = approver.put(f"/api/v1/policies/{new_id()}", policy_body(**wrong))

    assert answer.status_code == 422


def test_a_limit_cannot_be_put_under_what_is_used(liaison, approver, make_policy, make_claim):
    policy_id = make_policy()
    claim_id, _body = make_claim(policy_id)
    step(liaison, claim_id, "on_notice", 1)
    step(approver, claim_id, "approved", 2)

    lower = policy_body(sections=small_limit(1000))
    answer = approver.put(f"/api/v1/policies/{policy_id}", lower, If_Match="1")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "used"
