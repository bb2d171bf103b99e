"""What shelters hold beyond what their people take, and may give to others."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards.models import SupplyAtPlace
from relief_ops.disasters.boards.queries import SpareAt
from relief_ops.disasters.items.queries import items as catalogue_of
from relief_ops.disasters.models import Disaster
from relief_ops.geo.models import AreaClosure
from shelters.models import Shelter, ShelterStatus
from shelters.needs_forecast.queries.outlook import Figures, held_at, spots
from shelters.needs_forecast.rules import Expected
from shelters.rules import State, grows_old
from shelters.supplies.queries import Rates, people_in, rates, used_up
from shelters.supplies.rules import Held, People, reckon

ANY_DRILL = {"any_drill": True}


def spare_at(
    session: Session, disaster: Disaster, area_id: UUID, place_ids: Collection[UUID]
) -> list[SpareAt]:
    """Return which of some places are shelters of an area that hold more than is taken there.

    People inside and those expected eat for the days they are reckoned to stay, or to be cut
    off, whichever is longer; what the shelter still asks for, or nobody works out by heads, is
    not spare. A shelter that was closed needs nothing; one that nobody is in or expected at yet
    was filled for somebody, and gives nothing.
    """
    rows = _shelters(session, disaster, area_id, place_ids)
    if not rows:
        return []
    tree = disasters.division_tree(session, disaster)
    on = clock.local_date(disasters.now_of(session, disaster))
    ids = {shelter.id for shelter, _state in rows}
    coming = spots(session, disaster, area_id, tree, also=ids)
    daily = used_up(rates(session, catalogue_of(session), on, area_id))
    held = held_at(session, disaster, [(each, True) for each in sorted(ids)], tree, daily)
    figures = Figures(session, on, tree, ())
    found = []
    for shelter, state in rows:
        expected = coming.get((shelter.id, True), Expected())
        people = _people(session, shelter.id, disaster, expected)
        if state == State.CLOSED and not expected.people:
            spare = _board(session, shelter.id)
        elif people.total and grows_old(state):
            figure = figures.of(shelter.area_id)
            days = max(figure.stay, figure.cut_off)
            spare = _beyond(figure.own, people, held[shelter.id], days)
        else:
            continue
        if spare:
            found.append(
                SpareAt(place_id=shelter.id, area_id=shelter.area_id, name=shelter.name,
                        people=people.total, spare=spare)
            )  # fmt: skip
    return found


def _shelters(
    session: Session, disaster: Disaster, area_id: UUID, place_ids: Collection[UUID]
) -> list[tuple[Shelter, str]]:
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    rows = session.execute(
        select(Shelter, ShelterStatus.state)
        .join(ShelterStatus, ShelterStatus.shelter_id == Shelter.id)
        .where(Shelter.id.in_(list(place_ids)), Shelter.area_id.in_(below),
               ShelterStatus.disaster_id == disaster.id)
        .order_by(Shelter.id)
        .execution_options(**ANY_DRILL)
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def _people(session: Session, shelter_id: UUID, disaster: Disaster, expected: Expected) -> People:
    """Return who is inside and who is expected; of these only the infants are known apart."""
    inside, _counted_at = people_in(session, shelter_id, disaster.id)
    groups = dict(inside.groups)
    groups["infant"] = (groups.get("infant") or 0) + expected.infants
    return replace(inside, total=inside.total + expected.people, groups=groups)


def _board(session: Session, shelter_id: UUID) -> dict[str, int]:
    rows = session.execute(
        select(SupplyAtPlace.item_code, SupplyAtPlace.on_hand)
        .where(SupplyAtPlace.place_id == shelter_id, SupplyAtPlace.on_hand > 0)
        .execution_options(**ANY_DRILL)
    )
    return {row[0]: row[1] for row in rows}


def _beyond(
    own: Iterable[tuple[Any, Rates]], people: People, held: dict[str, Held], days: int
) -> dict[str, int]:
    found = {}
    for item, (daily, once) in own:
        here = held.get(item.code, Held())
        if here.asked or not (daily.given or once.given):
            continue
        wanted = reckon(daily, once, people, days=days, held=here).wanted
        spare = here.on_hand - here.for_others - wanted
        if spare > 0:
            found[item.code] = spare
    return found
