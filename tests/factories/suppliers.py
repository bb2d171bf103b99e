"""Agreements with made-up suppliers, as a client enters them."""

from __future__ import annotations

from typing import Any

from tests.factories.city import COUNTY


def agreement_body(**changes: Any) -> dict[str, Any]:
    """Return the body of an agreement for a hundred boxes of water within twelve hours."""
    return {
        "supplier": "东山试验食品", "area_code": COUNTY, "kind": "agreement",
        "document": "协储〔2013〕4号", "contact": "周试验", "phone": "13912345678",
        "valid_from": "2013-01-01", "valid_to": None,
        "lines": [{"item": "water", "quantity": 100, "lead_hours": 12, "price_yuan": 24.5}],
    } | changes  # fmt: skip


def call_body(disaster_id: str, agreement_id: str, depot_id: str, **changes: Any) -> dict[str, Any]:
    """Return the body that calls forty boxes of water off for a depot."""
    return {
        "agreement": agreement_id, "disaster_id": disaster_id, "depot": depot_id, "item": "water",
        "quantity": 40, "reason": "库存低于下限",
    } | changes  # fmt: skip
