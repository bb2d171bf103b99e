"""Figures of other sources than the report, and the rules between them, as the API takes them."""

from __future__ import annotations

from typing import Any

from tests.conftest import MORNING, Caller, new_id
from tests.factories.city import TOWNSHIP


def claim_body(disaster_id: str, **more: Any) -> dict[str, Any]:
    """Return what the water bureau says of the township."""
    return {
        "disaster_id": disaster_id, "area_code": TOWNSHIP, "indicator": "affected",
        "source": "water", "value": 500, "as_of": MORNING.isoformat(),
    } | more  # fmt: skip


def rule_body(disaster_id: str, **more: Any) -> dict[str, Any]:
    """Return a rule that puts the water bureau before the report."""
    return {
        "disaster_id": disaster_id, "area_code": TOWNSHIP, "indicator": "affected",
        "sources": ["water", "report"], "reason": "会商",
    } | more  # fmt: skip


def settlement_body(disaster_id: str, **more: Any) -> dict[str, Any]:
    """Return a decision between the water bureau's 500 and the housing bureau's 50."""
    return {
        "disaster_id": disaster_id, "area_code": TOWNSHIP, "indicator": "affected",
        "values": {"water": 500, "housing": 50}, "source": "housing", "reason": "会商",
    } | more  # fmt: skip


def file_final(
    caller: Caller, disaster: dict[str, Any], area: str, code: str = "final", *, affected: int = 0,
    base: str | None = None, reasons: dict[str, str] | None = None,
) -> str:  # fmt: skip
    """File the final report of an area, everything in it explained; return its id."""
    report_id = new_id()
    why = dict.fromkeys(("affected", "flooded_townships", "as_of"), "核定") | (reasons or {})
    body = {
        "disaster_id": disaster["id"], "area_code": area, "round": code, "kind": "final",
        "as_of": MORNING.isoformat(), "values": {"affected": affected}, "reasons": why,
        "base": base,
    }  # fmt: skip
    answer = caller.put(f"/api/v1/reports/{report_id}", body)
    assert answer.status_code in (200, 201), answer.json
    return report_id
