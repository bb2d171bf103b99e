"""Promising moves that are advised: a plan of its own, which one order lets go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.db import serialise
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs import services as needs
from relief_ops.disasters.needs.models import Need
from relief_ops.disasters.needs.rules import Basis
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.advice import queries, schemas
from stockpile.advice.queries import Row
from stockpile.allocation.shapes import Load
from stockpile.fleet import queries as fleet
from stockpile.fleet.rules import load_of, together
from stockpile.models import Balance
from stockpile.plans import events
from stockpile.plans.models import AllocationLine, AllocationPlan, AllocationShare
from stockpile.plans.rules import PlanKind, PlanState, reservation_id
from stockpile.queries import balances, register
from stockpile.rules import Draw
from stockpile.services import check_not_own, ledger, promise

LAST_CLASS = 5  # whatever somebody asked for comes first
Taken = tuple[Row, int]


def put_moves(
    session: Session, attempt: Attempt, order: schemas.PutMoves, *, disaster: Disaster,
    area_id: UUID, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Promise the chosen moves, all or none, as a plan that waits for its signed order.

    Each meets the need it was asked for by, or one of its own at the place it goes to. Raises
    IllegalTransition when one of them is not advised any more, or not so much of it; Invalid for
    what is no whole packs; Forbidden for whoever asked for it.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    needs.check_not_over(session, disaster.id)
    serialise(session, uuid5(disaster.drill_id or ledger.REAL, "moves"))  # one stock, one at a time
    taken = _taken(order, queries.advice(session, disaster, area_id).rows)
    now = register.now_in(session, disaster.drill_id)
    made = AllocationPlan(
        id=attempt.id, disaster_id=disaster.id, area_id=area_id, drill_id=disaster.drill_id,
        kind=PlanKind.MOVES, items=sorted({row.item.code for row, _quantity in taken}),
        keep_minimum=True, least_life_days=0, state=PlanState.APPLIED, seen={}, result={},
        made_at=now, ready_at=now, applied_at=now, actor_id=actor_id, applied_by=actor_id,
        revision=1,
    )  # fmt: skip
    session.add(made)
    session.flush()
    by_need: dict[UUID, list[Taken]] = defaultdict(list)
    for row, quantity in taken:
        by_need[row.move.need or _own_id(made, row)].append((row, quantity))
    wanted = {
        key: _asked(session, key, mine, actor_id)
        if mine[0][0].move.need
        else _open(session, key, mine, disaster=disaster, actor_id=actor_id)
        for key, mine in sorted(by_need.items())
    }
    held = balances.lock(session, {row.move.balance for row, _quantity in taken})
    _check_free(held, taken)
    _check_trucks(session, taken)
    for key, mine in sorted(by_need.items()):
        _promise(session, made, wanted[key], mine, held=held, actor_id=actor_id)
    event = events.PlanApplied(disaster.id, len(by_need), len(taken))
    record(session, event, actor_id=actor_id, subject=made.id, areas=[area_id])
    return receipts.keep(session, attempt, revision=1)


def _taken(order: schemas.PutMoves, advised: list[Row]) -> list[Taken]:
    known = {(row.move.balance, row.move.place, row.move.need): row for row in advised}
    found = []
    for number, each in enumerate(order.moves):
        row = known.get((each.balance, each.to, each.need))
        if row is None or each.quantity > row.move.quantity:
            raise IllegalTransition(_("Stock or needs changed since: look at what is advised now."))
        if each.quantity % row.item.pack_size:
            words = _("Only whole packs of %(pack)d go.", pack=row.item.pack_size)
            raise Invalid(words, [FieldError(f"moves.{number}.quantity", "packs", words)])
        found.append((row, each.quantity))
    return found


def _check_free(held: Mapping[UUID, Balance], taken: list[Taken]) -> None:
    """Raise IllegalTransition where somebody promised the same stock in the meantime."""
    wanted: dict[UUID, int] = defaultdict(int)
    for row, quantity in taken:
        wanted[row.move.balance] += quantity
    if any(balance not in held or held[balance].free < each for balance, each in wanted.items()):
        raise IllegalTransition(_("Stock or needs changed since: look at what is advised now."))


def _check_trucks(session: Session, taken: list[Taken]) -> None:
    """Raise IllegalTransition where the trucks of a depot do not hold what was chosen."""
    loads: dict[UUID, list[tuple[float, Load]]] = defaultdict(list)
    for row, quantity in taken:
        load = load_of(row.item.pack_ml, row.item.pack_grams)
        loads[row.move.depot].append((quantity / row.item.pack_size, load))
    full = fleet.beyond(session, {depot: together(each) for depot, each in loads.items()})
    if full:
        names = sorted({row.depot_name for row, _quantity in taken if row.move.depot in full})
        raise IllegalTransition(
            _("The trucks of %(depots)s do not hold all of it. Choose less, or enter more trucks.",
              depots=_(", ").join(names))
        )  # fmt: skip


def _own_id(made: AllocationPlan, row: Row) -> UUID:
    return uuid5(made.id, f"move:{row.move.place}:{row.item.code}")


def _asked(session: Session, need_id: UUID, mine: list[Taken], actor_id: UUID) -> Need:
    """Return a need that surplus is to meet, locked, while it still asks for so much."""
    need = needs.lock_need(session, need_id)
    check_not_own(need, actor_id)
    if need.outstanding < sum(quantity for _row, quantity in mine):
        raise IllegalTransition(_("Stock or needs changed since: look at what is advised now."))
    return need


def _open(
    session: Session, need_id: UUID, mine: list[Taken], *, disaster: Disaster, actor_id: UUID
) -> Need:
    row = mine[0][0]
    quantity = sum(each for _row, each in mine)
    asked = needs.Asked(
        item=row.item.code, quantity=quantity, priority=LAST_CLASS, basis=Basis.MOVE
    )
    return needs.open_need(
        session, need_id, asked, disaster=disaster, place_id=row.move.place,
        area_id=row.area_id, actor_id=actor_id,
    )  # fmt: skip


def _promise(
    session: Session, made: AllocationPlan, need: Need, mine: list[Taken], *,
    held: Mapping[UUID, Balance], actor_id: UUID,
) -> None:  # fmt: skip
    draws = [Draw(row.move.balance, quantity) for row, quantity in mine]
    asked, got = need.outstanding, sum(draw.quantity for draw in draws)
    promise(
        session, reservation_id(made.id, need.id), need, draws, locked=dict(held),
        actor_id=actor_id, awaits_order=True,
    )  # fmt: skip
    session.add(
        AllocationShare(
            id=uuid5(made.id, f"share:{need.id}"), plan_id=made.id, area_id=need.area_id,
            need_id=need.id, place_id=need.place_id, item_code=need.item_code,
            priority=need.priority, quantity=asked, got=got, greedy=got,
            had=need.quantity - asked,
        )
    )  # fmt: skip
    for row, quantity in mine:
        session.add(
            AllocationLine(
                id=uuid5(made.id, f"line:{row.move.balance}:{need.id}"), plan_id=made.id,
                area_id=need.area_id, need_id=need.id, balance_id=row.move.balance,
                depot_id=row.move.depot, lot_id=row.lot.id, item_code=need.item_code,
                quantity=quantity, minutes=round(row.move.hours * 60),
            )
        )  # fmt: skip
