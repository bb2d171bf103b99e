"""Asking for a plan, keeping what came out, changing it by hand, applying it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from relief_ops import i18n, jobs, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.hazards import queries as hazards
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid, StaleBase
from relief_ops.events import record
from relief_ops.geo.predicates import metres_between
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.assignment.shapes import NEEDS, Family, Limits, Problem, Village
from shelters.evacuation import queries as lists
from shelters.evacuation import services as evacuation
from shelters.models import Shelter
from shelters.plans import events, queries, rules, schemas
from shelters.plans.models import EvacuationLine, EvacuationPlan, EvacuationPromise
from shelters.plans.rules import PlanState

if TYPE_CHECKING:
    from shelters.assignment.shapes import Assignment

JOB = "evacuation_plan"
BY_ID = {"any_drill": True}
KIND = ("size", *NEEDS)


@dataclass(frozen=True)
class Work:
    """What a job works on: the problem, what was told before, and what shelters offered."""

    problem: Problem
    told: list[tuple[str, Family, str, int]]
    offers: list[queries.Offer]
    roads: list[str]


def put_plan(
    session: Session, attempt: Attempt, order: schemas.PutPlan, *, disaster: Disaster,
    area_id: UUID, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Ask for a plan; it is worked out in the background. Raises Invalid for unknown villages."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    groups = [each.model_dump(mode="json") for each in order.groups or ()]
    groups = groups or queries.groups_to_move(session, disaster, area_id)
    _check_groups(session, groups, disaster, area_id)
    session.add(
        EvacuationPlan(
            id=attempt.id, disaster_id=disaster.id, area_id=area_id, drill_id=disaster.drill_id,
            phase=order.phase, walk_m=order.walk_m, ride_m=order.ride_m, given=groups,
            state=PlanState.COMPUTING, seen={}, result={},
            made_at=disasters.now_of(session, disaster), actor_id=actor_id, revision=1,
        )
    )  # fmt: skip
    session.flush()
    arguments = {"plan": str(attempt.id), "language": i18n.language()}
    jobs.create(session, uuid5(attempt.id, "job"), kind=JOB, arguments=arguments, actor_id=actor_id)
    people = sum(each["people"] for each in groups)
    event = events.PlanAsked(disaster.id, len(groups), people)
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[area_id])
    return receipts.keep(session, attempt, revision=1)


def _check_groups(
    session: Session, groups: list[dict[str, Any]], disaster: Disaster, area_id: UUID
) -> None:
    wrong = []
    tree = disasters.division_tree(session, disaster)
    inside, seen = tree.within(area_id), set()
    for number, each in enumerate(groups):
        node = disasters.area_by_code(session, each["area_code"], disaster)
        field = f"groups.{number}.area_code"
        if node.id not in inside:
            wrong.append(FieldError(field, "elsewhere", _("This place lies in another area.")))
        elif node.id in seen:
            wrong.append(FieldError(field, "twice", _("This village is named twice.")))
        elif tree.point_of(node.id) is None:
            wrong.append(FieldError(field, "no_point", _("Nobody knows where this village lies.")))
        seen.add(node.id)
    if not groups:
        text = _("Nobody is listed to be moved here. Say how many people of which village are.")
        wrong.append(FieldError("groups", "missing", text))
    if wrong:
        raise Invalid(_("Some fields need another look."), wrong)


def work_of(session: Session, found: EvacuationPlan) -> Work:
    """Return what a plan is worked out from, as everything stands now."""
    disaster = disasters.disaster(session, found.disaster_id)
    tree, now = disasters.division_tree(session, disaster), disasters.now_of(session, disaster)
    villages = []
    for each in found.given:
        node = disasters.area_by_code(session, each["area_code"], disaster)
        point = tree.point_of(node.id)
        assert point is not None
        villages.append(Village(str(node.id), point, rules.kinds_of(each)))
    ids = [UUID(each.id) for each in villages]
    listed = rules.is_listed(found.given)
    offers = queries.offers(
        session, disaster, area_id=found.area_id, phase=found.phase, at=now, planned=ids,
        listed=listed,
    )  # fmt: skip
    told = queries.told_households(session, disaster, found) if listed else [
        (str(each.area_id), family_of(each), str(each.shelter_id), each.households)
        for each in queries.promises(session, disaster.id, ids) if not each.split
    ]  # fmt: skip
    sites = tuple(each.site for each in offers)
    problem = Problem(tuple(villages), sites, limits=Limits(found.walk_m, found.ride_m))
    roads = hazards.closed_roads(session, disaster.id, now)
    return Work(problem, told, offers, roads)


def family_of(row: EvacuationLine | EvacuationPromise) -> Family:
    """Return the kind of household of a row."""
    return Family(row.size, (row.wheelchair, row.infant, row.medical, row.pets))


def keep_result(
    session: Session, found: EvacuationPlan, work: Work, assignment: Assignment,
    result: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write the lines and the figures of a plan that was worked out, and say it is ready."""
    session.execute(delete(EvacuationLine).where(EvacuationLine.plan_id == found.id))
    session.add_all(_lines(found, work.problem, assignment))
    disaster = disasters.disaster(session, found.disaster_id)
    found.state, found.ready_at = PlanState.READY, disasters.now_of(session, disaster)
    found.seen = {each.site.id: each.seen() for each in work.offers}
    found.result, found.base_id = dict(result), _standing(session, found)
    found.revision += 1
    _say_made(session, found, result["people"], assignment.left, assignment.unmet)


