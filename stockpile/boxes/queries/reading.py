"""Boxes with what is in them, where they go, and what was said of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from relief_ops import geo
from relief_ops.auth.scope import visible
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.needs.models import Need
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from stockpile.boxes.models import Box, BoxScan, Packing
from stockpile.boxes.rules import THERE, Stage
from stockpile.models import Lot, ReservationLine, Shipment
from stockpile.queries import road
from stockpile.queries.register import LEDGER, below
from stockpile.rules import LineState, ShipmentState


@dataclass(frozen=True)
class Row:
    """A box with its content, its two ends, and the first word on each stage."""

    box: Box
    packing: Packing
    line: ReservationLine
    item: Item
    lot: Lot
    need: Need
    from_name: str
    to_name: str
    shipment: Shipment | None
    said: dict[str, BoxScan] = field(default_factory=dict)

    @property
    def there(self) -> bool:
        """Whether somebody at its place had it in hands."""
        return any(stage in self.said for stage in THERE)


@dataclass(frozen=True)
class Ends:
    """A promised line, the areas it lies in and goes to, and its drill."""

    line: ReservationLine
    from_area: UUID
    to_area: UUID
    drill_id: UUID | None


@dataclass(frozen=True)
class Load:
    """The boxes of a shipment, or of what lies packed in a depot; and the lines without boxes."""

    rows: Sequence[Row]
    loose: Sequence[ReservationLine]

    @property
    def loaded(self) -> int:
        """Return how many were seen going onto the truck."""
        return sum(Stage.LOADED in each.said for each in self.rows)

    @property
    def missing(self) -> list[Row]:
        """Return the boxes nobody at their place had in hands."""
        return [each for each in self.rows if not each.there]

    def counted(self) -> dict[UUID, tuple[int, int]]:
        """Return lot → (in good order, damaged), by the boxes that were read at their place.

        What has no labels counts as sent: nobody could have read it.
        """
        found: dict[UUID, tuple[int, int]] = {}
        for line in self.loose:
            found[line.lot_id] = (found.get(line.lot_id, (0, 0))[0] + line.quantity, 0)
        for each in self.rows:
            good, bad = found.get(each.lot.id, (0, 0))
            if Stage.DAMAGED in each.said:
                bad += each.box.quantity
            elif each.there:
                good += each.box.quantity
            found[each.lot.id] = (good, bad)
        return found


def _rows() -> Any:
    start, end = aliased(geo.Place), aliased(geo.Place)
    return (
        select(
            Box, Packing, ReservationLine, Item, Lot, Need, start.name, end.name, Shipment,
        )
        .join(Packing, Packing.id == Box.packing_id)
        .join(ReservationLine, ReservationLine.id == Packing.line_id)
        .join(Item, Item.code == ReservationLine.item_code)
        .join(Lot, Lot.id == ReservationLine.lot_id)
        .join(Need, Need.id == ReservationLine.need_id)
        .join(start, start.id == Packing.depot_id)
        .join(end, end.id == Need.place_id)
        .outerjoin(Shipment, Shipment.id == ReservationLine.shipment_id)
        .where(_mine())
        .order_by(Item.position, Box.number)
        # A box belongs to both its ends, with its lot and its need: `_mine` is the lock.
        .execution_options(**LEDGER)
    )  # fmt: skip


def _mine() -> ColumnElement[bool]:
    return or_(visible(Packing.from_area), visible(Packing.to_area))


def _found(session: Session, statement: Select[Any]) -> list[Row]:
    rows = [Row(*each) for each in session.execute(statement)]
    said = _said(session, [each.box.id for each in rows])
    for each in rows:
        each.said.update(said.get(each.box.id, {}))
    return rows


def _said(session: Session, box_ids: Iterable[UUID]) -> dict[UUID, dict[str, BoxScan]]:
    """Return the first word on each stage of each box."""
    found: dict[UUID, dict[str, BoxScan]] = {}
    for each in scans(session, box_ids):
        found.setdefault(each.box_id, {}).setdefault(each.stage, each)
    return found


def scans(session: Session, box_ids: Iterable[UUID]) -> list[BoxScan]:
    """Return all that was said of boxes the caller may see, in the order it happened."""
    statement = (
        select(BoxScan)
        .where(BoxScan.box_id.in_(list(box_ids)))
        .order_by(BoxScan.seen_at, BoxScan.received_at, BoxScan.id)
    )
    return list(session.scalars(statement.execution_options(**LEDGER)))


def box(session: Session, box_id: UUID) -> Row:
    """Return one box that leaves or reaches the viewer's areas. Raises NotFound."""
    return boxes(session, [box_id])[0]


def boxes(session: Session, box_ids: Collection[UUID]) -> list[Row]:
    """Return boxes that leave or reach the viewer's areas. Raises NotFound if one does not."""
    found = _found(session, _rows().where(Box.id.in_(list(box_ids))))
    if len(found) < len(set(box_ids)):
        raise NotFound(_("There is no such box, or not in your areas."))
    return found


