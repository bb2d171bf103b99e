"""The expectation table: every changing API route, what it asks for, and a valid request.

A route that is not in here fails the build. `home` says whose the thing is: the township's,
the whole city's, or
the township's to be judged from above; `real` that it is no part of a drill.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from relief_ops.auth.viewers import roles
from tests.conftest import MORNING, new_id
from tests.factories import evacuation, families, figures, relief_work, shelters
from tests.factories.city import TOWNSHIP
from tests.factories.hazards import hazard_body
from tests.factories.plans import plan_body
from tests.insurance.terms import policy_body
from tests.matrix.stage import (
    HOLDS,
    HOLDS_CITY,
    HOLDS_JUDGED,
    Stage,
    drill_body,
)
from tests.matrix.things import case_body, family


@dataclass(frozen=True)
class Ask:
    """One request that would be right, if the person may."""

    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One route: the permission it asks for, whose the thing is, and how to ask."""

    endpoint: str
    permission: str
    make: Callable[[Stage], Ask]
    home: str = "township"
    method: str = "PUT"
    real: bool = False

    def allows(self, role: str) -> bool:
        """Whether the role may do it; one for running drills does nothing to the real world."""
        held = roles()[role]
        return self.permission in held["permissions"] and not (
            self.real and held.get("drills_only", False)
        )

    @property
    def holds(self) -> dict[str, str]:
        """Return relation → the area somebody in it holds."""
        return {"township": HOLDS, "city": HOLDS_CITY, "judged": HOLDS_JUDGED}[self.home]


def new(path: str, body: Callable[[Stage], Any]) -> Callable[[Stage], Ask]:
    """Return a maker of a request that creates something at `path`."""
    return lambda stage: Ask(path.format(id=new_id()), body(stage))


def _response(stage: Stage) -> Ask:
    body = {"area_code": TOWNSHIP, "ladder": "flood", "level": 3, "from_at": MORNING.isoformat()}
    return Ask(f"/api/v1/disasters/{stage.disaster()}/responses/{new_id()}", body)


def _part(stage: Stage, *, sent: bool = False) -> Ask:
    path = f"/api/v1/disasters/{stage.fresh_disaster()}/parts/{new_id()}"
    found = Ask(path, {"part_id": stage.fresh_disaster(), "reason": "会商"})
    if sent:
        stage.put(found.path, found.body)
    return found


def _round_body(stage: Stage) -> Any:
    return {
        "disaster_id": stage.disaster(), "code": f"r{stage.number()}", "kind": "update",
        "as_of": MORNING.isoformat(),
    }  # fmt: skip


def _owed(stage: Stage, **more: Any) -> dict[str, Any]:
    return {"disaster_id": stage.disaster(), "area_code": TOWNSHIP, "round": stage.round()} | more


def _contact_body(stage: Stage) -> Any:
    here = {"disaster_id": stage.fresh_disaster(), "area_code": TOWNSHIP}
    return here | {"network": "cut"}


def _clock(stage: Stage) -> Ask:
    body = {"speed": 60, "paused": False}
    return Ask(f"/api/v1/drills/{stage.drill()}/clock", body, {"If_Match": "1"})


def _state(stage: Stage) -> Ask:
    body = {"disaster_id": stage.disaster(), "state": "preparing", "reason": "试验"}
    return Ask(f"/api/v1/shelters/{stage.shelter()}/state", body)


def _return(stage: Stage) -> Ask:
    order = stage.evacuation_order()
    stage.put(f"{evacuation.API}/orders/{order}/lift", {"reason": "解除"})
    return Ask(f"{evacuation.API}/orders/{order}/return", {"safety_check": "已查"})


def _headcount(stage: Stage) -> Ask:
    shelter = stage.once("shelter", stage.open_shelter)
    return Ask(f"/api/v1/shelters/{shelter}/headcounts/{new_id()}", stage.headcount())


def _settle_headcount(stage: Stage) -> Ask:
    shelter, headcount = stage.rival_headcount()
    path = f"/api/v1/shelters/{shelter}/headcounts/{headcount}/settlement"
    return Ask(path, {"accept": True})


def _meal(stage: Stage) -> Ask:
    body = {"disaster_id": stage.disaster(), "day": "2013-10-05", "meal": "lunch", "portions": 1}
    return Ask(f"/api/v1/shelters/{stage.shelter()}/meals/{new_id()}", body)


