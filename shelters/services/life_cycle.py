"""A shelter's life in a disaster: prepared, opened, filled, closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import uuid6
from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries, rules
from shelters.events import HiddenShelterStateSet, ShelterStateSet
from shelters.models import Shelter, ShelterStatus, ShelterStep
from shelters.queries import flags
from shelters.queries.one import same_drill
from shelters.queries.words import point_words
from shelters.queries.words import state_words as words
from shelters.rules import State, steps
from shelters.schemas import PutState


def put_state(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutState, *, actor_id: UUID
) -> Receipt:
    """Take a held shelter one step. Raises IllegalTransition, Invalid without a needed reason."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    disaster = disasters.disaster(session, order.disaster_id)
    status = status_for(session, shelter, disaster)
    if attempt.base:
        receipts.check_revision(attempt, status.revision)
    _check(session, shelter, status, disaster, order)
    missing = _missing(session, shelter, status, disaster, order)
    at = order.at or disasters.now_of(session, disaster)
    if order.reason:
        status.unreported_at = None
    elif steps.is_unreported(State(status.state), order.state, order.reason):
        status.unreported_at = at
    taken = step(
        session, shelter, status, order.state, at=at, actor_id=actor_id, step_id=attempt.id,
        reason=order.reason,
    )  # fmt: skip
    taken.missing = missing or None
    return receipts.keep(session, attempt, revision=status.revision)


def step_id(session: Session, shelter_id: UUID, order: PutState) -> UUID:
    """Return the id of this step: the sender's, that of the same step just taken, or a new one.

    So a sender without ids of its own who repeats its last request is answered by the first
    receipt. Another body for the same state is a step of its own (a confirmation).
    """
    if order.id is not None:
        return order.id
    last = session.scalar(
        select(ShelterStep)
        .where(ShelterStep.shelter_id == shelter_id, ShelterStep.disaster_id == order.disaster_id)
        .order_by(ShelterStep.revision.desc())
        .limit(1)
    )
    same = last is not None and not last.automatic and last.state == order.state
    if last is None or not same or last.reason != order.reason:
        return uuid6.uuid7()
    return last.id if order.at in (None, last.at) else uuid6.uuid7()


def status_for(session: Session, shelter: Shelter, disaster: Disaster) -> ShelterStatus:
    """Return how a held shelter stands in a disaster, beginning in standby."""
    same_drill(shelter, disaster)
    found = queries.status(session, shelter.id, disaster.id)
    if found is None:
        found = ShelterStatus(
            shelter_id=shelter.id,
            disaster_id=disaster.id,
            area_id=shelter.area_id,
            state=State.STANDBY,
            since_at=disasters.now_of(session, disaster),
            capacity_max=shelter.capacity_max,
            registered=0,
            on_the_way=0,
            revision=0,
        )
        session.add(found)
        session.flush()
    return found


def _check(
    session: Session, shelter: Shelter, status: ShelterStatus, disaster: Disaster, order: PutState
) -> None:
    if not rules.may_become(State(status.state), order.state):
        raise IllegalTransition(
            _("A shelter cannot go from %(before)s to %(after)s.",
              before=words(status.state), after=words(order.state))
        )  # fmt: skip
    inside = max(status.registered, status.counted or 0)
    if order.state in rules.EMPTY and inside:
        raise IllegalTransition(_("%(people)d people are still inside.", people=inside))
    if not rules.asks_why(State(status.state), order.state) or order.reason:
        return
    at = disasters.now_of(session, disaster)
    said = flags.against(session, shelter, disaster.id, at)
    wrong = [FieldError("reason", each.code, _why_not(each)) for each in said]
    wrong += _taken_elsewhere(session, shelter, disaster)
    if wrong:
        raise Invalid(" ".join(each.message for each in wrong), wrong)


def _taken_elsewhere(session: Session, shelter: Shelter, disaster: Disaster) -> list[FieldError]:
    """Say which other disasters have people in the same building: it has its places once."""
    return [
        FieldError(
            "reason", "people_inside",
            _("%(people)d people are in it for %(name)s already. Say why it is opened all the "
              "same.", people=people, name=name),
        )
        for name, people in queries.taken_for_others(session, shelter.id, disaster.id)
    ]  # fmt: skip


def _missing(
    session: Session, shelter: Shelter, status: ShelterStatus, disaster: Disaster, order: PutState
) -> list[str]:
    """Return which points of the step nobody saw to. Raises Invalid where that has no reason.

    Who does not speak of the points is not asked for one: they stand as missing on the record.
    """
    on = clock.local_date(disasters.now_of(session, disaster))
    asked = queries.asked(session, shelter.area_id, State(status.state), order.state, on=on)
    missing = steps.open_points(asked, order.done)
    if missing and order.done is not None and not order.reason:
        names = _(", ").join(point_words(each) for each in missing)
        words = _("Not seen to: %(points)s. Say why the step is taken all the same.", points=names)
        raise Invalid(words, [FieldError("reason", "points_missing", words)])
    return [str(each) for each in missing]


def _why_not(flag: flags.Flag) -> str:
    """Return what speaks against opening a shelter, and what to do about it."""
    if flag.code == "in_danger":
        return _("It lies in dangerous ground (%(name)s). Say why it is opened all the same.",
                 name=flag.hazard_name)  # fmt: skip
    return {
        "safety_lapsed": _(
            "The building's safety check has run out. Say why it is opened all the same."
        ),
        "safety_failed": _(
            "The building failed its last safety check. Say why it is opened all the same."
        ),
        "under_repair": _("The building is under repair. Say why it is opened all the same."),
        "out_of_use": _("The building is out of use. Say why it is opened all the same."),
    }[flag.code]


def step(
    session: Session, shelter: Shelter, status: ShelterStatus, state: State, *, at: datetime,
    actor_id: UUID, step_id: UUID | None = None, reason: str = "",
) -> ShelterStep:  # fmt: skip
    """Write one step down and say so; without a `step_id` it followed from the figures."""
    status.state, status.since_at = state, at
    status.revision += 1
    taken = ShelterStep(
        id=step_id or uuid6.uuid7(),
        shelter_id=shelter.id,
        disaster_id=status.disaster_id,
        area_id=shelter.area_id,
        state=state,
        reason=reason,
        automatic=step_id is None,
        at=at,
        actor_id=actor_id,
        revision=status.revision,
    )
    session.add(taken)
    kind = HiddenShelterStateSet if shelter.hidden else ShelterStateSet
    event = kind(shelter.id, status.disaster_id, state, status.revision)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return taken


def follow_figures(
    session: Session, shelter: Shelter, status: ShelterStatus, *, at: datetime, actor_id: UUID
) -> None:
    """Turn an open shelter full, or a full one open, when its people say so."""
    state = rules.fullness(State(status.state), status.inside, status.capacity_max)
    if state != status.state:
        step(session, shelter, status, state, at=at, actor_id=actor_id)