def numbered(session: Session, shipment_id: UUID, numbers: Iterable[int]) -> list[Row]:
    """Return the standing boxes of a shipment that carry these numbers on their labels."""
    return _found(
        session,
        _rows().where(
            ReservationLine.shipment_id == shipment_id,
            Packing.replaced_at.is_(None),
            Box.number.in_(list(numbers)),
        ),
    )


def load_of(session: Session, shipment_id: UUID) -> Load:
    """Return the boxes of a shipment the caller may see."""
    return _load(session, [ReservationLine.shipment_id == shipment_id])


def picked(session: Session, depot_id: UUID) -> Load:
    """Return the boxes of what is promised and still lies in a depot the caller may see."""
    return _load(
        session,
        [ReservationLine.depot_id == depot_id, ReservationLine.state == LineState.OPEN],
    )


def _load(session: Session, wanted: list[ColumnElement[bool]]) -> Load:
    rows = _found(session, _rows().where(Packing.replaced_at.is_(None), *wanted))
    lines = session.scalars(select(ReservationLine).where(*wanted).order_by(ReservationLine.id))
    packed = {each.line.id for each in rows}
    return Load(rows, [each for each in lines if each.id not in packed])


def carried(session: Session, view: View, *, most: int) -> list[Row]:
    """Return the boxes a phone in the view's area may meet: promised, or not yet all opened."""
    here = below(view.area_id)
    statement = _rows().where(
        Packing.replaced_at.is_(None),
        or_(Packing.from_area.in_(here), Packing.to_area.in_(here)),
        Need.disaster_id == view.disaster_id,
        or_(
            ReservationLine.state == LineState.OPEN,
            Shipment.state.in_((ShipmentState.ON_THE_WAY, ShipmentState.RECEIVED)),
        ),
        Box.id.not_in(select(BoxScan.box_id).where(BoxScan.stage == Stage.OPENED)),
    )
    latest = statement.order_by(None).order_by(Packing.packed_at.desc(), Box.number).limit(most)
    return _found(session, latest)


def ends(session: Session, line_id: UUID) -> Ends:
    """Return where a promised line lies and goes. Raises NotFound outside the viewer's areas."""
    row = session.execute(
        select(ReservationLine, geo.Place.area_id, Need.area_id, geo.Place.drill_id)
        .join(geo.Place, geo.Place.id == ReservationLine.depot_id)
        .join(Need, Need.id == ReservationLine.need_id)
        .where(
            ReservationLine.id == line_id,
            or_(visible(geo.Place.area_id), visible(Need.area_id)),
        )
        .execution_options(**LEDGER)
    ).first()
    if row is None:
        raise NotFound(_("There is no such promise, or not in your areas."))
    return Ends(*row)


def standing(session: Session, line_id: UUID) -> Packing | None:
    """Return the packing of a line whose labels stand, locked, or None."""
    found: Packing | None = session.scalar(
        select(Packing)
        .where(Packing.line_id == line_id, Packing.replaced_at.is_(None))
        .with_for_update()
        .execution_options(**LEDGER)
    )
    return found


def held(session: Session, packing_id: UUID) -> Packing:
    """Return a packing that is not packed anew until the end of the transaction."""
    statement = select(Packing).where(Packing.id == packing_id).with_for_update(read=True)
    return session.scalars(statement.execution_options(populate_existing=True, **LEDGER)).one()


def was_scanned(session: Session, packing_id: UUID) -> bool:
    """Whether anybody read a label of a packing."""
    found = session.scalar(
        select(BoxScan.id)
        .join(Box, Box.id == BoxScan.box_id)
        .where(Box.packing_id == packing_id)
        .limit(1)
        .execution_options(**LEDGER)
    )
    return found is not None


def loaded(session: Session, packing_id: UUID) -> list[Box]:
    """Return the boxes of a packing somebody read as loaded, by number; it is locked."""
    read = select(BoxScan.box_id).where(BoxScan.stage == Stage.LOADED)
    statement = (
        select(Box).where(Box.packing_id == packing_id, Box.id.in_(read)).order_by(Box.number)
    )
    return list(session.scalars(statement.execution_options(**LEDGER)))


def next_number(session: Session, depot_id: UUID) -> int:
    """Return the number of the next box of a depot; nobody else gets one meanwhile."""
    road.hold(session, depot_id)
    last = session.scalar(select(func.max(Box.number)).where(Box.depot_id == depot_id))
    return (last or 0) + 1


def shown(found: Row) -> dict[str, Any]:
    """Return a box as the API shows it."""
    return {
        "id": found.box.id,
        "number": found.box.number,
        "quantity": found.box.quantity,
        "item": found.item.code,
        "item_name": items.name_of(found.item),
        "unit": items.unit_of(found.item),
        "lot": found.lot.id,
        "expires_on": found.lot.expires_on,
        "line_id": found.line.id,
        "from": found.packing.depot_id,
        "from_name": found.from_name,
        "to": found.need.place_id,
        "to_name": found.to_name,
        "shipment_id": found.line.shipment_id,
        "said": {stage: scan.seen_at for stage, scan in found.said.items()},
        "replaced": found.packing.replaced_at is not None,
        "drill": found.packing.drill_id is not None,
    }
