"""Reading what trucks stand where, how much they hold, and what waits for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops.disasters.items.models import Item
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from stockpile.allocation.shapes import Load
from stockpile.fleet import rules
from stockpile.fleet.models import DepotTrucks
from stockpile.models import Depot, ReservationLine
from stockpile.queries import register
from stockpile.queries.register import LEDGER
from stockpile.rules import LineState

TAKEN = (LineState.OPEN, LineState.SHIPPED)


@dataclass(frozen=True)
class Line:
    """A depot with its trucks, what they carry in all (None: nobody said), and what waits there."""

    depot: Depot
    trucks: list[DepotTrucks]
    carries: Load | None
    waits: Load

    @property
    def is_beyond(self) -> bool:
        """Whether more waits than all of them carry."""
        return self.carries is not None and rules.is_beyond(self.waits, self.carries)


def trucks(session: Session, trucks_id: UUID) -> DepotTrucks:
    """Return one kind of trucks. Raises NotFound outside the viewer's areas."""
    found = find(session, trucks_id)
    if found is None:
        raise NotFound(_("There are no such trucks, or not in your areas."))
    return found


def find(session: Session, trucks_id: UUID, *, lock: bool = False) -> DepotTrucks | None:
    """Return one kind of trucks at a depot in the viewer's areas, None if there is none."""
    statement = select(DepotTrucks).where(DepotTrucks.id == trucks_id)
    if lock:
        statement = statement.with_for_update()
    found: DepotTrucks | None = session.scalar(statement.execution_options(**LEDGER))
    if found is not None:
        register.depot(session, found.depot_id)  # they go where their depot goes
    return found


def standing(session: Session, depot_ids: Iterable[UUID]) -> list[DepotTrucks]:
    """Return the trucks of some depots, the largest first; not those taken off."""
    row = DepotTrucks
    statement = select(row).where(row.depot_id.in_(list(depot_ids)), ~row.off)
    ordered = statement.order_by(row.litres.desc(), row.name, row.id)
    return list(session.scalars(ordered.execution_options(**LEDGER)))


def hold(session: Session, depot_ids: Iterable[UUID]) -> None:
    """Hold the trucks of some depots: nobody else fills them until the transaction ends."""
    row = DepotTrucks
    statement = select(row.id).where(row.depot_id.in_(list(depot_ids))).order_by(row.id)
    session.scalars(statement.with_for_update().execution_options(**LEDGER)).all()


def carried(session: Session, depot_ids: Iterable[UUID]) -> dict[UUID, Load]:
    """Return what the trucks of those depots carry in all for which somebody said it."""
    found: dict[UUID, list[rules.Trucks]] = defaultdict(list)
    for each in standing(session, depot_ids):
        kind = rules.Trucks(each.number, each.trips, each.litres, each.kilograms)
        found[each.depot_id].append(kind)
    return {depot: rules.carried(kinds) for depot, kinds in found.items()}


def waiting(session: Session, depot_ids: Iterable[UUID]) -> dict[UUID, Load]:
    """Return what the trucks of those depots are taken for: promised there, or on the road."""
    line = ReservationLine
    rows = session.execute(
        select(line.depot_id, Item.pack_size, Item.pack_ml, Item.pack_grams,
               func.sum(line.quantity))
        .join(Item, Item.code == line.item_code)
        .where(line.state.in_(TAKEN), line.depot_id.in_(list(depot_ids)))
        .group_by(line.depot_id, Item.code, Item.pack_size, Item.pack_ml, Item.pack_grams)
    )  # fmt: skip
    found: dict[UUID, list[tuple[float, Load]]] = defaultdict(list)
    for depot, pack, ml, grams, quantity in rows:
        found[depot].append((int(quantity) / pack, rules.load_of(ml, grams)))
    return {depot: rules.together(loads) for depot, loads in found.items()}


def room(session: Session, depot_ids: Iterable[UUID]) -> dict[UUID, Load]:
    """Return what is left on the trucks of those depots beside what they are taken for already."""
    carries = carried(session, depot_ids)
    waits = waiting(session, carries)
    return {
        depot: rules.left(holds, waits.get(depot, Load(0, 0))) for depot, holds in carries.items()
    }


def beyond(session: Session, taken: Mapping[UUID, Load]) -> list[UUID]:
    """Return the depots whose trucks do not hold so much more; held until the transaction ends."""
    hold(session, taken)
    rooms = room(session, taken)
    return [depot for depot, holds in rooms.items() if rules.is_beyond(taken[depot], holds)]


def board(session: Session, view: View, depot_id: UUID | None = None) -> list[Line]:
    """Return the depots of the view's area with their trucks, or one; too few trucks first."""
    depots = [register.depot(session, depot_id)] if depot_id else register.depots(session, view)
    ids = [each.id for each in depots]
    kinds: dict[UUID, list[DepotTrucks]] = defaultdict(list)
    for each in standing(session, ids):
        kinds[each.depot_id].append(each)
    carries, waits = carried(session, ids), waiting(session, ids)
    found = [
        Line(each, kinds[each.id], carries.get(each.id), waits.get(each.id, Load(0, 0)))
        for each in depots
    ]
    return sorted(found, key=lambda each: not each.is_beyond)


def shown(found: DepotTrucks) -> dict[str, Any]:
    """Return trucks as the API shows them."""
    return {
        "id": found.id,
        "depot": found.depot_id,
        "name": found.name,
        "number": found.number,
        "trips": found.trips,
        "cubic_metres": found.litres / 1000,
        "kilograms": found.kilograms,
        "off": found.off,
        "drill": found.drill_id is not None,
        "revision": found.revision,
    }


def totals(lines: Iterable[Line]) -> Mapping[str, Any]:
    """Return what an area's trucks carry, and what waits for them."""
    known = [each for each in lines if each.carries is not None]
    return {
        "carries": rules.together((1, each.carries) for each in known if each.carries),
        "waits": rules.together((1, each.waits) for each in known),
    }
