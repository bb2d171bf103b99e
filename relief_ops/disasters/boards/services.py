"""Writing the boards. The caller's own event says what happened; these rows follow it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.boards.models import FigureProposal, SupplyAtPlace

# A board row is written for an area the writer need not hold himself.
OWN = {"scope": "shared", "any_drill": True}


def propose(
    session: Session, *, disaster_id: UUID, area_id: UUID, indicator: str, value: int | None,
    source: str, as_of: datetime,
) -> None:  # fmt: skip
    """Leave a figure for whoever reports on this area; None says it is not known."""
    key = (disaster_id, area_id, indicator, source)
    row = session.get(FigureProposal, key, with_for_update=True, execution_options=OWN)
    if row is None:
        row = FigureProposal(
            disaster_id=disaster_id, area_id=area_id, indicator=indicator, source=source
        )
        session.add(row)
    row.value, row.as_of = value, as_of


def set_supply(
    session: Session, *, place_id: UUID, item_code: str, on_hand: int, on_the_way: int,
    as_of: datetime,
) -> None:  # fmt: skip
    """Say what a place now has of an item and what is on its way there, in base units."""
    key = (place_id, item_code)
    row = session.get(SupplyAtPlace, key, with_for_update=True, execution_options=OWN)
    if row is None:
        place = session.get_one(geo.Place, place_id)
        row = SupplyAtPlace(
            place_id=place_id, item_code=item_code, area_id=place.area_id, drill_id=place.drill_id
        )
        session.add(row)
    row.on_hand, row.on_the_way, row.as_of = on_hand, on_the_way, as_of


def move_supply(
    session: Session, *, place_id: UUID, item_code: str, on_hand: int, on_the_way: int,
    as_of: datetime,
) -> None:  # fmt: skip
    """Add to (or take from) what a place has and awaits; the row is locked to the end."""
    key = (place_id, item_code)
    row = session.get(
        SupplyAtPlace, key, with_for_update=True, populate_existing=True, execution_options=OWN
    )
    set_supply(
        session,
        place_id=place_id,
        item_code=item_code,
        on_hand=(row.on_hand if row else 0) + on_hand,
        on_the_way=(row.on_the_way if row else 0) + on_the_way,
        as_of=as_of,
    )
    session.flush()
