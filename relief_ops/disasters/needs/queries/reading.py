"""Reading needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs.models import Need, Substitution
from relief_ops.disasters.needs.rules import (
    OLD_HOURS,
    OPEN_STATES,
    WAITED_FOR,
    Basis,
    State,
    is_old,
    level_of,
)
from relief_ops.errors import Invalid, NotFound
from relief_ops.geo.models import AreaClosure
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View

ANY_DRILL = {"any_drill": True}


@dataclass(frozen=True)
class Line:
    """A need with its place and item, as lists and maps show it; and what it stands in for."""

    need: Need
    item: Item
    place_name: str
    lon: float | None
    lat: float | None
    stands_in_for: UUID | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """Return (longitude, latitude) of the place, or None."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)


def need(session: Session, need_id: UUID) -> Need:
    """Return one need, of whatever drill. Raises NotFound outside the viewer's areas."""
    found = session.scalar(select(Need).where(Need.id == need_id).execution_options(**ANY_DRILL))
    if found is None:
        raise NotFound(_("There is no such need, or not in your areas."))
    return found


def lock(session: Session, need_id: UUID, *, anywhere: bool = False) -> Need | None:
    """Return one need with its row locked until the transaction ends, or None."""
    scope = ANY_DRILL | {"scope": "shared"} if anywhere else ANY_DRILL
    session.flush()
    return session.scalar(
        select(Need)
        .where(Need.id == need_id)
        .with_for_update()
        .execution_options(populate_existing=True, **scope)
    )


def lock_need(session: Session, need_id: UUID, *, anywhere: bool = False) -> Need:
    """Return one need with its row locked. Raises NotFound.

    With `anywhere` it may lie outside the viewer's areas: whoever ships or receives was
    allowed that act at his own end of the road.
    """
    found = lock(session, need_id, anywhere=anywhere)
    if found is None:
        raise NotFound(_("There is no such need, or not in your areas."))
    return found


def now_of(session: Session, found: Need) -> datetime:
    """Return the present instant of the need's disaster: drill time in a drill."""
    return disasters.now_of(session, disasters.disaster(session, found.disaster_id))


def place_for(
    session: Session, place_id: UUID | None, *, area_id: UUID, disaster: Disaster
) -> UUID:
    """Return the place a need stands at: the one named, or one at the area's own point.

    Raises Invalid when the named place does not exist here or lies in another area.
    """
    if place_id is None:
        return _own_place(session, area_id, disaster)
    found = session.get(geo.Place, place_id)
    tree = disasters.division_tree(session, disaster)
    if found is None or found.drill_id != disaster.drill_id:
        raise Invalid(_("There is no such place."))
    if found.area_id not in tree.within(area_id):
        raise Invalid(_("This place lies in another area."))
    return place_id


def own_place_id(area_id: UUID, disaster: Disaster) -> UUID:
    """Return the id of the place at the area's own point, whether or not it is there yet."""
    return uuid5(disaster.drill_id or disaster.id, f"site:{area_id}")


def _own_place(session: Session, area_id: UUID, disaster: Disaster) -> UUID:
    made = own_place_id(area_id, disaster)
    if session.get(geo.Place, made) is None:
        tree = disasters.division_tree(session, disaster)
        point = tree.point_of(area_id)
        geo.place(
            session, made, kind="site", name=tree.node(area_id).name, area_id=area_id,
            point=point, drill_id=disaster.drill_id,
        )  # fmt: skip
        session.flush()
    return made


def _lines(session: Session, statement: Select[Any]) -> list[Line]:
    return [Line(*row) for row in session.execute(statement)]


def _statement() -> Select[Any]:
    place = geo.Place
    return (
        select(
            Need,
            Item,
            place.name,
            func.ST_X(place.point),
            func.ST_Y(place.point),
            Substitution.need_id,
        )
        .join(Item, Item.code == Need.item_code)
        .join(place, place.id == Need.place_id)
        .outerjoin(Substitution, Substitution.id == Need.id)
    )


def line(session: Session, need_id: UUID) -> Line:
    """Return one need with its place and item. Raises NotFound."""
    found = _lines(session, _statement().where(Need.id == need_id).execution_options(**ANY_DRILL))
    if not found:
        raise NotFound(_("There is no such need, or not in your areas."))
    return found[0]


def needs(
    session: Session, view: View, *, states: Sequence[State] = (), item: str | None = None,
    basis: Collection[Basis] = (),
) -> list[Line]:  # fmt: skip
    """Return the needs of the view's disaster and area: most urgent class first, then by due."""
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == view.area_id)
    statement = (
        _statement()
        .where(Need.disaster_id == view.disaster_id, Need.area_id.in_(below))
        .order_by(Need.priority, Need.due_at.is_(None), Need.due_at, Need.id)
        .limit(view.limit)
    )
    if states:
        statement = statement.where(Need.state.in_(states))
    if item:
        statement = statement.where(Need.item_code == item)
    if basis:
        statement = statement.where(Need.basis.in_(basis))
    if view.at:
        statement = statement.where(Need.opened_at <= view.at)
    return _lines(session, statement)


