"""Saying that a county is stable, and what the level above makes of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports import events, queries, rules, schemas
from damage_reports.models import ReportRound, Stability
from damage_reports.rules import RoundKind, StableState
from relief_ops import clock, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters import services as disaster_services
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.rules import State
from relief_ops.errors import FieldError, Forbidden, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

CALM = (State.STABLE, State.VERIFYING)


def put_stability(
    session: Session, attempt: Attempt, order: schemas.PutStability, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Declare a county stable; it counts once the level above has accepted it.

    Raises Invalid for another level, an instant outside the disaster, or one that is declared.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    now = disasters.now_of(session, disaster)
    _check(session, order, area, disaster, now)
    row = Stability(
        id=attempt.id, disaster_id=disaster.id, area_id=area.id, stable_at=order.stable_at,
        note=order.note.strip(), state=StableState.DECLARED, declared_at=now, declared_by=actor_id,
    )  # fmt: skip
    session.add(row)
    event = events.StabilityDeclared(row.id, disaster.id, Code(area.code), order.stable_at)
    record(session, event, actor_id=actor_id, subject=row.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)


def _check(
    session: Session, order: schemas.PutStability, area: AreaNode, disaster: Disaster,
    now: datetime,
) -> None:  # fmt: skip
    problems = []
    if area.level != Level.COUNTY:
        words = _("A county declares this for all its townships.")
        problems.append(FieldError("area_code", "level", words))
    if not disaster.started_at <= order.stable_at <= now:
        words = _("Give an instant between the beginning of the disaster and now.")
        problems.append(FieldError("stable_at", "range", words))
    if disaster.state != State.ACTIVE:
        raise IllegalTransition(_("This disaster is not active any more."))
    standing = select(Stability.id).where(
        Stability.disaster_id == disaster.id,
        Stability.area_id == area.id,
        Stability.state.in_(rules.STANDING),
    )
    if session.scalar(standing):
        raise IllegalTransition(_("This county has declared it already."))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def judge_stability(
    session: Session, attempt: Attempt, order: schemas.JudgeStability, *, row: Stability,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Accept a declaration, refuse it, or open the situation again, the last two with a reason.

    When every county is stable, so is the disaster, and the final report is owed from now.
    Raises Forbidden for one's own, IllegalTransition for a step that cannot be taken.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    after = rules.STEPS.get((order.action, StableState(row.state)))
    if after is None:
        raise IllegalTransition(_("This declaration has been judged already."))
    if order.action == "accept" and row.declared_by == actor_id:
        raise Forbidden(_("Whoever declares it does not accept it."))
    if order.action != "accept" and not order.reason.strip():
        missing = FieldError("reason", "missing", _("Say why, so that it can be put right."))
        raise Invalid(_("A reason is required."), [missing])
    row.state, row.reason = after, order.reason.strip()
    row.judged_at, row.judged_by = disasters.now_of(session, disaster), actor_id
    tree = disasters.division_tree(session, disaster)
    area = tree.node(row.area_id)
    event = events.StabilityJudged(row.id, disaster.id, Code(area.code), Code(after))
    record(session, event, actor_id=actor_id, subject=row.id, areas=[area.id])
    session.flush()
    _step(session, disaster, tree, row, actor_id)
    return receipts.keep(session, attempt, revision=1)


def _step(
    session: Session, disaster: Disaster, tree: AreaTree, row: Stability, actor_id: UUID
) -> None:
    if row.state == StableState.ACCEPTED and not queries.not_stable(session, disaster, tree):
        disaster_services.step(session, disaster, State.STABLE, actor_id=actor_id)
        _open_final(session, disaster, actor_id)
    elif row.state == StableState.REOPENED and disaster.state in CALM:
        disaster_services.step(session, disaster, State.ACTIVE, actor_id=actor_id)


def _open_final(session: Session, disaster: Disaster, actor_id: UUID) -> None:
    """Open the final report with figures up to the last county's calm.

    One that is open already keeps its code, goes up to a later calm, and is due from now.
    """
    last = max(queries.stable_since(session, disaster.id).values())
    now = disasters.now_of(session, disaster)
    found = session.scalar(
        select(ReportRound)
        .where(ReportRound.disaster_id == disaster.id, ReportRound.kind == RoundKind.FINAL)
        .order_by(ReportRound.as_of.desc())
        .limit(1)
    )
    if found is None:
        code = f"final-{clock.local(last):%Y-%m-%dT%H:%M}"
        found = ReportRound(
            id=uuid5(disaster.id, code), disaster_id=disaster.id, code=code, kind=RoundKind.FINAL,
            daily=False, as_of=last, opened_at=now, revision=0,
        )  # fmt: skip
        session.add(found)
    found.as_of, found.opened_at = max(found.as_of, last), now
    found.revision += 1
    event = events.RoundOpened(
        found.id, disaster.id, Code(found.code), Code(RoundKind.FINAL), found.as_of, found.revision
    )
    record(session, event, actor_id=actor_id, subject=found.id, areas=[disaster.area_id])
