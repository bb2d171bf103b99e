"""Whether people can go back to where they live: what turns a precaution into a relocation.

Who was moved out of danger counts as 紧急避险转移. After the impact somebody looks at each
dwelling; whoever cannot return is 紧急转移安置 from then on, 集中 in a shelter and 分散 elsewhere.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from shelters.evacuation.rules.states import State


class Dwelling(StrEnum):
    """What was found at a dwelling."""

    HABITABLE = "habitable"
    COLLAPSED = "collapsed"
    SEVERE = "severe"
    FLOODED = "flooded"
    DANGER = "danger"
    OTHER = "other"


AWAY = frozenset({State.AT_SHELTER, State.WITH_RELATIVES, State.ON_THE_WAY})


def dwelling_errors(found: Dwelling, *, at: datetime, struck: datetime | None) -> dict[str, str]:
    """Return what is out of order in a finding: nothing is lost before anything struck."""
    if struck is None:
        return {"households": "not_moved"}
    if found != Dwelling.HABITABLE and at < struck:
        return {"at": "before_impact"}
    return {}
