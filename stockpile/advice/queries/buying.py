"""What an area could call off from its suppliers: from whom, for which depot, until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.disasters.models import Disaster
from stockpile.advice import rules
from stockpile.advice.rules import Seller, Short
from stockpile.models import Depot
from stockpile.queries.register import below
from stockpile.suppliers.models import CallOff, SupplyAgreement
from stockpile.suppliers.queries import with_items
from stockpile.suppliers.rules import OPEN


@dataclass(frozen=True)
class Offered:
    """So much a supplier could bring to a depot until then, at what price a piece."""

    agreement: UUID
    supplier: str
    depot: UUID
    depot_name: str
    quantity: int
    due_at: datetime
    price_yuan: Decimal | None

    def shown(self) -> dict[str, Any]:
        """Return it as the API shows it."""
        return {
            "agreement": self.agreement, "supplier": self.supplier, "to": self.depot,
            "to_name": self.depot_name, "quantity": self.quantity, "due_at": self.due_at,
            "price_yuan": self.price_yuan,
        }  # fmt: skip


@dataclass(frozen=True)
class Market:
    """What suppliers of an area still hold by item, and what was called off and is to come."""

    sellers: Mapping[str, list[Seller]]
    names: Mapping[UUID, str]
    coming: Mapping[str, int]
    depots: Mapping[UUID, Depot]
    now: datetime

    def offered(
        self, code: str, quantity: int, shorts: Iterable[Short], *, pack: int
    ) -> list[Offered]:
        """Return who could bring so much to where most is missing, the soonest first.

        That is the depot farthest below its least stock; if none is, the first by name.
        """
        worst = max(shorts, key=lambda each: (each.lacks, str(each.place)), default=None)
        first = next(iter(self.depots.values()), None)
        depot = self.depots[worst.place] if worst else first
        if depot is None:
            return []
        return [
            Offered(each.agreement, self.names[each.agreement], depot.id, depot.name, taken,
                    self.now + timedelta(hours=each.lead_hours), each.price_yuan)
            for each, taken in rules.to_call(quantity, self.sellers.get(code, []), pack=pack)
        ]  # fmt: skip


def market(
    session: Session, disaster: Disaster, area_id: UUID, depots: Iterable[Depot], now: datetime
) -> Market:
    """Return what can be called off in an area today, in the disaster's world."""
    rows = session.scalars(
        select(SupplyAgreement)
        .where(SupplyAgreement.area_id.in_(below(area_id)), _of(SupplyAgreement, disaster.drill_id))
        .order_by(SupplyAgreement.id)
        .execution_options(any_drill=True)
    )
    sellers: dict[str, list[Seller]] = {}
    names = {}
    for each in with_items(session, list(rows), on=clock.local_date(now)):
        names[each.row.id] = each.row.supplier
        for held in each.held if each.in_force else ():
            sellers.setdefault(held.item.code, []).append(
                Seller(each.row.id, held.offer.left, held.line.lead_hours, held.price_yuan)
            )
    coming = _coming(session, disaster, area_id)
    return Market(sellers, names, coming, {each.id: each for each in depots}, now)


def _of(row: Any, drill_id: UUID | None) -> Any:
    return row.drill_id.is_(None) if drill_id is None else row.drill_id == drill_id


def _coming(session: Session, disaster: Disaster, area_id: UUID) -> dict[str, int]:
    """Return by item what is called off for an area's depots, for whichever disaster, and to come.

    Depots are below their least stock whatever the disaster is.
    """
    rows = session.execute(
        select(CallOff.item_code, func.sum(CallOff.quantity - CallOff.received))
        .where(
            _of(CallOff, disaster.drill_id), CallOff.area_id.in_(below(area_id)),
            CallOff.state.in_(OPEN), CallOff.quantity > CallOff.received,
        )
        .group_by(CallOff.item_code)
        .execution_options(any_drill=True)
    )  # fmt: skip
    return {row[0]: int(row[1]) for row in rows}
