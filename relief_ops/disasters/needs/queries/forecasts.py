"""Needs that were opened ahead of the people, and what takes their place."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.db import serialise
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.queries.reading import own_place_id
from relief_ops.disasters.needs.rules import Basis


def really_asked() -> ColumnElement[int]:
    """Return, in SQL, how much of a need stands in the way of asking again.

    What was only forecast gives way as soon as somebody asks; what is promised to it comes.
    What stands in for another item is not there for those who need it itself: leave it out by
    `for_itself`, and ask `stood_in_at` what it takes the place of.
    """
    return case((Need.basis == Basis.FORECAST, Need.promised), else_=Need.quantity)


def for_itself() -> ColumnElement[bool]:
    """Return, in SQL, whether a need is for whoever needs this very item."""
    return Need.basis != Basis.SUBSTITUTE


def forecasts_for(
    session: Session, disaster: Disaster, *, item: str, place_id: UUID, area_id: UUID
) -> list[Need]:
    """Return the forecasts that a need of this place takes the place of, with their rows locked.

    Those of the place itself, if anything was ever forecast there; otherwise those of the area
    it lies in and of the areas above.
    """
    if _was_forecast(session, disaster, item, place_id):
        places = {place_id}
    else:
        places = set(_own_places(session, disaster, area_id))
    return _locked(session, disaster, Need.item_code == item, places)


def _was_forecast(session: Session, disaster: Disaster, item: str, place_id: UUID) -> bool:
    statement = select(Need.id).where(
        Need.disaster_id == disaster.id, Need.basis == Basis.FORECAST, Need.item_code == item,
        Need.place_id == place_id,
    )  # fmt: skip
    options = {"any_drill": True, "scope": "shared"}
    return session.scalar(statement.limit(1).execution_options(**options)) is not None


def hold_forecasts(
    session: Session, disaster: Disaster, *, items: Collection[str], place_id: UUID | None,
    area_id: UUID,
) -> None:  # fmt: skip
    """Lock every forecast that needs of these items may take the place of, in one order.

    A plan locks its needs in that order too: nobody waits in a circle.
    """
    places = {*_own_places(session, disaster, area_id), *([place_id] if place_id else ())}
    _locked(session, disaster, Need.item_code.in_(list(items)), places)


def keep_apart(session: Session, disaster: Disaster) -> None:
    """Let nobody forecast while needs are opened, nor the other way round: each sees the other."""
    serialise(session, uuid5(disaster.id, "forecast"))


def _own_places(session: Session, disaster: Disaster, area_id: UUID) -> list[UUID]:
    tree: geo.AreaTree = disasters.division_tree(session, disaster)
    return [own_place_id(each.id, disaster) for each in tree.ancestors(area_id)]


def _locked(
    session: Session, disaster: Disaster, of_items: Any, places: Collection[UUID]
) -> list[Need]:
    keep_apart(session, disaster)
    session.flush()
    return list(
        session.scalars(
            select(Need)
            .where(
                Need.disaster_id == disaster.id, Need.basis == Basis.FORECAST, of_items,
                Need.place_id.in_(list(places)), Need.withdrawn_at.is_(None),
                Need.quantity > Need.promised,
            )
            .order_by(Need.id)
            .with_for_update()
            # Whoever asks may not see what was forecast for the area above: it still gives way.
            .execution_options(populate_existing=True, any_drill=True, scope="shared")
        )
    )  # fmt: skip
