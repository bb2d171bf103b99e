"""Headcounts: observations, kept as they come; only the current one of a moment counts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import (
    FieldConflict,
    FieldError,
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
    StaleBase,
)
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries, rules
from shelters.events import HeadcountFiled, HeadcountSettled, OverCapacity
from shelters.models import Headcount, Shelter, ShelterStatus
from shelters.rules import SPLITS, Standing
from shelters.schemas import PutHeadcount
from shelters.services import places
from shelters.services.figures import propose
from shelters.services.life_cycle import follow_figures, status_for
from shelters.services.moments import CLOCKS_APART


def put_headcount(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutHeadcount, *, actor_id: UUID
) -> Receipt:
    """Store a headcount of a held shelter; more than its capacity raises an alarm, no more.

    Raises StaleBase when `base` is not the current count of that moment. Without a base
    beside a current count it is stored as a rival, which counts in nothing.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    disaster = disasters.disaster(session, order.disaster_id)
    _check(session, disaster, order)
    status = status_for(session, shelter, disaster)
    current = queries.current_headcount(session, shelter.id, order.as_of)
    _check_base(session, shelter.id, current, order)
    rival = current is not None and order.base is None
    row = _stored(session, attempt.id, shelter, order, current, rival=rival, actor_id=actor_id)
    event = HeadcountFiled(
        shelter.id, disaster.id, row.id, row.as_of, row.total, row.revision, row.rival_of
    )
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    if not rival:
        count(session, shelter, status, disaster, row, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=row.revision, rival_of=row.rival_of)


def _check(session: Session, disaster: Disaster, order: PutHeadcount) -> None:
    """Refuse splits that contradict the total, and a moment to come: the latest count holds."""
    splits = {name: getattr(order, name) for name in SPLITS}
    words = {
        "more_than_total": _("This is more than the total."),
        "sum": _("Men and women together must be the total."),
    }
    problems = [
        FieldError(name, code, words[code])
        for name, code in rules.split_errors(order.total, splits).items()
    ]
    now = disasters.now_of(session, disaster)
    if order.as_of > now + CLOCKS_APART:
        problems.append(FieldError("as_of", "future", _("This moment has not come yet.")))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def _check_base(
    session: Session, shelter_id: UUID, current: Headcount | None, order: PutHeadcount
) -> None:
    """Raise StaleBase when the count was made on one that no longer is the current one."""
    if order.base is None or (current is not None and current.id == order.base):
        return
    base = session.scalar(
        select(Headcount).where(Headcount.id == order.base, Headcount.shelter_id == shelter_id)
    )
    if base is None:
        wrong = FieldError("base", "unknown", _("There is no such headcount of this shelter."))
        raise Invalid(_("Some fields need another look."), [wrong])
    raise StaleBase(
        _("Somebody changed this meanwhile. Compare both versions and send again."),
        current={"id": str(current.id), "revision": current.revision} if current else None,
        fields=_differences(base, current, order),
    )


def _differences(
    base: Headcount, current: Headcount | None, order: PutHeadcount
) -> list[FieldConflict]:
    values: list[FieldConflict] = []
    for name in ("total", *SPLITS):
        before, yours = getattr(base, name), getattr(order, name)
        theirs = getattr(current, name) if current else None
        if not before == theirs == yours:
            values.append(FieldConflict(name, before, theirs, yours))
    return values


def _stored(
    session: Session, headcount_id: UUID, shelter: Shelter, order: PutHeadcount,
    current: Headcount | None, *, rival: bool, actor_id: UUID,
) -> Headcount:  # fmt: skip
    replaced = None if rival else current
    if replaced is not None:
        replaced.standing = Standing.SUPERSEDED
        session.flush()
    values: dict[str, Any] = {name: getattr(order, name) for name in ("as_of", "total", *SPLITS)}
    row = Headcount(
        id=headcount_id,
        shelter_id=shelter.id,
        disaster_id=order.disaster_id,
        area_id=shelter.area_id,
        standing=Standing.RIVAL if rival else Standing.CURRENT,
        base_id=order.base,
        rival_of=current.id if rival and current else None,
        revision=replaced.revision + 1 if replaced else 1,
        actor_id=actor_id,
        received_at=clock.now(),
        **values,
    )
    session.add(row)
    session.flush()
    return row


def count(
    session: Session, shelter: Shelter, status: ShelterStatus, disaster: Disaster, row: Headcount,
    *, actor_id: UUID,
) -> None:  # fmt: skip
    """Let a headcount count: the standing, the alarm, the life cycle, the owed figures."""
    latest = session.execute(
        select(Headcount.total, Headcount.as_of)
        .where(
            Headcount.shelter_id == shelter.id,
            Headcount.disaster_id == disaster.id,
            Headcount.standing == Standing.CURRENT,
        )
        .order_by(Headcount.as_of.desc())
        .limit(1)
    ).one_or_none()
    status.counted, status.counted_at = latest or (None, None)
    places.compare(session, status, now=disasters.now_of(session, disaster))
    if row.standing == Standing.CURRENT and row.total > shelter.capacity_max:
        alarm = OverCapacity(shelter.id, disaster.id, row.id, row.total, shelter.capacity_max)
        record(session, alarm, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    follow_figures(session, shelter, status, at=row.as_of, actor_id=actor_id)
    session.flush()
    propose(session, shelter, disaster, as_of=row.as_of, counted=True)


def settle(
    session: Session, attempt: Attempt, shelter: Shelter, headcount_id: UUID, *, accept: bool,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Decide about a rival: it replaces the current count, or is set aside.

    Raises Forbidden for one's own count, IllegalTransition when it is settled already.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    row = session.scalar(
        select(Headcount).where(Headcount.id == headcount_id, Headcount.shelter_id == shelter.id)
    )
    if row is None:
        raise NotFound(_("There is no such headcount of this shelter."))
    if row.standing != Standing.RIVAL:
        raise IllegalTransition(_("This headcount was settled already."))
    if row.actor_id == actor_id:
        raise Forbidden(_("Nobody settles a headcount of their own."))
    _decide(session, shelter, row, accept=accept)
    disaster = disasters.disaster(session, row.disaster_id)
    status = status_for(session, shelter, disaster)
    event = HeadcountSettled(shelter.id, row.id, accept)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    count(session, shelter, status, disaster, row, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=1)


def _decide(session: Session, shelter: Shelter, row: Headcount, *, accept: bool) -> None:
    if not accept:
        row.standing = Standing.REJECTED
        return
    current = queries.current_headcount(session, shelter.id, row.as_of)
    if current is not None:
        current.standing = Standing.SUPERSEDED
        session.flush()
        row.revision = current.revision + 1
    row.standing = Standing.CURRENT
    session.flush()
