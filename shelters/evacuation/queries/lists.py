"""Reading the lists. Personal fields leave here masked; in full only for a reading on record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import vault
from relief_ops.auth.models import User
from relief_ops.errors import NotFound
from relief_ops.geo import AreaTree
from relief_ops.i18n import gettext as _
from shelters.evacuation import rules
from shelters.evacuation.models import Cadre, ListedHousehold, RiskPoint
from shelters.evacuation.rules import GROUPS, PETS
from shelters.models import Shelter
from shelters.queries.one import point_of

HOUSEHOLDS, CADRES = "evacuation_household", "evacuation_cadre"
ANY_DRILL = {"any_drill": True}
ANYWHERE = {"any_drill": True, "scope": "shared"}
PERSONAL = ("name", "phone", "id_number")
OPEN = ("kind", "unit", "people", *GROUPS, *PETS, "risk_id", "destination", "shelter_id",
        "transport", "cadre_id", "removed", "drill_id", "revision")  # fmt: skip


def risk_point(session: Session, risk_id: UUID, *, lock: bool = False) -> RiskPoint | None:
    """Return a risk point of the viewer's areas, or None."""
    statement = select(RiskPoint).where(RiskPoint.id == risk_id).execution_options(**ANY_DRILL)
    return session.scalar(statement.with_for_update() if lock else statement)


def cadre(session: Session, cadre_id: UUID, *, lock: bool = False) -> Cadre | None:
    """Return somebody who answers for households of the viewer's areas, or None."""
    statement = select(Cadre).where(Cadre.id == cadre_id).execution_options(**ANY_DRILL)
    return session.scalar(statement.with_for_update() if lock else statement)


def household(session: Session, household_id: UUID, *, lock: bool = False) -> ListedHousehold:
    """Return a row of the list in the viewer's areas. Raises NotFound."""
    found = find(session, household_id, lock=lock)
    if found is None:
        raise NotFound(_("There is no such row, or not in your areas."))
    return found


def find(session: Session, household_id: UUID, *, lock: bool = False) -> ListedHousehold | None:
    """Return a row of the list in the viewer's areas, or None."""
    statement = (
        select(ListedHousehold)
        .where(ListedHousehold.id == household_id)
        .execution_options(**ANY_DRILL)
    )
    return session.scalar(statement.with_for_update() if lock else statement)


def area_of_any(
    session: Session, table: type[Any], row_id: UUID
) -> tuple[UUID, UUID | None] | None:
    """Return (area, drill) of a row wherever it is, so that an id is never used twice."""
    found = session.execute(
        select(table.area_id, table.drill_id)
        .where(table.id == row_id)
        .execution_options(**ANYWHERE)
    ).one_or_none()
    return (found[0], found[1]) if found else None


def risk_points(session: Session, area_ids: Iterable[UUID]) -> list[RiskPoint]:
    """Return the risk points of some areas, by area and name."""
    return list(
        session.scalars(
            select(RiskPoint)
            .where(RiskPoint.area_id.in_(list(area_ids)))
            .order_by(RiskPoint.area_id, RiskPoint.name)
        )
    )


def shown_risk(session: Session, found: RiskPoint, tree: AreaTree) -> dict[str, Any]:
    """Return a risk point as the API shows it."""
    names = ("id", "name", "kind", "level", "trigger", "households", "people", "outline",
             "drill_id", "revision")  # fmt: skip
    return {name: getattr(found, name) for name in names} | {
        "area_code": tree.node(found.area_id).code,
        "area_name": tree.node(found.area_id).name,
        "point": point_of(session, found.id),
    }


def opened(table: str, found: Any, field: str) -> str:
    """Return a sealed field in clear: to mask it, or for a reader on record."""
    sealed: bytes | None = getattr(found, f"{field}_sealed")
    return vault.unseal(table, field, found.id, sealed) if sealed else ""


def cadres(session: Session, area_ids: Iterable[UUID] | None = None) -> list[Cadre]:
    """Return who answers for households in some areas, or everybody the viewer may see."""
    statement = select(Cadre).order_by(Cadre.area_id, Cadre.id)
    if area_ids is not None:
        statement = statement.where(Cadre.area_id.in_(list(area_ids)))
    return list(session.scalars(statement))


def named(session: Session, cadre_ids: Iterable[UUID | None]) -> dict[UUID, dict[str, str]]:
    """Return the name and number of those who answer for households, by id.

    They are officials on duty: whoever sees the household may call them.
    """
    wanted = {each for each in cadre_ids if each}
    if not wanted:
        return {}
    found = session.scalars(select(Cadre).where(Cadre.id.in_(wanted)).execution_options(**ANYWHERE))
    return {each.id: contact(each) for each in found}