def keep_failure(session: Session, found: EvacuationPlan, why: str) -> None:
    """Say that a plan could not be worked out."""
    found.state, found.result = PlanState.FAILED, {"why": why}
    found.revision += 1
    _say_made(session, found, 0, 0, 0)


def _say_made(session: Session, found: EvacuationPlan, people: int, left: int, unmet: int) -> None:
    event = events.PlanMade(found.disaster_id, people, left, unmet)
    record(session, event, actor_id=found.actor_id, subject=found.id, areas=[found.area_id])


def _standing(session: Session, found: EvacuationPlan) -> UUID | None:
    """Return the plan that was applied last in the disaster, whatever area it was for."""
    return session.scalar(
        select(EvacuationPlan.id)
        .where(
            EvacuationPlan.disaster_id == found.disaster_id,
            EvacuationPlan.applied_at.is_not(None),
        )
        .order_by(EvacuationPlan.applied_at.desc(), EvacuationPlan.id)
        .limit(1)
        .execution_options(scope="shared", **BY_ID)
    )  # fmt: skip


def _lines(
    found: EvacuationPlan, problem: Problem, assignment: Assignment
) -> Iterable[EvacuationLine]:
    for number, line in enumerate(assignment.lines):
        yield _row(found, problem, f"line:{number}", (line.village, line.site), line.family,
                   households=line.households, people=line.people, unmet=line.unmet)  # fmt: skip
    for number, split in enumerate(assignment.splits):
        parts = sorted(split.parts, key=lambda part: -part[1])
        for turn, (site, people, unmet) in enumerate(parts):
            # The needs are named once, with the greater part of the household.
            family = split.family if not turn else replace(split.family, needs=(0, 0, 0, 0))
            row = _row(found, problem, f"split:{number}:{turn}", (split.village, site), family,
                       households=1, people=people, unmet=unmet)  # fmt: skip
            row.split = number + 1
            yield row


def _row(
    found: EvacuationPlan, problem: Problem, key: str, way: tuple[int, int | None],
    family: Family, **amounts: int,
) -> EvacuationLine:  # fmt: skip
    village, site = way
    here = problem.villages[village]
    there = None if site is None else problem.sites[site]
    return EvacuationLine(
        id=uuid5(found.id, f"{found.revision}:{key}"),
        plan_id=found.id,
        area_id=UUID(here.id),
        shelter_id=None if there is None else UUID(there.id),
        size=family.size,
        **dict(zip(NEEDS, family.needs, strict=True)),
        **amounts,
        split=None,
        metres=None if there is None else round(metres_between(here.point, there.point)),
    )


