"""The address of every page, with a real thing in it where the address asks for one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Flask

from tests.conftest import new_id
from tests.factories.city import TOWNSHIP
from tests.matrix.reading import kept
from tests.matrix.stage import Stage

# What stands in a page's address; for a page not named here, any id: it may say "not found".
THINGS = {
    "cases.case_page": "case",
    "cases.household_page": "household",
    "disasters.page_one": "disaster",
    "disasters.page_edit": "disaster",
    "evacuation_plans.page_one": "evacuation_plan",
    "evacuation_plans.export": "evacuation_plan",
    "evacuation_plans.page_print": "evacuation_plan",
    "allocation_plans.page_one": "allocation_plan",
    "allocation_plans.export": "allocation_plan",
    "stock.shipment_papers": "shipment",
    "allocation_plans.page_print": "allocation_plan",
    "hazards.page_one": "hazard",
    "report_pages.show": "report",
    "report_goods.page_goods": "report",
    "report_pages.narrative": "report",
    "report_pages.photos": "report",
    "report_pages.paper": "paper",
    "report_pages.paper_picture": "paper",
    "report_pages.type_paper": "paper",
    "report_pages.photo": "photo",
    "report_pages.picture": "photo",
    "report_pages.summary": "summary",
    "report_pages.export_summary": "summary",
    "relief_work.page_one": "relief_work",
    "rosters.page_row": "roster_row",
    "rosters.page_correct": "roster_row",
    "report_pages.quick_report_signed": "summary",
    "evacuation.page_household": "listed_household",
    "evacuation.page_change": "listed_household",
    "evacuation.page_change_cadre": "cadre",
    "evacuation.page_change_risk": "risk_point",
    "evacuation.page_order": "evacuation_order",
    "shelters.page_one": "shelter",
    "shelters.page_check_in": "shelter",
    "shelters.page_edit": "shelter",
    "shelters.page_occupancy": "shelter",
    "check_in.page_inside": "shelter",
    "daybook.page_daybook": "shelter",
    "supplies.page_supplies": "shelter",
    "shelters.page_checks": "shelter",
    "shelters.page_photos": "shelter",
    "shelters.picture": "shelter_photo",
    "stock.need_page": "need",
    "stock.shipment_page": "shipment",
    "trips.way_page": "shipment",
    "trips.placard": "shipment",
    "trips.picture": "trip_photo",
    "box_pages.shipment_boxes": "shipment",
    "box_pages.pick_list": "depot",
    "box_pages.depot_labels": "depot",
    "box_pages.shipment_labels": "shipment",
    "box_pages.box_page": "box",
    "recoveries.page_one": "recovery",
    "kit_pages.page_kits": "depot",
    "supplier_pages.page_one": "agreement",
    "supplier_pages.page_edit": "agreement",
    "supplier_pages.page_call": "call_off",
    "supplier_pages.page_print": "call_off",
    "supply_request_pages.page_one": "supply_request",
    "supply_request_pages.page_print": "supply_request",
    "stock.depot_page": "depot",
    "stock.depot_edit": "depot",
    "stock.correction_form": "loan",
    "stock.card_page": "depot",
    "stock.card_print": "depot",
    "stock.count_print": "depot",
    "stock.card_export": "depot",
    "handouts.page_one": "handout",
    "depot_truck_pages.page_edit": "trucks",
    "contingency_pages.page_one": "contingency_plan",
    "users.one": "account",
    "users.edit": "account",
}
# What stands below the shelter in a page's address.
OF_A_SHELTER = {"daybook.page_incident": "incident"}
WORDS = {
    "stock.item_page": "tent_12",
    "stock.item_edit": "tent_12",
    "stock.card_page": "tent_12",
    "stock.card_print": "tent_12",
    "stock.card_export": "tent_12",
    **dict.fromkeys(
        (f"rosters.page_{each}" for each in ("list", "print", "new", "duplicates")), "casualties"
    ),
}


def pages(
    app: Flask, stage: Stage, named: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Return (endpoint, address) of every GET that is no API; `named` gives ids of its own."""
    return sorted(
        (rule.endpoint, _address(rule, stage, named or {}))
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.rule.startswith(("/api/", "/static/"))
    )


def _address(rule, stage: Stage, named: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if rule.endpoint in named:
            return named[rule.endpoint]
        if match.group(1) != "uuid":
            return WORDS.get(rule.endpoint, TOWNSHIP)
        if name := OF_A_SHELTER.get(rule.endpoint):
            pair = stage.once(f"look:{name}", getattr(stage, name))
            return str(pair["shelter_id" not in match.group()])
        thing = THINGS.get(rule.endpoint)
        return kept(stage, thing) if thing else new_id()

    path = re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", value, rule.rule)
    return f"{path}?disaster={stage.disaster()}&area={TOWNSHIP}"
