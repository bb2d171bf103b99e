"""Pages and forms, as strangers to them: the neighbour's people and those with no role at all.

What the role may do in its own area the API's walk proves; pages call the same services.
"""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.viewers import roles
from relief_ops.events.models import EventRow
from tests.conftest import Caller, new_id
from tests.factories.city import NEIGHBOUR, TOWNSHIP
from tests.matrix.addresses import THINGS, pages
from tests.matrix.reading import kept
from tests.matrix.stage import Stage

pytestmark = pytest.mark.target("S-2")

# What every signed-in user of the city may know (design §3, audience `shared`).
SHARED = {"disasters.page_one", "disasters.page_edit", "hazards.page_one"}
COUNTYS = {"evacuation.page_order"}  # an order of the county, above both townships
ALONE = {"system_admin", "security_admin"}  # nobody holds two of the three (三员分立)
# Open to anybody, or one's own.
OPEN = {
    "healthz", "readyz", "metrics", "manifest", "service_worker", "sign_in.form", "sign_in.link",
    "shelters.public_shelters", "messages.inbox", "outbox_token",
}  # fmt: skip
NAMED = {
    "shelter_id": "shelter", "report_id": "report", "arrival_id": "arrival",
    "disaster_id": "disaster", "plan_id": "evacuation_plan", "household_id": "listed_household",
    "order_id": "evacuation_order", "need_id": "need", "shipment_id": "shipment",
    "case_id": "case", "hazard_id": "hazard", "summary_id": "summary", "paper_id": "paper",
    "form_id": "relief_work", "row_id": "roster_row", "risk_id": "risk_point",
    "cadre_id": "cadre", "reservation_id": "reservation", "photo_id": "photo",
    "claim_id": "claim", "allocation_id": "allocation_plan",
    "handout_id": "handout", "depot_id": "depot", "box_id": "box", "line_id": "promised_line",
    "recovery_id": "recovery",
    "agreement_id": "agreement",
    "call_off_id": "call_off",
    "movement_id": "loan",
}  # fmt: skip


def neighbour(stage: Stage) -> Caller:
    """Return somebody who holds every role, but in the township next door."""
    return stage._make("next-door", *(f"{role}@{NEIGHBOUR}" for role in roles().keys() - ALONE))


def head(stage: Stage) -> int:
    with act_as(SYSTEM), db.reading() as session:
        return session.scalar(select(func.max(EventRow.seq))) or 0


def test_no_page_of_a_thing_of_ours_opens_next_door(stage: Stage):
    addresses = pages(stage.app, stage)
    stranger = neighbour(stage)

    got = {
        endpoint: stranger.get(path).status_code
        for endpoint, path in addresses
        if endpoint in THINGS and endpoint not in SHARED | COUNTYS
    }

    assert len(got) > 30
    assert {name: status for name, status in got.items() if status not in (403, 404)} == {}


def test_without_a_role_no_page_but_ones_own_opens(stage: Stage):
    nobody = stage._make("nobody-at-all")

    opened = {
        endpoint
        for endpoint, path in pages(stage.app, stage)
        if nobody.get(path).status_code == 200
    }

    assert opened == OPEN


def test_no_form_takes_anything_of_ours_from_next_door(stage: Stage):
    forms = [
        (rule.endpoint, _address(rule.rule, stage))
        for rule in stage.app.url_map.iter_rules()
        if "POST" in rule.methods and not rule.rule.startswith(("/api/", "/static/"))
        and "<" in rule.rule
    ]  # fmt: skip
    stranger = neighbour(stage)
    before = head(stage)

    taken = {}
    for endpoint, path in forms:
        headers = {"Authorization": f"Bearer {stranger.token}"}
        answer = stranger.client.post(path, data={"id": new_id()}, headers=headers)
        if answer.status_code < 400 or answer.status_code >= 500:
            taken[endpoint] = answer.status_code

    assert len(forms) > 60
    assert taken == {}
    assert head(stage) == before, "and nothing was written"


def _address(rule: str, stage: Stage) -> str:
    def value(match: re.Match[str]) -> str:
        if match.group(1) != "uuid":
            return TOWNSHIP
        thing = NAMED.get(match.group(2))
        return kept(stage, thing) if thing else new_id()

    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", value, rule)
