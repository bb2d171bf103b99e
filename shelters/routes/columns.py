"""The columns of the register's workbook: what they are called, in both languages."""

from __future__ import annotations

from relief_ops import i18n
from relief_ops.i18n import lazy
from shelters.rules.register import CONTACTS

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
    "code": lazy("Shelter code"),
    "usage": lazy("Use of the building"),
    "original_use": lazy("Original use"),
    "owner_unit": lazy("Owner"),
    "managing_unit": lazy("Managing unit"),
    "floor_area": lazy("Floor area (m²)"),
    "lodging_area": lazy("Sleeping area (m²)"),
    "rooms_male": lazy("Rooms for men"),
    "rooms_female": lazy("Rooms for women"),
    "rooms_family": lazy("Family rooms"),
    "toilets": lazy("Toilets"),
    "step_free": lazy("Step-free entrance"),
    "accessible_toilet": lazy("Accessible toilet"),
    "water": lazy("Running water"),
    "electricity": lazy("Mains electricity"),
    "generator": lazy("Generator"),
    "kitchen": lazy("Kitchen"),
    "medical_point": lazy("Medical point"),
    "communications": lazy("Radio or satellite telephone"),
    "sign_installed": lazy("Sign put up"),
    "fire_inspected_on": lazy("Fire inspection on"),
    "appraised_on": lazy("Building appraised on"),
    "appraisal": lazy("Appraisal grade"),
    "elevation_m": lazy("Elevation (m)"),
    "flood_risk": lazy("Flood risk"),
    "geological_risk": lazy("Landslide risk"),
    "opening_conditions": lazy("Conditions for opening"),
    "last_drill_on": lazy("Last drill on"),
    "materials_standard": lazy("Standard for relief goods kept"),
    "materials_complete": lazy("Goods kept meet the standard"),
    "materials_counted_on": lazy("Goods kept last counted on"),
    "deputy": lazy("Second manager"),
    "deputy_phone": lazy("Second manager's phone"),
    "key_holder": lazy("Key holder"),
    "key_phone": lazy("Key holder's phone"),
    "police": lazy("Police contact"),
    "police_phone": lazy("Police contact's phone"),
    "health": lazy("Health contact"),
    "health_phone": lazy("Health contact's phone"),
    "state": lazy("State"),
    "occupied": lazy("People inside"),
    "registered": lazy("Registered people"),
    "counted": lazy("Last headcount"),
    "counted_at": lazy("Counted at"),
    "free": lazy("Free places"),
    "percent": lazy("Occupancy %"),
}
SITUATION = ("state", "occupied", "registered", "counted", "counted_at", "free", "percent")
COLUMNS = tuple(each for each in HEADINGS if each not in SITUATION)
# What earlier templates called a column.
FORMERLY = {"安全鉴定有效期至": "safety_checked_until"}
PERSONAL = ("manager", "phone", *CONTACTS)


def heading(name: str) -> str:
    """Return a column's heading in the reader's language."""
    return str(HEADINGS[name])


def known_headings() -> dict[str, str]:
    """Return every heading a workbook may use, in both languages or as the API says it."""
    chinese = i18n.catalogue()
    found: dict[str, str] = dict(FORMERLY)
    for name in COLUMNS:
        english = HEADINGS[name].message
        found |= {name: name, english: name, chinese.get(english, english): name}
    return found
