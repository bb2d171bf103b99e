"""Registering volunteers, and their duty: nobody is on duty at two shelters at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import clock, db, receipts, vault
from relief_ops.disasters import queries as disasters
from relief_ops.errors import FieldConflict, FieldError, IllegalTransition, Invalid, NotFound
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.daybook.events import (
    VolunteerRead,
    VolunteerRegistered,
    VolunteerSignedIn,
    VolunteerSignedOut,
)
from shelters.daybook.models import Volunteer, VolunteerDuty, VolunteerVersion
from shelters.daybook.queries import volunteers as queries
from shelters.daybook.rules.volunteers import overlap
from shelters.daybook.schemas import PutDuty, PutDutyEnd, PutVolunteer
from shelters.models import Shelter
from shelters.queries.one import same_drill

OPEN = ("organisation", "duty_from", "duty_to")
HIDDEN = "…"


class VolunteerKnown(IllegalTransition):
    """Somebody is registered in this shelter under another id, which the answer names."""

    def __init__(self, message: str, first: UUID) -> None:
        super().__init__(message)
        self.first = first

    def extra(self) -> dict[str, str]:
        """Return the id that was first."""
        return {"rival_of": str(self.first)}


def put_volunteer(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutVolunteer, *, actor_id: UUID
) -> Receipt:
    """Register a volunteer of a held shelter, or correct what is known of them (If-Match).

    Raises VolunteerKnown for somebody who is registered here under another id.
    """
    found = _known(session, attempt.id, shelter)
    if receipt := receipts.replay(session, attempt):
        return receipt
    disaster = disasters.disaster(session, order.disaster_id)
    same_drill(shelter, disaster)
    _check(order, found)
    person = queries.blind(order.name, order.phone)
    first = queries.same_person(session, shelter.id, disaster.id, person)
    if first is not None and first.id != attempt.id:
        raise VolunteerKnown(_("This person is registered here already."), first.id)
    if found is not None and attempt.edit:
        receipts.check_revision(attempt, found.revision, fields=_differences(found, order))
    revision = receipts.next_revision(attempt, found.revision if found else None)
    if found is None:
        found = Volunteer(
            id=attempt.id, shelter_id=shelter.id, disaster_id=disaster.id, area_id=shelter.area_id
        )
    elif found.person_blind != person:
        _rename(session, found, person)
    _write(session, found, order, person, revision=revision, actor_id=actor_id)
    event = VolunteerRegistered(shelter.id, disaster.id, found.id, revision)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return receipts.keep(session, attempt, revision=revision)


def _known(session: Session, volunteer_id: UUID, shelter: Shelter) -> Volunteer | None:
    found = session.get(Volunteer, volunteer_id)
    if found is not None and found.shelter_id != shelter.id:
        raise NotFound(_("There is no such thing, or not in your areas."))
    return found


def _check(order: PutVolunteer, found: Volunteer | None) -> None:
    problems = []
    if order.duty_from and order.duty_to and order.duty_from >= order.duty_to:
        words = _("The end of duty must be after its beginning.")
        problems.append(FieldError("duty_to", "before_beginning", words))
    if found is not None and found.disaster_id != order.disaster_id:
        words = _("A volunteer stays with the disaster they were registered for.")
        problems.append(FieldError("disaster_id", "fixed", words))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def _differences(found: Volunteer, order: PutVolunteer) -> list[FieldConflict]:
    """Return where what is stored and what was sent differ; of a person only that it does."""
    pairs = {name: (getattr(found, name), getattr(order, name)) for name in OPEN}
    pairs["skills"] = (found.skills, [str(each) for each in order.skills])
    fields = [
        FieldConflict(name, None, theirs, yours)
        for name, (theirs, yours) in pairs.items()
        if theirs != yours
    ]
    said = queries.clear(found)
    return fields + [
        FieldConflict(name, None, HIDDEN, HIDDEN)
        for name in queries.PERSONAL
        if said[name] != getattr(order, name)
    ]


def _rename(session: Session, found: Volunteer, person: bytes) -> None:
    """Let the spells of duty of a volunteer follow a corrected name or telephone."""
    own = queries.spells_of(session, found.disaster_id, found.person_blind)
    mine = [each for each in own if each.volunteer_id == found.id]
    _hold(session, found.disaster_id, person)
    for each in mine:
        _refuse_overlap(session, found, person, each.arrived_at, each.left_at)
    for each in mine:
        each.person_blind = person


def _write(
    session: Session, found: Volunteer, order: PutVolunteer, person: bytes, *, revision: int,
    actor_id: UUID,
) -> None:  # fmt: skip
    for name in OPEN:
        setattr(found, name, getattr(order, name))
    for name in queries.PERSONAL:
        sealed = vault.seal(queries.TABLE, name, found.id, getattr(order, name))
        setattr(found, f"{name}_sealed", sealed)
    found.skills, found.person_blind = [str(each) for each in order.skills], person
    found.actor_id, found.received_at, found.revision = actor_id, clock.now(), revision
    session.add(found)
    session.flush()
    kept = {name: getattr(found, name) for name in queries.KEPT}
    session.add(VolunteerVersion(volunteer_id=found.id, **kept))
    session.flush()


def sign_in(
    session: Session, attempt: Attempt, shelter: Shelter, volunteer_id: UUID, order: PutDuty, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Put a volunteer of a held shelter on duty. Raises IllegalTransition where they are already.

    An answer never says at which other shelter somebody is on duty.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.volunteer(session, shelter.id, volunteer_id)
    now = disasters.now_of(session, disasters.disaster(session, found.disaster_id))
    at = order.arrived_at or now
    if at > now:
        raise _wrong("arrived_at", "future", _("This moment has not come yet."))
    person = found.person_blind
    if person is None:
        raise IllegalTransition(_("Who this was is not kept any more."))
    _hold(session, found.disaster_id, person)
    _refuse_overlap(session, found, person, at, None)
    session.add(
        VolunteerDuty(
            id=attempt.id, volunteer_id=found.id, shelter_id=shelter.id, area_id=shelter.area_id,
            disaster_id=found.disaster_id, person_blind=person, arrived_at=at,
            actor_id=actor_id, received_at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    event = VolunteerSignedIn(shelter.id, found.disaster_id, found.id, attempt.id, at)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return receipts.keep(session, attempt, revision=1)


def _hold(session: Session, disaster_id: UUID, person: bytes) -> None:
    """Let one change of a person's duty go on at a time, whichever shelter it is at."""
    db.serialise(session, uuid5(disaster_id, person.hex()))


