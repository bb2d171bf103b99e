"""Asking for a plan, keeping what came out, fixing parts by hand, applying it whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from relief_ops import clock, i18n, jobs, receipts
from relief_ops.auth import viewer
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.needs import services as needs
from relief_ops.disasters.needs.models import Need
from relief_ops.errors import FieldError, Forbidden, IllegalTransition, Invalid, NotFound, StaleBase
from relief_ops.events import record
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from stockpile.allocation.shapes import Load, Plan, Remedy
from stockpile.fleet import queries as fleet
from stockpile.fleet.rules import load_of, together
from stockpile.models import Balance
from stockpile.plans import events, queries, rules, schemas
from stockpile.plans.models import (
    AllocationLine,
    AllocationPin,
    AllocationPlan,
    AllocationShare,
)
from stockpile.plans.queries.keeping import below_least
from stockpile.plans.rules import PlanState
from stockpile.queries import balances, register
from stockpile.rules import Draw
from stockpile.services import promises
from stockpile.travel import queries as travel

JOB = "allocation_plan"


@dataclass(frozen=True)
class Answer:
    """What came out for one item: the plan, first come first served, and what would help."""

    asked: queries.Asked
    plan: Plan
    greedy: Plan
    remedies: tuple[Remedy, ...] = ()


def put_plan(
    session: Session, attempt: Attempt, order: schemas.PutPlan, *, disaster: Disaster,
    area_id: UUID, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Ask for a plan; it is worked out in the background. Raises Invalid if nothing is open."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    needs.check_not_over(session, disaster.id)
    for number, code in enumerate(order.items):
        _check_item(session, number, code)
    wanted = queries.waiting(session, disaster, area_id, order.items)
    if not wanted:
        text = _("Nothing is open here that somebody still has to promise.")
        raise Invalid(text, [FieldError("items", "nothing_open", text)])
    found = AllocationPlan(
        id=attempt.id, disaster_id=disaster.id, area_id=area_id, drill_id=disaster.drill_id,
        items=sorted(set(order.items)), keep_minimum=order.keep_minimum,
        mind_trucks=order.mind_trucks, least_life_days=order.least_life_days,
        minutes_a_day=order.minutes_a_day,
        state=PlanState.COMPUTING, seen={}, result={},
        made_at=disasters.now_of(session, disaster), actor_id=actor_id, revision=1,
    )  # fmt: skip
    session.add(found)
    session.flush()
    _work_out(session, found, actor_id)
    event = events.PlanAsked(disaster.id, len({each.item_code for each in wanted}))
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[area_id])
    return receipts.keep(session, attempt, revision=1)


def _check_item(session: Session, number: int, code: str) -> None:
    try:
        items.item(session, code)
    except Invalid as error:
        raise Invalid(str(error), [FieldError(f"items.{number}", "unknown", str(error))]) from None


def _work_out(session: Session, found: AllocationPlan, actor_id: UUID) -> None:
    """Have the plan worked out in the background, as things stand then."""
    jobs.create(
        session, uuid5(found.id, f"job:{found.revision}"), kind=JOB, actor_id=actor_id,
        arguments={"plan": str(found.id), "language": i18n.language()},
    )  # fmt: skip


def keep_result(
    session: Session, found: AllocationPlan, answers: Mapping[str, Answer],
    result: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write what came out, and say the plan is ready."""
    for table in (AllocationLine, AllocationShare):
        session.execute(delete(table).where(table.plan_id == found.id))
    short = 0
    for answer in answers.values():
        mine = list(_shares(found, answer))
        short += sum(each["got"] < each["quantity"] for each in mine)
        for table, rows in ((AllocationShare, mine), (AllocationLine, _lines(found, answer))):
            if rows:
                session.execute(insert(table), rows)
    disaster = disasters.disaster(session, found.disaster_id)
    found.state, found.ready_at = PlanState.READY, disasters.now_of(session, disaster)
    found.seen = {
        str(line.need.id): [line.need.outstanding, line.need.priority]
        for answer in answers.values() for line in answer.asked.lines
    }  # fmt: skip
    found.result = dict(result)
    found.revision += 1
    _say_made(session, found, len(found.seen), short)


def keep_failure(session: Session, found: AllocationPlan, why: str) -> None:
    """Say that a plan could not be worked out."""
    found.state, found.result = PlanState.FAILED, {"why": why}
    found.revision += 1
    _say_made(session, found, 0, 0)


def _say_made(session: Session, found: AllocationPlan, wanted: int, short: int) -> None:
    event = events.PlanMade(found.disaster_id, wanted, short)
    record(session, event, actor_id=found.actor_id, subject=found.id, areas=[found.area_id])


