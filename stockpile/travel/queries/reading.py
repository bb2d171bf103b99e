"""The entered times as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.auth import lookup, viewer
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from stockpile.queries.register import below
from stockpile.travel.models import TravelTime

# How long a road takes is known to everybody who reads stock; in which world is said each time.
SHARED = {"scope": "shared", "any_drill": True}


@dataclass(frozen=True)
class Listed:
    """An entered time with the names and codes of its ends."""

    row: TravelTime
    near: dict[str, Any] | None
    far: dict[str, Any]


def entry(session: Session, entry_id: UUID, *, lock: bool = False) -> TravelTime:
    """Return one entered time. Raises NotFound where neither end lies in the viewer's areas."""
    found = find(session, entry_id, lock=lock)
    someone, tree = viewer(), geo.cached_tree()
    assert someone is not None
    if found is None or not any(
        someone.may("stock.read", each, tree) for each in owners(session, found)
    ):
        raise NotFound(_("There is no such travel time, or not in your areas."))
    return found


def find(session: Session, entry_id: UUID, *, lock: bool = False) -> TravelTime | None:
    """Return one entered time wherever it is, None if there is none."""
    statement = select(TravelTime).where(TravelTime.id == entry_id)
    if lock:
        statement = statement.with_for_update()
    found: TravelTime | None = session.scalar(statement.execution_options(**SHARED))
    return found


def owners(session: Session, found: TravelTime) -> list[UUID]:
    """Return the areas the ends of an entered time lie in now, the far end's first."""
    areas = [found.to_area, found.from_area]
    for number, place_id in enumerate((found.to_place, found.from_place)):
        if place_id is not None:
            areas[number] = session.get_one(geo.Place, place_id).area_id
    return [each for each in areas if each is not None]


def standing(session: Session, drill_id: UUID | None) -> list[TravelTime]:
    """Return all that holds in one world, the oldest first."""
    row = TravelTime
    world = row.drill_id.is_(None) if drill_id is None else row.drill_id == drill_id
    statement = select(row).where(world, row.ended_at.is_(None))
    order = statement.order_by(row.written_at, row.id)
    return list(session.scalars(order.execution_options(**SHARED)))


def listed(session: Session, view: View, tree: geo.AreaTree) -> list[Listed]:
    """Return what holds for an area, at either end, real or the drill's: islands first."""
    row, place, inside = TravelTime, geo.Place, below(view.area_id)
    there = select(place.id).where(place.area_id.in_(inside))
    world = row.drill_id.is_(None) if view.drill_id is None else row.drill_id == view.drill_id
    ends = (row.to_area.in_(inside), row.from_area.in_(inside), row.to_place.in_(there),
            row.from_place.in_(there))  # fmt: skip
    statement = select(row).where(or_(*ends), world, row.ended_at.is_(None))
    statement = statement.execution_options(**SHARED)
    found = named(session, session.scalars(statement), tree)
    return sorted(
        found, key=lambda each: (not each.row.island, each.far["code"], each.far["name"],
                                 each.near["name"] if each.near else ""),
    )  # fmt: skip


def with_ends(
    session: Session, near: UUID | None, far: UUID, drill_id: UUID | None
) -> TravelTime | None:
    """Return what holds between two ends, whichever way round it was entered."""
    row = TravelTime
    one, other = (row.from_place, row.from_area), (row.to_place, row.to_area)
    ways = [(near, far)] if near is None else [(near, far), (far, near)]
    either = or_(*(_is(one, a) & _is(other, b) for a, b in ways))
    world = row.drill_id.is_(None) if drill_id is None else row.drill_id == drill_id
    statement = select(row).where(either, world, row.ended_at.is_(None)).order_by(row.written_at)
    found: TravelTime | None = session.scalars(statement.execution_options(**SHARED)).first()
    return found


def _is(columns: tuple[Any, Any], end: UUID | None) -> Any:
    place, area = columns
    if end is None:
        return place.is_(None) & area.is_(None)
    return or_(place == end, area == end)


def named(session: Session, rows: Iterable[TravelTime], tree: geo.AreaTree) -> list[Listed]:
    """Return entered times with the names of their ends."""
    found = list(rows)
    ids = {each for row in found for each in (row.from_place, row.to_place) if each}
    places = {
        each.id: each for each in session.scalars(select(geo.Place).where(geo.Place.id.in_(ids)))
    }

    def end(place_id: UUID | None, area_id: UUID | None) -> dict[str, Any] | None:
        place = places[place_id] if place_id else None
        lies_in = place.area_id if place else area_id
        if lies_in is None:
            return None
        chain = [*tree.ancestors(lies_in), None, None]
        node, above = chain[0], chain[0] if place else chain[1]
        return {
            "place": place_id,
            "name": place.name if place else node.name if node else "",
            "code": node.code if node else "",
            "area": above.name if above else "",
        }

    return [
        Listed(row, end(row.from_place, row.from_area), end(row.to_place, row.to_area) or {})
        for row in found
    ]


def shown(found: Listed) -> dict[str, Any]:
    """Return an entered time as the API shows it."""
    row = found.row
    return {
        "id": row.id,
        "from": found.near,
        "to": found.far,
        "island": row.island,
        "minutes": row.minutes,
        "means": row.means,
        "detour": row.detour,
        "note": row.note,
        "written_at": row.written_at,
        "ended_at": row.ended_at,
        "drill": row.drill_id is not None,
        "revision": row.revision,
    }


def actors(session: Session, rows: Iterable[Listed]) -> dict[UUID | None, str]:
    """Return what those who entered these times are called."""
    return lookup.names(session, [each.row.actor_id for each in rows])
