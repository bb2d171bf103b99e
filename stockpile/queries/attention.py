"""What of the stockpile somebody must deal with: a line a depot, never a line a lot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock, parameters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from stockpile.models import Depot
from stockpile.queries import figures, register, road
from stockpile.rules import ShipmentState, minimum_state

NEAR, WARN = "stock.near_expiry_days", "stock.warn_expiry_days"
OVERDUE = "shipment.overdue_minutes"
NAMED = 3


def attention(session: Session, view: View) -> list[Attention]:
    """Return depots below their minimum, lots about to expire, and shipments overdue."""
    held = parameters.values(session, (NEAR, WARN, OVERDUE), on=view.on)
    number = {key: int(found.value) for key, found in held.items()}
    return [
        *_shut(session, view),
        *_promised_expired(session, view),
        *_below(session, view),
        *_expiring(session, view, near=number.get(NEAR, 0), warn=number.get(WARN, 0)),
        *_overdue(session, view, minutes=number.get(OVERDUE, 0)),
    ]


def _shut(session: Session, view: View) -> Iterable[Attention]:
    """Yield one entry for each shut depot in which goods are promised that cannot leave."""
    for depot, pieces in figures.promised_in_shut(session, view):
        yield Attention(
            key=f"stock:shut:{depot.id}",
            state="act",
            kind="stock_shut",
            title=_("%(depot)s is shut with %(n)d promised pieces", depot=depot.name, n=pieces),
            detail=depot.shut_why,
            area_id=depot.area_id,
            since=depot.shut_at or view.now,
            href=f"/stock/depots/{depot.id}",
        )


def _promised_expired(session: Session, view: View) -> Iterable[Attention]:
    """Yield one entry for each depot, or giving shelter, where what is promised has expired."""
    for depot, mine in _by_depot(figures.promised_expired(session, view)):
        words = [
            f"{items.name_of(item)} {pieces} {items.unit_of(item)} · {lot.expires_on}"
            for _d, lot, item, pieces in mine
        ]
        pieces = sum(each[3] for each in mine)
        yield Attention(
            key=f"stock:promised_expired:{depot.id}",
            state="act",
            kind="stock_promised_expired",
            title=_("%(depot)s: %(n)d promised pieces have expired: give the promise back",
                    depot=depot.name, n=pieces),
            detail=_list(words),
            area_id=depot.area_id,
            since=datetime.combine(mine[0][1].expires_on, time(0), tzinfo=clock.LOCAL),
            href=f"/stock/depots/{depot.id}"
            if depot.kind == "depot"
            else f"/stock/count?depot={depot.id}",
        )  # fmt: skip


def _below(session: Session, view: View) -> Iterable[Attention]:
    """Yield one entry for each depot, however many of its items are short."""
    catalogue = {each.code: each for each in items.items(session)}
    morning = _start_of(view, clock.local(view.now).replace(hour=0, minute=0, second=0))
    for depot, short in _by_depot(
        figures.shortfalls(session, view, register.depots(session, view))
    ):
        words = [_short(catalogue[code], on_hand, least) for _d, code, on_hand, least in short]
        only = catalogue[short[0][1]].code if len(short) == 1 else None
        yield Attention(
            key=f"stock:minimum:{depot.id}" + (f":{only}" if only else ""),
            state=min((minimum_state(each[2], each[3]) for each in short), key=_worst),
            kind="stock_minimum",
            title=_("%(depot)s: below the minimum", depot=depot.name)
            if only
            else _("%(depot)s: %(n)d items below the minimum", depot=depot.name, n=len(short)),
            detail=_list(words),
            area_id=depot.area_id,
            since=morning,
            href=f"/stock/depots/{depot.id}",
        )


def _short(item: Item, on_hand: int, least: int) -> str:
    share = Decimal(100 * on_hand / least).quantize(Decimal(1))
    return f"{items.name_of(item)} {on_hand} / {least} {items.unit_of(item)} ({share} %)"


def _by_depot(rows: Iterable[Any]) -> list[tuple[Any, list[Any]]]:
    """Return rows that begin with a depot, gathered by it, in the order they came."""
    found: dict[UUID, tuple[Any, list[Any]]] = {}
    for row in rows:
        found.setdefault(row[0].id, (row[0], []))[1].append(row)
    return list(found.values())


def _worst(state: str) -> int:
    return ("act", "watch", "ok").index(state)


def _list(words: list[str]) -> str:
    """Return the first few of many, and say that there are more."""
    return "、".join(words[:NAMED]) + ("…" if len(words) > NAMED else "")


def _start_of(view: View, day: datetime) -> datetime:
    """Return midnight of the view's local day; how long it has been so is not kept."""
    return datetime.combine(day.date(), time(0), tzinfo=clock.LOCAL).astimezone(view.now.tzinfo)


def _expiring(session: Session, view: View, *, near: int, warn: int) -> Iterable[Attention]:
    """Yield for each depot one entry for all lots about to expire, and one for those that have.

    Weeks ahead is no alarm for a storm night, and a full depot has dozens of such lots: the
    entry counts them, the stock page shows them.
    """
    today, ahead = figures.today(view), timedelta(days=max(near, warn))
    lots = list(figures.expiring(session, view, until=today + ahead))
    for depot, mine in _by_depot(lots):
        over = [each for each in mine if each[1].expires_on <= today]
        soon = [each for each in mine if each[1].expires_on > today]
        if over:
            title = _("%(depot)s: %(n)d lots expired", depot=depot.name, n=len(over))
            yield _lots(depot, over, "act", title, until=today, ahead=timedelta())
        if soon:
            title = _("%(depot)s: %(n)d lots expire soon", depot=depot.name, n=len(soon))
            yield _lots(depot, soon, "watch", title, until=today + ahead, ahead=ahead)


def _lots(
    depot: Depot, lots: list[Any], state: str, title: str, *, until: date, ahead: timedelta
) -> Attention:
    """Return the entry for some lots of one depot; it begins anew with each that joins."""
    latest = max(lot.expires_on for _d, lot, _i, _n in lots) - ahead
    words = [
        f"{items.name_of(item)} {on_hand} {items.unit_of(item)} · {lot.expires_on}"
        for _d, lot, item, on_hand in lots
    ]
    return Attention(
        key=f"stock:expiry:{depot.id}:{state}",
        state=state,
        kind="stock_expiry",
        title=title,
        detail=_list(words),
        area_id=depot.area_id,
        since=datetime.combine(latest, time(0), tzinfo=clock.LOCAL),
        href=f"/stock?depot={depot.id}&expires_by={until}&sort=expires",
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
