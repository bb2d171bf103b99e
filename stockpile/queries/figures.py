"""What the stockpile shows elsewhere: map layers, the headline, a drawer section, search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo
from relief_ops.disasters.boards.queries import proposed_total
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Figure, Headline, View
from stockpile.models import Account, Balance, Depot, Lot
from stockpile.queries import balances, register, road
from stockpile.queries.register import below
from stockpile.rules import AccountKind, ShipmentState, cover_days, minimum_state

SHELTERED, SHELTERS = "sheltered_now", "shelters"
SHOWN = 8
DRINK = "water"
SCARCE_DAYS, LOW_DAYS = 1, 3
WORST = {"act": 0, "watch": 1, "ok": 2}


def today(view: View) -> date:
    """Return the local day of the view's present."""
    return clock.local_date(view.at or view.now)


def _usable(view: View) -> ColumnElement[bool]:
    """Return the SQL condition that a lot may serve anybody: unexpired, and not bound elsewhere."""
    kept = Lot.expires_on.is_(None) | (Lot.expires_on > today(view))
    free = Lot.disaster_id.is_(None) & (Lot.purpose == "")
    if view.disaster_id is not None:
        free = free | (Lot.disaster_id == view.disaster_id)
    return kept & free


def _held(session: Session, view: View) -> dict[UUID, dict[str, int]]:
    """Return what each depot of the view's area holds per item that may serve somebody."""
    rows = session.execute(
        select(Balance.account_id, Balance.item_code, func.sum(Balance.on_hand))
        .join(Depot, Depot.id == Balance.account_id)
        .join(Lot, Lot.id == Balance.lot_id)
        .where(Balance.area_id.in_(below(view.area_id)), Balance.on_hand > 0, _usable(view))
        .group_by(Balance.account_id, Balance.item_code)
    )
    held: dict[UUID, dict[str, int]] = {}
    for depot_id, code, quantity in rows:
        held.setdefault(depot_id, {})[code] = int(quantity)
    return held


def shortfalls(
    session: Session, view: View, depots: Iterable[Depot]
) -> list[tuple[Depot, str, int, int]]:
    """Return (depot, item code, on hand, minimum) wherever one of these is below its minimum.

    Of what may serve somebody; an item merged into another counts as that, and so does its least.
    """
    by_id = {each.id: each for each in depots}
    minimums = register.minimums(session, by_id)
    if not minimums:
        return []
    goes_as = _goes_as(session)
    least, there = Counter[tuple[UUID, str]](), Counter[tuple[UUID, str]]()
    for each in minimums:
        least[each.depot_id, goes_as[each.item_code]] += each.quantity
    for depot_id, held in _held(session, view).items():
        for code, quantity in held.items():
            there[depot_id, goes_as[code]] += quantity
    return [
        (by_id[depot_id], code, there[depot_id, code], quantity)
        for (depot_id, code), quantity in least.items()
        if there[depot_id, code] < quantity
    ]


def _goes_as(session: Session) -> dict[str, str]:
    """Return by item what it counts as: the one it was merged into, or itself."""
    return {each.code: each.merged_into or each.code for each in items.items(session)}


def depot_features(session: Session, view: View) -> dict[str, Any]:
    """Return the depots as points with what they hold most of and how they stand."""
    depots = register.depots(session, view)
    points = register.points(session, [each.id for each in depots])
    held = _held(session, view)
    states: dict[UUID, str] = {}
    for depot, _code, on_hand, least in shortfalls(session, view, depots):
        state = minimum_state(on_hand, least)
        states[depot.id] = min(state, states.get(depot.id, "ok"), key=WORST.__getitem__)
    catalogue = {each.code: each for each in items.items(session)}
    return {
        "type": "FeatureCollection",
        "features": [
            _depot(each, points[each.id], _words(held.get(each.id, {}), catalogue),
                   states.get(each.id, "ok"), view)
            for each in depots
            if each.id in points
        ],
    }  # fmt: skip


def _words(held: dict[str, int], catalogue: dict[str, Item]) -> list[str]:
    """Return what a depot holds in words, in the catalogue's order."""
    order = sorted(held, key=lambda code: (catalogue[code].position, code))
    return [
        f"{items.name_of(catalogue[code])} {held[code]} {items.unit_of(catalogue[code])}"
        for code in order[:SHOWN]
    ]


