"""Agreements with what they hold and what of it is called off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from relief_ops import geo, vault
from relief_ops.cases.rules.identity import masked_name, masked_phone
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from stockpile.queries.register import ANY_DRILL, LEDGER, below
from stockpile.suppliers.models import AgreementLine, CallOff, SupplyAgreement
from stockpile.suppliers.rules import OPEN, Offer, in_force

TABLE = SupplyAgreement.__tablename__


@dataclass(frozen=True)
class Held:
    """One item of an agreement, and how much of it is called off."""

    line: AgreementLine
    item: Item
    offer: Offer

    @property
    def price_yuan(self) -> Decimal | None:
        """Return the price of a unit, None where none is agreed."""
        return None if self.line.price_fen is None else Decimal(self.line.price_fen) / 100


@dataclass(frozen=True)
class Agreement:
    """An agreement, its items, and whether it holds today."""

    row: SupplyAgreement
    held: list[Held]
    in_force: bool


def find(session: Session, agreement_id: UUID, *, lock: bool = False) -> SupplyAgreement | None:
    """Return an agreement of the viewer's areas, of whatever drill, or None."""
    statement = select(SupplyAgreement).where(SupplyAgreement.id == agreement_id)
    if lock:
        statement = statement.with_for_update()
    found: SupplyAgreement | None = session.scalar(
        statement.execution_options(populate_existing=lock, **ANY_DRILL)
    )
    return found


def agreement(session: Session, agreement_id: UUID, *, lock: bool = False) -> SupplyAgreement:
    """Return an agreement. Raises NotFound outside the viewer's areas."""
    found = find(session, agreement_id, lock=lock)
    if found is None:
        raise NotFound(_("There is no such agreement, or not in your areas."))
    return found


def agreements(session: Session, view: View, *, on: date, item: str = "") -> list[Agreement]:
    """Return the agreements of the view's area with their items, by supplier; of one item only."""
    rows = session.scalars(
        select(SupplyAgreement)
        .where(SupplyAgreement.area_id.in_(below(view.area_id)))
        .order_by(SupplyAgreement.supplier, SupplyAgreement.id)
    )
    return [
        each
        for each in with_items(session, list(rows), on=on)
        if not item or any(one.item.code == item for one in each.held)
    ]


def with_items(session: Session, rows: list[SupplyAgreement], *, on: date) -> list[Agreement]:
    """Return these agreements with what they hold, and whether they hold on a day."""
    held = _held(session, [each.id for each in rows])
    return [
        Agreement(each, held[each.id], in_force(each.valid_from, each.valid_to, on))
        for each in rows
    ]


def _held(session: Session, ids: Collection[UUID]) -> dict[UUID, list[Held]]:
    rows = session.execute(
        select(AgreementLine, Item)
        .join(Item, Item.code == AgreementLine.item_code)
        .where(AgreementLine.agreement_id.in_(list(ids)))
        .order_by(Item.position, Item.code)
    )
    taken = called(session, ids)
    found: dict[UUID, list[Held]] = defaultdict(list)
    for row, item in rows:
        offer = Offer(row.quantity, taken.get((row.agreement_id, item.code), 0))
        found[row.agreement_id].append(Held(row, item, offer))
    return found


def of_call(session: Session, call_off: CallOff) -> SupplyAgreement:
    """Return the agreement of a call-off the caller may see, be it the city's."""
    found: SupplyAgreement = session.scalars(
        select(SupplyAgreement)
        .where(SupplyAgreement.id == call_off.agreement_id)
        .execution_options(**LEDGER)
    ).one()
    return found


def line(session: Session, agreement_id: UUID, item_code: str) -> AgreementLine | None:
    """Return what an agreement says of one item, or None."""
    return session.get(AgreementLine, (agreement_id, item_code))


def offers(session: Session, ids: Collection[UUID]) -> dict[tuple[UUID, str], Offer]:
    """Return by agreement and item what it holds and what of it is called off."""
    return {
        (agreement_id, each.item.code): each.offer
        for agreement_id, held in _held(session, ids).items()
        for each in held
    }


def called(session: Session, ids: Collection[UUID]) -> dict[tuple[UUID, str], int]:
    """Return by agreement and item how much call-offs use up: those that ended, what came."""
    used = case(
        (CallOff.state.in_(OPEN) & (CallOff.quantity > CallOff.received), CallOff.quantity),
        else_=CallOff.received,
    )
    rows = session.execute(
        select(CallOff.agreement_id, CallOff.item_code, func.sum(used))
        .where(CallOff.agreement_id.in_(list(ids)))
        .group_by(CallOff.agreement_id, CallOff.item_code)
        # What another county called off is gone too.
        .execution_options(**LEDGER)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


def contact(found: SupplyAgreement) -> dict[str, str]:
    """Return whom to call in full; whoever shows it records it."""
    return {
        "contact": _opened(found, "contact", found.contact_sealed),
        "phone": _opened(found, "phone", found.phone_sealed),
    }


def _opened(found: SupplyAgreement, column: str, sealed: bytes | None) -> str:
    return "" if sealed is None else vault.unseal(TABLE, column, found.id, sealed)


def masked(found: SupplyAgreement) -> dict[str, str]:
    """Return whom to call as everybody who reads the agreement may see it."""
    said = contact(found)
    return {
        "contact": masked_name(said["contact"]) if said["contact"] else "",
        "phone": masked_phone(said["phone"]) if said["phone"] else "",
    }


def shown(found: Agreement, tree: geo.AreaTree) -> dict[str, Any]:
    """Return an agreement as the API shows it."""
    row = found.row
    return {
        "id": row.id,
        "supplier": row.supplier,
        "area_code": tree.node(row.area_id).code if row.area_id in tree else None,
        "kind": row.kind,
        "document": row.document,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "in_force": found.in_force,
        "drill": row.drill_id is not None,
        "lines": [
            {
                "item": each.item.code,
                "item_name": items.name_of(each.item),
                "unit": items.unit_of(each.item),
                "quantity": each.offer.quantity,
                "called": each.offer.called,
                "left": each.offer.left,
                "lead_hours": each.line.lead_hours,
                "price_yuan": each.price_yuan,
            }
            for each in found.held
        ],
        "revision": row.revision,
    } | masked(row)
