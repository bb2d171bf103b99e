"""The columns of the register's workbook: what they are called, in both languages."""

from __future__ import annotations

from relief_ops import i18n
from relief_ops.i18n import lazy

HEADINGS = {
    "name": lazy("Name"),
    "area_code": lazy("Area code"),
    "kind": lazy("Kind of shelter"),
    "address": lazy("Address"),
    "lon": lazy("Longitude"),
    "lat": lazy("Latitude"),
    "capacity_max": lazy("Greatest capacity"),
    "capacity_day": lazy("Capacity by day"),
    "capacity_night": lazy("Capacity by night"),
    "capacity_after": lazy("Capacity after a disaster"),
    "wheelchair": lazy("Wheelchair places"),
    "infant": lazy("Infant places"),
    "medical": lazy("Medical places"),
    "pets": lazy("Pet places"),
    "manager": lazy("Manager"),
    "phone": lazy("Phone"),
    "safety_checked_until": lazy("Safety check valid until"),
    "hidden": lazy("Not public"),
    "grade": lazy("Grade"),
    "remarks": lazy("Remarks"),
    "public_phone": lazy("Public telephone"),
    "state": lazy("State"),
    "occupied": lazy("People inside"),
    "registered": lazy("Registered people"),
    "counted": lazy("Last headcount"),
    "counted_at": lazy("Counted at"),
    "free": lazy("Free places"),
    "percent": lazy("Occupancy %"),
}
COLUMNS = tuple(HEADINGS)[:21]


def heading(name: str) -> str:
    """Return a column's heading in the reader's language."""
    return str(HEADINGS[name])


def known_headings() -> dict[str, str]:
    """Return every heading a workbook may use, in both languages or as the API says it."""
    chinese = i18n.catalogue()
    found: dict[str, str] = {}
    for name in COLUMNS:
        english = HEADINGS[name].message
        found |= {name: name, english: name, chinese.get(english, english): name}
    return found
