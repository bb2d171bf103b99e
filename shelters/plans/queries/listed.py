"""Who is to be moved according to the lists, village by village, as a plan takes it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from shelters.assignment.shapes import NEEDS, Family
from shelters.evacuation import queries as evacuation
from shelters.evacuation.models import ListedHousehold
from shelters.plans.models import EvacuationPlan
from shelters.plans.queries.reading import promises


def home_of(session: Session, listed_id: UUID) -> UUID | None:
    """Return the area of a row of a list, whosever it is; None where there is no such row."""
    wanted = select(ListedHousehold.area_id).where(ListedHousehold.id == listed_id)
    return session.scalar(wanted.execution_options(scope="shared", any_drill=True))


def groups_to_move(session: Session, disaster: Disaster, area_id: UUID) -> list[dict[str, Any]]:
    """Return who is listed to be moved in and below an area and not safe yet, by village.

    `kinds` are the households as they are: [size, four needs, how many].
    """
    tree = disasters.division_tree(session, disaster)
    villages: dict[UUID, Counter[Family]] = defaultdict(Counter)
    for each in evacuation.leaving(session, disaster, area_id):
        villages[each.area_id][Family(each.people, each.needs)] += 1
    found = [_group(tree.node(area), kinds) for area, kinds in villages.items()]
    return sorted(found, key=lambda each: str(each["area_code"]))


def _group(node: Any, kinds: Counter[Family]) -> dict[str, Any]:
    needs = (
        sum(family.needs[n] * count for family, count in kinds.items()) for n in range(len(NEEDS))
    )
    return {
        "area_code": node.code,
        "people": sum(family.size * count for family, count in kinds.items()),
        **dict(zip(NEEDS, needs, strict=True)),
        "households": [],
        "kinds": [[each.size, *each.needs, count] for each, count in sorted(kinds.items())],
    }


def told_households(
    session: Session, disaster: Disaster, found: EvacuationPlan
) -> list[tuple[str, Family, str, int]]:
    """Return where those of the lists were told to go by a plan: village, kind, shelter, number.

    Households that are safe by now were told too, but need no place any more. Where no
    household was told, its village was.
    """
    rows = evacuation.leaving(session, disaster, found.area_id)
    made = promises(session, disaster.id, {each.area_id for each in rows})
    by_plan = {(each.area_id, each.shelter_id) for each in made}
    told = Counter(
        (str(each.area_id), Family(each.people, each.needs), str(each.shelter_id))
        for each in rows
        if (each.area_id, each.shelter_id) in by_plan
    )
    named = {area for area, _family, _shelter in told}
    for each in made:
        if str(each.area_id) not in named and not each.split:
            needs = (each.wheelchair, each.infant, each.medical, each.pets)
            key = (str(each.area_id), Family(each.size, needs), str(each.shelter_id))
            told[key] += each.households
    return [(*key, count) for key, count in sorted(told.items())]
