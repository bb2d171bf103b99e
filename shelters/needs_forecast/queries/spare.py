"""What shelters hold beyond what their people take, and may give to others."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards.queries import SpareAt
from relief_ops.disasters.items.queries import items as catalogue_of
from relief_ops.disasters.models import Disaster
from relief_ops.geo.models import AreaClosure
from shelters.models import Shelter, ShelterStatus
from shelters.needs_forecast.queries.outlook import Figures, held_at, spots
from shelters.needs_forecast.rules import Expected
from shelters.rules import EMPTY, State, grows_old
from shelters.supplies.queries import Rates, people_in, rates, used_up
from shelters.supplies.rules import GROUPS, Held, People, reckon

ANY_DRILL = {"any_drill": True}


def spare_at(
    session: Session, disaster: Disaster, area_id: UUID, place_ids: Collection[UUID]
) -> list[SpareAt]:
    """Return those of some places that are shelters of an area, with what each keeps.

    People inside and those expected eat for the days they are reckoned to stay, or to be cut
    off, whichever is longer. Not spared is what the shelter still asks for, what nobody works
    out by heads, and what only some take while nobody knows how many these are. A closed shelter
    keeps only what must be looked at before it is used again; one that nobody is in or expected
    at yet was filled for somebody, and one that serves another disaster too gives nothing.
    """
    rows = _shelters(session, disaster, area_id, place_ids)
    if not rows:
        return []
    tree = disasters.division_tree(session, disaster)
    on = clock.local_date(disasters.now_of(session, disaster))
    ids = {shelter.id for shelter, _status in rows}
    busy = _busy_elsewhere(session, ids, disaster)
    coming = spots(session, disaster, area_id, tree, also=ids)
    daily = used_up(rates(session, catalogue_of(session), on, area_id))
    held = held_at(session, disaster, [(each, True) for each in sorted(ids)], tree, daily)
    figures = Figures(session, on, tree, ())
    found = []
    for shelter, status in rows:
        expected = coming.get((shelter.id, True), Expected())
        people, unknown = _people(session, status, disaster, expected)
        figure, keeps = figures.of(shelter.area_id), {}
        if shelter.id in busy:
            pass
        elif status.state == State.CLOSED and not expected.people:
            keeps = {item.code: 0 for item, _rates in figure.own if not item.returnable}
        elif people.total and grows_old(status.state):
            days = max(figure.stay, figure.cut_off)
            keeps = _kept(figure.own, people, unknown, held[shelter.id], days)
        found.append(
            SpareAt(place_id=shelter.id, area_id=shelter.area_id, name=shelter.name,
                    people=people.total, keeps=keeps)
        )  # fmt: skip
    return found


def _shelters(
    session: Session, disaster: Disaster, area_id: UUID, place_ids: Collection[UUID]
) -> list[tuple[Shelter, ShelterStatus]]:
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    rows = session.execute(
        select(Shelter, ShelterStatus)
        .join(ShelterStatus, ShelterStatus.shelter_id == Shelter.id)
        .where(Shelter.id.in_(list(place_ids)), Shelter.area_id.in_(below),
               ShelterStatus.disaster_id == disaster.id)
        .order_by(Shelter.id)
        .execution_options(**ANY_DRILL)
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def _busy_elsewhere(session: Session, ids: Collection[UUID], disaster: Disaster) -> set[UUID]:
    """Return the shelters that serve, or get ready for, another disaster as well."""
    status = ShelterStatus
    rows = select(status.shelter_id).where(
        status.shelter_id.in_(list(ids)), status.disaster_id != disaster.id,
        status.state.not_in(EMPTY),
    )  # fmt: skip
    return set(session.scalars(rows.execution_options(**ANY_DRILL)))


def _people(
    session: Session, status: ShelterStatus, disaster: Disaster, expected: Expected
) -> tuple[People, set[str]]:
    """Return who is inside and who is expected, and the groups whose size nobody knows.

    Whoever is registered counts, and whoever was only counted. Of those expected
    only the infants are known apart.
    """
    inside, _counted_at = people_in(session, status.shelter_id, disaster.id)
    total = status.inside + expected.people
    unknown = {*inside.unknown, *(set(GROUPS) - {"infant"} if expected.people else ())}
    groups = dict(inside.groups)
    groups["infant"] = (groups.get("infant") or 0) + expected.infants
    return People(total, groups), unknown


def _kept(
    own: Iterable[tuple[Any, Rates]], people: People, unknown: set[str],
    held: dict[str, Held], days: int,
) -> dict[str, int]:  # fmt: skip
    """Return by item what stays for these people, of the items that can be spared."""
    found = {}
    for item, (daily, once) in own:
        here = held.get(item.code, Held())
        guessed = any(
            rate.general is None and not unknown.isdisjoint(rate.own) for rate in (daily, once)
        )
        if here.asked or guessed or not (daily.given or once.given):
            continue
        wanted = reckon(daily, once, people, days=days, held=here).wanted
        found[item.code] = wanted + here.for_others
    return found