def answering(
    session: Session, area_ids: Iterable[UUID], drill_id: UUID | None
) -> dict[UUID, list[dict[str, str]]]:
    """Return who answers for listed households of some areas: name and number, by area."""
    row = ListedHousehold
    rows = session.execute(
        select(row.area_id, row.cadre_id)
        .where(row.area_id.in_(list(area_ids)), row.cadre_id.is_not(None), ~row.removed,
               row.drill_id.is_(None) if drill_id is None else row.drill_id == drill_id)
        .group_by(row.area_id, row.cadre_id)
        .order_by(func.count().desc(), row.cadre_id)
        .execution_options(**ANY_DRILL)
    ).all()  # fmt: skip
    people = named(session, (each.cadre_id for each in rows))
    found: dict[UUID, list[dict[str, str]]] = {}
    for area_id, cadre_id in rows:
        if cadre_id in people:
            found.setdefault(area_id, []).append(people[cadre_id])
    return found


def contact(found: Cadre) -> dict[str, str]:
    """Return the name and number of somebody who answers for households."""
    return {"name": opened(CADRES, found, "name"), "phone": opened(CADRES, found, "phone")}


def login_of(session: Session, user_id: UUID | None) -> str:
    """Return the login of an account, or nothing without one."""
    return session.scalar(select(User.login).where(User.id == user_id)) or "" if user_id else ""


def own_cadres(session: Session, user_id: UUID | None) -> set[UUID]:
    """Return the cadres an account is itself."""
    if user_id is None:
        return set()
    own = select(Cadre.id).where(Cadre.user_id == user_id)
    return set(session.scalars(own.execution_options(scope="shared")))


def answered_for(session: Session, user_id: UUID | None) -> list[UUID]:
    """Return the cadres an account stands for: itself, and those whose deputy it is."""
    found = own_cadres(session, user_id)
    deputised = select(Cadre.id).where(Cadre.deputy_id.in_(found))
    return [
        *found,
        *(session.scalars(deputised.execution_options(scope="shared")) if found else ()),
    ]


def loads(session: Session, cadre_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return for how many rows each of them answers."""
    rows = session.execute(
        select(ListedHousehold.cadre_id, func.count())
        .where(ListedHousehold.cadre_id.in_(list(cadre_ids)), ~ListedHousehold.removed)
        .group_by(ListedHousehold.cadre_id)
        .execution_options(**ANYWHERE)
    )
    return {row[0]: int(row[1]) for row in rows if row[0]}


def shown_cadre(found: Cadre, tree: AreaTree, *, households: int) -> dict[str, Any]:
    """Return somebody who answers for households as the API shows them."""
    return {
        "id": found.id,
        **contact(found),
        "area_code": tree.node(found.area_id).code,
        "area_name": tree.node(found.area_id).name,
        "deputy_id": found.deputy_id,
        "has_account": found.user_id is not None,
        "households": households,
        "drill_id": found.drill_id,
        "revision": found.revision,
    }


def clear(found: ListedHousehold) -> dict[str, str]:
    """Return the personal fields in clear."""
    return {each: opened(HOUSEHOLDS, found, each) for each in PERSONAL}


def masked(found: ListedHousehold) -> dict[str, str]:
    """Return the personal fields as anybody sees them who has not asked for more."""
    return {key: rules.masked(key, text) for key, text in clear(found).items()}


def shown(found: ListedHousehold, tree: AreaTree, *, full: bool = False) -> dict[str, Any]:
    """Return a row as lists and the API show it: masked, or in full for a reader on record."""
    personal = clear(found) if full else masked(found)
    return {
        "id": found.id,
        "area_code": tree.node(found.area_id).code,
        "area_name": tree.node(found.area_id).name,
        **personal,
        **{name: getattr(found, name) for name in OPEN},
    }


def shelter_names(session: Session, shelter_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return what some shelters are called."""
    wanted = {each for each in shelter_ids if each}
    if not wanted:
        return {}
    statement = select(Shelter.id, Shelter.name).where(Shelter.id.in_(wanted))
    rows = session.execute(statement.execution_options(**ANYWHERE))
    return {row[0]: row[1] for row in rows}


def risk_kinds(session: Session, risk_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the kinds of some risk points."""
    wanted = {each for each in risk_ids if each}
    if not wanted:
        return {}
    statement = select(RiskPoint.id, RiskPoint.kind).where(RiskPoint.id.in_(wanted))
    rows = session.execute(statement.execution_options(**ANYWHERE))
    return {row[0]: row[1] for row in rows}
