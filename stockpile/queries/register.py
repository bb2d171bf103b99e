"""Reading depots, accounts, lots and movements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo
from relief_ops.auth import require
from relief_ops.auth.scope import visible
from relief_ops.disasters.models import Drill
from relief_ops.errors import Invalid, NotFound
from relief_ops.geo.models import AreaClosure
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from stockpile.models import Account, Depot, DepotMinimum, Lot, Movement

MOST_PLACES = 300
ANY_DRILL = {"any_drill": True}
# The ledger posts between accounts of several areas, counter-accounts included; whoever asked
# was allowed the act itself (`require`), so its own look-ups are not cut to his areas.
LEDGER = {"any_drill": True, "scope": "shared"}


def below(area_id: UUID) -> Any:
    """Return the SQL set of an area and everything under it."""
    return select(AreaClosure.area_id).where(AreaClosure.ancestor_id == area_id)


def depots(session: Session, view: View) -> list[Depot]:
    """Return the depots of the view's area, real ones or the drill's, by name."""
    statement = select(Depot).where(Depot.area_id.in_(below(view.area_id)))
    return list(session.scalars(statement.order_by(Depot.name, Depot.id)))


def depot(session: Session, depot_id: UUID) -> Depot:
    """Return one depot of whatever drill. Raises NotFound outside the viewer's areas."""
    found = session.scalar(select(Depot).where(Depot.id == depot_id).execution_options(**ANY_DRILL))
    if found is None:
        raise NotFound(_("There is no such depot, or not in your areas."))
    return found


def depot_area(session: Session, depot_id: UUID) -> UUID | None:
    """Return the area a depot lies in, whoever holds it; None if there is no such depot."""
    wanted = select(Depot.area_id).where(Depot.id == depot_id)
    found: UUID | None = session.scalar(wanted.execution_options(**LEDGER))
    return found


def shut_why(session: Session, place_id: UUID) -> str:
    """Return why a depot is shut; nothing for one that is open, and for what is no depot."""
    why = select(Depot.shut_why).where(Depot.id == place_id, Depot.shut_at.is_not(None))
    return session.scalar(why.execution_options(**LEDGER)) or ""


def giver(session: Session, place_id: UUID) -> geo.Place:
    """Return a place goods may leave: a depot, or a shelter with too much. Raises NotFound."""
    found = session.scalar(select(geo.Place).where(geo.Place.id == place_id, here(geo.Place)))
    if found is None:
        raise NotFound(_("There is no such depot, or not in your areas."))
    return found


def here(place: Any) -> Any:
    """Return the SQL condition that a place, or one of its aliases, lies in the viewer's areas."""
    return visible(place.area_id)


def minimums(session: Session, depot_ids: Iterable[UUID]) -> list[DepotMinimum]:
    """Return the least these depots should hold, by item."""
    statement = select(DepotMinimum).where(DepotMinimum.depot_id.in_(list(depot_ids)))
    return list(session.scalars(statement))


