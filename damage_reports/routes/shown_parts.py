"""What pages show of how a disaster stands to others: its whole, its parts, what was split off."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts import queries as parts


def grouped_of(session: Session, seen: disasters.Looking, disaster: Disaster) -> dict[str, Any]:
    """Return how a disaster stands to others: its whole, what left it, the names of its parts."""
    known = parts.grouping(session)
    above = known.wholes.get(disaster.id)
    left = known.streams(disaster.id)[0].less & seen.tree.within(seen.area.id)
    members = known.filed_under(disaster.id) | set(known.members(disaster.id))
    return {
        "whole": disasters.disaster(session, above) if above else None,
        "left": parts.named(seen.tree, left),
        "named": {each: disasters.name_of(session, each) for each in members},
    }
