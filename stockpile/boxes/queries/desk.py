"""What the desk must know of boxes: signed for, and never seen. And what `verify` proves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from stockpile.boxes.models import Box, BoxScan, Packing
from stockpile.boxes.queries.reading import load_of
from stockpile.boxes.rules import THERE
from stockpile.models import ReservationLine, Shipment
from stockpile.queries import road
from stockpile.queries.register import LEDGER
from stockpile.rules import ShipmentState

DAYS = 7


def attention(session: Session, view: View) -> list[Attention]:
    """Return the shipments of the last week signed for with boxes nobody read at their place.

    Where no box was read the place counts without labels, which is no fault.
    """
    return list(_unseen(session, view)) if view.disaster_id else []


def _unseen(session: Session, view: View) -> Iterator[Attention]:
    read = (
        select(ReservationLine.shipment_id)
        .join(Packing, Packing.line_id == ReservationLine.id)
        .join(Box, Box.packing_id == Packing.id)
        .join(BoxScan, BoxScan.box_id == Box.id)
        .join(Shipment, Shipment.id == ReservationLine.shipment_id)
        .where(
            Packing.replaced_at.is_(None),
            BoxScan.stage.in_(THERE),
            Shipment.disaster_id == view.disaster_id,
            Shipment.state == ShipmentState.RECEIVED,
            Shipment.ended_at > view.now - timedelta(days=DAYS),
        )
        .distinct()
    )
    ids = set(session.scalars(read.execution_options(**LEDGER)))
    if not ids:
        return
    for each in road.shipments(session, view, state=ShipmentState.RECEIVED):
        if each.shipment.id not in ids or each.shipment.ended_at is None:
            continue
        load = load_of(session, each.shipment.id)
        lines = {row.line.id: row.line for row in load.rows}.values()
        signed = sum(min(one.received + one.damaged, one.quantity) for one in lines)
        if not load.missing or signed <= sum(row.box.quantity for row in load.rows if row.there):
            continue
        yield Attention(
            key=f"shipment:boxes:{each.shipment.id}",
            state="watch",
            kind="boxes_unseen",
            title=_(
                "%(place)s: %(n)d boxes signed for and not seen", place=each.to_name,
                n=len(load.missing),
            ),
            detail=f"{each.from_name} → {each.to_name}",
            area_id=each.shipment.to_area,
            since=each.shipment.ended_at,
            href=f"/stock/shipments/{each.shipment.id}/boxes",
        )  # fmt: skip


def boxes_add_up(session: Session) -> list[str]:
    """Return every promise whose boxes hold another amount than it."""
    rows = session.execute(
        select(Packing.id, ReservationLine.quantity, func.sum(Box.quantity))
        .join(ReservationLine, ReservationLine.id == Packing.line_id)
        .join(Box, Box.packing_id == Packing.id)
        .where(Packing.replaced_at.is_(None))
        .group_by(Packing.id, ReservationLine.quantity)
        .execution_options(**LEDGER)
    )
    return [
        f"packing {packing}: its boxes hold {int(held)}, promised were {quantity}"
        for packing, quantity, held in rows
        if int(held) != quantity
    ]