def points(session: Session, place_ids: Iterable[UUID]) -> dict[UUID, tuple[float, float]]:
    """Return (longitude, latitude) of the places that have a point."""
    place = geo.Place
    rows = session.execute(
        select(place.id, func.ST_X(place.point), func.ST_Y(place.point)).where(
            place.id.in_(list(place_ids)), place.point.is_not(None)
        )
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def place(session: Session, place_id: UUID) -> geo.Place:
    """Return a place. Raises NotFound."""
    found = session.get(geo.Place, place_id)
    if found is None:
        raise NotFound(_("There is no such place, or not in your areas."))
    return found


def places(session: Session, view: View) -> list[geo.Place]:
    """Return where goods of the view's area may lie, by name: depots first, then shelters.

    Where it has very many shelters, only those that have or had goods of ours are among them.
    """
    place = geo.Place
    world = place.drill_id.is_(None) if view.drill_id is None else place.drill_id == view.drill_id
    found = select(place).where(
        place.kind.in_(("depot", "shelter")), world, place.area_id.in_(below(view.area_id)),
        here(place),
    )  # fmt: skip
    order = (place.kind, place.name, place.id)
    rows = list(session.scalars(found.order_by(*order).limit(MOST_PLACES + 1)))
    if len(rows) <= MOST_PLACES:
        return rows
    known = select(Account.place_id).where(Account.place_id.is_not(None))
    narrow = found.where(place.kind.in_(("depot",)) | place.id.in_(known)).order_by(*order)
    return list(session.scalars(narrow.execution_options(**ANY_DRILL)))


def may_touch(session: Session, place_ids: Iterable[UUID | None], permission: str) -> UUID:
    """Return the actor's id if he may do this at every one of the places."""
    actor_id = require(permission)
    for place_id in place_ids:
        if place_id is not None:
            actor_id = require(permission, place(session, place_id).area_id)
    return actor_id


def account(session: Session, account_id: UUID) -> Account | None:
    """Return an account of the ledger, or None."""
    found: Account | None = session.scalar(
        select(Account).where(Account.id == account_id).execution_options(**LEDGER)
    )
    return found


def lot(session: Session, lot_id: UUID) -> Lot | None:
    """Return a lot of whatever drill, or None."""
    found: Lot | None = session.scalar(
        select(Lot).where(Lot.id == lot_id).execution_options(**LEDGER)
    )
    return found


def movement(session: Session, movement_id: UUID) -> Movement:
    """Return an entry of the ledger. Raises NotFound."""
    found = session.scalar(
        select(Movement).where(Movement.id == movement_id).execution_options(**LEDGER)
    )
    if found is None:
        raise NotFound(_("There is no such movement."))
    return found


def corrected_by(session: Session, movement_id: UUID) -> UUID | None:
    """Return the movement that took this one back, if any did."""
    found: UUID | None = session.scalar(
        select(Movement.id).where(Movement.corrects == movement_id).execution_options(**LEDGER)
    )
    return found


def movements(
    session: Session, account_id: UUID, *, item: str | None = None, limit: int = 200
) -> list[Movement]:
    """Return an account's entries, the latest first; the caller may see the account."""
    statement = select(Movement).where(
        or_(Movement.from_account == account_id, Movement.to_account == account_id)
    )
    if item:
        statement = statement.where(Movement.item_code == item)
    statement = statement.order_by(Movement.seq.desc(), Movement.line.desc()).limit(limit)
    return list(session.scalars(statement.execution_options(**LEDGER)))


def changes(session: Session, account_id: UUID, lot_id: UUID) -> list[tuple[datetime, int]]:
    """Return (instant, signed quantity) of every entry of one lot in one account."""
    rows = session.execute(
        select(Movement.at, Movement.to_account, Movement.quantity)
        .where(
            Movement.lot_id == lot_id,
            or_(Movement.from_account == account_id, Movement.to_account == account_id),
        )
        .execution_options(**LEDGER)
    )
    return [(at, quantity if to == account_id else -quantity) for at, to, quantity in rows]


def now_in(session: Session, drill_id: UUID | None) -> datetime:
    """Return the present instant: drill time in a drill."""
    return clock.now(session.get(Drill, drill_id) if drill_id else None)


def drill(session: Session, drill_id: UUID | None) -> UUID | None:
    """Return the drill's id if there is such a drill. Raises Invalid."""
    if drill_id is not None and session.get(Drill, drill_id) is None:
        raise Invalid(_("There is no such drill."))
    return drill_id


def shown_depot(
    found: Depot, tree: geo.AreaTree, point: tuple[float, float] | None,
    least: Iterable[DepotMinimum],
) -> dict[str, Any]:  # fmt: skip
    """Return a depot as the API shows it."""
    return {
        "id": found.id,
        "name": found.name,
        "area_code": tree.node(found.area_id).code,
        "area": tree.node(found.area_id).name,
        "address": found.address,
        "mode": found.mode,
        "opens": clock_time(found.opens_at),
        "closes": clock_time(found.closes_at),
        "point": point,
        "owner": found.owner,
        "shut": found.shut_why,
        "minimums": {row.item_code: row.quantity for row in least if row.depot_id == found.id},
        "drill": found.drill_id is not None,
        "revision": found.revision,
    }


def clock_time(at: time | None) -> str | None:
    """Return a time of the day in hours and minutes."""
    return at.strftime("%H:%M") if at else None


def shown_movement(found: Movement, corrected: UUID | None = None) -> dict[str, Any]:
    """Return an entry of the ledger as the API shows it; linked to its correction both ways."""
    return {
        "id": found.id,
        "seq": found.seq,
        "kind": found.kind,
        "from": found.from_account,
        "to": found.to_account,
        "item": found.item_code,
        "lot": found.lot_id,
        "quantity": found.quantity,
        "reason": found.reason,
        "document": found.document,
        "at": found.at,
        "booked_at": found.booked_at,
        "actor_id": found.actor_id,
        "corrects": found.corrects,
        "corrected_by": corrected,
        "shipment_id": found.shipment_id,
        "handout_id": found.handout_id,
    }
