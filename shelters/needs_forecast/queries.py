"""What people who must move will take where they are expected, and what of it is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, parameters
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards.models import SupplyAtPlace
from relief_ops.disasters.items.queries import items as catalogue_of
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.queries import own_place_id
from shelters.evacuation import queries as evacuation
from shelters.models import Shelter, ShelterStatus
from shelters.needs_forecast.events import NeedsForecast
from shelters.needs_forecast.rules import Expected, Group, Told, expected
from shelters.plans.queries import promises
from shelters.rules import occupied
from shelters.supplies.queries import Line, Rates, rate_keys, rates
from shelters.supplies.rules import Held, People, reckon

DAYS, PRIORITY = "forecast.days_cut_off", "forecast.priority"
ANY_DRILL = {"any_drill": True}


@dataclass(frozen=True)
class Place:
    """Where people are expected: a shelter, or a township whose people were told none.

    `people` are those expected and those inside already: both eat from what is there.
    """

    area_id: UUID
    shelter_id: UUID | None
    name: str
    coming: int
    inside: int
    days: int
    priority: int
    lines: list[Line]

    @property
    def people(self) -> int:
        """Return for how many it is reckoned."""
        return self.coming + self.inside

    @property
    def key(self) -> str:
        """Return what tells it from any other place."""
        return str(self.shelter_id or self.area_id)

    def shown(self, tree: geo.AreaTree) -> dict[str, Any]:
        """Return it as the API shows it."""
        return {
            "area_code": tree.node(self.area_id).code,
            "shelter_id": self.shelter_id,
            "name": self.name,
            "expected": self.coming,
            "inside": self.inside,
            "days": self.days,
            "priority": self.priority,
            "items": [each.shown() for each in self.lines],
        }


Wanted = tuple[Place, Line]


@dataclass(frozen=True)
class Sum:
    """One item over every place: what is wanted, and what of it is missing."""

    line: Line
    wanted: int
    missing: int


@dataclass(frozen=True)
class Outlook:
    """Every place where people are expected, those cut off soonest first."""

    places: list[Place]

    @property
    def coming(self) -> int:
        """Return how many people are expected."""
        return sum(each.coming for each in self.places)

    @property
    def needs(self) -> int:
        """Return how many needs opening it all would make."""
        return sum(1 for place in self.places for line in place.lines if line.missing)

    def sums(self) -> list[Sum]:
        """Return by item what all places want and lack, in the catalogue's order."""
        lines: dict[str, list[Line]] = defaultdict(list)
        for place in self.places:
            for line in place.lines:
                lines[line.item.code].append(line)
        return sorted(
            (
                Sum(each[0], sum(x.reckoned.wanted for x in each), sum(x.missing for x in each))
                for each in lines.values()
            ),
            key=lambda each: (each.line.item.position, each.line.item.code),
        )


def outlook(
    session: Session, disaster: Disaster, area_id: UUID, *, days: int | None = None,
    items: Collection[str] = (),
) -> Outlook:  # fmt: skip
    """Return what the listed people of an area who are not safe yet will take, place by place.

    People × ration × days cut off (domain 5.3); of some items, or all worked out by heads.
    """
    tree = disasters.division_tree(session, disaster)
    on = clock.local_date(disasters.now_of(session, disaster))
    spots = _spots(session, disaster, area_id, tree)
    figures = _Figures(session, on, tree, items)
    held = _held(session, disaster, [_place_id(each, disaster) for each in spots])
    inside = _inside(session, disaster, [area for area, is_shelter in spots if is_shelter])
    names = _shelters(session, [each for each, is_shelter in spots if is_shelter])
    places = []
    for spot, coming in spots.items():
        here = held[_place_id(spot, disaster)]
        there = inside.get(spot[0], 0) if spot[1] else 0
        people = People(coming.people + there, {"infant": coming.infants})
        home, name = names[spot[0]] if spot[1] else (spot[0], tree.node(spot[0]).name)
        held_days, priority, own = figures.of(home)
        lines = [
            Line(item, here.get(item.code, Held()), reckon(daily, once, people,
                 days=days or held_days, held=here.get(item.code, Held())))
            for item, (daily, once) in own
            if daily.given or once.given
        ]  # fmt: skip
        places.append(
            Place(home, spot[0] if spot[1] else None, name, coming.people, there,
                  days or held_days, priority, lines)
        )  # fmt: skip
    order = sorted(places, key=lambda each: (each.priority, -each.days, -each.people, each.key))
    return Outlook(order)


Spot = tuple[UUID, bool]


