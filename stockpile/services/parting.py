"""A promise leaves in parts, truck by truck: what of it goes, and what stays open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import plugins
from relief_ops.disasters.items import queries as items
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.i18n import gettext as _
from stockpile import schemas
from stockpile.models import ReservationLine
from stockpile.queries import register
from stockpile.rules import LineState

Part = tuple[ReservationLine, int]


def chosen(
    session: Session, lines: Sequence[ReservationLine], asked: Sequence[schemas.ShipmentLine] | None
) -> list[Part]:
    """Return how much of which open lines goes; all of them where nothing is said.

    Raises IllegalTransition for more of a lot than is open: another truck may have taken it.
    """
    if asked is None:
        return [(line, line.quantity) for line in lines]
    goes: Counter[UUID] = Counter()
    for each in asked:
        mine = [
            line for line in lines
            if line.lot_id == each.lot and each.reservation_id in (None, line.reservation_id)
        ]  # fmt: skip
        wanted, left = each.quantity, sum(line.quantity - goes[line.id] for line in mine)
        if wanted > left:
            raise IllegalTransition(_too_much(session, each.lot, left))
        for line in mine:
            more = min(wanted, line.quantity - goes[line.id])
            goes[line.id] += more
            wanted -= more
    return [(line, goes[line.id]) for line in lines if goes[line.id]]


def _too_much(session: Session, lot_id: UUID, left: int) -> str:
    lot = register.lot(session, lot_id)
    return _("Only %(left)d of lot %(lot)s are left in this promise to ship.", left=left,
             lot=lot.label if lot else lot_id)  # fmt: skip


def part(session: Session, shipment_id: UUID, parts: Iterable[Part]) -> list[ReservationLine]:
    """Return the lines that leave. What stays of a line keeps its id, and its promise is open.

    Raises Invalid for a part of a pack: nobody opens one for it, unless it was packed into boxes.
    """
    return [
        line if goes == line.quantity else _split(session, shipment_id, line, goes)
        for line, goes in parts
    ]


def _split(
    session: Session, shipment_id: UUID, line: ReservationLine, goes: int
) -> ReservationLine:
    line.quantity -= goes
    made = ReservationLine(
        id=uuid5(line.id, f"part:{shipment_id}"), reservation_id=line.reservation_id,
        need_id=line.need_id, depot_id=line.depot_id, balance_id=line.balance_id,
        lot_id=line.lot_id, item_code=line.item_code, quantity=goes, state=LineState.OPEN,
        received=0, damaged=0,
    )  # fmt: skip
    session.add(made)
    session.flush()
    boxed = [told(session, line.id, made.id, goes) for told in plugins.contributed("parted")]
    pack = items.item(session, line.item_code).pack_size
    if goes % pack and not any(boxed):
        words = _("Only whole packs go: a multiple of %(n)d.", n=pack)
        raise Invalid(words, [FieldError("lines", "pack", words)])
    return made
