"""Reading what a shelter's people use up, has, awaits and lacks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import clock, parameters
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.boards.queries import supply_at
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.items.queries import items, name_of, thousandths, unit_of
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.queries import for_itself, really_asked, stood_in_at
from relief_ops.disasters.needs.rules import beside
from shelters.models import Arrival, Headcount, Shelter, ShelterStatus
from shelters.queries.present import expected_in
from shelters.rules import Standing, Stay
from shelters.supplies.rules import EVERYONE, GROUPS, Held, People, Rate, Reckoned, reckon

ANY_DRILL = {"any_drill": True}
EVERYBODYS = {"any_drill": True, "scope": "shared"}  # how much of what, of shelters anywhere
DAYS = "ration.days"
COUNTED = tuple(each for each in GROUPS if each != "infant")


@dataclass(frozen=True)
class Line:
    """One item of a shelter: what it holds and what follows for so many people and days."""

    item: Item
    held: Held
    reckoned: Reckoned

    @property
    def missing(self) -> int:
        """Return what is neither there nor coming."""
        return self.reckoned.missing

    def shown(self) -> dict[str, Any]:
        """Return it as the API shows it."""
        return {
            "item": self.item.code,
            "name": name_of(self.item),
            "unit": unit_of(self.item),
            "daily": self.reckoned.daily,
            "wanted": self.reckoned.wanted,
            "on_hand": self.held.on_hand,
            "on_the_way": self.held.on_the_way,
            "asked": self.held.asked,
            "missing": self.reckoned.missing,
            "days": self.reckoned.days,
        }


@dataclass(frozen=True)
class Supplies:
    """What a shelter's supplies come to: for whom, for how many days, as of when."""

    people: People
    counted_at: datetime | None
    days: int
    lines: list[Line]


def supplies(
    session: Session, found: Shelter, disaster: Disaster, *, days: int | None = None
) -> Supplies:
    """Return every item that is worked out by heads, or that the shelter holds or awaits."""
    on = clock.local(disasters.now_of(session, disaster)).date()
    catalogue = items(session)
    taken = rates(session, catalogue, on, found.area_id)
    people, counted_at = people_in(session, found.id, disaster.id)
    if days is None:
        days = int(parameters.value(session, DAYS, on=on, area_id=found.area_id).value)
    held = _held(session, found.id, disaster.id, used_up(taken))
    lines = []
    for item in catalogue:
        daily, once = taken[item.code]
        if daily.given or once.given or item.code in held:
            here = held.get(item.code, Held())
            lines.append(Line(item, here, reckon(daily, once, people, days=days, held=here)))
    return Supplies(people, counted_at, days, lines)


Rates = tuple[Rate, Rate]  # used up daily, issued once
PER_HEAD = {"ration": GROUPS, "issue": (EVERYONE, *GROUPS)}


def rate_keys(catalogue: list[Item]) -> list[str]:
    """Return the keys of every parameter that says what a person takes of these items."""
    return [
        f"{kind}.{group}.{item.code}"
        for kind, named in PER_HEAD.items() for group in named for item in catalogue
    ]  # fmt: skip


def rates(session: Session, catalogue: list[Item], on: date, area_id: UUID) -> dict[str, Rates]:
    """Return by item what is used up daily and what is issued once, a group's own rates too.

    Nobody is reckoned to take one that is merged into another.
    """
    keys = rate_keys(catalogue)
    own: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for key, found in parameters.values(session, keys, on=on, area_id=area_id).items():
        kind, group, code = key.split(".")
        own[kind, code][group] = found.value
    nothing = (Rate(None, {}), Rate(None, {}))
    return {
        item.code: nothing
        if item.merged_into
        else (
            Rate(thousandths(item.ration_milli), own["ration", item.code]),
            Rate(own["issue", item.code].pop(EVERYONE, None), own["issue", item.code]),
        )
        for item in catalogue
    }


def used_up(taken: dict[str, Rates]) -> set[str]:
    """Return the items people use up daily."""
    return {code for code, (daily, _once) in taken.items() if daily.given}


def people_in(
    session: Session, shelter_id: UUID, disaster_id: UUID
) -> tuple[People, datetime | None]:
    """Return who is there or announced, by the latest headcount and who came since; as of when.

    Infants are not counted apart in a headcount; they are those of the registered households.
    """
    status = session.get(ShelterStatus, (shelter_id, disaster_id))
    latest = session.scalar(
        select(Headcount)
        .where(
            Headcount.shelter_id == shelter_id,
            Headcount.disaster_id == disaster_id,
            Headcount.standing == Standing.CURRENT,
        )
        .order_by(Headcount.as_of.desc())
        .limit(1)
    )
    groups = {each: getattr(latest, each) if latest else None for each in COUNTED}
    total = expected_in(session, disaster_id, [shelter_id]).get(shelter_id, 0)
    infants = session.scalar(
        select(func.sum(Arrival.infant)).where(
            Arrival.shelter_id == shelter_id,
            Arrival.disaster_id == disaster_id,
            Arrival.left_at.is_(None),
        )
    )
    known = None if infants is None else min(total, int(infants))
    return People(total, {"infant": known, **groups}), status.counted_at if status else None


def _held(
    session: Session, shelter_id: UUID, disaster_id: UUID, daily: Collection[str]
) -> dict[str, Held]:
    asked = Counter(
        dict(
            session.execute(
                select(Need.item_code, func.sum(really_asked() - Need.shipped))
                .where(
                    Need.place_id == shelter_id,
                    Need.disaster_id == disaster_id,
                    Need.withdrawn_at.is_(None),
                    for_itself(),
                )
                .group_by(Need.item_code)
                .execution_options(**ANY_DRILL)
            ).all()
        )
    )
    there = {each.item_code: each for each in supply_at(session, shelter_id)}
    lies = {(shelter_id, code): each.on_hand + each.on_the_way for code, each in there.items()}
    standing = stood_in_at(session, disaster_id, [shelter_id], sent=True)
    covered, for_others = beside(standing, lies, daily=daily)
    for (_place, code), quantity in covered.items():
        asked[code] += quantity
    given = given_inside(session, disaster_id, [shelter_id])[shelter_id]
    return {
        code: Held(
            there[code].on_hand if code in there else 0,
            there[code].on_the_way if code in there else 0,
            int(asked.get(code) or 0),
            for_others[shelter_id, code],
            given[code],
        )
        for code in asked.keys() | there.keys() | given.keys()
    }


def given_inside(
    session: Session, disaster_id: UUID, shelter_ids: Collection[UUID]
) -> dict[UUID, Counter[str]]:
    """Return by shelter and item what those inside were given when they came."""
    rows = session.execute(
        select(Arrival.shelter_id, Arrival.issued)
        .where(
            Arrival.shelter_id.in_(list(shelter_ids)), Arrival.disaster_id == disaster_id,
            Arrival.left_at.is_(None), Arrival.stay == Stay.ARRIVED, Arrival.issued.is_not(None),
        )
        .execution_options(**EVERYBODYS)
    )  # fmt: skip
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    for shelter_id, issued in rows:
        found[shelter_id].update(issued or {})
    return found
