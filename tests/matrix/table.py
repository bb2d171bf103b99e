"""The expectation table: every changing API route, what it asks for, and a valid request.

A route that is not in here fails the build. `home` says whose the thing is: the township's,
the whole city's, or
the township's to be judged from above; `real` that it is no part of a drill; `own_only` that a
level above may not do it in the place of whoever filed it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from relief_ops.auth.viewers import roles
from tests.conftest import MORNING, new_id
from tests.factories import evacuation, families, figures, shelters
from tests.factories.city import TOWNSHIP
from tests.factories.hazards import hazard_body
from tests.factories.plans import plan_body
from tests.factories.published import published_body
from tests.factories.rosters import id_number
from tests.factories.suppliers import agreement_body
from tests.insurance.terms import policy_body
from tests.matrix.asks import (
    Ask,
    ask_allocation,
    ask_announced,
    ask_arrival,
    ask_case_state,
    ask_check_out,
    ask_claim_state,
    ask_clock,
    ask_coming,
    ask_contact_body,
    ask_departure,
    ask_deputies,
    ask_division,
    ask_duty,
    ask_forecast,
    ask_form_version,
    ask_goods,
    ask_headcount,
    ask_identity,
    ask_incident,
    ask_indicator,
    ask_item,
    ask_mark,
    ask_meal,
    ask_members,
    ask_movement,
    ask_need_body,
    ask_owed,
    ask_parameter_body,
    ask_part,
    ask_past_stay,
    ask_pin,
    ask_relief_work_body,
    ask_reservation,
    ask_response,
    ask_return,
    ask_revoke,
    ask_round_body,
    ask_search,
    ask_settle_gap,
    ask_settle_headcount,
    ask_settlement,
    ask_state,
    ask_supplies,
    ask_token,
    ask_verdict,
    ask_volunteer,
    new,
)
from tests.matrix.stage import (
    HOLDS,
    HOLDS_CITY,
    HOLDS_JUDGED,
    Stage,
    drill_body,
)
from tests.matrix.things import STAND_IN, case_body, family


@dataclass(frozen=True)
class Row:
    """One route: the permission it asks for, whose the thing is, and how to ask."""

    endpoint: str
    permission: str
    make: Callable[[Stage], Ask]
    home: str = "township"
    method: str = "PUT"
    real: bool = False
    own_only: bool = False

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


ROWS = (
    Row("admin.put_point", "area.write", lambda _s: Ask(
        f"/api/v1/areas/{TOWNSHIP}/point", {"lon": 121.5, "lat": 29.8})),
    Row("report_rounds.put_round", "round.open", new("/api/v1/rounds/{id}", ask_round_body),
        home="city"),
    Row("report_reminders.put_reminder", "report.remind", new("/api/v1/reminders/{id}", ask_owed)),
    Row("report_reminders.put_call", "report.remind", new(
        "/api/v1/calls/{id}", lambda stage: ask_owed(stage, outcome="reached"))),
    Row("report_reminders.put_contact", "contact.record", new(
        "/api/v1/contacts/{id}", ask_contact_body)),
    Row("admin.put_user", "user.write", new("/api/v1/users/{id}", Stage.account_body), real=True),
    Row("admin.put_token", "token.write", ask_token, real=True),
    Row("admin.delete_token", "token.write", ask_revoke, method="DELETE", real=True),
    Row("attention.put_mark", "attention.own", ask_mark),
    Row("cases.put_household", "case.open", new(
        "/api/v1/households/{id}", lambda _s: family())),
    Row("cases.put_intake", "case.open", new(
        "/api/v1/intakes/{id}", lambda _s: families.intake(household=family()))),
    Row("cases.put_case", "case.open", new(
        "/api/v1/cases/{id}", lambda stage: case_body(stage.household()))),
    Row("cases.put_state", "case.assess", ask_case_state),
    Row("insurance.put_policy", "policy.write", new(
        "/api/v1/policies/{id}", lambda _s: policy_body()), home="city"),
    Row("insurance.put_claim", "claim.register", new("/api/v1/claims/{id}", Stage.claim_body)),
    Row("insurance.put_state", "claim.register", ask_claim_state),
    Row("disasters.put_disaster", "disaster.open", new("/api/v1/disasters/{id}", lambda _s: {
        "name": "大水", "kind": "flood", "started_at": MORNING.isoformat(),
        "division_date": "2013-10-06"}), home="city"),
    Row("disaster_parts.put_part", "disaster.open", ask_part, home="city"),
    Row("disaster_parts.end_part", "disaster.open", lambda stage: Ask(
        f"{ask_part(stage, sent=True).path}/end", {"id": new_id(), "reason": "查明"}), home="city"),
    Row("disaster_parts.put_split", "disaster.open", lambda stage: Ask(
        f"/api/v1/disasters/{stage.fresh_disaster()}/splits/{new_id()}",
        {"into_id": stage.fresh_disaster(), "area_codes": [TOWNSHIP], "reason": "查明"}),
        home="city"),
    Row("disasters.put_response", "disaster.respond", ask_response),
    Row("disasters.put_drill", "drill.run", new(
        "/api/v1/drills/{id}", lambda stage: drill_body(stage.number())), home="city"),
    Row("disasters.put_clock", "drill.run", ask_clock, home="city"),
    Row("reports.put_report", "report.submit", new("/api/v1/reports/{id}", Stage.report_body)),
    Row("reports.put_verdict", "report.review", ask_verdict, home="judged"),
    Row("report_judging.put_hold", "report.review", lambda stage: Ask(
        f"/api/v1/reports/{stage.report()}/hold", {"id": new_id()}), home="judged"),
    Row("report_judging.put_voucher", "report.review", lambda stage: Ask(
        f"/api/v1/reports/{stage.report()}/vouchers",
        {"id": new_id(), "indicator": "affected", "reason": "x"}), home="judged"),
    Row("report_codes.put_code", "report.submit", lambda stage: Ask(
        f"/api/v1/report-codes/{stage.report_code()}", {"told_by": "值班员", "means": "radio"})),
    Row("reports.put_settlement", "report.settle", ask_settlement, home="judged"),
    Row("report_narratives.put_narrative", "report.submit",
        new("/api/v1/narratives/{id}", Stage.narrative_body)),
    Row("relief_work.put_signature", "report.sign", lambda stage: Ask(
        f"/api/v1/relief-work/{stage.relief_work()}/signatures/{new_id()}",
        {"role": "unit_head"}), home="judged"),
    Row("relief_work.put_form", "report.submit",
        new("/api/v1/relief-work/{id}", ask_relief_work_body), home="judged"),
    Row("published.put_published", "disaster.open", new(
        "/api/v1/published-figures/{id}", lambda stage: published_body(stage.disaster())),
        home="city"),
    Row("rosters.put_row", "roster.write", new("/api/v1/roster-rows/{id}", Stage.roster_body)),
    Row("rosters.put_match", "roster.settle",
        new("/api/v1/roster-matches/{id}", Stage.match_body)),
    Row("report_papers.put_withdrawal", "report.submit", lambda stage: Ask(
        f"/api/v1/report-papers/{stage.paper()}/withdrawal", {"id": new_id(), "reason": "x"})),
    Row("report_withdrawing.put_withdrawal", "report.submit", lambda stage: Ask(
        f"/api/v1/reports/{stage.report()}/withdrawal", {"id": new_id(), "reason": "x"}),
        own_only=True),
    Row("report_photos.put_withdrawal", "report.submit", lambda stage: Ask(
        f"/api/v1/report-photos/{stage.photo()}/withdrawal", {"id": new_id(), "reason": "x"})),
    Row("report_summaries.put_summary", "report.prepare",
        new("/api/v1/summaries/{id}", Stage.summary_body)),
    Row("report_summaries.put_signature", "report.sign", lambda stage: Ask(
        f"/api/v1/summaries/{stage.summary()}/signatures/{new_id()}", {"role": "unit_head"})),
    Row("reports.put_form_version", "indicator.write", ask_form_version, home="city"),
    Row("reports.put_indicator", "indicator.write", ask_indicator, home="city"),
    Row("sources.put_source", "source.write", lambda stage: Ask(
        f"/api/v1/sources/matrix_{stage.number()}",
        {"kind": "bureau", "name_zh": "试验", "name_en": "test"}), home="city"),
    Row("sources.put_claim", "figure_claim.file",
        new("/api/v1/figure-claims/{id}",
            lambda stage: figures.claim_body(stage.fresh_disaster()))),
    Row("sources.put_rule", "source_rule.set",
        new("/api/v1/source-rules/{id}", lambda stage: figures.rule_body(stage.fresh_disaster()))),
    Row("sources.put_settlement", "figure_gap.settle", ask_settle_gap, home="judged"),
    Row("items.put_item", "item.write", ask_item, home="city"),
    Row("evacuation_plans.put_plan", "evacuation.plan", new(
        "/api/v1/evacuation-plans/{id}", lambda stage: plan_body(stage.disaster()))),
    Row("evacuation_plans.put_change", "evacuation.plan", lambda stage: Ask(
        f"/api/v1/evacuation-plans/{stage.plan_to_change()}/changes/{new_id()}",
        stage.evacuation_change())),
    Row("evacuation_plans.put_application", "evacuation.apply", lambda stage: Ask(
        f"/api/v1/evacuation-plans/{stage.evacuation_plan()}/application", {})),
    Row("allocation_plans.put_plan", "stock.plan", new(
        "/api/v1/allocation-plans/{id}", ask_allocation)),
    Row("allocation_plans.put_pin", "stock.plan", ask_pin),
    Row("allocation_plans.put_application", "stock.reserve", lambda stage: Ask(
        f"/api/v1/allocation-plans/{stage.allocation_plan()}/application", {})),
    Row("allocation_plans.put_refusal", "stock.refuse", lambda stage: Ask(
        f"/api/v1/allocation-plans/{stage.applied_plan()}/refusal", {"reason": "重排"})),
    Row("allocation_plans.put_order", "stock.sign", lambda stage: Ask(
        f"/api/v1/dispatch-orders/{new_id()}",
        {"plan_id": stage.applied_plan(), "means": "paper", "number": "3"})),
    Row("allocation_plans.put_paper", "stock.sign", lambda stage: Ask(
        f"/api/v1/dispatch-orders/{stage.dispatch_order()}/paper", {"number": "3"})),
    Row("hazards.put_hazard", "hazard.write", new(
        "/api/v1/hazards/{id}", lambda stage: hazard_body(stage.disaster()))),
    Row("hazards.lift_hazard", "hazard.write", lambda stage: Ask(
        f"/api/v1/hazards/{stage.hazard()}/lifting", {"reason": "水退"})),
    Row("parameters.put_parameter", "parameter.write", new(
        "/api/v1/parameters/{id}", ask_parameter_body), home="city"),
    Row("needs.put_need", "need.open", new("/api/v1/needs/{id}", ask_need_body)),
    Row("needs.withdraw_need", "need.open", lambda stage: Ask(
        f"/api/v1/needs/{stage.need()}/withdrawal", {})),
    Row("needs.put_substitution", "stock.reserve", lambda stage: Ask(
        f"/api/v1/needs/{stage.need()}/substitutions/{new_id()}", STAND_IN)),
    Row("needs.withdraw_substitution", "stock.reserve", lambda stage: Ask(
        f"{stage.substitution()}/withdrawal", {})),
    Row("shelters.put_shelter", "shelter.write", new(
        "/api/v1/shelters/{id}", lambda _s: shelters.shelter_body())),
    Row("shelters.put_state", "shelter.open", ask_state),
    Row("shelters.put_headcount", "shelter.count", ask_headcount),
    Row("shelters.put_settlement", "shelter.settle", ask_settle_headcount),
    Row("shelters.put_arrival", "shelter.admit", ask_arrival),
    Row("daybook.put_meal", "shelter.log", ask_meal),
    Row("daybook.put_incident", "shelter.log", ask_incident),
    Row("daybook.put_volunteer", "shelter.log", ask_volunteer),
    Row("daybook.put_duty", "shelter.log", ask_duty),
    Row("daybook.put_duty_end", "shelter.log", lambda stage: ask_duty(stage, over=True)),
    Row("supplies.put_order", "need.open", ask_supplies),
    Row("needs_forecast.put_forecast", "need.open", ask_forecast),
    Row("report_goods.put_order", "need.open", ask_goods),
    Row("shelters.put_departure", "shelter.admit", ask_departure),
    Row("shelters.put_identity", "shelter.admit", ask_identity),
    Row("shelters.put_members", "shelter.admit", ask_members),
    Row("shelters.put_presence", "shelter.admit", ask_announced),
    Row("check_in.put_division", "shelter.admit", ask_division),
    Row("check_in.put_past_stay", "shelter.admit", ask_past_stay),
    Row("check_in.put_check_out", "shelter.admit", ask_check_out),
    Row("check_in.put_coming", "shelter.admit", ask_coming),
    Row("check_in.find", "shelter.admit", ask_search, method="POST"),
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
    Row("evacuation.put_revision", "evacuation.order", lambda stage: Ask(
        f"{evacuation.API}/orders/{stage.evacuation_order()}/revisions/{new_id()}",
        {"impact_at": evacuation.IMPACT, "reason": "提前"})),
    Row("evacuation.put_reminder", "evacuation.record", ask_deputies),
    Row("evacuation.look_up", "evacuation.look_up", lambda stage: Ask(
        f"{evacuation.API}/look-up?disaster={stage.disaster()}&area={TOWNSHIP}",
        {"name": "何试验", "phone": "13812345678", "inquiry": "family"}), method="POST"),
    Row("evacuation.put_return", "evacuation.order", ask_return),
    Row("evacuation.put_act", "evacuation.record", new(
        f"{evacuation.API}/acts/{{id}}", Stage.act)),
    Row("evacuation.put_finding", "evacuation.record", new(
        f"{evacuation.API}/findings/{{id}}", Stage.finding)),
    Row("stock_api.put_depot", "depot.write", new("/api/v1/depots/{id}", lambda _s: {
        "name": "库", "area_code": TOWNSHIP, "lon": 121.5, "lat": 29.8})),
    Row("stock_api.put_movement", "stock.receive", ask_movement),
    Row("stock_api.put_reservation", "stock.reserve", ask_reservation),
    Row("stock_api.put_release", "stock.refuse", lambda stage: Ask(
        f"/api/v1/stock/reservations/{stage.reservation()}/release", {})),
    Row("stock_api.put_claim_withdrawal", "stock.count", lambda stage: Ask(
        f"/api/v1/stock/claims/{stage.waiting_write_off()}/withdrawal", {})),
    Row("stock_api.put_shipment", "stock.ship", lambda stage: Ask(
        f"/api/v1/shipments/{new_id()}", {"reservation_ids": [stage.reservation()]})),
    Row("stock_api.put_receipt", "stock.receive", lambda stage: Ask(
        f"/api/v1/shipments/{stage.shipment()}/receipt", {})),
    Row("stock_api.put_turn_back", "stock.ship", lambda stage: Ask(
        f"/api/v1/shipments/{stage.shipment()}/turn-back", {})),
    Row("transport.put_trip", "stock.ship", lambda stage: Ask(
        f"/api/v1/trips/{new_id()}", {"shipment_id": stage.shipment(), "driver": "张师傅"})),
    Row("transport.put_end", "stock.ship", lambda stage: Ask(
        f"/api/v1/trips/{stage.trip()}/end", {})),
    Row("supply_requests.put_request", "stock.plan", lambda stage: Ask(
        f"/api/v1/supply-requests/{new_id()}", stage.request_body())),
    Row("supply_requests.put_grant", "stock.plan", lambda stage: Ask(
        f"/api/v1/supply-requests/{stage.supply_request()}/grant", {}), home="judged"),
    Row("supply_requests.put_refusal", "stock.plan", lambda stage: Ask(
        f"/api/v1/supply-requests/{stage.supply_request()}/refusal", {"reason": "x"}),
        home="judged"),
    Row("supply_requests.put_withdrawal", "stock.plan", lambda stage: Ask(
        f"/api/v1/supply-requests/{stage.supply_request()}/withdrawal", {"reason": "x"})),
    Row("depot_keys.put_key", "stock.ship", lambda stage: Ask(
        f"/api/v1/depot-keys/{new_id()}", stage.key_body())),
    Row("depot_keys.put_key_back", "stock.ship", lambda stage: Ask(
        f"/api/v1/depot-keys/{stage.key()}/end", {})),
    Row("contingency.put_plan", "contingency.write", lambda stage: Ask(
        f"/api/v1/contingency-plans/{new_id()}", stage.contingency_body())),
    Row("contingency.put_withdrawal", "contingency.write", lambda stage: Ask(
        f"/api/v1/contingency-plans/{stage.contingency_plan()}/withdrawal", {"reason": "x"})),
    Row("depot_trucks.put_trucks", "stock.ship", lambda stage: Ask(
        f"/api/v1/depot-trucks/{new_id()}", stage.trucks_body())),
    Row("travel.put_travel_time", "depot.write", lambda stage: Ask(
        f"/api/v1/travel-times/{new_id()}", stage.travel_body())),
    Row("travel.end_travel_time", "depot.write", lambda stage: Ask(
        f"/api/v1/travel-times/{stage.travel_time()}/end", {})),
    Row("stock_advice.put_moves", "stock.reserve", lambda stage: Ask(
        f"/api/v1/stock-moves/{new_id()}", stage.moves_body())),
    Row("suppliers.put_agreement", "depot.write", lambda _stage: Ask(
        f"/api/v1/supply-agreements/{new_id()}", agreement_body(area_code=TOWNSHIP))),
    Row("suppliers.put_call_off", "stock.plan", lambda stage: Ask(
        f"/api/v1/call-offs/{new_id()}", stage.call_body())),
    Row("suppliers.put_signature", "stock.sign", lambda stage: Ask(
        f"/api/v1/call-offs/{stage.call_off()}/signature", {"means": "word"})),
    Row("suppliers.put_paper", "stock.sign", lambda stage: Ask(
        f"/api/v1/call-offs/{stage.call_off(means='word')}/paper", {"number": "8号"})),
    Row("suppliers.put_delivery", "stock.receive", lambda stage: Ask(
        f"/api/v1/call-offs/{stage.call_off(means='paper')}/deliveries/{new_id()}",
        {"quantity": 1})),
    Row("suppliers.put_end", "stock.plan", lambda stage: Ask(
        f"/api/v1/call-offs/{stage.call_off()}/end", {"reason": "x"})),
    Row("kits.put_act", "stock.receive", lambda stage: Ask(
        f"/api/v1/kit-acts/{new_id()}", stage.kit_body())),
    Row("recovery.put_recovery", "stock.receive", lambda stage: Ask(
        f"/api/v1/recoveries/{new_id()}", stage.recovery_body())),
    Row("recovery.put_grading", "stock.receive", lambda stage: Ask(
        f"/api/v1/recoveries/{stage.recovery()}/gradings/{new_id()}", {"good": 1})),
    Row("recovery.put_scrapping", "stock.count", lambda stage: Ask(
        f"/api/v1/recoveries/{stage.recovery(scrap=True)}/scrappings/{new_id()}",
        {"revision": 2, "agreed": True, "reason": "x"})),
    Row("boxes.put_packing", "stock.ship", lambda stage: Ask(
        f"/api/v1/packings/{new_id()}", {"line_id": stage.promised_line()})),
    Row("boxes.put_box_scan", "stock.receive", lambda stage: Ask(
        f"/api/v1/box-scans/{new_id()}",
        {"box_id": stage.box(), "stage": "arrived", "at": "2013-10-07T00:00:00Z"})),
    Row("handouts.put_handout", "stock.issue", new("/api/v1/handouts/{id}", Stage.handout_body)),
    Row("handouts.ask_entitlement", "stock.issue", lambda stage: Ask(
        "/api/v1/handouts/entitlement",
        {"disaster_id": stage.disaster(), "place": stage.depot(), "people": 2}), method="POST"),
    Row("handouts.put_settlement", "stock.issue", lambda stage: Ask(
        f"/api/v1/handouts/{stage.handout_exception()}/settlement", {"reason": "x"})),
    Row("handouts.put_taking_back", "stock.issue", lambda stage: Ask(
        f"/api/v1/handouts/{stage.handout()}/taking-back", {"reason": "x"})),
    Row("handouts.put_identity", "stock.issue", lambda stage: Ask(
        f"/api/v1/handouts/{stage.handout()}/identity",
        {"id_number": id_number(Random(str(stage.number())))})),
)  # fmt: skip

# Proved by tests of their own: they depend on a file sent before, or on another's signature.
ELSEWHERE = {
    "report_judging.put_own_answer": "tests/damage_reports/test_judging.py",
    "report_bypass.put_bypass": "tests/damage_reports/test_bypass.py",
    "stability.put_stability": "tests/damage_reports/test_stability.py",
    "stability.judge_stability": "tests/damage_reports/test_stability.py",
    "files.put_file": "tests/files/test_uploads.py: a file is its sender's, of no area",
    "files.put_piece": "tests/files/test_uploads.py",
    "report_papers.put_paper": "tests/damage_reports/test_papers.py",
    "report_photos.put_photo": "tests/damage_reports/test_photos.py",
    "transport.put_sighting": "tests/transport/test_links.py: for whoever opened the link",
    "transport.put_photo": "tests/transport/test_photos.py: for whoever opened the link",
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
