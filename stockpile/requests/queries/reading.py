"""Requests with what of them was granted, promised, sent and received."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.rules import FOR_PEOPLE
from relief_ops.errors import NotFound
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View
from stockpile.models import Balance, Depot
from stockpile.queries.register import ANY_DRILL, LEDGER, below
from stockpile.requests.models import SupplyRequest, SupplyRequestLine
from stockpile.requests.rules import RequestState, Stage, stage_of


@dataclass(frozen=True)
class Part:
    """One item of a request, with the need it became, if any of it was granted."""

    line: SupplyRequestLine
    item: Item
    need: Need | None


@dataclass(frozen=True)
class Asked:
    """A request with its depot's name and its items."""

    row: SupplyRequest
    depot_name: str
    parts: list[Part]

    @property
    def stage(self) -> Stage:
        """Return how far it is, read from its needs."""
        needs = [each.need for each in self.parts if each.need]
        steps = [(each.quantity, each.promised, each.shipped, each.received) for each in needs]
        return stage_of(RequestState(self.row.state), steps)


def request(session: Session, request_id: UUID, *, lock: bool = False) -> SupplyRequest:
    """Return one request. Raises NotFound outside the viewer's areas."""
    statement = select(SupplyRequest).where(SupplyRequest.id == request_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(statement.execution_options(**ANY_DRILL))
    if found is None:
        raise NotFound(_("There is no such request, or not in your areas."))
    return found


def lines(session: Session, request_id: UUID) -> list[SupplyRequestLine]:
    """Return what is asked for, item by item."""
    row = SupplyRequestLine
    statement = select(row).where(row.request_id == request_id).order_by(row.item_code)
    return list(session.scalars(statement))


def need_id(request_id: UUID, item_code: str) -> UUID:
    """Return the id of the need that a granted item becomes."""
    return uuid5(request_id, f"need:{item_code}")


def one(session: Session, request_id: UUID) -> Asked:
    """Return one request with its items. Raises NotFound."""
    (found,) = _with_parts(session, [request(session, request_id)])
    return found


def requests(session: Session, view: View, *, states: Collection[str] = ()) -> list[Asked]:
    """Return what the depots of the view's area asked for in its disaster, the latest first."""
    row = SupplyRequest
    statement = select(row).where(
        row.disaster_id == view.disaster_id, row.area_id.in_(below(view.area_id))
    )
    if states:
        statement = statement.where(row.state.in_(states))
    order = statement.order_by(row.asked_at.desc(), row.id).limit(500)
    return _with_parts(session, session.scalars(order.execution_options(**ANY_DRILL)))


def _with_parts(session: Session, rows: Iterable[SupplyRequest]) -> list[Asked]:
    found = list(rows)
    row, ids = SupplyRequestLine, [each.id for each in found]
    catalogue = {each.code: each for each in items.items(session)}
    known = list(session.scalars(select(row).where(row.request_id.in_(ids))))
    wanted = [need_id(each.request_id, each.item_code) for each in known if each.granted]
    needs = {
        each.id: each
        for each in session.scalars(
            select(Need).where(Need.id.in_(wanted)).execution_options(**LEDGER)
        )
    }
    parts: dict[UUID, list[Part]] = defaultdict(list)
    for each in sorted(known, key=lambda each: catalogue[each.item_code].position):
        need = needs.get(need_id(each.request_id, each.item_code))
        parts[each.request_id].append(Part(each, catalogue[each.item_code], need))
    depots = select(Depot.id, Depot.name).where(Depot.id.in_({each.depot_id for each in found}))
    rows_of = session.execute(depots.execution_options(**LEDGER))
    names = {depot: name for depot, name in rows_of}
    return [Asked(each, names[each.depot_id], parts[each.id]) for each in found]


def around(session: Session, found: Asked) -> dict[str, tuple[int, int]]:
    """Return by item what else the asking area lacks, asked for and not promised, and has free."""
    inside, codes = below(found.row.area_id), [each.item.code for each in found.parts]
    lacking = session.execute(
        select(Need.item_code, func.sum(Need.quantity - Need.promised))
        .where(Need.disaster_id == found.row.disaster_id, Need.area_id.in_(inside),
               Need.basis.in_(FOR_PEOPLE), Need.withdrawn_at.is_(None),
               Need.item_code.in_(codes))
        .group_by(Need.item_code).execution_options(**LEDGER)
    )  # fmt: skip
    lacks = {code: int(quantity) for code, quantity in lacking}
    held = session.execute(
        select(Balance.item_code, func.sum(Balance.on_hand - Balance.promised))
        .join(Depot, Depot.id == Balance.account_id)
        .where(Balance.area_id.in_(inside), Balance.item_code.in_(codes),
               Depot.drill_id.is_(None) if found.row.drill_id is None
               else Depot.drill_id == found.row.drill_id)
        .group_by(Balance.item_code).execution_options(**LEDGER)
    )  # fmt: skip
    free = {code: int(quantity) for code, quantity in held}
    return {code: (lacks.get(code, 0), free.get(code, 0)) for code in codes}


def shown(found: Asked, tree: geo.AreaTree) -> dict[str, Any]:
    """Return a request as the API shows it."""
    row = found.row
    return {
        "id": row.id,
        "disaster_id": row.disaster_id,
        "depot": row.depot_id,
        "depot_name": found.depot_name,
        "area_code": _code(tree, row.area_id),
        "asked_of": _code(tree, row.asked_of),
        "state": row.state,
        "stage": found.stage,
        "priority": row.priority,
        "due_at": row.due_at,
        "reason": row.reason,
        "answer": row.answer,
        "asked_at": row.asked_at,
        "answered_at": row.answered_at,
        "drill": row.drill_id is not None,
        "revision": row.revision,
        "lines": [
            {
                "item": each.item.code,
                "item_name": items.name_of(each.item),
                "unit": items.unit_of(each.item),
                "quantity": each.line.quantity,
                "granted": each.line.granted,
                "need": each.need.id if each.need else None,
                "promised": each.need.promised if each.need else 0,
                "received": each.need.received if each.need else 0,
            }
            for each in found.parts
        ],
    }


def _code(tree: geo.AreaTree, area_id: UUID) -> str:
    return tree.node(area_id).code if area_id in tree else ""


def name_in(tree: geo.AreaTree, area_id: UUID) -> str:
    """Return the name of an area, nothing where it is no more."""
    return tree.node(area_id).name if area_id in tree else ""