def _supplies(stage: Stage) -> Ask:
    body = {"disaster_id": stage.disaster(), "items": {"water": 1}}
    return Ask(f"/api/v1/shelters/{stage.shelter()}/supply-orders/{new_id()}", body)


def _arrival(stage: Stage) -> Ask:
    shelter = stage.once("shelter", stage.open_shelter)
    body = {"disaster_id": stage.disaster(), "people": 1}
    return Ask(f"/api/v1/shelters/{shelter}/arrivals/{new_id()}", body)


def _departure(stage: Stage) -> Ask:
    shelter, arrival = stage.arrival()
    return Ask(f"/api/v1/shelters/{shelter}/arrivals/{arrival}/departure", {"to": "home"})


def _announced(stage: Stage) -> Ask:
    shelter, arrival = stage.once("shelter", stage.open_shelter), new_id()
    body = {"disaster_id": stage.disaster(), "people": 1, "on_the_way": True}
    stage.put(f"/api/v1/shelters/{shelter}/arrivals/{arrival}", body)
    return Ask(f"/api/v1/shelters/{shelter}/arrivals/{arrival}/presence", {})


def _identity(stage: Stage) -> Ask:
    shelter, arrival = stage.arrival()
    path = f"/api/v1/shelters/{shelter}/arrivals/{arrival}/identity"
    return Ask(path, {"id_number": "330203194901010017"}, {"If_Match": "1"})


def _search(stage: Stage) -> Ask:
    shelter = stage.once("shelter", stage.open_shelter)
    body = {"disaster_id": stage.disaster(), "name": "何"}
    return Ask(f"/api/v1/shelters/{shelter}/search", body)


def _movement(stage: Stage) -> Ask:
    body = {"kind": "receive", "to": stage.depot(), "item": "tent_12", "quantity": 5}
    return Ask(f"/api/v1/stock/movements/{new_id()}", body)


def _reservation(stage: Stage) -> Ask:
    stage.depot()
    body = {"need_id": stage.once("need", lambda: stage.need(1000)), "quantity": 1}
    return Ask(f"/api/v1/stock/reservations/{new_id()}", body)


def _need_body(stage: Stage) -> Any:
    return {
        "disaster_id": stage.disaster(), "area_code": TOWNSHIP, "item": "tent_12", "quantity": 4,
    }  # fmt: skip


def _item(stage: Stage) -> Ask:
    body = {
        "item_class": "tents", "name_zh": "试验", "name_en": "test", "unit_zh": "件",
        "unit_en": "piece",
    }  # fmt: skip
    return Ask(f"/api/v1/items/matrix_{stage.number()}", body)


def _settle_gap(stage: Stage) -> Ask:
    disaster = stage.fresh_disaster()
    for source, value in (("water", 500), ("housing", 50)):
        claim = figures.claim_body(disaster, source=source, value=value)
        stage.put(f"/api/v1/figure-claims/{new_id()}", claim)
    return Ask(f"/api/v1/gap-settlements/{new_id()}", figures.settlement_body(disaster))


def _indicator(stage: Stage) -> Ask:
    body = {
        "name_zh": "试验", "name_en": "test", "unit_zh": "人", "unit_en": "people",
        "group": "people", "versions": ["2020"],
    }  # fmt: skip
    return Ask(f"/api/v1/indicators/matrix_{stage.number()}", body)


def _parameter_body(stage: Stage) -> dict[str, Any]:
    return {
        "key": f"matrix.k{stage.number()}", "value": 5, "unit": "元", "source": "试验",
        "effective_from": "2013-07-01", "confidence": "S1",
    }  # fmt: skip


def _relief_work_body(stage: Stage) -> dict[str, Any]:
    return relief_work.form_body(stage.disaster(), round=f"w{stage.number()}")


def _token(stage: Stage) -> Ask:
    user = stage.once("account", stage.account)
    return Ask(f"/api/v1/users/{user}/tokens/{new_id()}", {})


def _revoke(stage: Stage) -> Ask:
    user = stage.once("account", stage.account)
    return Ask(f"/api/v1/users/{user}/tokens/{stage.token_of(user)}")


def _mark(stage: Stage) -> Ask:
    path = f"/api/v1/attention/{stage.attention()}/mark?disaster={stage.disaster()}"
    return Ask(path, {"act": "see"})


def _claim_state(stage: Stage) -> Ask:
    return Ask(f"/api/v1/claims/{stage.claim()}/state", {"state": "on_notice"}, {"If_Match": "1"})


def _case_state(stage: Stage) -> Ask:
    return Ask(f"/api/v1/cases/{stage.case()}/state", {"state": "accepted"}, {"If_Match": "1"})


