"""Packing what is promised, and keeping what is said of each box."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.disasters.items import queries as items
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.boxes import events, queries, rules, schemas
from stockpile.boxes.models import Box, BoxScan, Packing
from stockpile.models import ReservationLine
from stockpile.queries import register, road
from stockpile.rules import LineState

PACKABLE = (LineState.OPEN, LineState.SHIPPED)


def pack(
    session: Session, attempt: Attempt, order: schemas.PutPacking, ends: queries.Ends, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Put a promised line into boxes, each with a number of its own in its depot.

    Packing it anew voids the labels before, as long as nobody read one of them.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    line = _lock(session, ends.line.id)
    now = register.now_in(session, ends.drill_id)
    _replace(session, line, now)
    item = items.item(session, line.item_code)
    amounts = _amounts(line.quantity, order.per_box or item.pack_size)
    packing = Packing(
        id=attempt.id, line_id=line.id, depot_id=line.depot_id, drill_id=ends.drill_id,
        from_area=ends.from_area, to_area=ends.to_area, per_box=order.per_box or item.pack_size,
        packed_by=actor_id, packed_at=now,
    )  # fmt: skip
    first = queries.next_number(session, line.depot_id)  # before the packing holds the depot's row
    session.add(packing)
    session.flush()
    session.add_all(
        Box(
            id=uuid5(packing.id, str(number)), packing_id=packing.id, depot_id=line.depot_id,
            number=first + number, quantity=amount,
        )
        for number, amount in enumerate(amounts)
    )  # fmt: skip
    session.flush()
    event = events.BoxesPacked(line.depot_id, line.id, len(amounts), line.quantity)
    areas = list(dict.fromkeys((ends.from_area, ends.to_area)))
    record(session, event, actor_id=actor_id, subject=packing.id, areas=areas)
    return receipts.keep(session, attempt, revision=1)


def _lock(session: Session, line_id: UUID) -> ReservationLine:
    found = road.lock_lines(session, ReservationLine.id == line_id, states=PACKABLE)
    if not found:
        raise IllegalTransition(_("It was released or has arrived: there is nothing to pack."))
    return found[0]


def _replace(session: Session, line: ReservationLine, now: datetime) -> None:
    """Void the labels a line has. Raises IllegalTransition where one was read already."""
    held = queries.standing(session, line.id)
    if held is None:
        return
    if queries.was_scanned(session, held.id):
        raise IllegalTransition(_("Labels of it were read already: they stay as they are."))
    held.replaced_at = now
    session.flush()


def part(session: Session, line_id: UUID, leaving_id: UUID, quantity: int) -> bool:
    """Give the boxes read as loaded to the part of a line that leaves; whether it has boxes.

    Raises IllegalTransition where those hold another amount: nobody opens a box for it.
    """
    packing = queries.standing(session, line_id)
    if packing is None:
        return False
    loaded = queries.loaded(session, packing.id)
    held = sum(each.quantity for each in loaded)
    if held != quantity:
        raise IllegalTransition(
            _("It is packed, and a part leaves in whole boxes: %(held)d are read as loaded. Read "
              "the labels of what goes, and send as many.", held=held)
        )  # fmt: skip
    leaving = Packing(
        id=uuid5(packing.id, str(leaving_id)), line_id=leaving_id, depot_id=packing.depot_id,
        drill_id=packing.drill_id, from_area=packing.from_area, to_area=packing.to_area,
        per_box=packing.per_box, packed_by=packing.packed_by, packed_at=packing.packed_at,
    )  # fmt: skip
    session.add(leaving)
    session.flush()
    for each in loaded:
        each.packing_id = leaving.id
    session.flush()
    return True


def _amounts(quantity: int, per_box: int) -> list[int]:
    if -(-quantity // per_box) > rules.MOST_BOXES:
        words = _("That would be more than %(n)d boxes: put more into each.", n=rules.MOST_BOXES)
        raise Invalid(words, [FieldError("per_box", "too_many", words)])
    return rules.contents(quantity, per_box)


def scan(
    session: Session, attempt: Attempt, order: schemas.PutBoxScan, found: queries.Row, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Keep what is said of a box. It is never refused for coming late or out of order."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    packing = queries.held(session, found.packing.id)
    now = register.now_in(session, packing.drill_id)
    left = found.shipment.dispatched_at if found.shipment else packing.packed_at
    earliest = packing.packed_at if order.stage == rules.Stage.LOADED else left
    session.add(
        BoxScan(
            id=attempt.id, box_id=found.box.id, stage=order.stage, actor_id=actor_id,
            drill_id=packing.drill_id, told_at=order.at, received_at=now,
            seen_at=min(max(order.at, earliest), now),
        )
    )  # fmt: skip
    event = events.BoxScanned(found.box.id, found.line.shipment_id, order.stage)
    areas = list(dict.fromkeys((packing.from_area, packing.to_area)))
    record(session, event, actor_id=actor_id, subject=found.box.id, areas=areas)
    return receipts.keep(session, attempt, revision=1)
