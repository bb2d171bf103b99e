"""What a valid request to each changing route is, where it takes more than a line to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from relief_ops import clock
from tests.conftest import MORNING, new_id
from tests.factories import daybook, evacuation, figures, relief_work
from tests.factories.city import TOWNSHIP
from tests.factories.rosters import id_number
from tests.matrix.stage import (
    Stage,
)


@dataclass(frozen=True)
class Ask:
    """One request that would be right, if the person may."""

    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def new(path: str, body: Callable[[Stage], Any]) -> Callable[[Stage], Ask]:
    """Return a maker of a request that creates something at `path`."""
    return lambda stage: Ask(path.format(id=new_id()), body(stage))


def ask_response(stage: Stage) -> Ask:
    """Return a valid request or body for the route of response."""
    body = {"area_code": TOWNSHIP, "ladder": "flood", "level": 3, "from_at": MORNING.isoformat()}
    return Ask(f"/api/v1/disasters/{stage.disaster()}/responses/{new_id()}", body)


def ask_part(stage: Stage, *, sent: bool = False) -> Ask:
    """Return a valid request or body for the route of part."""
    path = f"/api/v1/disasters/{stage.fresh_disaster()}/parts/{new_id()}"
    found = Ask(path, {"part_id": stage.fresh_disaster(), "reason": "会商"})
    if sent:
        stage.put(found.path, found.body)
    return found


def ask_round_body(stage: Stage) -> Any:
    """Return a valid request or body for the route of round body."""
    return {
        "disaster_id": stage.disaster(), "code": f"r{stage.number()}", "kind": "update",
        "as_of": MORNING.isoformat(),
    }  # fmt: skip


def ask_owed(stage: Stage, **more: Any) -> dict[str, Any]:
    """Return a valid request or body for the route of owed."""
    return {"disaster_id": stage.disaster(), "area_code": TOWNSHIP, "round": stage.round()} | more


def ask_contact_body(stage: Stage) -> Any:
    """Return a valid request or body for the route of contact body."""
    here = {"disaster_id": stage.fresh_disaster(), "area_code": TOWNSHIP}
    return here | {"network": "cut"}


def ask_clock(stage: Stage) -> Ask:
    """Return a valid request or body for the route of clock."""
    body = {"speed": 60, "paused": False}
    return Ask(f"/api/v1/drills/{stage.drill()}/clock", body, {"If_Match": "1"})


def ask_state(stage: Stage) -> Ask:
    """Return a valid request or body for the route of state."""
    body = {"disaster_id": stage.disaster(), "state": "preparing", "reason": "试验"}
    return Ask(f"/api/v1/shelters/{stage.shelter()}/state", body)


def ask_return(stage: Stage) -> Ask:
    """Return a valid request or body for the route of return."""
    order = stage.evacuation_order()
    stage.put(f"{evacuation.API}/orders/{order}/lift", {"reason": "解除"})
    return Ask(f"{evacuation.API}/orders/{order}/return", {"safety_check": "已查"})


def ask_deputies(stage: Stage) -> Ask:
    """Return a valid request that tells a deputy nobody has told before."""
    login = f"deputy-{new_id()}"
    stage._make(login, f"responsible_cadre@{TOWNSHIP}")
    deputy = evacuation.cadre(stage.maker, area_code=TOWNSHIP, login=login)
    who = evacuation.cadre(stage.maker, area_code=TOWNSHIP, deputy_id=deputy)
    evacuation.household(stage.maker, area_code=TOWNSHIP, cadre_id=who)
    order = stage.once("evacuation_order", stage.evacuation_order)
    path = f"{evacuation.API}/orders/{order}/reminders/{new_id()}"
    return Ask(path, {"area_code": TOWNSHIP})


def ask_headcount(stage: Stage) -> Ask:
    """Return a valid request or body for the route of headcount."""
    shelter = stage.once("shelter", stage.open_shelter)
    return Ask(f"/api/v1/shelters/{shelter}/headcounts/{new_id()}", stage.headcount())


def ask_settle_headcount(stage: Stage) -> Ask:
    """Return a valid request or body for the route of settle headcount."""
    shelter, headcount = stage.rival_headcount()
    path = f"/api/v1/shelters/{shelter}/headcounts/{headcount}/settlement"
    return Ask(path, {"accept": True})


def ask_meal(stage: Stage) -> Ask:
    """Return a valid request or body for the route of meal."""
    body = {"disaster_id": stage.disaster(), "day": "2013-10-05", "meal": "lunch", "portions": 1}
    return Ask(f"/api/v1/shelters/{stage.shelter()}/meals/{new_id()}", body)


def ask_incident(stage: Stage) -> Ask:
    """Return a valid request or body for the route of incident."""
    body = daybook.incident_body({"id": stage.disaster()})
    return Ask(f"/api/v1/shelters/{stage.shelter()}/incidents/{new_id()}", body)


def ask_volunteer(stage: Stage) -> Ask:
    """Return a valid request or body for the route of volunteer."""
    body = daybook.volunteer_body({"id": stage.disaster()})
    return Ask(f"/api/v1/shelters/{stage.shelter()}/volunteers/{new_id()}", body)


def ask_duty(stage: Stage, *, over: bool = False) -> Ask:
    """Return a valid request to sign a volunteer in, or out again."""
    shelter, volunteer = stage.volunteer()
    found = Ask(f"/api/v1/shelters/{shelter}/volunteers/{volunteer}/duties/{new_id()}", {})
    if not over:
        return found
    stage.put(found.path, found.body)
    return Ask(f"{found.path}/end", {})


def ask_supplies(stage: Stage) -> Ask:
    """Return a valid request or body for the route of supplies."""
    body = {"disaster_id": stage.disaster(), "items": {"water": 1}}
    return Ask(f"/api/v1/shelters/{stage.shelter()}/supply-orders/{new_id()}", body)


def ask_forecast(stage: Stage) -> Ask:
    """Return a valid request for the needs forecast for a township with somebody on its list."""
    stage.listed_household()
    body = {"disaster_id": stage.disaster(), "area_code": TOWNSHIP, "items": ["water"],
            "days": 30}  # fmt: skip
    return Ask(f"/api/v1/need-forecasts/{new_id()}", body)


def ask_goods(stage: Stage) -> Ask:
    """Return a valid request or body for the route of goods by a report."""
    body = {"items": {"water": 1}}
    return Ask(f"/api/v1/reports/{stage.report()}/goods-orders/{new_id()}", body)


def ask_arrival(stage: Stage) -> Ask:
    """Return a valid request or body for the route of arrival."""
    shelter = stage.once("shelter", stage.open_shelter)
    body = {"disaster_id": stage.disaster(), "people": 1}
    return Ask(f"/api/v1/shelters/{shelter}/arrivals/{new_id()}", body)


def ask_division(stage: Stage) -> Ask:
    """Return a valid request or body for the route of division."""
    shelter = stage.once("shelter", stage.open_shelter)
    body = {"disaster_id": stage.disaster(), "parts": {shelter: 1}}
    return Ask(f"/api/v1/shelters/{shelter}/divisions/{new_id()}", body)


def ask_past_stay(stage: Stage) -> Ask:
    """Return a valid request or body for the route of past stay."""
    shelter = stage.once("shelter", stage.open_shelter)
    body = {"disaster_id": stage.disaster(), "people": 1, "left_to": "home",
            "arrived_at": clock.now().isoformat()}  # fmt: skip
    return Ask(f"/api/v1/shelters/{shelter}/past-stays/{new_id()}", body)


def ask_departure(stage: Stage) -> Ask:
    """Return a valid request or body for the route of departure."""
    shelter, arrival = stage.arrival()
    return Ask(f"/api/v1/shelters/{shelter}/arrivals/{arrival}/departure", {"to": "home"})


def ask_check_out(stage: Stage) -> Ask:
    """Return a valid request or body for the route of check out."""
    shelter, arrival = stage.arrival()
    body = {"disaster_id": stage.disaster(), "arrival_id": arrival, "to": "home"}
    return Ask(f"/api/v1/shelters/{shelter}/departures/{new_id()}", body)


def ask_announced(stage: Stage) -> Ask:
    """Return a valid request or body for the route of announced."""
    shelter, arrival = stage.once("shelter", stage.open_shelter), new_id()
    body = {"disaster_id": stage.disaster(), "people": 1, "on_the_way": True}
    stage.put(f"/api/v1/shelters/{shelter}/arrivals/{arrival}", body)
    return Ask(f"/api/v1/shelters/{shelter}/arrivals/{arrival}/presence", {})


def ask_coming(stage: Stage) -> Ask:
    """Return a valid request of a phone that says who was announced is here."""
    shelter, arrival = stage.once("shelter", stage.open_shelter), new_id()
    body = {"disaster_id": stage.disaster(), "people": 1, "on_the_way": True}
    stage.put(f"/api/v1/shelters/{shelter}/arrivals/{arrival}", body)
    said = {"disaster_id": stage.disaster(), "arrival_id": arrival}
    return Ask(f"/api/v1/shelters/{shelter}/comings/{new_id()}", said)


def ask_members(stage: Stage) -> Ask:
    """Return a valid request or body for the route of members."""
    shelter, arrival = stage.arrival()
    path = f"/api/v1/shelters/{shelter}/arrivals/{arrival}/members"
    return Ask(path, {"members": []}, {"If_Match": "1"})


def ask_identity(stage: Stage) -> Ask:
    """Return a valid request or body for the route of identity."""
    shelter, arrival = stage.arrival()
    path = f"/api/v1/shelters/{shelter}/arrivals/{arrival}/identity"
    number = id_number(Random(str(arrival)))  # one number holds places once
    return Ask(path, {"id_number": number}, {"If_Match": "1"})


def ask_search(stage: Stage) -> Ask:
    """Return a valid request or body for the route of search."""
    shelter = stage.once("shelter", stage.open_shelter)
    body = {"disaster_id": stage.disaster(), "name": "何"}
    return Ask(f"/api/v1/shelters/{shelter}/search", body)


def ask_movement(stage: Stage) -> Ask:
    """Return a valid request or body for the route of movement."""
    body = {"kind": "receive", "to": stage.depot(), "item": "tent_12", "quantity": 5}
    return Ask(f"/api/v1/stock/movements/{new_id()}", body)


def ask_reservation(stage: Stage) -> Ask:
    """Return a valid request or body for the route of reservation."""
    stage.depot()
    body = {"need_id": stage.once("need", lambda: stage.need(1000)), "quantity": 1}
    return Ask(f"/api/v1/stock/reservations/{new_id()}", body)


def ask_allocation(stage: Stage) -> Any:
    """Return a valid body that asks for an allocation plan."""
    stage.once("need", lambda: stage.need(1000))
    return {"disaster_id": stage.disaster(), "area_code": TOWNSHIP}


def ask_pin(stage: Stage) -> Ask:
    """Return a valid request that fixes what a need gets in a plan that is ready."""
    plan = stage.allocation_plan()
    body = {"need": stage.kept["shared need"], "quantity": 2, "reason": "x"}
    return Ask(f"/api/v1/allocation-plans/{plan}/pins/{new_id()}", body)


def ask_need_body(stage: Stage) -> Any:
    """Return a valid request or body for the route of need body."""
    return {
        "disaster_id": stage.disaster(), "area_code": TOWNSHIP, "item": "tent_12", "quantity": 4,
    }  # fmt: skip


def ask_item(stage: Stage) -> Ask:
    """Return a valid request or body for the route of item."""
    body = {
        "item_class": "tents", "name_zh": "试验", "name_en": "test", "unit_zh": "件",
        "unit_en": "piece",
    }  # fmt: skip
    return Ask(f"/api/v1/items/matrix_{stage.number()}", body)


def ask_settle_gap(stage: Stage) -> Ask:
    """Return a valid request or body for the route of settle gap."""
    disaster = stage.fresh_disaster()
    for source, value in (("water", 500), ("housing", 50)):
        claim = figures.claim_body(disaster, source=source, value=value)
        stage.put(f"/api/v1/figure-claims/{new_id()}", claim)
    return Ask(f"/api/v1/gap-settlements/{new_id()}", figures.settlement_body(disaster))


def ask_form_version(stage: Stage) -> Ask:
    """Return a valid request or body for the route of form versions."""
    body = {"era": "应急管理", "document": "试行", "valid_from": "2030-01-01", "copy_of": "2020"}
    return Ask(f"/api/v1/form-versions/m{stage.number()}", body)


def ask_indicator(stage: Stage) -> Ask:
    """Return a valid request or body for the route of indicator."""
    body = {
        "name_zh": "试验", "name_en": "test", "unit_zh": "人", "unit_en": "people",
        "group": "people", "versions": ["2020"],
    }  # fmt: skip
    return Ask(f"/api/v1/indicators/matrix_{stage.number()}", body)


def ask_parameter_body(stage: Stage) -> dict[str, Any]:
    """Return a valid request or body for the route of parameter body."""
    return {
        "key": f"matrix.k{stage.number()}", "value": 5, "unit": "元", "source": "试验",
        "effective_from": "2013-07-01", "confidence": "S1",
    }  # fmt: skip


def ask_relief_work_body(stage: Stage) -> dict[str, Any]:
    """Return a valid request or body for the route of relief work body."""
    return relief_work.form_body(stage.disaster(), round=f"w{stage.number()}")


def ask_token(stage: Stage) -> Ask:
    """Return a valid request or body for the route of token."""
    user = stage.once("account", stage.account)
    return Ask(f"/api/v1/users/{user}/tokens/{new_id()}", {})


def ask_revoke(stage: Stage) -> Ask:
    """Return a valid request or body for the route of revoke."""
    user = stage.once("account", stage.account)
    return Ask(f"/api/v1/users/{user}/tokens/{stage.token_of(user)}")


def ask_mark(stage: Stage) -> Ask:
    """Return a valid request or body for the route of mark."""
    path = f"/api/v1/attention/{stage.attention()}/mark?disaster={stage.disaster()}"
    return Ask(path, {"act": "see"})


def ask_claim_state(stage: Stage) -> Ask:
    """Return a valid request or body for the route of claim state."""
    return Ask(f"/api/v1/claims/{stage.claim()}/state", {"state": "on_notice"}, {"If_Match": "1"})


def ask_case_state(stage: Stage) -> Ask:
    """Return a valid request or body for the route of case state."""
    return Ask(f"/api/v1/cases/{stage.case()}/state", {"state": "accepted"}, {"If_Match": "1"})


def ask_verdict(stage: Stage) -> Ask:
    """Return a valid request or body for the route of verdict."""
    return Ask(f"/api/v1/reports/{stage.report()}/verdict", {"id": new_id(), "action": "accept"})


def ask_settlement(stage: Stage) -> Ask:
    """Return a valid request or body for the route of settlement."""
    return Ask(f"/api/v1/reports/{stage.rival()}/settlement", {"id": new_id(), "keep": True})
