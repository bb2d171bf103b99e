"""A plan as the API, the page and the workbook show it: need by need, with what cut it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.auth import lookup
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from stockpile.models import Lot
from stockpile.plans.models import (
    AllocationLine,
    AllocationPin,
    AllocationPlan,
    AllocationShare,
    DispatchOrder,
)
from stockpile.plans.queries import reading


@dataclass(frozen=True)
class _Names:
    """What the rows of a plan refer to."""

    tree: geo.AreaTree
    depots: Mapping[UUID, str]
    places: Mapping[UUID, str]
    lots: Mapping[UUID, Lot]
    items: Mapping[str, Item]


def summary(session: Session, found: AllocationPlan, tree: geo.AreaTree) -> dict[str, Any]:
    """Return what a list says of a plan."""
    result = found.result or {}
    return {
        "id": found.id,
        "number": reading.number_of(session, found),
        "disaster_id": found.disaster_id,
        "area_code": tree.node(found.area_id).code,
        "area": tree.node(found.area_id).name,
        "kind": found.kind,
        "items": found.items,
        "keep_minimum": found.keep_minimum,
        "mind_trucks": found.mind_trucks,
        "least_life_days": found.least_life_days,
        "minutes_a_day": found.minutes_a_day,
        "state": found.state,
        "why": result.get("why", ""),
        "seconds": result.get("seconds"),
        "made_at": found.made_at,
        "ready_at": found.ready_at,
        "applied_at": found.applied_at,
        "refused_at": found.refused_at,
        "refused_because": found.refused_why,
        "figures": result.get("items", {}),
        "revision": found.revision,
    }


def shown_order(found: DispatchOrder) -> dict[str, Any]:
    """Return an order as the API shows it."""
    return {
        "id": found.id,
        "plan_id": found.plan_id,
        "means": found.means,
        "number": found.number,
        "signed_at": found.signed_at,
        "written_at": found.written_at,
        "revision": found.revision,
    }


def shown(
    session: Session, found: AllocationPlan, tree: geo.AreaTree, item: str | None = None
) -> dict[str, Any]:
    """Return a plan with every need (of an item), its lines, limit and what was fixed by hand."""
    order = reading.order_of(session, found.id)
    needs = needs_of(session, found, tree, item)
    return summary(session, found, tree) | {
        "order": shown_order(order) if order else None,
        "refused_by": shown_refusal(session, found),
        "needs": needs,
        "skipped": _skipped(session, found),
        "trucks": _trucks(session, found),
        "unweighed": _unweighed(session, found),
        "remedies": _remedies(session, found),
        "of_the_whole": all(each["of_the_whole"] for each in needs),
    }


def shown_refusal(session: Session, found: AllocationPlan) -> str:
    """Return who refused a plan; nothing if nobody did."""
    return lookup.names(session, [found.refused_by]).get(found.refused_by, "")


def tabs(session: Session, found: AllocationPlan) -> list[dict[str, Any]]:
    """Return the items of a plan with their totals in pieces, the worst covered first."""
    sums = reading.totals(session, found.id)
    rows = [
        {"code": each.code, "name": items.name_of(each), "unit": items.unit_of(each),
         "whole": whole, "cover": (mine["had"] + mine["got"]) / whole, **mine}
        for each in items.items(session) if (mine := sums.get(each.code))
        if (whole := mine["had"] + mine["quantity"])
    ]  # fmt: skip
    return sorted(rows, key=lambda each: (each["cover"], each["code"]))


def needs_of(
    session: Session, found: AllocationPlan, tree: geo.AreaTree, item: str | None = None
) -> list[dict[str, Any]]:
    """Return the needs of a plan that the viewer sees: lines, limit, what was fixed by hand."""
    shares = reading.shares(session, found.id, item)
    lines = reading.lines(session, found.id, item)
    fixed = reading.pins(session, found.id)
    named = {each.depot_id for each in fixed if each.depot_id}
    names = _names(session, tree, shares, lines, named)
    coming: dict[UUID, list[AllocationLine]] = defaultdict(list)
    for line in lines:
        coming[line.need_id].append(line)
    by_need: dict[UUID, list[AllocationPin]] = defaultdict(list)
    for pin in fixed:
        by_need[pin.need_id].append(pin)
    return [_need(names, each, coming[each.need_id], by_need[each.need_id]) for each in shares]


def _remedies(session: Session, found: AllocationPlan) -> list[dict[str, Any]]:
    """Return which limit, lifted by itself, would let which needs get how much in all."""
    kept = (found.result or {}).get("remedies", {})
    rows = [{"item": code, **each} for code, mine in kept.items() for each in mine]
    ends = {UUID(each[key]) for each in rows for key in ("depot", "place") if each[key]}
    places = reading.place_names(session, ends)
    lots = reading.lots(session, {UUID(each["lot"]) for each in rows if each["lot"]})
    return [
        each
        | {
            "depot_name": places.get(UUID(each["depot"]), ""),
            "place_name": places.get(UUID(each["place"]), "") if each["place"] else "",
            "lot_label": lots[UUID(each["lot"])].label if each["lot"] else "",
        }
        for each in rows
    ]


def _skipped(session: Session, found: AllocationPlan) -> list[dict[str, Any]]:
    """Return the lots no need can get as they were when the plan was made, with why."""
    rows = (found.result or {}).get("skipped", [])
    depots = reading.place_names(session, {UUID(each["depot"]) for each in rows})
    lots = reading.lots(session, {UUID(each["lot"]) for each in rows})
    known = {each.code: each for each in items.items(session)}
    return [
        {
            "depot": each["depot"],
            "depot_name": depots.get(UUID(each["depot"]), ""),
            "lot": each["lot"],
            "lot_label": lots[UUID(each["lot"])].label,
            "expires_on": lots[UUID(each["lot"])].expires_on,
            "item": each["item"],
            "item_name": items.name_of(known[each["item"]]),
            "unit": items.unit_of(known[each["item"]]),
            "free": each["free"],
            "why": each["why"],
        }
        for each in rows
    ]


def _trucks(session: Session, found: AllocationPlan) -> list[dict[str, Any]]:
    """Return what a plan puts on the trucks of each depot, as they were when it was made."""
    rows = (found.result or {}).get("trucks", [])
    names = reading.place_names(session, {UUID(each["depot"]) for each in rows})
    named = [each | {"depot_name": names.get(UUID(each["depot"]), "")} for each in rows]
    return sorted(named, key=lambda each: str(each["depot_name"]))


def _unweighed(session: Session, found: AllocationPlan) -> list[str]:
    """Return the names of the items that counted as nothing: nobody said what a pack takes."""
    codes = (found.result or {}).get("unweighed", [])
    return [items.name_of(each) for each in items.items(session) if each.code in codes]


def _names(
    session: Session, tree: geo.AreaTree, shares: list[AllocationShare],
    lines: list[AllocationLine], named: set[UUID],
) -> _Names:  # fmt: skip
    depots = (
        named
        | {each.depot_id for each in lines}
        | {each.limit_depot for each in shares if each.limit_depot}
    )
    lots = {each.lot_id for each in lines} | {each.limit_lot for each in shares if each.limit_lot}
    codes = {each.item_code for each in shares}
    return _Names(
        tree=tree, depots=reading.place_names(session, depots),
        places=reading.place_names(session, {each.place_id for each in shares}),
        lots=reading.lots(session, lots),
        items={each.code: each for each in items.items(session) if each.code in codes},
    )  # fmt: skip


def _need(
    names: _Names, share: AllocationShare, lines: list[AllocationLine], pins: list[AllocationPin]
) -> dict[str, Any]:
    node, item = names.tree.node(share.area_id), names.items[share.item_code]
    last = pins[-1] if pins else None
    return {
        "need": share.need_id,
        "place": share.place_id,
        "place_name": names.places.get(share.place_id, ""),
        "area_code": node.code,
        "area": node.name,
        "item": share.item_code,
        "item_name": items.name_of(item),
        "unit": items.unit_of(item),
        "pack": item.pack_size,
        "priority": share.priority,
        "quantity": share.quantity,
        "had": share.had or 0,
        "whole": (share.had or 0) + share.quantity,
        "of_the_whole": share.had is not None,
        "got": share.got,
        "greedy": share.greedy,
        "cover": round(reading.cover_of(share), 4),
        "minutes": max((each.minutes for each in lines), default=None),
        "cut": _cut(names, share),
        "pinned": last.quantity if last else None,
        "pins": [
            {"id": each.id, "quantity": each.quantity, "depot": each.depot_id,
             "depot_name": names.depots.get(each.depot_id, "") if each.depot_id else "",
             "reason": each.reason, "at": each.at}
            for each in pins
        ],
        "lines": [_line(names, each) for each in lines],
    }  # fmt: skip


def _cut(names: _Names, share: AllocationShare) -> dict[str, Any] | None:
    """Return what limits a need that does not get all of it, None if nothing does."""
    if not share.limit:
        return None
    lot = names.lots.get(share.limit_lot) if share.limit_lot else None
    return {
        "limit": share.limit,
        "depot": share.limit_depot,
        "depot_name": names.depots.get(share.limit_depot, "") if share.limit_depot else "",
        "lot": share.limit_lot,
        "lot_label": lot.label if lot else "",
        "pieces": share.limit_pieces,
    }


def _line(names: _Names, line: AllocationLine) -> dict[str, Any]:
    lot = names.lots[line.lot_id]
    return {
        "depot": line.depot_id,
        "depot_name": names.depots.get(line.depot_id, ""),
        "lot": line.lot_id,
        "lot_label": lot.label,
        "expires_on": lot.expires_on,
        "quantity": line.quantity,
        "minutes": line.minutes,
    }
