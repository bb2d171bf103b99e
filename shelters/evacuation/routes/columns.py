"""The columns of the list's workbook: what they are called, in both languages."""

from __future__ import annotations

from relief_ops import i18n
from relief_ops.i18n import lazy
from shelters.evacuation.routes.words import GROUP_WORDS, PET_WORDS
from shelters.evacuation.rules import GROUPS, PETS

HEADINGS = {
    "kind": lazy("Kind of row"),
    "unit": lazy("Unit"),
    "name": lazy("Head of household"),
    "phone": lazy("Telephone"),
    "id_number": lazy("Identity number"),
    "people": lazy("How many"),
    **GROUP_WORDS,
    **PET_WORDS,
    "risk": lazy("Risk"),
    "destination": lazy("Where to"),
    "shelter": lazy("Shelter"),
    "transport": lazy("How they get away"),
    "cadre_name": lazy("Responsible cadre"),
    "cadre_phone": lazy("Telephone of the cadre"),
}
COLUMNS = tuple(HEADINGS)
NUMBERS = ("people", *GROUPS, *PETS)
AREA = {"area_code": lazy("Area code"), "area": lazy("Area")}


def known_headings() -> dict[str, str]:
    """Return every heading a workbook may use, in both languages or as the API says it."""
    chinese = i18n.catalogue()
    found: dict[str, str] = {}
    for name, heading in (HEADINGS | AREA).items():
        english = heading.message
        found |= {name: name, english: name, chinese.get(english, english): name}
    return found
