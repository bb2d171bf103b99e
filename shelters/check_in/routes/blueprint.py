"""The blueprint every route of check-in hangs on, and the shelter they are about."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from relief_ops.auth import looking_at, require
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.i18n import lazy
from shelters import queries
from shelters.models import Shelter
from shelters.queries.one import same_drill

blueprint = APIBlueprint("check_in", __name__, template_folder="../templates")
MAY = "shelter.admit"
CARE_WORDS = {
    "medical": lazy("medical care"),
    "infant": lazy("infants"),
    "wheelchair": lazy("wheelchair users"),
    "pets": lazy("with pets"),
    "pregnant": lazy("pregnant"),
    "disabled": lazy("disabled"),
    "alone": lazy("elders alone or frail"),
    "minors_alone": lazy("minors nobody is with"),
}


def door(session: Session, shelter_id: UUID, disaster_id: UUID) -> tuple[Shelter, Disaster, UUID]:
    """Return a shelter where the sender may register, its disaster, and who they are."""
    require(MAY)
    found = queries.shelter(session, shelter_id)
    actor_id = require(MAY, found.area_id)
    looking_at(session, found.drill_id)
    disaster = disasters.disaster(session, disaster_id)
    same_drill(found, disaster)
    return found, disaster, actor_id
