"""What of a shelter's record deserves a second look: warnings, never bars."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo, parameters
from relief_ops.i18n import gettext as _
from shelters.models import Shelter
from shelters.queries.kept import kept
from shelters.rules import Kind
from shelters.rules.register import (
    LEAST,
    PER_PERSON,
    PER_TOILET,
    Doubt,
    Size,
    is_well_named,
    proper_name,
    size_doubts,
)


def doubts(session: Session, found: Shelter, on: date) -> list[dict[str, Any]]:
    """Return each warning about a record: its code, what is, what should be, in words."""
    limits = _limits(session, on, found.area_id)
    kind = Kind(found.kind)
    size = Size(kind, found.capacity_max, found.floor_area, found.lodging_area, found.toilets)
    said = [_shown(each, limits) for each in size_doubts(size, limits)]
    return [*said, *_name_hint(session, found, kind)]


def _limits(session: Session, on: date, area_id: UUID) -> dict[str, float]:
    """Return the sizes in force on a day in an area, by their keys."""
    keys = [*dict.fromkeys(LEAST.values()), PER_PERSON, PER_TOILET]

    def ask() -> dict[str, float]:
        held = parameters.values(session, keys, on=on, area_id=area_id)
        return {key: float(each.value) for key, each in held.items()}

    return kept(session, ("shelter sizes", on, area_id), ask)


def _shown(doubt: Doubt, limits: dict[str, float]) -> dict[str, Any]:
    words = {
        "too_small": _(
            "%(figure)d places; a shelter of this level should have at least %(wanted)d."
        ),
        "crowded": _(
            "%(figure)d places; the sleeping area is enough for %(wanted)d "
            "(%(metres)s m² a person)."
        ),
        "few_toilets": _("%(figure)d toilets; so many people need %(wanted)d."),
        "areas": _(
            "The sleeping area (%(figure)d m²) is larger than the whole floor (%(wanted)d m²)."
        ),
    }[doubt.code]
    metres = f"{limits.get(PER_PERSON, 0):g}"
    filled = words % {"figure": doubt.figure, "wanted": doubt.wanted, "metres": metres}
    return {
        "code": doubt.code, "figure": doubt.figure, "wanted": doubt.wanted, "message": filled,
    }  # fmt: skip


def _name_hint(session: Session, found: Shelter, kind: Kind) -> list[dict[str, Any]]:
    """Return the hint of the naming rule, where the name does not keep it."""
    tree = geo.tree(session)
    if found.area_id not in tree:
        return []
    chain = tree.ancestors(found.area_id)
    names = [each.name for each in chain if each.parent_id]
    below = [tree.node(each).name for each in tree.within(found.area_id)]
    if not names or is_well_named(found.name, kind, [*names, *below]):
        return []
    proper = proper_name(names[0], kind)
    words = _("The naming rule wants the division and what it is, as in %(name)s.", name=proper)
    return [{"code": "name", "figure": None, "wanted": None, "message": words}]