def _spots(
    session: Session, disaster: Disaster, area_id: UUID, tree: geo.AreaTree
) -> dict[Spot, Expected]:
    """Return who is expected in which shelter, and for the rest in which township."""
    rows = evacuation.leaving(session, disaster, area_id)
    groups = [Group(each.area_id, each.people, each.needs[1], each.shelter_id) for each in rows]
    told = [
        Told(each.area_id, each.shelter_id, each.people)
        for each in promises(session, disaster.id, {each.village for each in groups})
    ]
    found: dict[Spot, Expected] = defaultdict(Expected)
    for (place, is_shelter), people in expected(groups, told).items():
        township = None if is_shelter else tree.ancestor_at(place, "township")
        spot = (township.id, False) if township else (place, is_shelter)
        found[spot].add(people.people, people.infants)
    return dict(found)


def _place_id(spot: Spot, disaster: Disaster) -> UUID:
    return spot[0] if spot[1] else own_place_id(spot[0], disaster)


def _held(
    session: Session, disaster: Disaster, place_ids: Collection[UUID]
) -> dict[UUID, dict[str, Held]]:
    """Return by place and item what is there, coming, and asked for or forecast beyond that."""
    asked = session.execute(
        select(Need.place_id, Need.item_code, func.sum(Need.quantity - Need.shipped))
        .where(Need.disaster_id == disaster.id, Need.place_id.in_(list(place_ids)),
               Need.withdrawn_at.is_(None))
        .group_by(Need.place_id, Need.item_code)
        .execution_options(**ANY_DRILL)
    ).all()  # fmt: skip
    board = session.scalars(
        select(SupplyAtPlace).where(SupplyAtPlace.place_id.in_(list(place_ids)))
    )
    found: dict[UUID, dict[str, Held]] = defaultdict(dict)
    for each in board:
        found[each.place_id][each.item_code] = Held(each.on_hand, each.on_the_way)
    for place_id, code, quantity in asked:
        here = found[place_id].get(code, Held())
        found[place_id][code] = Held(here.on_hand, here.on_the_way, int(quantity))
    return found


def _inside(session: Session, disaster: Disaster, shelter_ids: Collection[UUID]) -> dict[UUID, int]:
    rows = session.scalars(
        select(ShelterStatus).where(
            ShelterStatus.disaster_id == disaster.id,
            ShelterStatus.shelter_id.in_(list(shelter_ids)),
        )
    )
    return {each.shelter_id: occupied(each.counted, each.registered) for each in rows}


def _shelters(session: Session, ids: Collection[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Return the area and the name of each; who must move may go to another county's shelter."""
    rows = session.execute(
        select(Shelter.id, Shelter.area_id, Shelter.name)
        .where(Shelter.id.in_(list(ids)))
        .execution_options(scope="shared", **ANY_DRILL)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


class _Figures:
    """The numbers in force for each area; areas with the same ones are read once."""

    def __init__(
        self, session: Session, on: date, tree: geo.AreaTree, items: Collection[str]
    ) -> None:
        self._session, self._on, self._tree = session, on, tree
        self._items = [each for each in catalogue_of(session) if not items or each.code in items]
        keys = [DAYS, PRIORITY, *rate_keys(self._items)]
        self._own = parameters.own_areas(session, keys)
        self._found: dict[tuple[str, ...], tuple[int, int, list[tuple[Any, Rates]]]] = {}

    def of(self, area_id: UUID) -> tuple[int, int, list[tuple[Any, Rates]]]:
        """Return the days cut off, the class of a forecast need, and the rates by item."""
        above = tuple(each.code for each in self._tree.ancestors(area_id) if each.code in self._own)
        if above not in self._found:
            found = rates(self._session, self._items, self._on, area_id)
            days, priority = (
                int(parameters.value(self._session, key, on=self._on, area_id=area_id).value)
                for key in (DAYS, PRIORITY)
            )
            own = [(item, found[item.code]) for item in self._items]
            self._found[above] = (days, priority, own)
        return self._found[above]


def deadline(session: Session, disaster: Disaster, area_id: UUID) -> datetime | None:
    """Return by when everybody of an area must be away, by the first standing order; or None."""
    tree = disasters.division_tree(session, disaster)
    standing = [
        each.deadline_at
        for each in evacuation.orders_for(session, disaster.id, area_id, tree)
        if each.lifted_at is None and each.deadline_at >= disaster.started_at
    ]
    return min(standing, default=None)


def event_of(disaster: Disaster, places: Iterable[Place], count: int) -> NeedsForecast:
    """Return what is said of opening them."""
    found = list(places)
    return NeedsForecast(disaster.id, sum(each.coming for each in found), len(found), count)