def _shares(found: AllocationPlan, answer: Answer) -> Iterator[dict[str, Any]]:
    for line in answer.asked.lines:
        need, key = line.need, str(line.need.id)
        cut = answer.plan.cuts.get(key)
        yield {
            "id": uuid5(found.id, f"{found.revision}:share:{key}"), "plan_id": found.id,
            "area_id": need.area_id, "need_id": need.id, "place_id": need.place_id,
            "item_code": need.item_code, "priority": need.priority, "quantity": need.outstanding,
            "had": need.quantity - need.outstanding,
            "got": answer.plan.got.get(key, 0), "greedy": answer.greedy.got.get(key, 0),
            "limit": cut.limit if cut else "",
            "limit_depot": UUID(cut.where) if cut and cut.where else None,
            "limit_lot": answer.asked.stock[cut.lot].lot_id if cut and cut.lot else None,
            "limit_pieces": cut.pieces if cut else None,
        }  # fmt: skip


def _lines(found: AllocationPlan, answer: Answer) -> list[dict[str, Any]]:
    rows = []
    areas = {str(line.need.id): line.need for line in answer.asked.lines}
    for each in answer.plan.lines:
        balance, need = answer.asked.stock[each.lot], areas[each.need]
        rows.append({
            "id": uuid5(found.id, f"{found.revision}:line:{each.lot}:{each.need}"),
            "plan_id": found.id, "area_id": need.area_id, "need_id": need.id,
            "balance_id": balance.id, "depot_id": balance.account_id, "lot_id": balance.lot_id,
            "item_code": need.item_code, "quantity": each.quantity,
            "minutes": round(each.hours * 60),
        })  # fmt: skip
    return rows


