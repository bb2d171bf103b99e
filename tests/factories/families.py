"""Families of the made-up city, as the API takes them. Everybody in them is invented."""

from __future__ import annotations

from typing import Any

from tests.conftest import new_id
from tests.factories.city import TOWNSHIP

ID_MAN, ID_WOMAN = "330203194901010017", "330281198002290016"
ANSWERS = {
    "annual_income_yuan": 46176,
    "papers": ["id_card", "household_register", "means_authorisation"],
}


def member(**changes: Any) -> dict[str, Any]:
    """Return a head of household."""
    return {
        "id": new_id(),
        "relation": "head",
        "name": "施试验",
        "id_number": ID_MAN,
        "phone": "13800002604",
        "bank_account": "6222020000001234",
    } | changes


def household(**changes: Any) -> dict[str, Any]:
    """Return a household of two in the first township."""
    return {
        "area_code": TOWNSHIP,
        "address": "试验路 1 号",
        "members": [member(), member(relation="spouse", name="王试验", id_number=ID_WOMAN)],
    } | changes


def intake(**changes: Any) -> dict[str, Any]:
    """Return an intake of a new household that opens nothing yet."""
    return {
        "household_id": new_id(),
        "household": household(),
        "applied_at": "2015-06-01T02:30:00Z",
        "answers": dict(ANSWERS),
        "open": [],
    } | changes
