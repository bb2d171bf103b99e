"""Stays that are over: a phone without a network tells of them after the shelter was emptied."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries, rules
from shelters.check_in.schemas import PutPastStay
from shelters.events import HouseholdAdmitted, HouseholdDeparted
from shelters.models import Arrival, Shelter, ShelterStatus
from shelters.queries.found import places_held
from shelters.rules import Stay
from shelters.services import elsewhere, members, places
from shelters.services.arrivals import write_down
from shelters.services.life_cycle import status_for
from shelters.services.telling import NOBODY, give_out, sealed, tell


def put_past_stay(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutPastStay, *, actor_id: UUID
) -> Receipt:
    """Record a stay in a held shelter that is over: it takes no place, and is in every sum.

    The times are the phone's own: they must lie while the shelter took people in, and no later
    than it was emptied. Raises Invalid where they do not, IllegalTransition where it is known.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    disaster = disasters.disaster(session, order.disaster_id)
    status = status_for(session, shelter, disaster)
    if queries.arrival(session, shelter.id, attempt.id) is not None:
        raise IllegalTransition(_("This household is registered here already."))
    left_at = _left_at(session, shelter, status, order, now=disasters.now_of(session, disaster))
    _check_handover(order)
    found = Arrival(
        id=attempt.id, shelter_id=shelter.id, disaster_id=disaster.id, area_id=shelter.area_id,
        stay=Stay.ARRIVED, revision=receipts.next_revision(attempt, None), actor_id=actor_id,
    )  # fmt: skip
    write_down(found, order, at=order.arrived_at)
    origin = order.origin_code
    home = disasters.area_by_code(session, origin, disaster).id if origin else None
    found.origin_id = home or elsewhere.home_listed(session, order.listed_id)
    members.write(session, found, order, None)
    give_out(session, found, before=NOBODY, actor_id=actor_id)
    found.stay, found.left_at, found.left_to = Stay.DEPARTED, left_at, order.left_to
    found.handed_to_sealed = sealed("handed_to", found.id, order.handed_to)
    session.flush()
    places.compare(session, status)
    _say(session, shelter, status, found, order, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=found.revision)


def _left_at(
    session: Session, shelter: Shelter, status: ShelterStatus, order: PutPastStay, *, now: datetime
) -> datetime:
    of = (session, shelter.id, status.disaster_id)
    if queries.state_at(*of, order.arrived_at) not in rules.ADMITTING:
        raise _wrong("arrived_at", _("The shelter took nobody in at this time."))
    most = queries.emptied_after(*of, order.arrived_at) or now
    left = order.left_at or most
    if not order.arrived_at <= left <= most:
        raise _wrong("left_at", _("They left after they came, and before the shelter was empty."))
    return left


def _wrong(field: str, words: str) -> Invalid:
    return Invalid(words, [FieldError(field, "outside", words)])


def _check_handover(order: PutPastStay) -> None:
    wards = (order.minors_alone, order.alone)
    if not order.handed_to and rules.needs_handover(*wards, order.left_to):
        words = _("Minors nobody is with, and elders alone or frail, leave only to somebody named.")
        raise Invalid(words, [FieldError("handed_to", "missing", words)])


def _say(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival,
    order: PutPastStay, *, actor_id: UUID,
) -> None:  # fmt: skip
    """Say that it came and left; its list is told, unless it has a place elsewhere by now."""
    came = HouseholdAdmitted(
        shelter.id, found.disaster_id, found.id, found.people, False, status.registered
    )
    left = HouseholdDeparted(
        shelter.id, found.disaster_id, found.id, found.people, order.left_to,
        status.registered,
    )  # fmt: skip
    for event in (came, left):
        record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    row = Arrival.listed_id == found.listed_id
    if found.listed_id and not places_held(session, found.disaster_id, row):
        tell(session, found, at=found.left_at or found.arrived_at, actor_id=actor_id)
