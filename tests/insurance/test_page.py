"""The insurance page, as a plain form."""

from __future__ import annotations

import re

import pytest

from tests.conftest import new_id
from tests.factories import families
from tests.factories.city import NEIGHBOUR, TOWNSHIP
from tests.insurance.terms import policy_body


@pytest.fixture
def liaison(person):
    return person(f"insurance_liaison@{TOWNSHIP}")


@pytest.fixture
def policy(person):
    policy_id = new_id()
    person("claim_approver").put(f"/api/v1/policies/{policy_id}", policy_body())
    return policy_id


@pytest.fixture
def household(person):
    household_id = new_id()
    clerk = person(f"window_clerk@{TOWNSHIP}")
    clerk.put(f"/api/v1/households/{household_id}", families.household())
    return household_id


def post(caller, path, fields):
    sent = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(path, data=fields, headers=sent)


def claim_form(page, **fields):
    hidden = dict(
        re.findall(r'type="hidden" name="(id|policy_id|disaster_id)" value="([^"]*)"', page)
    )
    return hidden | fields


def test_strangers_are_sent_to_sign_in(stranger):
    assert stranger.get("/insurance").status_code == 302


def test_the_terms_and_limits_are_shown(liaison, disaster):
    page = liaison.get("/insurance").get_data(as_text=True)

    assert "高于 20 厘米、低于 50 厘米" in page
    assert "50 至 100 厘米" in page
    assert "高于 100 厘米" in page
    assert "300,000,000" in page


def test_a_claim_is_registered_by_identity_number(liaison, policy, household, disaster):
    address = f"/insurance?policy={policy}"
    page = liaison.get(address).get_data(as_text=True)
    fields = claim_form(page, id_number=families.ID_MAN, depth_cm="118")

    answer = post(liaison, f"/insurance/claims?policy={policy}", fields)

    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    claims = liaison.get(f"/api/v1/claims?policy={policy}").json["claims"]
    assert [(each["household_id"], each["due_yuan"]) for each in claims] == [(household, 2000)]
    page = liaison.get(address).get_data(as_text=True)
    assert "施*" in page
    assert "施试验" not in page
    assert post(liaison, f"/insurance/claims?policy={policy}", fields).status_code == 303


@pytest.mark.parametrize("number", ["", "330203194901010018", families.ID_WOMAN[:-1] + "5"])
def test_an_unknown_number_is_explained(liaison, policy, disaster, number):
    page = liaison.get(f"/insurance?policy={policy}").get_data(as_text=True)

    answer = post(liaison, "/insurance/claims", claim_form(page, id_number=number, depth_cm="1"))

    assert answer.status_code == 422
    assert "辖区内没有登记" in answer.get_data(as_text=True)


def test_a_neighbour_does_not_find_the_household(person, policy, household, disaster):
    neighbour = person(f"insurance_liaison@{NEIGHBOUR}")
    page = neighbour.get(f"/insurance?policy={policy}").get_data(as_text=True)
    fields = claim_form(page, id_number=families.ID_MAN, depth_cm="118")

    assert post(neighbour, "/insurance/claims", fields).status_code == 422


def test_a_claim_is_surveyed_and_walks_on_from_the_page(
    person, liaison, policy, household, disaster
):
    page = liaison.get(f"/insurance?policy={policy}").get_data(as_text=True)
    fields = claim_form(page, id_number=families.ID_MAN)
    post(liaison, "/insurance/claims", fields)
    surveyor = person(f"insurer_surveyor@{TOWNSHIP}")
    address = f"/insurance/claims/{fields['id']}"

    surveyed = post(surveyor, f"{address}/survey", {"revision": "1", "depth_cm": "60"})
    noticed = post(liaison, f"{address}/state", {"revision": "2", "state": "on_notice"})

    assert (surveyed.status_code, noticed.status_code) == (303, 303)
    shown = liaison.get(f"/api/v1/claims/{fields['id']}").json
    assert (shown["state"], shown["due_yuan"], shown["revision"]) == ("on_notice", 1000, 3)
    page = person("claim_approver").get(f"/insurance?policy={policy}").get_data(as_text=True)
    assert 'value="approved"' in page
    assert 'value="approved"' not in liaison.get(f"/insurance?policy={policy}").get_data(True)