def _refuse_overlap(
    session: Session, found: Volunteer, person: bytes, came: datetime, left: datetime | None
) -> None:
    for each in queries.spells_of(session, found.disaster_id, person):
        if not overlap((came, left), (each.arrived_at, each.left_at)):
            continue
        if each.volunteer_id == found.id:
            raise IllegalTransition(_("This volunteer is on duty here already at that time."))
        raise IllegalTransition(
            _("This volunteer is on duty at another shelter at that time. "
              "They sign out there before they sign in here.")
        )  # fmt: skip


def _wrong(field: str, code: str, words: str) -> Invalid:
    return Invalid(_("Some fields need another look."), [FieldError(field, code, words)])


def sign_out(
    session: Session, attempt: Attempt, shelter: Shelter, volunteer_id: UUID, order: PutDutyEnd, *,
    duty_id: UUID, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """End a volunteer's spell of duty. Raises Invalid for an end before its beginning."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.volunteer(session, shelter.id, volunteer_id)
    duty = queries.duty(session, found.id, duty_id)
    if duty.left_at is not None:
        raise IllegalTransition(_("This volunteer has signed out already."))
    now = disasters.now_of(session, disasters.disaster(session, found.disaster_id))
    at = order.left_at or now
    if at > now:
        raise _wrong("left_at", "future", _("This moment has not come yet."))
    if at < duty.arrived_at:
        raise _wrong("left_at", "before_arrival", _("Nobody leaves before they arrived."))
    duty.left_at, duty.actor_id, duty.received_at = at, actor_id, clock.now()
    event = VolunteerSignedOut(shelter.id, found.disaster_id, found.id, duty.id, at)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return receipts.keep(session, attempt, revision=1)


def read_volunteer(
    session: Session, shelter: Shelter, volunteer_id: UUID, *, actor_id: UUID
) -> Volunteer:
    """Return a volunteer whose name and telephone may now be opened: the reading is on record."""
    found = queries.volunteer(session, shelter.id, volunteer_id)
    event = VolunteerRead(shelter.id, found.id)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return found
