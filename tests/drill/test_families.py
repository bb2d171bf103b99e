"""The invented families at the window, against the real API."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from relief_ops.drill.plan import plan

PLANNED = plan(UUID(int=7), seed=2013)
OURS = [
    each
    for each in PLANNED.requests
    if each.path.startswith(("/api/v1/intakes", "/api/v1/claims", "/api/v1/policies"))
]


def test_families_come_after_the_water_and_their_claims_after_them():
    intakes = {each.lane: each.at for each in OURS if "/intakes/" in each.path}
    claims = {each.lane: each.at for each in OURS if "/claims/" in each.path}

    assert len(intakes) == 20
    assert 5 < len(claims) <= 20
    assert all(at > intakes[lane] for lane, at in claims.items())


def test_everybody_is_named_as_invented_and_nobody_has_a_number():
    for each in OURS:
        for member in each.body.get("household", {}).get("members", []):
            assert member["name"].startswith("演练")
            assert "id_number" not in member


def test_the_policy_says_that_it_is_assumed():
    policy = next(each.body for each in OURS if "/policies/" in each.path)

    assert "演练" in policy["title"]
    assert policy["drill_id"]


@pytest.mark.parametrize("number", range(3))
def test_what_they_send_passes_the_product_s_own_rules(number):
    from damage_reports.insurance.schemas import PutClaim, PutPolicy
    from relief_ops.cases.schemas import PutIntake

    kinds = {"intakes": PutIntake, "claims": PutClaim, "policies": PutPolicy}
    for each in OURS[number::3]:
        model = kinds[each.path.split("/")[3]]
        assert model.model_validate(json.loads(each.content))
