"""Reading who has which key, and what it means for the queue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from relief_ops import clock, vault
from relief_ops.cases.rules.identity import masked_name, masked_phone
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from stockpile.keys.models import DepotKey
from stockpile.keys.rules import holds
from stockpile.models import Depot
from stockpile.queries import register, road
from stockpile.queries.register import LEDGER
from stockpile.rules import closed_since, wait_hours

TABLE = DepotKey.__tablename__


@dataclass(frozen=True)
class Line:
    """A depot with who has its key now and next, hours until it opens, and what waits there."""

    depot: Depot
    now: list[DepotKey]
    next: list[DepotKey]
    waits: float
    loads: int


def key(session: Session, key_id: UUID, *, lock: bool = False) -> DepotKey:
    """Return one key. Raises NotFound outside the viewer's areas."""
    found = find(session, key_id, lock=lock)
    if found is None:
        raise NotFound(_("There is no such key, or not in your areas."))
    return found


def find(session: Session, key_id: UUID, *, lock: bool = False) -> DepotKey | None:
    """Return one key of a depot in the viewer's areas, None if there is none."""
    statement = select(DepotKey).where(DepotKey.id == key_id)
    if lock:
        statement = statement.with_for_update()
    found: DepotKey | None = session.scalar(statement.execution_options(**LEDGER))
    if found is not None:
        register.depot(session, found.depot_id)  # it goes where its depot goes
    return found


def standing(session: Session, depot_ids: Iterable[UUID], at: datetime) -> list[DepotKey]:
    """Return the keys of depots somebody has, or will have, the earliest first."""
    row = DepotKey
    statement = select(row).where(
        row.depot_id.in_(list(depot_ids)), ~row.back, or_(row.until_at.is_(None), row.until_at > at)
    )
    return list(
        session.scalars(statement.order_by(row.from_at, row.id).execution_options(**LEDGER))
    )


def held(session: Session, depot_ids: Iterable[UUID], at: datetime) -> set[UUID]:
    """Return those depots whose key somebody has at an instant."""
    found = standing(session, depot_ids, at)
    return {each.depot_id for each in found if holds(each.from_at, each.until_at, at)}


def board(session: Session, view: View) -> list[Line]:
    """Return the depots of the view's area with their keys: closed ones nobody opens first."""
    depots = register.depots(session, view)
    keys: dict[UUID, list[DepotKey]] = defaultdict(list)
    for each in standing(session, [depot.id for depot in depots], view.now):
        keys[each.depot_id].append(each)
    leaving = (each for each in road.to_ship(session, view) if not each.awaits_order)
    loads = Counter(each.line.depot_id for each in leaving)
    here = clock.local(view.now)
    found = []
    for depot in depots:
        now = [each for each in keys[depot.id] if holds(each.from_at, each.until_at, view.now)]
        later = [each for each in keys[depot.id] if each not in now]
        waits = wait_hours(depot.opens_at, depot.closes_at, here)
        found.append(Line(depot, now, later, waits, loads[depot.id]))
    return sorted(found, key=lambda each: (not each.waits or bool(each.now), -each.loads))


def attention(session: Session, view: View) -> list[Attention]:
    """Return the depots that are closed, with goods that should leave and nobody to open."""
    return [
        Attention(
            key=f"key:{each.depot.id}",
            state="act",
            kind="depot_key",
            title=_("%(depot)s: goods are to leave, it is closed and nobody has the key",
                    depot=each.depot.name),
            detail=_("%(n)d promises wait there", n=each.loads),
            area_id=each.depot.area_id,
            since=closed_since(each.depot.closes_at, clock.local(view.now)),
            href=f"/stock/keys?disaster={view.disaster_id}" if view.disaster_id else "/stock/keys",
        )
        for each in board(session, view)
        if each.loads and each.waits and not each.now and each.depot.closes_at
    ]  # fmt: skip


def contact(found: DepotKey) -> dict[str, str]:
    """Return whom to call, in full."""
    return {
        name: vault.unseal(TABLE, name, found.id, sealed) if sealed else ""
        for name, sealed in (("name", found.name_sealed), ("phone", found.phone_sealed))
    }


def shown(found: DepotKey) -> dict[str, Any]:
    """Return a key as the API shows it; whom to call is masked."""
    said = contact(found)
    return {
        "id": found.id,
        "depot": found.depot_id,
        "name": masked_name(said["name"]),
        "phone": masked_phone(said["phone"]),
        "from_at": found.from_at,
        "until_at": found.until_at,
        "back": found.back,
        "drill": found.drill_id is not None,
        "revision": found.revision,
    }