def outstanding(session: Session, disaster_id: UUID, area_id: UUID) -> list[Line]:
    """Return every need of an area that is not promised in full, in the order of asking."""
    return _lines(
        session,
        _statement()
        .where(*_unpromised(disaster_id, area_id))
        .order_by(Need.opened_at, Need.id)
        .execution_options(**ANY_DRILL),
    )


def _unpromised(disaster_id: UUID, area_id: UUID) -> list[ColumnElement[bool]]:
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)
    return [
        Need.disaster_id == disaster_id, Need.area_id.in_(below),
        Need.withdrawn_at.is_(None), Need.quantity > Need.promised,
    ]  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """What a need lacks, in figures alone."""

    id: UUID
    outstanding: int
    priority: int
    item_code: str
    basis: str
    area_id: UUID


def waiting(session: Session, disaster_id: UUID, area_id: UUID) -> list[Waiting]:
    """Return in figures what `outstanding` returns whole: a tenth of its time."""
    lacks = Need.quantity - Need.promised
    columns = Need.id, lacks, Need.priority, Need.item_code, Need.basis, Need.area_id
    statement = select(*columns).where(*_unpromised(disaster_id, area_id))
    return [Waiting(*row) for row in session.execute(statement.execution_options(**ANY_DRILL))]


def level(found: Need, now: datetime) -> str:
    """Return how pressing a need is: act, watch or ok; one that is only forecast never acts."""
    late = found.basis in WAITED_FOR and found.due_at is not None and found.due_at < now
    return level_of(State(found.state), found.priority, overdue=late)


def shown(line: Line, tree: geo.AreaTree) -> dict[str, Any]:
    """Return a need as the API shows it."""
    found = line.need
    return {
        "id": found.id,
        "disaster_id": found.disaster_id,
        "area_code": tree.node(found.area_id).code,
        "place": found.place_id,
        "place_name": line.place_name,
        "point": line.point,
        "item": found.item_code,
        "item_name": items.name_of(line.item),
        "unit": items.unit_of(line.item),
        "quantity": found.quantity,
        "promised": found.promised,
        "shipped": found.shipped,
        "received": found.received,
        "outstanding": found.outstanding,
        "priority": found.priority,
        "basis": found.basis,
        "stands_in_for": line.stands_in_for,
        "due_at": found.due_at,
        "state": found.state,
        "opened_at": found.opened_at,
        "revision": found.revision,
    }


def features(session: Session, view: View) -> dict[str, Any]:
    """Return the needs as points, with how far each is covered (0 to 1)."""
    wanted = [each for each in needs(session, view) if each.point and _inside(each, view.box)]
    return {"type": "FeatureCollection", "features": [_feature(each, view) for each in wanted]}


def _inside(line: Line, box: tuple[float, float, float, float] | None) -> bool:
    if box is None or line.lon is None or line.lat is None:
        return True
    west, south, east, north = box
    return west <= line.lon <= east and south <= line.lat <= north


def _feature(line: Line, view: View) -> dict[str, Any]:
    found = line.need
    return {
        "type": "Feature",
        "id": str(found.id),
        "geometry": {"type": "Point", "coordinates": [round(x, 5) for x in line.point or ()]},
        "properties": {
            "kind": "need",
            "name": line.place_name,
            "as_of": found.changed_at,
            "source": "",
            "state": level(found, view.now),
            "phase": found.state,
            "item": found.item_code,
            "item_name": items.name_of(line.item),
            "unit": items.unit_of(line.item),
            "quantity": found.quantity,
            "promised": found.promised,
            "received": found.received,
            "coverage": round(found.promised / found.quantity, 3) if found.quantity else 1,
            "priority": found.priority,
            "basis": found.basis,
            "due_at": found.due_at,
            "drill": found.drill_id is not None,
            "old_after_hours": OLD_HOURS if found.state in OPEN_STATES else None,
        },
    }


def panel(session: Session, view: View) -> dict[str, Any] | None:
    """Return the open needs of an area for its drawer, the most urgent first."""
    found = needs(session, view, states=OPEN_STATES)
    if not found:
        return None
    return {
        "lines": found[:8],
        "more": max(0, len(found) - 8),
        "outstanding": sum(1 for each in found if each.need.outstanding),
        "name_of": items.name_of,
        "unit_of": items.unit_of,
        "level": lambda line: level(line.need, view.now),
        "old": lambda line: is_old(line.need.state, line.need.changed_at, view.now),
    }
