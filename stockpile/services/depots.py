"""The register of depots."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from relief_ops import geo, receipts
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.rules import Basis
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile import schemas
from stockpile.events import DepotChanged
from stockpile.models import Balance, Depot, DepotMinimum
from stockpile.queries import register
from stockpile.rules import AccountKind
from stockpile.services.ledger import account_at


def put_depot(
    session: Session, attempt: Attempt, order: schemas.PutDepot, *, area_id: UUID, actor_id: UUID
) -> Receipt:
    """Set up a depot with its place and account, or change it; its world never changes."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = session.get(
        Depot, attempt.id, with_for_update=True, execution_options=register.ANY_DRILL
    )
    revision = receipts.next_revision(attempt, found.revision if found else None)
    if found is None:
        found = Depot(id=attempt.id, drill_id=register.drill(session, order.drill_id))
    elif found.drill_id != order.drill_id:
        raise Invalid(_("A depot stays in the drill it was set up in."))
    if found.area_id not in (None, area_id) and _waits(session, found.id):
        words = _("Goods were granted to this depot and have not come: it stays in its area.")
        raise Invalid(words, [FieldError("area_code", "waits", words)])
    _place(session, found, order, area_id)
    found.name, found.address, found.mode = order.name, order.address, order.mode
    found.opens_at, found.closes_at = (
        time.fromisoformat(each) if each else None for each in (order.opens, order.closes)
    )
    found.owner = order.owner
    _shut(session, found, order.shut.strip())
    found.area_id, found.revision = area_id, revision
    session.add(found)
    session.flush()
    _set_minimums(session, found, order)
    event = DepotChanged(found.id, revision)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[area_id])
    return receipts.keep(session, attempt, revision=revision)


def _shut(session: Session, found: Depot, why: str) -> None:
    """Shut a depot, since now if it was open, or open it again."""
    if not why:
        found.shut_at = None
    elif found.shut_at is None:
        found.shut_at = register.now_in(session, found.drill_id)
    found.shut_why = why


def _waits(session: Session, depot_id: UUID) -> bool:
    """Whether goods the level above granted are still to come to a depot."""
    wanted = select(Need.id).where(
        Need.place_id == depot_id, Need.basis == Basis.REQUEST, Need.received < Need.quantity,
        Need.withdrawn_at.is_(None),
    )  # fmt: skip
    return session.scalars(wanted.limit(1).execution_options(**register.LEDGER)).first() is not None


def _place(session: Session, found: Depot, order: schemas.PutDepot, area_id: UUID) -> None:
    point = None if order.lon is None or order.lat is None else (order.lon, order.lat)
    place = geo.place(
        session, found.id, kind="depot", name=order.name, area_id=area_id, point=point,
        drill_id=found.drill_id,
    )  # fmt: skip
    session.flush()
    account = account_at(session, place, AccountKind.DEPOT)
    if account.area_id != area_id:
        account.area_id = area_id
        session.execute(
            update(Balance).where(Balance.account_id == account.id).values(area_id=area_id)
        )


def _set_minimums(session: Session, found: Depot, order: schemas.PutDepot) -> None:
    session.execute(delete(DepotMinimum).where(DepotMinimum.depot_id == found.id))
    for code, quantity in sorted(order.minimums.items()):
        items.item(session, code)
        session.add(DepotMinimum(depot_id=found.id, item_code=code, quantity=quantity))


def check_open(session: Session, place_id: UUID) -> None:
    """Raise IllegalTransition while a depot is shut."""
    if shut := register.shut_why(session, place_id):
        words = _("This depot is shut (%(why)s): nothing leaves before it opens.", why=shut)
        raise IllegalTransition(words)