def change(
    session: Session, attempt: Attempt, found: EvacuationPlan, order: schemas.PutChange, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Move households of a held plan to another shelter, by hand.

    Raises Invalid when that shelter has no room for them, IllegalTransition when the plan is
    no plan to be changed any more.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    _must_be_ready(found)
    line = session.get(EvacuationLine, order.line)
    if line is None or line.plan_id != found.id or line.split or order.households > line.households:
        text = _("There is no such line, or not so many households in it.")
        raise Invalid(text, [FieldError("line", "unknown", text)])
    _check_room(session, found, line, order)
    village = line.area_id
    _move(session, attempt, found, line, order)
    found.revision += 1
    found.result = dict(found.result) | {"changed": int(found.result.get("changed", 0)) + 1}
    event = events.PlanChanged(
        found.disaster_id, village, order.shelter, line.size * order.households
    )
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    return receipts.keep(session, attempt, revision=found.revision)


def _check_room(
    session: Session, found: EvacuationPlan, line: EvacuationLine, order: schemas.PutChange
) -> None:
    seen = found.seen.get(str(order.shelter))
    held: Counter[str] = Counter()
    for each in queries.lines(session, found.id):
        if each.shelter_id == order.shelter and each.id != line.id:
            held["people"] += each.people
            for kind in NEEDS:
                held[kind] += getattr(each, kind) * each.households
    wanted = {"people": line.size, **{kind: getattr(line, kind) for kind in NEEDS}}
    there = dict(zip(wanted, [seen[0], *seen[1]], strict=True)) if seen and not seen[2] else {}
    short = [
        name for name, each in wanted.items()
        if each and held[name] + each * order.households > there.get(name, 0)
    ]  # fmt: skip
    if short or order.shelter == line.shelter_id:
        text = _("That shelter has no room for these households.")
        raise Invalid(text, [FieldError("shelter", "no_room", text)])


def _move(
    session: Session, attempt: Attempt, found: EvacuationPlan, line: EvacuationLine,
    order: schemas.PutChange,
) -> None:  # fmt: skip
    disaster = disasters.disaster(session, found.disaster_id)
    tree = disasters.division_tree(session, disaster)
    here, there = tree.point_of(line.area_id), queries.place_of(session, order.shelter)
    moved = EvacuationLine(
        id=attempt.id, plan_id=line.plan_id, area_id=line.area_id, shelter_id=order.shelter,
        **{name: getattr(line, name) for name in KIND}, households=order.households,
        people=line.size * order.households, unmet=0, split=None, reason=order.reason,
        metres=round(metres_between(here, there)) if here and there else None,
    )  # fmt: skip
    session.add(moved)
    line.households -= order.households
    if line.households:
        line.people = line.size * line.households
        line.unmet = min(line.unmet, line.people)
    else:
        session.delete(line)


def _must_be_ready(found: EvacuationPlan) -> None:
    if found.state != PlanState.READY:
        raise IllegalTransition(_("Only a plan that is ready can be changed or applied."))


def apply(session: Session, attempt: Attempt, found: EvacuationPlan, *, actor_id: UUID) -> Receipt:
    """Make a held plan what villages are told: all of it or nothing.

    Raises StaleBase when a shelter it uses has not the same to offer any more, or another
    plan was applied since.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    _must_be_ready(found)
    disaster = disasters.disaster(session, found.disaster_id, lock=True)
    rows = queries.lines(session, found.id)
    _check_fresh(session, found, disaster, rows)
    now = disasters.now_of(session, disaster)
    villages = {each.area_id for each in rows}
    session.execute(
        delete(EvacuationPromise).where(
            EvacuationPromise.disaster_id == disaster.id, EvacuationPromise.area_id.in_(villages)
        )
    )
    session.add_all(_promise(found, each, now) for each in rows if each.shelter_id)
    _replace(session, found)
    found.state, found.applied_at, found.applied_by = PlanState.APPLIED, now, actor_id
    found.revision += 1
    people = sum(each.people for each in rows if each.shelter_id)
    event = events.PlanApplied(disaster.id, len(villages), people)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[found.area_id])
    if rules.is_listed(found.given):
        going = _going(session, found, disaster, rows)
        evacuation.direct(session, disaster, going, act_id=found.id, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=found.revision)


def _going(
    session: Session, found: EvacuationPlan, disaster: Disaster, rows: list[EvacuationLine]
) -> dict[UUID, UUID | None]:
    """Return where each household of the lists goes; one apart goes with its greater part."""
    places: dict[rules.Kind, Counter[UUID | None]] = defaultdict(Counter)
    apart: dict[int, EvacuationLine] = {}
    for each in rows:
        if each.split is None:
            places[each.area_id, family_of(each)][each.shelter_id] += each.households
        elif each.split not in apart or each.people > apart[each.split].people:
            apart[each.split] = each
    named = {
        each.split: family_of(each) for each in rows if each.split and any(family_of(each).needs)
    }
    for number, each in apart.items():
        family = named.get(number, family_of(each))
        places[each.area_id, family][each.shelter_id] += 1
    leaving = lists.leaving(session, disaster, found.area_id)
    return rules.directions(
        (
            (each.id, (each.area_id, Family(each.people, each.needs)), each.shelter_id)
            for each in leaving
        ),
        places,
    )


def _replace(session: Session, found: EvacuationPlan) -> None:
    """Say of earlier plans that nobody is told any part of them any more."""
    session.flush()
    told = select(EvacuationPromise.plan_id).where(
        EvacuationPromise.disaster_id == found.disaster_id
    )
    earlier = session.scalars(
        select(EvacuationPlan)
        .where(
            EvacuationPlan.disaster_id == found.disaster_id,
            EvacuationPlan.state == PlanState.APPLIED, EvacuationPlan.id.not_in(told),
        )
        .execution_options(scope="shared", **BY_ID)
    )  # fmt: skip
    for each in earlier:
        each.state = PlanState.REPLACED


def _check_fresh(
    session: Session, found: EvacuationPlan, disaster: Disaster, rows: list[EvacuationLine]
) -> None:
    used = sorted({each.shelter_id for each in rows if each.shelter_id})
    session.scalars(  # nobody is admitted and no state is changed until this is over
        select(Shelter).where(Shelter.id.in_(used)).order_by(Shelter.id)
        .with_for_update().execution_options(**BY_ID)
    ).all()  # fmt: skip
    planned = {each.area_id for each in rows}
    offers = queries.offers(
        session, disaster, area_id=found.area_id, phase=found.phase, planned=planned, only=used,
        at=disasters.now_of(session, disaster), listed=rules.is_listed(found.given),
    )  # fmt: skip
    stale = [each.name for each in offers if found.seen.get(each.site.id) != each.seen()]
    missing = len(used) - len(offers)
    if stale or missing or _standing(session, found) != found.base_id:
        names = _(", ").join(stale[:5])
        raise StaleBase(
            _("Shelters of the plan changed since it was made (%(names)s). Make it again.",
              names=names)
            if stale else _("Another plan was applied since this one was made. Make it again."),
            current={"id": str(found.id), "revision": found.revision},
        )  # fmt: skip


def _promise(found: EvacuationPlan, line: EvacuationLine, now: Any) -> EvacuationPromise:
    return EvacuationPromise(
        id=uuid5(line.id, "promise"), disaster_id=found.disaster_id, plan_id=found.id,
        area_id=line.area_id, shelter_id=line.shelter_id,
        **{name: getattr(line, name) for name in KIND}, households=line.households,
        people=line.people, split=line.split is not None, since_at=now,
    )  # fmt: skip
