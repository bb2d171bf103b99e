"""Of a household whose people are not all in one place, those in shelters count there.

The others count where its state says; both are people, never rows.
"""

from __future__ import annotations

from sqlalchemy import case, func

from shelters.evacuation.models import EvacuationStanding, ListedHousehold

_COUNTED = func.coalesce(EvacuationStanding.sheltered, 0)
SHELTERED = case((ListedHousehold.people < _COUNTED, ListedHousehold.people), else_=_COUNTED)
REST = ListedHousehold.people - SHELTERED
