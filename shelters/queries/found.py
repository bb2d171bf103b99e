"""By what somebody is found who asks for one household exactly."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from relief_ops import geo, vault
from relief_ops.auth import viewer
from relief_ops.i18n import gettext as _
from shelters import rules
from shelters.models import Arrival, Shelter
from shelters.rules import HOLDING


@dataclass(frozen=True)
class Held:
    """A shelter in which a household holds places."""

    shelter_id: UUID
    name: str
    arrival_id: UUID


def number_held(session: Session, disaster_id: UUID, blind: bytes) -> list[Held]:
    """Return where an identity number holds places in a disaster, the earliest first."""
    return places_held(session, disaster_id, Arrival.id_number_blind == blind)


def places_held(session: Session, disaster_id: UUID, who: ColumnElement[bool]) -> list[Held]:
    """Return where somebody holds places in a disaster, in any area, the earliest first."""
    rows = session.execute(
        select(Shelter.id, Shelter.name, Shelter.hidden, Shelter.area_id, Arrival.id)
        .join(Arrival, Arrival.shelter_id == Shelter.id)
        .where(Arrival.disaster_id == disaster_id, Arrival.stay.in_(HOLDING), who)
        .order_by(Arrival.arrived_at, Arrival.id)
        .execution_options(scope="shared", any_drill=True)
    )
    return [Held(row[0], name_for(*row[1:4]), row[4]) for row in rows]


def name_for(name: str, hidden: bool, area_id: UUID) -> str:
    """Return what a shelter is called to the viewer: one that is hidden only in its own areas."""
    who = viewer()
    if not hidden or (who is not None and who.sees(area_id, geo.cached_tree())):
        return name
    return _("a shelter of another area")


def phone_index(phone: str) -> bytes | None:
    """Return what a household's telephone number is found by, or None without one."""
    digits = rules.digits_of(phone)
    return vault.blind(f"phone:{digits}") if digits else None