def _depot(
    depot: Depot, point: tuple[float, float], words: list[str], state: str, view: View
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": str(depot.id),
        "geometry": {"type": "Point", "coordinates": [round(each, 5) for each in point]},
        "properties": {
            "kind": "depot",
            "name": depot.name,
            "as_of": view.at or view.now,
            "source": "",
            "state": state,
            "items": words,
            "href": f"/stock/depots/{depot.id}",
            "drill": depot.drill_id is not None,
        },
    }


def shipment_features(session: Session, view: View) -> dict[str, Any]:
    """Return what is on the road as lines from origin to destination; not the way driven."""
    found = road.shipments(session, view, state=ShipmentState.ON_THE_WAY)
    loads = road.loads(session, [each.shipment.id for each in found])
    return {
        "type": "FeatureCollection",
        "features": [
            _line(each, loads.get(each.shipment.id, []), view) for each in found if each.coordinates
        ],
    }


def _line(each: road.OnTheRoad, load: Any, view: View) -> dict[str, Any]:
    found = each.shipment
    late = found.eta is not None and found.eta < view.now
    first = load[0][1] if load else None
    return {
        "type": "Feature",
        "id": str(found.id),
        "geometry": {"type": "LineString", "coordinates": each.coordinates},
        "properties": {
            "kind": "shipment",
            "name": f"{each.from_name} → {each.to_name}",
            "as_of": found.dispatched_at,
            "source": _("origin to destination, not the way driven"),
            "state": "act" if late else "ok",
            "item": first.code if first else "",
            "items": [
                f"{items.name_of(item)} {line.quantity} {items.unit_of(item)}"
                for line, item, _lot in load
            ],
            "quantity": sum(line.quantity for line, _item, _lot in load),
            "eta": found.eta,
            "href": f"/stock/shipments/{found.id}",
            "drill": found.drill_id is not None,
        },
    }


def cover(session: Session, view: View) -> Figure:
    """Return how many days food and water last those in shelters: the scarcest item counts.

    Water always counts, whether anybody ever had some or not, and so does having no food at all.
    """
    unit, href = _("days"), "/stock?item_class=food"
    if view.at is not None and view.at < view.now:
        # Who was in the shelters then is not on the board, so neither is the answer.
        return Figure(value=None, unit=unit, state="blind", href=href)
    people = _people(session, view)
    if not people:
        note = _("how many people are in shelters is not known")
        return Figure(value=None, unit=unit, state="blind", href=href, notes=(note,))
    held = _reachable(session, view)
    rationed = [each for each in items.items(session) if each.ration_milli]
    eaten = {each.code for each in rationed if each.code in held} - {DRINK}
    days = [
        (cover_days(held.get(item.code, 0), item.ration_milli or 0, people), item)
        for item in rationed
        if item.code == DRINK or item.code in eaten
    ]
    known = sorted(((value, item) for value, item in days if value is not None),
                   key=lambda each: (each[0], each[1].position))  # fmt: skip
    if not known or not eaten:
        nothing = _("nothing to eat lies anywhere")
        return Figure(value=0, unit=unit, state="act", href=href, as_of=view.now, notes=(nothing,))
    least = known[0][0]
    notes = tuple(f"{items.name_of(item)} {value} {unit}" for value, item in known)
    return Figure(
        value=least, unit=unit, as_of=view.now, source=_("stock ledger"),
        state="act" if least < SCARCE_DAYS else "watch" if least < LOW_DAYS else "ok",
        href=href, notes=(_("for %(people)d people in shelters", people=people), *notes),
    )  # fmt: skip


def _people(session: Session, view: View) -> int | None:
    if view.disaster_id is None:
        return None
    return proposed_total(
        session, view.disaster_id, view.area_id, indicator=SHELTERED, source=SHELTERS
    )


