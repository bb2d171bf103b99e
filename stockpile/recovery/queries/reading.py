"""Collections with what they are of and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from relief_ops import geo
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from stockpile.models import Lot
from stockpile.queries.register import ANY_DRILL, LEDGER, below
from stockpile.recovery.models import Recovery, RecoveryStep
from stockpile.recovery.rules import RecoveryState


@dataclass(frozen=True)
class Row:
    """A collection with its item, its lot, where it came from (None: households) and where to."""

    recovery: Recovery
    item: Item
    lot: Lot
    depot_name: str
    place_name: str | None


def recovery(session: Session, recovery_id: UUID, *, lock: bool = False) -> Recovery:
    """Return a collection of the viewer's areas, of whatever drill. Raises NotFound."""
    statement = select(Recovery).where(Recovery.id == recovery_id)
    if lock:
        statement = statement.with_for_update()
    found = session.scalar(statement.execution_options(populate_existing=lock, **ANY_DRILL))
    if found is None:
        raise NotFound(_("There is no such collection, or not in your areas."))
    return found


def _rows() -> Select[Any]:
    depot, place = aliased(geo.Place), aliased(geo.Place)
    statement: Any = (
        select(Recovery, Item, Lot, depot.name, place.name)
        .join(Item, Item.code == Recovery.item_code)
        .join(Lot, Lot.id == Recovery.lot_id)
        .join(depot, depot.id == Recovery.depot_id)
        .outerjoin(place, place.id == Recovery.place_id)
        .order_by(Recovery.collected_at.desc(), Recovery.id)
    )
    return statement  # type: ignore[no-any-return]


STATES: dict[str, ColumnElement[bool]] = {
    RecoveryState.TO_APPROVE: Recovery.proposed > 0,
    RecoveryState.TO_GRADE: Recovery.quantity
    > Recovery.restocked + Recovery.scrapped + Recovery.proposed + Recovery.washing,
    RecoveryState.WASHING: Recovery.washing > 0,
    RecoveryState.DONE: Recovery.quantity == Recovery.restocked + Recovery.scrapped,
}


def listed(session: Session, view: View, *, state: str = "") -> list[Row]:
    """Return the collections of the view's disaster into its area, the latest first."""
    statement = _rows().where(
        Recovery.disaster_id == view.disaster_id, Recovery.area_id.in_(below(view.area_id))
    )
    if state in STATES:
        statement = statement.where(STATES[state])
    return [Row(*each) for each in session.execute(statement.limit(view.limit))]


def recoveries(session: Session, recovery_ids: Sequence[UUID]) -> list[Row]:
    """Return these collections of the viewer's areas."""
    statement = _rows().where(Recovery.id.in_(list(recovery_ids)))
    return [Row(*each) for each in session.execute(statement.execution_options(**ANY_DRILL))]


def steps(session: Session, recovery_id: UUID) -> list[RecoveryStep]:
    """Return what was done with a collection the caller may see, the first first."""
    statement = select(RecoveryStep).where(RecoveryStep.recovery_id == recovery_id)
    ordered = statement.order_by(RecoveryStep.at, RecoveryStep.id)
    return list(session.scalars(ordered.execution_options(**LEDGER)))


def shown(row: Row) -> dict[str, Any]:
    """Return a collection as the API shows it."""
    found, tally = row.recovery, row.recovery.tally
    return {
        "id": found.id,
        "disaster_id": found.disaster_id,
        "place": found.place_id,
        "place_name": row.place_name,
        "depot": found.depot_id,
        "depot_name": row.depot_name,
        "lot": found.lot_id,
        "item": row.item.code,
        "item_name": items.name_of(row.item),
        "unit": items.unit_of(row.item),
        "quantity": tally.quantity,
        "restocked": tally.restocked,
        "scrapped": tally.scrapped,
        "proposed": tally.proposed,
        "proposed_why": found.proposed_why,
        "washing": tally.washing,
        "waiting": tally.waiting,
        "state": tally.state,
        "collected_at": found.collected_at,
        "drill": found.drill_id is not None,
        "revision": found.revision,
    }
