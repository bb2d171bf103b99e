"""What of the stockpile somebody must deal with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from relief_ops import clock, parameters
from relief_ops.disasters.items import queries as items
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from stockpile.queries import figures, road
from stockpile.rules import ShipmentState, minimum_state

NEAR, WARN = "stock.near_expiry_days", "stock.warn_expiry_days"
OVERDUE = "shipment.overdue_minutes"


def attention(session: Session, view: View) -> list[Attention]:
    """Return depots below their minimum, lots about to expire, and shipments overdue."""
    held = parameters.values(session, (NEAR, WARN, OVERDUE), on=view.on)
    number = {key: int(found.value) for key, found in held.items()}
    return [
        *_below(session, view),
        *_expiring(session, view, near=number.get(NEAR, 0), warn=number.get(WARN, 0)),
        *_overdue(session, view, minutes=number.get(OVERDUE, 0)),
    ]


def _below(session: Session, view: View) -> Iterable[Attention]:
    catalogue = {each.code: each for each in items.items(session)}
    morning = _start_of(view, clock.local(view.now).replace(hour=0, minute=0, second=0))
    for depot, code, on_hand, least in figures.shortfalls(session, view):
        item = catalogue[code]
        share = Decimal(100 * on_hand / least).quantize(Decimal(1))
        yield Attention(
            key=f"stock:minimum:{depot.id}:{code}",
            state=minimum_state(on_hand, least),
            kind="stock_minimum",
            title=_("%(depot)s: below the minimum", depot=depot.name),
            detail=f"{items.name_of(item)} {on_hand} / {least} {items.unit_of(item)} ({share} %)",
            area_id=depot.area_id,
            since=morning,
            href=f"/stock/depots/{depot.id}",
        )


def _start_of(view: View, day: datetime) -> datetime:
    """Return midnight of the view's local day; how long it has been so is not kept."""
    return datetime.combine(day.date(), time(0), tzinfo=clock.LOCAL).astimezone(view.now.tzinfo)


def _expiring(session: Session, view: View, *, near: int, warn: int) -> Iterable[Attention]:
    today = figures.today(view)
    until = today + timedelta(days=max(near, warn))
    for depot, lot, item, on_hand in figures.expiring(session, view, until=until):
        assert lot.expires_on is not None
        began = lot.expires_on - timedelta(days=max(near, warn))
        yield Attention(
            key=f"stock:expiry:{depot.id}:{lot.id}",
            # Weeks ahead is no alarm for a storm night; the stock page shows it in full.
            state="act" if lot.expires_on <= today else "watch",
            kind="stock_expiry",
            title=_("%(depot)s: a lot expires", depot=depot.name),
            detail=f"{items.name_of(item)} {on_hand} {items.unit_of(item)} · {lot.expires_on}",
            area_id=depot.area_id,
            since=datetime.combine(began, time(0), tzinfo=clock.LOCAL),
            href=f"/stock/items/{item.code}",
        )


def _overdue(session: Session, view: View, *, minutes: int) -> Iterable[Attention]:
    if view.disaster_id is None:
        return
    for each in road.shipments(session, view, state=ShipmentState.ON_THE_WAY):
        found = each.shipment
        if found.eta is None or found.eta + timedelta(minutes=minutes) > view.now:
            continue
        yield Attention(
            key=f"shipment:overdue:{found.id}",
            state="act",
            kind="shipment_overdue",
            title=_("%(place)s: a shipment is overdue", place=each.to_name),
            detail=f"{each.from_name} → {each.to_name} {found.vehicle}".strip(),
            area_id=found.to_area,
            since=found.eta,
            href=f"/stock/shipments/{found.id}",
        )
