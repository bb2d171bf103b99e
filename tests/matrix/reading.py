"""The expectation table of reading: every GET under /api, and what may be seen where.

`object`: one thing of the township; out of scope it is not there (404). `list`: answers
everybody who has the function, and names the township's thing only to who may see it.
`open`: the same for every signed-in user who has the function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.factories import figures
from tests.factories.city import CITY, TOWNSHIP
from tests.matrix.stage import Stage


@dataclass(frozen=True)
class Look:
    """One GET: the permission it asks for, its address, and what gives the thing away."""

    endpoint: str
    permission: str
    path: Callable[[Stage], str]
    kind: str = "open"
    thing: Callable[[Stage], str] | None = None


def at(path: str) -> Callable[[Stage], str]:
    """Return a maker of this address as it is."""
    return lambda _stage: path


def _of(path: str, name: str) -> Callable[[Stage], str]:
    return lambda stage: path.format(id=kept(stage, name), disaster=stage.disaster())


def kept(stage: Stage, name: str) -> str:
    """Return the one thing of this name that all looks share."""
    made = stage.once(f"look:{name}", getattr(stage, name))
    return str(made[1] if isinstance(made, tuple) else made)


def _thing(name: str) -> Callable[[Stage], str]:
    return lambda stage: kept(stage, name)


def obj(endpoint: str, permission: str, path: str, name: str) -> Look:
    """Return the look at one thing by its id."""
    return Look(endpoint, permission, _of(path, name), "object")


def lst(endpoint: str, permission: str, path: str, name: str) -> Look:
    """Return the look at a list the thing stands in."""
    return Look(endpoint, permission, _of(path, name), "list", _thing(name))


def _allocation_plans(stage: Stage) -> str:
    plan = stage.maker.get(f"/api/v1/allocation-plans/{kept(stage, 'allocation_plan')}").json
    return f"/api/v1/allocation-plans?disaster={plan['disaster_id']}"


def _stay(stage: Stage) -> str:
    shelter, arrival = stage.once("stay read", stage.arrival)
    return f"/api/v1/shelters/{shelter}/arrivals/{arrival}/full?purpose=contact"


def _steps(stage: Stage) -> str:
    order, row = kept(stage, "evacuation_order"), kept(stage, "listed_household")
    return f"/api/v1/evacuation/orders/{order}/households/{row}/steps"


def _evacuation_board(stage: Stage) -> str:
    order = kept(stage, "evacuation_order")
    return f"/api/v1/evacuation/board?disaster={stage.disaster()}&area={TOWNSHIP}&order={order}"


def _away(stage: Stage) -> str:
    order = kept(stage, "evacuation_order")
    return f"/api/v1/evacuation/away?disaster={stage.disaster()}&area={TOWNSHIP}&order={order}"


def _movements(stage: Stage) -> str:
    return f"/api/v1/stock/movements?place={stage.depot()}"


def _movement(stage: Stage) -> str:
    def ask() -> str:
        rows = stage.maker.get(_movements(stage)).json["movements"]
        return str(rows[0]["id"])

    return f"/api/v1/stock/movements/{stage.once('movement', ask)}"


def _member(stage: Stage) -> str:
    def ask() -> str:
        household = kept(stage, "household")
        return str(stage.maker.get(f"/api/v1/households/{household}").json["members"][0]["id"])

    return f"/api/v1/persons/{stage.once('member', ask)}/full?purpose=verification"


def _parameter(stage: Stage) -> str:
    found = stage.maker.get("/api/v1/parameters").json["parameters"]
    return f"/api/v1/parameters/{found[0]['id']}"


def _drill(stage: Stage) -> str:
    return f"/api/v1/drills/{kept(stage, 'drill')}"


def _of_book(name: str, more: str = "") -> Callable[[Stage], str]:
    def address(stage: Stage) -> str:
        thing, shelter = kept(stage, name), stage.once(f"look:{name}", None)[0]
        return f"/api/v1/shelters/{shelter}/{name}s/{thing}{more}"

    return address


def _claim(stage: Stage) -> str:
    body = figures.claim_body(stage.disaster())
    return stage.made("/api/v1/figure-claims", body)


LOOKS = (
    Look("admin.list_areas", "area.read", at("/api/v1/areas")),
    Look("admin.show_area", "area.read", at(f"/api/v1/areas/{TOWNSHIP}")),
    lst("admin.list_users", "user.write", "/api/v1/users", "account"),
    lst("attention.list_attention", "map.read",
        "/api/v1/attention?disaster={disaster}&area=" + CITY, "attention"),
    lst("cases.list_cases", "case.read", "/api/v1/cases?limit=200", "case"),
    obj("cases.show_case", "case.read", "/api/v1/cases/{id}", "case"),
    obj("cases.show_household", "case.read", "/api/v1/households/{id}", "household"),
    Look("cases.show_person", "person.read_full", _member, "object"),
    Look("insurance.list_claims", "claim.read",
         lambda stage: f"/api/v1/claims?policy={stage.policy()}", "list", _thing("claim")),
    obj("insurance.show_claim", "claim.read", "/api/v1/claims/{id}", "claim"),
    Look("insurance.list_policies", "claim.read", at("/api/v1/policies")),
    Look("insurance.show_policy", "claim.read",
         lambda stage: f"/api/v1/policies/{stage.policy()}"),
    Look("disasters.list_disasters", "disaster.read", at("/api/v1/disasters")),
    Look("disasters.show_disaster", "disaster.read",
         lambda stage: f"/api/v1/disasters/{stage.disaster()}"),
    Look("disaster_parts.list_parts", "disaster.read",
         lambda stage: f"/api/v1/disasters/{stage.disaster()}/parts"),
    Look("disasters.show_drill", "disaster.read", _drill),
    Look("disasters.list_storms", "map.read", at("/api/v1/storms")),
    Look("disasters.show_storm", "map.read", at("/api/v1/storms/1323")),
    Look("realtime.events", "event.read", at(f"/api/v1/events?area={TOWNSHIP}"), "object"),
    Look("reports.list_indicators", "report.read", at("/api/v1/indicators")),
    Look("report_codes.show_code", "report.submit",
         lambda stage: f"/api/v1/report-codes/{stage.once('digits', stage.report_code)}",
         "object"),
    obj("reports.show_report", "report.read", "/api/v1/reports/{id}", "report"),
    Look("reports.rollup", "report.read",
         lambda stage: f"/api/v1/rollup?disaster={stage.disaster()}&area={TOWNSHIP}", "object"),
    Look("reports.trace", "report.read", lambda stage:
         f"/api/v1/rollup/trace?disaster={stage.disaster()}&area={TOWNSHIP}&indicator=affected",
         "object"),
    Look("report_rounds.list_rounds", "report.read",
         lambda stage: f"/api/v1/rounds?disaster={stage.disaster()}"),
    Look("report_rounds.show_board", "report.read",
         lambda stage: f"/api/v1/rounds/board?disaster={stage.disaster()}&area={TOWNSHIP}",
         "object"),
    Look("report_bypass.list_bypasses", "report.read",
         lambda stage: f"/api/v1/bypass-reports?disaster={stage.disaster()}&area={TOWNSHIP}",
         "object"),
    Look("outliers.list_outliers", "report.read",
         lambda stage: f"/api/v1/outliers?disaster={stage.disaster()}&area={TOWNSHIP}", "object"),
    Look("stability.list_stabilities", "report.read",
         lambda stage: f"/api/v1/stabilities?disaster={stage.disaster()}&area={TOWNSHIP}",
         "object"),
    Look("sources.list_sources", "report.read", at("/api/v1/sources")),
    Look("sources.show_claim", "report.read",
         lambda stage: f"/api/v1/figure-claims/{stage.once('claim', lambda: _claim(stage))}",
         "object"),
    *(
        Look(f"sources.{name}", "report.read", lambda stage, path=path:
             f"/api/v1/{path}?disaster={stage.disaster()}&area={TOWNSHIP}&indicator=affected",
             "object")
        for name, path in (
            ("list_claims", "figure-claims"), ("list_rules", "source-rules"),
            ("list_gaps", "figure-gaps"), ("show_trace", "figure-trace"),
        )
    ),
    obj("report_judging.list_own_figures", "report.read", "/api/v1/reports/{id}/own-figures",
        "report"),
    obj("report_goods.show_goods", "report.read", "/api/v1/reports/{id}/goods", "report"),
    obj("report_reminders.show_reminder", "report.remind", "/api/v1/reminders/{id}", "reminder"),
    Look("report_reminders.list_contacts", "report.read", lambda stage: (
         stage.contact() and f"/api/v1/contacts?disaster={stage.disaster()}&area={TOWNSHIP}"),
         "object"),
    obj("report_narratives.show_narrative", "report.read", "/api/v1/narratives/{id}", "narrative"),
    Look("relief_work.list_totals", "report.read", lambda stage:
         f"/api/v1/relief-work?disaster={stage.disaster()}&area={TOWNSHIP}", "object"),
    Look("relief_work.list_proposals", "report.read", lambda stage:
         f"/api/v1/relief-work/proposals?disaster={stage.disaster()}&area={TOWNSHIP}", "object"),
    Look("published.list_published", "report.read",
         lambda stage: f"/api/v1/published-figures?disaster={stage.disaster()}"),
    obj("rosters.show_row", "roster.read", "/api/v1/roster-rows/{id}", "roster_row"),
    obj("rosters.read_row", "roster.read_full", "/api/v1/roster-rows/{id}/full?purpose=contact",
        "roster_row"),
    obj("rosters.show_match", "roster.read", "/api/v1/roster-matches/{id}", "roster_match"),
    Look("rosters.list_rows", "roster.read", lambda stage:
         f"/api/v1/rosters/casualties?disaster={stage.disaster()}&area={TOWNSHIP}", "object"),
    Look("rosters.list_candidates", "roster.read", lambda stage:
         f"/api/v1/rosters/casualties/duplicates?disaster={stage.disaster()}&area={TOWNSHIP}",
         "object"),
    Look("rosters.show_reconciliation", "roster.read", lambda stage:
         f"/api/v1/reconciliation?disaster={stage.disaster()}&area={TOWNSHIP}", "object"),
    obj("report_papers.show_paper", "report.read", "/api/v1/report-papers/{id}", "paper"),
    Look("report_papers.list_papers", "report.read", lambda stage:
         f"/api/v1/report-papers?disaster={stage.disaster()}", "list",
         _thing("paper")),
    obj("report_photos.show_photo", "report.read", "/api/v1/report-photos/{id}", "photo"),
    obj("report_summaries.show_summary", "report.read", "/api/v1/summaries/{id}", "summary"),
    Look("report_annual.show_annual", "report.read",
         lambda stage: f"/api/v1/annual?disaster={stage.disaster()}&area={TOWNSHIP}", "object"),
    Look("report_summaries.list_summaries", "report.read",
         lambda stage: f"/api/v1/summaries?disaster={stage.disaster()}&area={TOWNSHIP}&round=s",
         "object"),
    lst("evacuation_plans.list_plans", "shelter.read",
        "/api/v1/evacuation-plans?disaster={disaster}", "evacuation_plan"),
    obj("evacuation_plans.show_plan", "shelter.read",
        "/api/v1/evacuation-plans/{id}", "evacuation_plan"),
    obj("evacuation_plans.show_map", "shelter.read",
        "/api/v1/evacuation-plans/{id}/map", "evacuation_plan"),
    Look("evacuation_plans.show_promises", "shelter.read",
         at(f"/api/v1/evacuation-promises/{TOWNSHIP}"), "object"),
    Look("allocation_plans.list_plans", "stock.read", _allocation_plans, "list",
         _thing("allocation_plan")),
    obj("allocation_plans.show_plan", "stock.read",
        "/api/v1/allocation-plans/{id}", "allocation_plan"),
    obj("allocation_plans.show_map", "stock.read",
        "/api/v1/allocation-plans/{id}/map", "allocation_plan"),
    Look("stock_api.list_counts", "stock.count",
         _of("/api/v1/stock/counts?depot={id}", "depot"), "object"),
    obj("allocation_plans.show_order", "stock.read",
        "/api/v1/dispatch-orders/{id}", "dispatch_order"),
    Look("hazards.list_hazards", "disaster.read", at("/api/v1/hazards")),
    Look("hazards.show_hazard", "disaster.read", _of("/api/v1/hazards/{id}", "hazard")),
    Look("items.list_items", "need.read", at("/api/v1/items")),
    Look("parameters.list_parameters", "parameter.read", at("/api/v1/parameters")),
    Look("parameters.show_parameter", "parameter.read", _parameter),
    Look("maps.list_layers", "map.read", at("/api/v1/layers")),
    lst("maps.show_layer", "map.read", "/api/v1/layers/needs?disaster={disaster}", "need"),
    Look("maps.show_tile", "map.read", at("/api/v1/tiles/shelters/9/428/211.pbf")),
    Look("maps.show_totals", "map.read", at("/api/v1/totals")),
    Look("maps.find", "map.read", at("/api/v1/search?q=临江")),
    lst("needs.list_needs", "need.read", "/api/v1/needs?disaster={disaster}&area=" + CITY, "need"),
    obj("needs.show_need", "need.read", "/api/v1/needs/{id}", "need"),
    obj("kits.show_kits", "stock.read", "/api/v1/depots/{id}/kits", "depot"),
    obj("needs.list_substitutions", "need.read", "/api/v1/needs/{id}/substitutions", "need"),
    lst("shelters.list_shelters", "shelter.read", "/api/v1/shelters?rows=200", "shelter"),
    obj("shelters.show_shelter", "shelter.read", "/api/v1/shelters/{id}", "shelter"),
    obj("daybook.list_meals", "shelter.read", "/api/v1/shelters/{id}/meals", "shelter"),
    obj("daybook.list_incidents", "shelter.read", "/api/v1/shelters/{id}/incidents", "shelter"),
    Look("daybook.show_incident", "shelter.read", _of_book("incident"), "object"),
    Look("daybook.show_account", "shelter.log", _of_book("incident", "/account"), "object"),
    lst("daybook.list_area_incidents", "shelter.read",
        "/api/v1/shelters/incidents?disaster={disaster}&area=" + CITY, "incident"),
    obj("daybook.list_volunteers", "shelter.read", "/api/v1/shelters/{id}/volunteers", "shelter"),
    Look("daybook.show_volunteer", "shelter.log", _of_book("volunteer", "/full"), "object"),
    obj("supplies.show_supplies", "shelter.read", "/api/v1/shelters/{id}/supplies", "shelter"),
    Look("needs_forecast.show_forecast", "shelter.read",
         _of("/api/v1/need-forecast?disaster={disaster}", "listed_household")),
    obj("shelters.show_contact", "person.read_full", "/api/v1/shelters/{id}/contact", "shelter"),
    Look("check_in.read_stay", "shelter.admit", _stay, "object"),
    obj("shelters.list_checks", "shelter.read", "/api/v1/shelters/{id}/checks", "shelter"),
    obj("shelters.list_photos", "shelter.read", "/api/v1/shelters/{id}/photos", "shelter"),
    obj("shelters.list_headcounts", "shelter.read", "/api/v1/shelters/{id}/headcounts", "shelter"),
    obj("shelters.show_occupancy", "shelter.read", "/api/v1/shelters/{id}/occupancy", "shelter"),
    lst("stock_api.list_depots", "stock.read", "/api/v1/depots", "depot"),
    obj("stock_api.show_depot", "stock.read", "/api/v1/depots/{id}", "depot"),
    lst("stock_api.list_balances", "stock.read", "/api/v1/stock/balances", "depot"),
    lst("evacuation.list_risk_points", "evacuation.read",
        "/api/v1/evacuation/risk-points?disaster={disaster}", "risk_point"),
    obj("evacuation.show_risk_point", "evacuation.read", "/api/v1/evacuation/risk-points/{id}",
        "risk_point"),
    lst("evacuation.list_cadres", "evacuation.read",
        "/api/v1/evacuation/cadres?disaster={disaster}", "cadre"),
    obj("evacuation.show_cadre", "evacuation.read", "/api/v1/evacuation/cadres/{id}", "cadre"),
    lst("evacuation.list_households", "evacuation.read",
        "/api/v1/evacuation/households?disaster={disaster}", "listed_household"),
    obj("evacuation.show_household", "evacuation.read", "/api/v1/evacuation/households/{id}",
        "listed_household"),
    obj("evacuation.read_household", "evacuation.read_full",
        "/api/v1/evacuation/households/{id}/full?purpose=contact", "listed_household"),
    Look("evacuation.list_orders", "evacuation.read",
         lambda stage: f"/api/v1/evacuation/orders?disaster={stage.disaster()}"),
    Look("evacuation.show_order", "evacuation.read",
         lambda stage: f"/api/v1/evacuation/orders/{kept(stage, 'evacuation_order')}"),
    Look("evacuation.list_steps", "evacuation.read", _steps, "object"),
    Look("evacuation.show_board", "evacuation.read", _evacuation_board, "object"),
    Look("evacuation.list_away", "evacuation.read", _away, "object"),
    Look("stock_api.list_movements", "stock.read", _movements, "object"),
    Look("stock_api.show_card", "stock.read", lambda stage:
         f"/api/v1/stock/card?depot={stage.depot()}&item=tent_12", "object"),
    Look("stock_api.show_value", "stock.read", at("/api/v1/stock/value")),
    lst("stock_api.list_loans", "stock.read", "/api/v1/stock/loans", "loan"),
    Look("stock_api.show_movement", "stock.read", _movement, "object"),
    lst("stock_api.list_reservations", "stock.read",
        "/api/v1/stock/reservations?disaster={disaster}", "reservation"),
    obj("stock_api.show_reservation", "stock.read", "/api/v1/stock/reservations/{id}",
        "reservation"),
    lst("stock_api.list_shipments", "stock.read", "/api/v1/shipments?disaster={disaster}",
        "shipment"),
    Look("handouts.list_handouts", "stock.issue", lambda stage:
         f"/api/v1/handouts?disaster={stage.disaster()}&place={stage.depot()}", "object"),
    obj("handouts.show_handout", "stock.issue", "/api/v1/handouts/{id}", "handout"),
    lst("supply_requests.list_requests", "stock.read",
        "/api/v1/supply-requests?disaster={disaster}", "supply_request"),
    obj("supply_requests.show_request", "stock.read", "/api/v1/supply-requests/{id}",
        "supply_request"),
    lst("depot_keys.list_keys", "stock.read", "/api/v1/depot-keys", "key"),
    obj("depot_keys.show_key", "stock.read", "/api/v1/depot-keys/{id}", "key"),
    obj("depot_keys.show_holder", "stock.ship", "/api/v1/depot-keys/{id}/contact", "key"),
    lst("contingency.list_plans", "evacuation.read", "/api/v1/contingency-plans",
        "contingency_plan"),
    obj("contingency.show_plan", "evacuation.read", "/api/v1/contingency-plans/{id}",
        "contingency_plan"),
    lst("depot_trucks.list_trucks", "stock.read", "/api/v1/depot-trucks", "trucks"),
    obj("depot_trucks.show_trucks", "stock.read", "/api/v1/depot-trucks/{id}", "trucks"),
    lst("travel.list_travel_times", "stock.read", "/api/v1/travel-times", "travel_time"),
    obj("travel.show_travel_time", "stock.read", "/api/v1/travel-times/{id}", "travel_time"),
    Look("travel.show_ways", "stock.read", lambda stage:
         f"/api/v1/depots/{stage.depot()}/ways?disaster={stage.disaster()}", "object"),
    Look("stock_advice.show_advice", "stock.read",
         _of("/api/v1/stock-advice?disaster={disaster}", "depot")),
    lst("suppliers.list_agreements", "stock.read", "/api/v1/supply-agreements", "agreement"),
    obj("suppliers.show_agreement", "stock.read", "/api/v1/supply-agreements/{id}", "agreement"),
    obj("suppliers.show_contact", "stock.plan", "/api/v1/supply-agreements/{id}/contact",
        "agreement"),
    lst("suppliers.list_call_offs", "stock.read", "/api/v1/call-offs?disaster={disaster}",
        "call_off"),
    obj("suppliers.show_call_off", "stock.read", "/api/v1/call-offs/{id}", "call_off"),
    lst("recovery.list_recoveries", "stock.read", "/api/v1/recoveries?disaster={disaster}",
        "recovery"),
    obj("recovery.show_recovery", "stock.read", "/api/v1/recoveries/{id}", "recovery"),
    Look("boxes.list_boxes", "stock.read", lambda stage:
         f"/api/v1/boxes?shipment={stage.shipment()}", "object"),
    obj("boxes.show_box", "stock.read", "/api/v1/boxes/{id}", "box"),
    obj("stock_api.show_shipment", "stock.read", "/api/v1/shipments/{id}", "shipment"),
    obj("transport.list_trips", "stock.read", "/api/v1/shipments/{id}/trips", "shipment"),
)  # fmt: skip

ELSEWHERE = {
    "files.show_file": "tests/files/test_uploads.py",
    "relief_work.show_form": "tests/relief_work/test_filing.py: a county's, above the township",
    "claim_imports.show_import": "tests/damage_reports/test_claim_tables.py",
    "report_imports.show_import": "tests/damage_reports/test_imports.py",
    "evacuation.show_import": "tests/evacuation/test_imports.py",
    "shelters.show_import": "tests/shelters/test_imports.py",
    "openapi.spec": "open to everyone: the description of the API",
}