def _reachable(session: Session, view: View) -> dict[str, int]:
    """Return per item what may serve those in shelters of the view's area: 0 where it did once.

    It lies in open depots and at the places themselves, unexpired, and bound to nothing else.
    """
    at_hand = Depot.shut_at.is_(None) & _usable(view)
    rows = session.execute(
        select(Balance.item_code, func.sum(case((at_hand, Balance.on_hand), else_=0)))
        .join(Account, Account.id == Balance.account_id)
        .join(Lot, Lot.id == Balance.lot_id)
        .outerjoin(Depot, Depot.id == Balance.account_id)
        .where(
            Balance.area_id.in_(below(view.area_id)),
            Account.kind.in_((AccountKind.DEPOT, AccountKind.SHELTER)),
        )
        .group_by(Balance.item_code)
    )
    held, goes_as = Counter[str](), _goes_as(session)
    for code, quantity in rows:
        held[goes_as[code]] += int(quantity)
    return held


def panel(session: Session, view: View) -> dict[str, Any] | None:
    """Return what lies in an area's depots per item, for its drawer."""
    held = balances.sums(session, view)
    if not held:
        return None
    rows = [
        (items.name_of(item), items.unit_of(item), *held[item.code])
        for item in items.items(session)
        if item.code in held and held[item.code][0]
    ]
    return {"rows": rows[:SHOWN], "more": max(0, len(rows) - SHOWN)}


def find_items(session: Session, _view: View, words: str) -> list[dict[str, str]]:
    """Return the items whose code or name holds the words."""
    wanted = words.strip().lower()
    return [
        {"title": items.name_of(each), "detail": each.spec, "href": f"/stock/items/{each.code}"}
        for each in items.items(session)
        if wanted in each.name_zh or wanted in each.name_en.lower() or each.code == wanted
    ]


def find_depots(session: Session, view: View, words: str) -> list[dict[str, str]]:
    """Return the depots whose name holds the words."""
    wanted = words.strip()
    return [
        {"title": each.name, "detail": each.address, "href": f"/stock/depots/{each.id}"}
        for each in register.depots(session, view)
        if wanted in each.name
    ]


def expiring(
    session: Session, view: View, *, until: date
) -> Iterable[tuple[Depot, Lot, Item, int]]:
    """Yield (depot, lot, item, on hand) of lots in depots that expire by a day."""
    rows = session.execute(
        select(Depot, Lot, Item, Balance.on_hand)
        .join(Balance, Balance.account_id == Depot.id)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(Item, Item.code == Balance.item_code)
        .where(Balance.on_hand > 0, Lot.expires_on <= until, Depot.area_id.in_(below(view.area_id)))
        .order_by(Lot.expires_on, Depot.name)
    )
    for row in rows:
        yield row[0], row[1], row[2], row[3]


def on_the_wall(session: Session, view: View) -> list[Headline]:
    """Return how long food and water last those in shelters, as the strip says it."""
    if view.disaster_id is None:
        return []
    found = cover(session, view)
    return [
        Headline(
            id="cover", title=_("Food and water last"), unit=found.unit, as_of=found.as_of,
            words="" if found.value is None else f"{found.value}", state=found.state,
            source=found.source or _("stock ledger"), says=found.notes[0] if found.notes else "",
        )
    ]  # fmt: skip


def promised_expired(session: Session, view: View) -> list[tuple[geo.Place, Lot, Item, int]]:
    """Return what is promised of lots that have expired by now, by place, the oldest first.

    A shelter that gives what it has too much of is a place as well as any depot.
    """
    rows = session.execute(
        select(geo.Place, Lot, Item, Balance.promised)
        .join(Balance, Balance.account_id == geo.Place.id)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(Item, Item.code == Balance.item_code)
        .where(
            Balance.promised > 0, Lot.expires_on <= today(view),
            geo.Place.area_id.in_(below(view.area_id)), register.here(geo.Place),
        )
        .order_by(geo.Place.name, geo.Place.id, Lot.expires_on)
    )  # fmt: skip
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def promised_in_shut(session: Session, view: View) -> list[tuple[Depot, int]]:
    """Return the shut depots of the view's area with the pieces promised from each, if any."""
    promised = func.sum(Balance.promised)
    rows = session.execute(
        select(Depot, promised)
        .join(Balance, Balance.account_id == Depot.id)
        .where(Depot.shut_at.is_not(None), Depot.area_id.in_(below(view.area_id)))
        .group_by(*Depot.__table__.columns)
        .having(promised > 0)
        .order_by(Depot.name, Depot.id)
    )
    return [(row[0], int(row[1])) for row in rows]