def _verdict(stage: Stage) -> Ask:
    return Ask(f"/api/v1/reports/{stage.report()}/verdict", {"id": new_id(), "action": "accept"})


def _settlement(stage: Stage) -> Ask:
    return Ask(f"/api/v1/reports/{stage.rival()}/settlement", {"id": new_id(), "keep": True})


ROWS = (
    Row("admin.put_point", "area.write", lambda _s: Ask(
        f"/api/v1/areas/{TOWNSHIP}/point", {"lon": 121.5, "lat": 29.8})),
    Row("report_rounds.put_round", "round.open", new("/api/v1/rounds/{id}", _round_body),
        home="city"),
    Row("report_reminders.put_reminder", "report.remind", new("/api/v1/reminders/{id}", _owed)),
    Row("report_reminders.put_call", "report.remind", new(
        "/api/v1/calls/{id}", lambda stage: _owed(stage, outcome="reached"))),
    Row("report_reminders.put_contact", "contact.record", new(
        "/api/v1/contacts/{id}", _contact_body)),
    Row("admin.put_user", "user.write", new("/api/v1/users/{id}", Stage.account_body), real=True),
    Row("admin.put_token", "token.write", _token, real=True),
    Row("admin.delete_token", "token.write", _revoke, method="DELETE", real=True),
    Row("attention.put_mark", "attention.own", _mark),
    Row("cases.put_household", "case.open", new(
        "/api/v1/households/{id}", lambda _s: family())),
    Row("cases.put_intake", "case.open", new(
        "/api/v1/intakes/{id}", lambda _s: families.intake(household=family()))),
    Row("cases.put_case", "case.open", new(
        "/api/v1/cases/{id}", lambda stage: case_body(stage.household()))),
    Row("cases.put_state", "case.assess", _case_state),
    Row("insurance.put_policy", "policy.write", new(
        "/api/v1/policies/{id}", lambda _s: policy_body()), home="city"),
    Row("insurance.put_claim", "claim.register", new("/api/v1/claims/{id}", Stage.claim_body)),
    Row("insurance.put_state", "claim.register", _claim_state),
    Row("disasters.put_disaster", "disaster.open", new("/api/v1/disasters/{id}", lambda _s: {
        "name": "大水", "kind": "flood", "started_at": MORNING.isoformat(),
        "division_date": "2013-10-06"}), home="city"),
    Row("disaster_parts.put_part", "disaster.open", _part, home="city"),
    Row("disaster_parts.end_part", "disaster.open", lambda stage: Ask(
        f"{_part(stage, sent=True).path}/end", {"id": new_id(), "reason": "查明"}), home="city"),
    Row("disaster_parts.put_split", "disaster.open", lambda stage: Ask(
        f"/api/v1/disasters/{stage.fresh_disaster()}/splits/{new_id()}",
        {"into_id": stage.fresh_disaster(), "area_codes": [TOWNSHIP], "reason": "查明"}),
        home="city"),
    Row("disasters.put_response", "disaster.respond", _response),
    Row("disasters.put_drill", "drill.run", new(
        "/api/v1/drills/{id}", lambda stage: drill_body(stage.number())), home="city"),
    Row("disasters.put_clock", "drill.run", _clock, home="city"),
    Row("reports.put_report", "report.submit", new("/api/v1/reports/{id}", Stage.report_body)),
    Row("reports.put_verdict", "report.review", _verdict, home="judged"),
    Row("report_judging.put_hold", "report.review", lambda stage: Ask(
        f"/api/v1/reports/{stage.report()}/hold", {"id": new_id()}), home="judged"),
    Row("report_judging.put_voucher", "report.review", lambda stage: Ask(
        f"/api/v1/reports/{stage.report()}/vouchers",
        {"id": new_id(), "indicator": "affected", "reason": "x"}), home="judged"),
    Row("report_codes.put_code", "report.submit", lambda stage: Ask(
        f"/api/v1/report-codes/{stage.report_code()}", {"told_by": "值班员", "means": "radio"})),
    Row("reports.put_settlement", "report.settle", _settlement, home="judged"),
    Row("report_narratives.put_narrative", "report.submit",
        new("/api/v1/narratives/{id}", Stage.narrative_body)),
    Row("relief_work.put_signature", "report.sign", lambda stage: Ask(
        f"/api/v1/relief-work/{stage.relief_work()}/signatures/{new_id()}",
        {"role": "unit_head"}), home="judged"),
    Row("relief_work.put_form", "report.submit",
        new("/api/v1/relief-work/{id}", _relief_work_body), home="judged"),
    Row("rosters.put_row", "roster.write", new("/api/v1/roster-rows/{id}", Stage.roster_body)),
    Row("rosters.put_match", "roster.settle",
        new("/api/v1/roster-matches/{id}", Stage.match_body)),
    Row("report_papers.put_withdrawal", "report.submit", lambda stage: Ask(
        f"/api/v1/report-papers/{stage.paper()}/withdrawal", {"id": new_id(), "reason": "x"})),
    Row("report_photos.put_withdrawal", "report.submit", lambda stage: Ask(
        f"/api/v1/report-photos/{stage.photo()}/withdrawal", {"id": new_id(), "reason": "x"})),
    Row("report_summaries.put_summary", "report.prepare",
        new("/api/v1/summaries/{id}", Stage.summary_body)),
    Row("report_summaries.put_signature", "report.sign", lambda stage: Ask(
        f"/api/v1/summaries/{stage.summary()}/signatures/{new_id()}", {"role": "unit_head"})),
    Row("reports.put_indicator", "indicator.write", _indicator, home="city"),
    Row("sources.put_source", "source.write", lambda stage: Ask(
        f"/api/v1/sources/matrix_{stage.number()}",
        {"kind": "bureau", "name_zh": "试验", "name_en": "test"}), home="city"),
    Row("sources.put_claim", "figure_claim.file",
        new("/api/v1/figure-claims/{id}",
            lambda stage: figures.claim_body(stage.fresh_disaster()))),
    Row("sources.put_rule", "source_rule.set",
        new("/api/v1/source-rules/{id}", lambda stage: figures.rule_body(stage.fresh_disaster()))),
    Row("sources.put_settlement", "figure_gap.settle", _settle_gap, home="judged"),
    Row("items.put_item", "item.write", _item, home="city"),
    Row("evacuation_plans.put_plan", "evacuation.plan", new(
        "/api/v1/evacuation-plans/{id}", lambda stage: plan_body(stage.disaster()))),
    Row("evacuation_plans.put_change", "evacuation.plan", lambda stage: Ask(
        f"/api/v1/evacuation-plans/{stage.plan_to_change()}/changes/{new_id()}",
        stage.evacuation_change())),
    Row("evacuation_plans.put_application", "evacuation.apply", lambda stage: Ask(
        f"/api/v1/evacuation-plans/{stage.evacuation_plan()}/application", {})),
    Row("hazards.put_hazard", "hazard.write", new(
        "/api/v1/hazards/{id}", lambda stage: hazard_body(stage.disaster()))),
    Row("hazards.lift_hazard", "hazard.write", lambda stage: Ask(
        f"/api/v1/hazards/{stage.hazard()}/lifting", {"reason": "水退"})),
    Row("parameters.put_parameter", "parameter.write", new(
        "/api/v1/parameters/{id}", _parameter_body), home="city"),
    Row("needs.put_need", "need.open", new("/api/v1/needs/{id}", _need_body)),
    Row("needs.withdraw_need", "need.open", lambda stage: Ask(
        f"/api/v1/needs/{stage.need()}/withdrawal", {})),
    Row("shelters.put_shelter", "shelter.write", new(
        "/api/v1/shelters/{id}", lambda _s: shelters.shelter_body())),
    Row("shelters.put_state", "shelter.open", _state),
    Row("shelters.put_headcount", "shelter.count", _headcount),
    Row("shelters.put_settlement", "shelter.settle", _settle_headcount),
    Row("shelters.put_arrival", "shelter.admit", _arrival),
    Row("daybook.put_meal", "shelter.log", _meal),
    Row("supplies.put_order", "need.open", _supplies),
    Row("shelters.put_departure", "shelter.admit", _departure),
    Row("shelters.put_identity", "shelter.admit", _identity),
    Row("shelters.put_presence", "shelter.admit", _announced),
    Row("check_in.find", "shelter.admit", _search, method="POST"),
    Row("shelters.put_check", "shelter.check", new(
        "/api/v1/shelter-checks/{id}",
        lambda stage: shelters.check_body(stage.once("checked shelter", stage.shelter)))),
    Row("shelters.put_check_withdrawal", "shelter.check", lambda stage: Ask(
        f"/api/v1/shelter-checks/{stage.safety_check()[1]}/withdrawal",
        {"id": new_id(), "reason": "登记错楼"})),
    Row("shelters.put_photo_withdrawal", "shelter.write", lambda stage: Ask(
        f"/api/v1/shelter-photos/{stage.shelter_photo()[1]}/withdrawal",
        {"id": new_id(), "reason": "已改建"})),
    Row("evacuation.put_risk_point", "evacuation.write", new(
        f"{evacuation.API}/risk-points/{{id}}",
        lambda _s: evacuation.risk_body(area_code=TOWNSHIP))),
    Row("evacuation.put_cadre", "evacuation.write", new(
        f"{evacuation.API}/cadres/{{id}}", lambda _s: evacuation.cadre_body(area_code=TOWNSHIP))),
    Row("evacuation.put_household", "evacuation.write", new(
        f"{evacuation.API}/households/{{id}}",
        lambda _s: evacuation.household_body(area_code=TOWNSHIP))),
    Row("evacuation.put_order", "evacuation.order", new(
        f"{evacuation.API}/orders/{{id}}", lambda stage: evacuation.order_body(
            {"id": stage.disaster()}, issuer_code=TOWNSHIP))),
    Row("evacuation.put_lift", "evacuation.order", lambda stage: Ask(
        f"{evacuation.API}/orders/{stage.evacuation_order()}/lift", {"reason": "解除"})),
    Row("evacuation.look_up", "evacuation.look_up", lambda stage: Ask(
        f"{evacuation.API}/look-up?disaster={stage.disaster()}&area={TOWNSHIP}",
        {"name": "何试验", "phone": "13812345678", "inquiry": "family"}), method="POST"),
    Row("evacuation.put_return", "evacuation.order", _return),
    Row("evacuation.put_act", "evacuation.record", new(
        f"{evacuation.API}/acts/{{id}}", Stage.act)),
    Row("evacuation.put_finding", "evacuation.record", new(
        f"{evacuation.API}/findings/{{id}}", Stage.finding)),
    Row("stock_api.put_depot", "depot.write", new("/api/v1/depots/{id}", lambda _s: {
        "name": "库", "area_code": TOWNSHIP, "lon": 121.5, "lat": 29.8})),
    Row("stock_api.put_movement", "stock.receive", _movement),
    Row("stock_api.put_reservation", "stock.reserve", _reservation),
    Row("stock_api.put_release", "stock.reserve", lambda stage: Ask(
        f"/api/v1/stock/reservations/{stage.reservation()}/release", {})),
    Row("stock_api.put_shipment", "stock.ship", lambda stage: Ask(
        f"/api/v1/shipments/{new_id()}", {"reservation_ids": [stage.reservation()]})),
    Row("stock_api.put_receipt", "stock.receive", lambda stage: Ask(
        f"/api/v1/shipments/{stage.shipment()}/receipt", {})),
    Row("stock_api.put_turn_back", "stock.ship", lambda stage: Ask(
        f"/api/v1/shipments/{stage.shipment()}/turn-back", {})),
)  # fmt: skip

