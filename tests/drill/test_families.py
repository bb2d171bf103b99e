"""The invented families at the window, against the real API."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from relief_ops.drill.plan import plan
from relief_ops.drill.requests import Request


@pytest.fixture(scope="module")
def ours() -> list[Request]:
    """Everything that is sent for the families."""
    paths = ("/api/v1/intakes", "/api/v1/claims", "/api/v1/policies")
    planned = plan(UUID(int=7), seed=2013)
    return [each for each in planned.requests if each.path.startswith(paths)]


def test_families_come_after_the_water_and_their_claims_after_them(ours):
    intakes = {each.lane: each.at for each in ours if "/intakes/" in each.path}
    claims = {each.lane: each.at for each in ours if "/claims/" in each.path}

    assert len(intakes) == 20
    assert 5 < len(claims) <= 20
    assert all(at > intakes[lane] for lane, at in claims.items())


def test_everybody_is_named_as_invented_and_nobody_has_a_number(ours):
    for each in ours:
        for member in each.body.get("household", {}).get("members", []):
            assert member["name"].startswith("演练")
            assert "id_number" not in member


def test_the_policy_says_that_it_is_assumed(ours):
    policy = next(each.body for each in ours if "/policies/" in each.path)

    assert "演练" in policy["title"]
    assert policy["drill_id"]


@pytest.mark.parametrize("number", range(3))
def test_what_they_send_passes_the_product_s_own_rules(ours, number):
    from damage_reports.insurance.schemas import PutClaim, PutPolicy
    from relief_ops.cases.schemas import PutIntake

    kinds = {"intakes": PutIntake, "claims": PutClaim, "policies": PutPolicy}
    for each in ours[number::3]:
        model = kinds[each.path.split("/")[3]]
        assert model.model_validate(json.loads(each.content))