def pin(
    session: Session, attempt: Attempt, found: AllocationPlan, order: schemas.PutPin, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Fix what a need gets, or leave it to the plan again; the rest is worked out anew.

    Raises Invalid for what is more than the need lacks or no whole packs, IllegalTransition
    when the plan is none to be changed any more.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    _must_be_ready(found)
    share = next(
        (each for each in queries.shares(session, found.id) if each.need_id == order.need), None
    )
    if share is None:
        text = _("There is no such need in this plan.")
        raise Invalid(text, [FieldError("need", "unknown", text)])
    _check_quantity(session, share, order.quantity)
    _check_depot(session, found, order.depot)
    disaster = disasters.disaster(session, found.disaster_id)
    found.state = PlanState.COMPUTING
    found.revision += 1
    session.add(
        AllocationPin(
            id=attempt.id, plan_id=found.id, area_id=share.area_id, need_id=share.need_id,
            quantity=order.quantity, depot_id=order.depot, reason=order.reason, actor_id=actor_id,
            at=disasters.now_of(session, disaster), revision=found.revision,
        )
    )  # fmt: skip
    session.flush()
    _work_out(session, found, actor_id)
    event = events.PlanPinned(found.disaster_id, share.need_id, order.quantity)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return receipts.keep(session, attempt, revision=found.revision)


def _check_depot(session: Session, found: AllocationPlan, depot_id: UUID | None) -> None:
    """Raise Invalid for a depot out of sight, or of another world."""
    if depot_id is None:
        return
    try:
        held = register.depot(session, depot_id)
    except NotFound as error:
        raise Invalid(str(error), [FieldError("depot", "unknown", str(error))]) from None
    if held.drill_id != found.drill_id:
        words = _("Both ends must be two places of the same drill, or both real.")
        raise Invalid(words, [FieldError("depot", "other_world", words)])


def _check_quantity(session: Session, share: AllocationShare, quantity: int | None) -> None:
    pack = items.item(session, share.item_code).pack_size
    if quantity is None:
        return
    if quantity > share.quantity:
        text = _("This need lacks %(most)d and no more.", most=share.quantity)
        raise Invalid(text, [FieldError("quantity", "too_much", text)])
    if quantity % pack:
        lower = quantity - quantity % pack
        text = _("Only whole packs of %(pack)d go: %(lower)d or %(upper)d.", pack=pack,
                 lower=lower, upper=lower + pack)  # fmt: skip
        raise Invalid(text, [FieldError("quantity", "packs", text)])


def _must_be_ready(found: AllocationPlan) -> None:
    if found.state != PlanState.READY:
        raise IllegalTransition(_("Only a plan that is ready can be changed or applied."))


def apply(session: Session, attempt: Attempt, found: AllocationPlan, *, actor_id: UUID) -> Receipt:
    """Promise everything in the plan to its needs: all of it or nothing.

    Holds every need, then every balance of it until the transaction ends. Raises StaleBase
    when a need it serves is not as the plan saw it, stock is gone, or a road was closed;
    Forbidden for somebody who asked for one of the needs himself, or may not promise what lies
    in one of the depots: the planner may have held more.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    _must_be_ready(found)
    lines = queries.lines(session, found.id)
    if not lines:
        raise IllegalTransition(_("This plan gives nothing that could be promised."))
    locked = {
        each: needs.lock_need(session, each) for each in sorted({row.need_id for row in lines})
    }
    held = balances.lock(session, {row.balance_id for row in lines})
    _check_not_own(locked.values(), actor_id)
    _check_depots(held.values())
    _check_fresh(session, found, lines, held)
    draws: dict[UUID, list[Draw]] = defaultdict(list)
    for row in lines:
        draws[row.need_id].append(Draw(row.balance_id, row.quantity))
    for need_id, mine in draws.items():
        promises.promise(
            session, rules.reservation_id(found.id, need_id), locked[need_id], mine, locked=held,
            actor_id=actor_id, awaits_order=True,
        )  # fmt: skip
    found.state, found.applied_by = PlanState.APPLIED, actor_id
    found.applied_at = register.now_in(session, found.drill_id)
    found.revision += 1
    event = events.PlanApplied(found.disaster_id, len(draws), len(lines))
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return receipts.keep(session, attempt, revision=found.revision)


def _check_not_own(wanted: Iterable[Need], actor_id: UUID) -> None:
    own = sum(each.opened_by == actor_id for each in wanted)
    if own:
        raise Forbidden(
            _("You asked for %(own)d of these needs yourself: another person must promise them.",
              own=own)
        )  # fmt: skip


def _check_depots(held: Iterable[Balance]) -> None:
    someone, tree = viewer(), cached_tree()
    if someone is None or not all(
        someone.may("stock.reserve", each.area_id, tree) for each in held
    ):
        raise Forbidden(_("This plan draws on depots where you may promise nothing."))


def _check_fresh(
    session: Session, found: AllocationPlan, lines: list[AllocationLine],
    held: Mapping[UUID, Balance],
) -> None:  # fmt: skip
    disaster = disasters.disaster(session, found.disaster_id)
    served = {str(row.need_id) for row in lines}
    seen = {need: was for need, was in found.seen.items() if need in served}
    changed = rules.stale_needs(seen, queries.as_they_stand(session, disaster, map(UUID, seen)))
    gone = {
        *rules.overdrawn(
            ((str(row.balance_id), row.quantity) for row in lines),
            {str(key): row.free for key, row in held.items()},
        ),
        *_too_old(session, found, disaster, lines),
        *_shut(session, lines),
    }
    shut = _closed_since(session, found, disaster, lines)
    full = _too_full(session, lines) if found.mind_trucks else 0
    bare = _below_least(session, found, disaster, lines, held)
    if not (changed or gone or shut or full or bare):
        return
    what = [
        _("%(n)d needs changed", n=len(changed)) if changed else "",
        _("stock of %(n)d lots is gone", n=len(gone)) if gone else "",
        _("%(n)d ways were closed", n=shut) if shut else "",
        _("the trucks of %(n)d depots are taken", n=full) if full else "",
        _("%(n)d depots would go below their least stock", n=bare) if bare else "",
    ]
    raise StaleBase(
        _("Since the plan was made: %(what)s. Make it again.",
          what=_(", ").join(filter(None, what))),
        current={"id": str(found.id), "revision": found.revision},
    )  # fmt: skip


def _below_least(
    session: Session, found: AllocationPlan, disaster: Disaster, lines: list[AllocationLine],
    held: Mapping[UUID, Balance],
) -> int:  # fmt: skip
    now = register.now_in(session, found.drill_id)
    return below_least(session, disaster, lines, held, now=now) if found.keep_minimum else 0


def _shut(session: Session, lines: list[AllocationLine]) -> set[str]:
    """Return the balances of depots that were shut since."""
    depots = {row.depot_id for row in lines}
    shut = {each for each in depots if register.shut_why(session, each)}
    return {str(row.balance_id) for row in lines if row.depot_id in shut}


def _too_old(
    session: Session, found: AllocationPlan, disaster: Disaster, lines: list[AllocationLine]
) -> set[str]:
    """Return the balances whose lot would arrive too old by now, or has expired."""
    now = clock.local(disasters.now_of(session, disaster))
    lots = queries.lots(session, {row.lot_id for row in lines})
    least = found.least_life_days * 24
    return {
        str(row.balance_id)
        for row in lines
        if (left := rules.hours_left(lots[row.lot_id].expires_on, now)) is not None
        and (left <= 0 or left - row.minutes / 60 < least)
    }


def _too_full(session: Session, lines: list[AllocationLine]) -> int:
    """Return at how many depots the trucks do not hold what the plan sends by now."""
    taken: dict[UUID, list[tuple[float, Load]]] = defaultdict(list)
    for row in lines:
        item = items.item(session, row.item_code)
        load = load_of(item.pack_ml, item.pack_grams)
        taken[row.depot_id].append((row.quantity / item.pack_size, load))
    return len(fleet.beyond(session, {depot: together(each) for depot, each in taken.items()}))


def _closed_since(
    session: Session, found: AllocationPlan, disaster: Disaster, lines: list[AllocationLine]
) -> int:
    """Return how many ways of the plan nobody can take by now."""
    now = disasters.now_of(session, disaster)
    place_of = {each.need_id: each.place_id for each in queries.shares(session, found.id)}
    places = {place_of[row.need_id]: row.area_id for row in lines}
    pairs = {(row.depot_id, place_of[row.need_id]) for row in lines}
    shut = travel.closed(session, disaster, pairs, places, now)
    return sum((row.depot_id, place_of[row.need_id]) in shut for row in lines)
