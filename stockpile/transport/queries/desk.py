"""What the desk shows of trucks: where they are, which is stuck or silent, what was short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import parameters
from relief_ops.disasters.items import queries as items
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from stockpile.models import Movement, Shipment
from stockpile.queries import road
from stockpile.rules import Move, ShipmentState
from stockpile.transport.queries.reading import Underway, underway
from stockpile.transport.rules import Cause, Sight, is_silent

SILENT, OVERDUE = "shipment.silent_minutes", "shipment.overdue_minutes"
DIFFERENCE_DAYS = 7


def cause_words() -> dict[str, str]:
    """Return what holds a truck up."""
    return {
        Cause.FLOODED: _("road under water"),
        Cause.BLOCKED: _("road blocked"),
        Cause.BREAKDOWN: _("breakdown"),
        Cause.ACCIDENT: _("accident"),
        Cause.OTHER: _("something else"),
    }


def truck_features(session: Session, view: View) -> dict[str, Any]:
    """Return each truck that said where it is as a point, and when it should arrive."""
    found = [each for each in underway(session, view) if each.position]
    loads = road.loads(session, [each.road.shipment.id for each in found])
    return {
        "type": "FeatureCollection",
        "features": [_truck(each, loads.get(each.road.shipment.id, []), view) for each in found],
    }


def _truck(each: Underway, load: Any, view: View) -> dict[str, Any]:
    shipment, place, word = each.road.shipment, each.position, each.word
    assert place is not None
    late = each.expected_at is not None and each.expected_at < view.now
    stuck = word if word and word.kind == Sight.HELD_UP else None
    return {
        "type": "Feature",
        "id": f"truck-{shipment.id}",
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
        "properties": {
            "kind": "truck",
            "name": f"{each.road.from_name} → {each.road.to_name}",
            "as_of": place.seen_at,
            "source": cause_words()[stuck.cause] if stuck else _("said by the driver's phone"),
            "state": "act" if stuck else "watch" if late else "ok",
            "items": [
                f"{items.name_of(item)} {line.quantity} {items.unit_of(item)}"
                for line, item, _lot in load
            ],
            "eta": each.expected_at,
            "href": f"/stock/shipments/{shipment.id}/way",
            "drill": shipment.drill_id is not None,
        },
    }


def attention(session: Session, view: View) -> list[Attention]:
    """Return trucks that stand, say nothing or wait to be counted, and loads other than sent."""
    if view.disaster_id is None:
        return []
    held = parameters.values(session, (SILENT, OVERDUE), on=view.on)
    limits = {key: int(found.value) for key, found in held.items()}
    trucks = underway(session, view)
    found = [_entry(each, one) for each in trucks if (one := _of(each, view, limits))]
    return [*found, *differences(session, view)]


@dataclass(frozen=True)
class Trouble:
    """What is the matter with a truck, since when, and what is said of it."""

    what: str
    state: str
    title: str
    since: datetime
    why: str = ""


def _of(each: Underway, view: View, limits: dict[str, int]) -> Trouble | None:
    """Return what is the matter with one truck, the worst first."""
    last, word, place = each.last, each.word, each.road.to_name
    if word and word.kind == Sight.HELD_UP:
        title = _("%(place)s: the truck is held up", place=place)
        return Trouble("held_up", "act", title, word.seen_at, cause_words()[word.cause])
    if word and word.kind == Sight.LOAD_DIFFERS:
        title = _("%(place)s: the driver counted another load", place=place)
        return Trouble("load_differs", "act", title, word.seen_at)
    if word and word.kind == Sight.ARRIVED:
        if view.now - word.seen_at <= timedelta(minutes=limits.get(OVERDUE, 0)):
            return None
        title = _("%(place)s: the truck is there, nobody signed", place=place)
        return Trouble("unsigned", "act", title, word.seen_at)
    late = _late(each, view, limits)
    taken = each.trip.taken_at if each.trip else None
    heard = last.received_at if last else taken
    if heard is None and each.expected_at is None:
        heard = each.road.shipment.dispatched_at  # nobody can say when it should be there
    if heard and is_silent(heard, view.now, minutes=limits.get(SILENT, 0)):
        title = _("%(place)s: the truck says nothing", place=place)
        return Trouble("silent", "act" if late else "watch", title, heard)
    return late


def _late(each: Underway, view: View, limits: dict[str, int]) -> Trouble | None:
    """Return that a truck nobody gave a time of arrival is later than its way takes.

    One with such a time is late by that, which the stock's own entry says.
    """
    due = each.expected_at
    if each.road.shipment.eta is not None or due is None:
        return None
    if due + timedelta(minutes=limits.get(OVERDUE, 0)) > view.now:
        return None
    title = _("%(place)s: a shipment is overdue", place=each.road.to_name)
    return Trouble("overdue", "act", title, due, _("worked out from its way"))


def _entry(each: Underway, found: Trouble) -> Attention:
    shipment = each.road.shipment
    way = f"{each.road.from_name} → {each.road.to_name} {shipment.vehicle}".strip()
    return Attention(
        key=f"truck:{found.what}:{shipment.id}:{int(found.since.timestamp())}",
        state=found.state,
        kind=f"truck_{found.what}",
        title=found.title,
        detail=f"{found.why} · {way}" if found.why else way,
        area_id=shipment.to_area,
        since=found.since,
        href=f"/stock/shipments/{shipment.id}/way",
    )


def differences(session: Session, view: View) -> Iterator[Attention]:
    """Yield each shipment of the last week that was counted, or came back, other than sent.

    It stands until somebody settles it in the queue: what is missing was somebody's. What came
    back is its depot's to look into; the place it was to go to saw nothing of it.
    """
    wrong = (
        select(Movement.shipment_id)
        .join(Shipment, Shipment.id == Movement.shipment_id)
        .where(
            Shipment.disaster_id == view.disaster_id,
            Shipment.ended_at > view.now - timedelta(days=DIFFERENCE_DAYS),
            Movement.kind.in_((Move.DAMAGE, Move.SHORTAGE, Move.SURPLUS)),
        )
    )
    found = road.shipments(session, view, only=Shipment.id.in_(wrong))
    loads = road.loads(session, [each.shipment.id for each in found])
    for each in found:
        if each.shipment.ended_at is None:
            continue
        back = each.shipment.state == ShipmentState.TURNED_BACK
        short, damaged, more = _sums(loads.get(each.shipment.id, []))
        title = (
            _("%(place)s: came back other than sent", place=each.from_name)
            if back
            else _("%(place)s: counted other than sent", place=each.to_name)
        )
        detail = _(
            "short %(short)d, damaged %(damaged)d, more %(more)d", short=short, damaged=damaged,
            more=more,
        )  # fmt: skip
        yield Attention(
            key=f"shipment:difference:{each.shipment.id}",
            state="watch",
            kind="shipment_difference",
            title=title,
            detail=f"{detail} · {each.from_name} → {each.to_name}",
            area_id=each.shipment.from_area if back else each.shipment.to_area,
            since=each.shipment.ended_at,
            href=f"/stock/shipments/{each.shipment.id}/way",
        )


def _sums(load: Any) -> tuple[int, int, int]:
    lines = [line for line, _item, _lot in load]
    short = sum(max(each.quantity - each.received - each.damaged, 0) for each in lines)
    more = sum(max(each.received + each.damaged - each.quantity, 0) for each in lines)
    return short, sum(each.damaged for each in lines), more