# Proved by tests of their own: they depend on a file sent before, or on another's signature.
ELSEWHERE = {
    "report_judging.put_own_answer": "tests/damage_reports/test_judging.py",
    "stability.put_stability": "tests/damage_reports/test_stability.py",
    "stability.judge_stability": "tests/damage_reports/test_stability.py",
    "files.put_file": "tests/files/test_uploads.py: a file is its sender's, of no area",
    "files.put_piece": "tests/files/test_uploads.py",
    "report_papers.put_paper": "tests/damage_reports/test_papers.py",
    "report_photos.put_photo": "tests/damage_reports/test_photos.py",
    "messages.take_receipt": "tests/messages/test_receipts.py",
    "claim_imports.put_import": "tests/damage_reports/test_claim_tables.py",
    "claim_imports.put_application": "tests/damage_reports/test_claim_tables.py",
    "claim_imports.put_cancellation": "tests/damage_reports/test_claim_tables.py",
    "report_imports.put_import": "tests/damage_reports/test_imports.py",
    "report_imports.put_application": "tests/damage_reports/test_imports.py",
    "report_imports.put_cancellation": "tests/damage_reports/test_imports.py",
    "evacuation.put_import": "tests/evacuation/test_imports.py",
    "evacuation.put_application": "tests/evacuation/test_imports.py",
    "shelters.put_photo": "tests/shelters/test_shelter_photos.py: a file is its sender's",
    "shelters.put_import": "tests/shelters/test_imports.py",
    "shelters.put_application": "tests/shelters/test_imports.py",
}
