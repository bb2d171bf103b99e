"""What people who must move will take where they are expected, and what of it is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, parameters
from relief_ops.auth import viewer
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards.models import SupplyAtPlace
from relief_ops.disasters.items.queries import items as catalogue_of
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.queries import for_itself, own_place_id, stood_in_at
from relief_ops.disasters.needs.rules import beside
from shelters.evacuation import queries as evacuation
from shelters.models import Shelter
from shelters.needs_forecast.events import NeedsForecast
from shelters.needs_forecast.rules import Expected, Group, Told, expected
from shelters.plans.queries import promises, promises_to
from shelters.queries.present import expected_in
from shelters.supplies.queries import DAYS, Line, Rates, given_inside, rate_keys, rates, used_up
from shelters.supplies.rules import Held, People, reckon

NUMBERS = ("forecast.days_cut_off", DAYS, "forecast.priority")
# Of a shelter outside the viewer's areas only how many are there, and how much of what.
EVERYBODYS = {"any_drill": True, "scope": "shared"}


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
    mine: bool = True  # whether the viewer may ask for this place

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
            "area_code": tree.node(self.area_id).code if self.area_id in tree else None,
            "shelter_id": self.shelter_id,
            "name": self.name,
            "expected": self.coming,
            "inside": self.inside,
            "days": self.days,
            "priority": self.priority,
            "mine": self.mine,
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
        return len(self.wanted())

    def wanted(self) -> list[Wanted]:
        """Return what is missing at places the viewer may ask for, one need each."""
        return [
            (place, line)
            for place in self.places if place.mine
            for line in place.lines if line.missing
        ]  # fmt: skip

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
    found = spots(session, disaster, area_id, tree)
    figures = Figures(session, on, tree, items)
    daily = used_up(rates(session, catalogue_of(session), on, area_id))
    held = held_at(session, disaster, found, tree, daily)
    inside = expected_in(session, disaster.id, [spot for spot, is_shelter in found if is_shelter])
    homes = _homes(session, found, tree)
    places = []
    for spot, coming in found.items():
        here = held[_place_id(spot, disaster)]
        there = inside.get(spot[0], 0) if spot[1] else 0
        people = People(coming.people + there, {"infant": coming.infants})
        home, name = homes[spot]
        figure = figures.of(home)
        ahead = days or figure.cut_off
        lines = [
            Line(item, held_here, reckon(daily, once, people, days=ahead, held=held_here))
            for item, (daily, once) in figure.own
            if daily.given or once.given
            for held_here in [here.get(item.code, Held())]
        ]  # fmt: skip
        places.append(
            Place(home, spot[0] if spot[1] else None, name, coming.people, there,
                  ahead, figure.priority, lines, _may_ask(home))
        )  # fmt: skip
    order = sorted(places, key=lambda each: (each.priority, -each.days, -each.people, each.key))
    return Outlook(order)


def _may_ask(area_id: UUID) -> bool:
    who = viewer()
    return who is not None and who.may("need.open", area_id, geo.cached_tree())


Spot = tuple[UUID, bool]


def spots(
    session: Session, disaster: Disaster, area_id: UUID, tree: geo.AreaTree, *,
    also: Collection[UUID] = (),
) -> dict[Spot, Expected]:  # fmt: skip
    """Return who is expected in which shelter, and for the rest in which township.

    The shelters are those that people of the area are told, and some `also`; who comes there from
    elsewhere is counted with them, so that two areas with one shelter see the same.
    """
    groups = [_group(each) for each in evacuation.leaving(session, disaster, area_id)]
    villages = {each.village for each in groups}
    here = expected(groups, _told(session, disaster, villages))
    shelters = {*also, *(place for place, is_shelter in here if is_shelter)}
    others = _from_elsewhere(session, disaster, shelters, area_id)
    if others:
        groups = [*groups, *others]
        here = expected(groups, _told(session, disaster, {each.village for each in groups}))
    found: dict[Spot, Expected] = defaultdict(Expected)
    for (place, is_shelter), people in here.items():
        if is_shelter and place in shelters:
            found[place, True].add(people.people, people.infants)
        elif not is_shelter and place in villages:
            township = tree.ancestor_at(place, "township")
            found[township.id if township else place, False].add(people.people, people.infants)
    return dict(found)


def _from_elsewhere(
    session: Session, disaster: Disaster, shelters: Collection[UUID], area_id: UUID
) -> list[Group]:
    """Return who is bound for these shelters, or may be, and lives outside an area."""
    if not shelters:
        return []
    villages = promises_to(session, disaster.id, shelters)
    rows = evacuation.bound_for(session, disaster, shelters, villages, outside=area_id)
    return [_group(each) for each in rows]


def _group(row: evacuation.Leaving) -> Group:
    return Group(row.area_id, row.people, row.needs[1], row.shelter_id)


def _told(session: Session, disaster: Disaster, villages: Collection[UUID]) -> list[Told]:
    return [
        Told(each.area_id, each.shelter_id, each.people)
        for each in promises(session, disaster.id, villages, anywhere=True)
    ]


def _place_id(spot: Spot, disaster: Disaster) -> UUID:
    return spot[0] if spot[1] else own_place_id(spot[0], disaster)


def held_at(
    session: Session, disaster: Disaster, spots: Iterable[Spot], tree: geo.AreaTree,
    daily: Collection[str],
) -> dict[UUID, dict[str, Held]]:  # fmt: skip
    """Return by place and item what is there, coming, and asked for or forecast beyond that.

    What was asked for at the points of a township's villages counts as the township's.
    """
    stands_for = _stands_for(spots, disaster, tree)
    asked = session.execute(
        select(Need.place_id, Need.item_code, func.sum(Need.quantity), func.sum(Need.shipped))
        .where(Need.disaster_id == disaster.id, Need.place_id.in_(list(stands_for)),
               Need.withdrawn_at.is_(None), for_itself())
        .group_by(Need.place_id, Need.item_code)
        .execution_options(**EVERYBODYS)
    ).all()  # fmt: skip
    board = session.scalars(
        select(SupplyAtPlace)
        .where(SupplyAtPlace.place_id.in_(list(stands_for)))
        .execution_options(**EVERYBODYS)
    )
    found: dict[UUID, dict[str, Held]] = defaultdict(dict)
    for each in board:
        if stands_for[each.place_id] == each.place_id:
            found[each.place_id][each.item_code] = Held(each.on_hand, each.on_the_way)
    for place_id, code, quantity, shipped in asked:
        spot = stands_for[place_id]
        more = int(quantity) - (int(shipped) if spot == place_id else 0)
        here = found[spot].get(code, Held())
        found[spot][code] = Held(here.on_hand, here.on_the_way, here.asked + more)
    _count_stand_ins(session, disaster, stands_for, found, daily)
    for place_id, given in given_inside(session, disaster.id, list(stands_for)).items():
        for code, quantity in given.items():
            here = found[place_id].get(code, Held())
            found[place_id][code] = replace(here, given=quantity)
    return found


def _count_stand_ins(
    session: Session, disaster: Disaster, stands_for: Mapping[UUID, UUID],
    found: dict[UUID, dict[str, Held]], daily: Collection[str],
) -> None:  # fmt: skip
    """Add what stand-ins take the place of, and keep what lies there for that apart.

    What was sent to the points of villages is not looked for there: all of it counts.
    """
    standing = stood_in_at(session, disaster.id, list(stands_for), sent=True)
    lies: Counter[tuple[UUID, str]] = Counter()
    for each in standing:
        key = each.place_id, each.other
        here = found[each.place_id].get(each.other, Held())
        at_hand = stands_for[each.place_id] == each.place_id
        lies[key] = here.on_hand + here.on_the_way if at_hand else lies[key] + each.came
    covered, for_others = beside(standing, lies, daily=daily)
    for (place_id, code), quantity in covered.items():
        spot = stands_for[place_id]
        here = found[spot].get(code, Held())
        found[spot][code] = replace(here, asked=here.asked + quantity)
    for (place_id, code), quantity in for_others.items():
        if stands_for[place_id] == place_id:
            here = found[place_id].get(code, Held())
            found[place_id][code] = replace(here, for_others=quantity)


def _stands_for(spots: Iterable[Spot], disaster: Disaster, tree: geo.AreaTree) -> dict[UUID, UUID]:
    """Return the places whose needs count, each with the place it counts at."""
    found: dict[UUID, UUID] = {}
    for spot in spots:
        place = _place_id(spot, disaster)
        if not spot[1]:
            villages = tree.children(spot[0])
            found |= {own_place_id(each.id, disaster): place for each in villages}
        found[place] = place
    return found


def _homes(
    session: Session, spots: Iterable[Spot], tree: geo.AreaTree
) -> dict[Spot, tuple[UUID, str]]:
    """Return the area and the name of each; who must move may go to another county's shelter."""
    wanted = list(spots)
    rows = session.execute(
        select(Shelter.id, Shelter.area_id, Shelter.name)
        .where(Shelter.id.in_([spot for spot, is_shelter in wanted if is_shelter]))
        .execution_options(**EVERYBODYS)
    )
    found: dict[Spot, tuple[UUID, str]] = {(row[0], True): (row[1], row[2]) for row in rows}
    return found | {spot: (spot[0], tree.node(spot[0]).name) for spot in wanted if not spot[1]}


@dataclass(frozen=True)
class InForce:
    """How many days an area may be `cut_off`, or people `stay`; class and rates of its needs."""

    cut_off: int
    stay: int
    priority: int
    own: list[tuple[Any, Rates]]


class Figures:
    """The numbers in force for each area; areas with the same ones are read once."""

    def __init__(
        self, session: Session, on: date, tree: geo.AreaTree, items: Collection[str]
    ) -> None:
        self._session, self._on, self._tree = session, on, tree
        self._items = [each for each in catalogue_of(session) if not items or each.code in items]
        keys = [*NUMBERS, *rate_keys(self._items)]
        self._own = parameters.own_areas(session, keys)
        self._found: dict[tuple[str, ...], InForce] = {}

    def of(self, area_id: UUID) -> InForce:
        """Return what is in force in an area."""
        above = tuple(each.code for each in self._tree.ancestors(area_id) if each.code in self._own)
        if above not in self._found:
            found = rates(self._session, self._items, self._on, area_id)
            cut_off, stay, priority = (
                int(parameters.value(self._session, key, on=self._on, area_id=area_id).value)
                for key in NUMBERS
            )
            own = [(item, found[item.code]) for item in self._items]
            self._found[above] = InForce(cut_off, stay, priority, own)
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
