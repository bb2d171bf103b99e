"""Call-offs with what they are of, from whom and for which depot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from stockpile.queries.register import ANY_DRILL, LEDGER, below
from stockpile.suppliers.models import CallOff, CallOffDelivery, SupplyAgreement


@dataclass(frozen=True)
class Call:
    """A call-off, its item, the supplier and the depot."""

    row: CallOff
    item: Item
    supplier: str
    depot_name: str

    @property
    def coming(self) -> int:
        """Return what is still to come."""
        return max(0, self.row.quantity - self.row.received)


def call_off(session: Session, call_off_id: UUID, *, lock: bool = False) -> CallOff:
    """Return a call-off of the viewer's areas, of whatever drill. Raises NotFound."""
    statement = select(CallOff).where(CallOff.id == call_off_id)
    if lock:
        statement = statement.with_for_update()
    found = session.scalar(statement.execution_options(populate_existing=lock, **ANY_DRILL))
    if found is None:
        raise NotFound(_("There is no such call-off, or not in your areas."))
    return found


def _rows() -> Select[Any]:
    statement: Any = (
        select(CallOff, Item, geo.Place.name)
        .join(Item, Item.code == CallOff.item_code)
        .join(geo.Place, geo.Place.id == CallOff.depot_id)
        .order_by(CallOff.called_at.desc(), CallOff.id)
    )
    return statement  # type: ignore[no-any-return]


def calls(
    session: Session, view: View, *, states: Collection[str] = (), agreement_id: UUID | None = None
) -> list[Call]:
    """Return the call-offs for depots of the view's area in its disaster, the latest first.

    With `agreement_id` those of one agreement, of every disaster.
    """
    statement = _rows().where(CallOff.area_id.in_(below(view.area_id)))
    if agreement_id is None:
        statement = statement.where(CallOff.disaster_id == view.disaster_id)
    else:
        statement = statement.where(CallOff.agreement_id == agreement_id)
    if states:
        statement = statement.where(CallOff.state.in_(list(states)))

    return _calls(session, statement.limit(view.limit))


def call(session: Session, call_off_id: UUID) -> Call:
    """Return one call-off with its names. Raises NotFound outside the viewer's areas."""
    call_off(session, call_off_id)
    (found,) = _calls(session, _rows().where(CallOff.id == call_off_id))
    return found


def _calls(session: Session, statement: Select[Any]) -> list[Call]:
    rows = session.execute(statement.execution_options(**ANY_DRILL)).all()
    wanted = select(SupplyAgreement.id, SupplyAgreement.supplier).where(
        SupplyAgreement.id.in_({row[0].agreement_id for row in rows})
    )
    # Whoever sees the call-off may know who brings it, be the agreement the city's.
    names = {row[0]: row[1] for row in session.execute(wanted.execution_options(**LEDGER))}
    return [Call(row[0], row[1], names[row[0].agreement_id], row[2]) for row in rows]


def deliveries(session: Session, call_off_id: UUID) -> list[CallOffDelivery]:
    """Return what came on a call-off the caller may see, the first first."""
    statement = select(CallOffDelivery).where(CallOffDelivery.call_off_id == call_off_id)
    ordered = statement.order_by(CallOffDelivery.at, CallOffDelivery.id)
    return list(session.scalars(ordered.execution_options(**LEDGER)))


def delivered_to(session: Session, delivery_id: UUID) -> UUID | None:
    """Return the call-off a delivery was booked on, or None."""
    found: UUID | None = session.scalar(
        select(CallOffDelivery.call_off_id).where(CallOffDelivery.id == delivery_id)
    )
    return found


def shown_call(found: Call) -> dict[str, Any]:
    """Return a call-off as the API shows it."""
    row = found.row
    return {
        "id": row.id,
        "agreement": row.agreement_id,
        "supplier": found.supplier,
        "disaster_id": row.disaster_id,
        "depot": row.depot_id,
        "depot_name": found.depot_name,
        "item": row.item_code,
        "item_name": items.name_of(found.item),
        "unit": items.unit_of(found.item),
        "quantity": row.quantity,
        "received": row.received,
        "state": row.state,
        "reason": row.reason,
        "called_at": row.called_at,
        "means": row.means,
        "number": row.number,
        "signed_at": row.signed_at,
        "due_at": row.due_at,
        "ended_at": row.ended_at,
        "end_reason": row.end_reason,
        "drill": row.drill_id is not None,
        "revision": row.revision,
    }
