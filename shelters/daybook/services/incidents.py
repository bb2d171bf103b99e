"""Entering, correcting and dealing with incidents; every version is kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock, receipts, vault
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldConflict, FieldError, IllegalTransition, Invalid, NotFound
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.daybook.events import IncidentLogged, IncidentRead, OutbreakSuspected
from shelters.daybook.models import Incident, IncidentVersion
from shelters.daybook.queries import incidents as queries
from shelters.daybook.queries.outbreaks import outbreaks_at, threshold
from shelters.daybook.queries.words import STATES
from shelters.daybook.rules.incidents import (
    IncidentState,
    Kind,
    Severity,
    may_become,
    syndrome_fault,
)
from shelters.daybook.rules.outbreaks import Outbreak
from shelters.daybook.schemas import PutIncident
from shelters.models import Shelter
from shelters.queries.one import same_drill

FACTS = ("kind", "syndrome", "happened_at", "people", "severity")
HIDDEN = "…"


def put_incident(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutIncident, *, actor_id: UUID
) -> Receipt:
    """Enter an incident of a held shelter, correct it or take it a step (If-Match).

    Raises IllegalTransition for a step that cannot follow, StaleBase when somebody changed it
    meanwhile, Invalid for a moment to come, another disaster or a syndrome that does not fit.
    """
    found = _known(session, attempt.id, shelter)
    if receipt := receipts.replay(session, attempt):
        return receipt
    disaster = disasters.disaster(session, order.disaster_id)
    same_drill(shelter, disaster)
    now = disasters.now_of(session, disaster)
    _check(order, found, now)
    if found is not None and attempt.edit:
        receipts.check_revision(attempt, found.revision, fields=_differences(found, order))
    revision = receipts.next_revision(attempt, found.revision if found else None)
    state = _next_state(found, order)
    before = {each.syndrome for each in _outbreaks(session, shelter, disaster, now)}
    if found is None:
        found = Incident(
            id=attempt.id, shelter_id=shelter.id, disaster_id=disaster.id, area_id=shelter.area_id
        )
    _write(session, found, order, state, revision=revision, actor_id=actor_id)
    _tell(session, shelter, found, actor_id=actor_id)
    for each in _outbreaks(session, shelter, disaster, now):
        if each.syndrome not in before:
            _warn(session, shelter, found, each, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=revision)


def _known(session: Session, incident_id: UUID, shelter: Shelter) -> Incident | None:
    found = session.get(Incident, incident_id)
    if found is not None and found.shelter_id != shelter.id:
        raise NotFound(_("There is no such thing, or not in your areas."))
    return found


def _check(order: PutIncident, found: Incident | None, now: datetime) -> None:
    problems = []
    if order.happened_at > now:
        words = _("This moment has not come yet.")
        problems.append(FieldError("happened_at", "future", words))
    fault = syndrome_fault(order.kind, order.syndrome)
    if fault == "missing":
        words = _("Say which signs those who fell ill have in common.")
        problems.append(FieldError("syndrome", fault, words))
    elif fault:
        words = _("Only an illness has signs; leave this empty.")
        problems.append(FieldError("syndrome", fault, words))
    if found is not None and found.disaster_id != order.disaster_id:
        words = _("An incident stays with its disaster.")
        problems.append(FieldError("disaster_id", "fixed", words))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def _next_state(found: Incident | None, order: PutIncident) -> IncidentState:
    """Return the state it will have. Raises IllegalTransition."""
    before = IncidentState(found.state) if found else None
    after = order.state or before or IncidentState.OPEN
    if may_become(before, after):
        return after
    if before is None:
        raise IllegalTransition(_("A new incident is open or handled; it is closed later."))
    raise IllegalTransition(
        _("An incident cannot go from “%(before)s” to “%(after)s”.",
          before=STATES[before], after=STATES[after])
    )  # fmt: skip


def _differences(found: Incident, order: PutIncident) -> list[FieldConflict]:
    """Return where what is stored and what was sent differ; of an account only that it does."""
    wanted = {name: getattr(order, name) for name in FACTS}
    if order.state is not None:
        wanted["state"] = order.state
    fields = [
        FieldConflict(name, None, getattr(found, name), yours)
        for name, yours in wanted.items()
        if getattr(found, name) != yours
    ]
    if order.account is not None and order.account != queries.account(found):
        fields.append(FieldConflict("account", None, HIDDEN, HIDDEN))
    return fields


def _write(
    session: Session, found: Incident, order: PutIncident, state: IncidentState, *,
    revision: int, actor_id: UUID,
) -> None:  # fmt: skip
    for name in FACTS:
        setattr(found, name, getattr(order, name))
    if order.account is not None:
        text = order.account
        sealed = vault.seal(queries.TABLE, queries.ACCOUNT, found.id, text) if text else None
        found.account_sealed = sealed
    found.state, found.actor_id = state, actor_id
    found.received_at, found.revision = clock.now(), revision
    session.add(found)
    session.flush()
    kept = {name: getattr(found, name) for name in (*queries.VALUES, "account_sealed")}
    session.add(
        IncidentVersion(
            incident_id=found.id, revision=revision, area_id=found.area_id, actor_id=actor_id,
            received_at=found.received_at, **kept,
        )
    )  # fmt: skip
    session.flush()


def _tell(session: Session, shelter: Shelter, found: Incident, *, actor_id: UUID) -> None:
    event = IncidentLogged(
        shelter.id, found.disaster_id, found.id, Kind(found.kind), Severity(found.severity),
        IncidentState(found.state), found.people, found.revision,
    )  # fmt: skip
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])


def _outbreaks(
    session: Session, shelter: Shelter, disaster: Disaster, now: datetime
) -> list[Outbreak]:
    numbers = threshold(session, clock.local_date(now), shelter.area_id)
    return outbreaks_at(session, shelter.id, disaster.id, numbers, now)


def _warn(
    session: Session, shelter: Shelter, row: Incident, found: Outbreak, *, actor_id: UUID
) -> None:
    event = OutbreakSuspected(
        shelter.id, row.disaster_id, found.syndrome, found.people, found.since
    )
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])


def read_account(
    session: Session, shelter: Shelter, incident_id: UUID, *, actor_id: UUID
) -> Incident:
    """Return an incident whose account and history may now be opened: the reading is on record."""
    found = queries.incident(session, shelter.id, incident_id)
    event = IncidentRead(shelter.id, found.id)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return found
