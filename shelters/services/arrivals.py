"""Households: registered within the greatest capacity, whatever arrives at the same time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import receipts, vault
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries, rules
from shelters.events import HouseholdIdentified
from shelters.models import Arrival, Shelter, ShelterStatus
from shelters.queries.found import phone_index
from shelters.queries.one import TYPED
from shelters.rules import LeftTo, Stay
from shelters.rules.doors import Party, may_be_divided
from shelters.schemas import PutArrival, PutIdentity, PutPresence
from shelters.services import elsewhere, groups, leaving, members, moments, places
from shelters.services.life_cycle import follow_figures, status_for
from shelters.services.telling import NOBODY, NUMBERS, admitted, give_out, given, sealed, tell

SEALED = ("name", "phone", "id_number", "care", "over_by")


def put_arrival(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutArrival, *, actor_id: UUID
) -> Receipt:
    """Register a household in a held shelter, or change what is known of it. Raises NoRoomHere."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    disaster = disasters.disaster(session, order.disaster_id)
    status = status_for(session, shelter, disaster)
    found = queries.arrival(session, shelter.id, attempt.id)
    before = given(found)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    now = disasters.now_of(session, disaster)
    at = moments.come("arrived_at", order.arrived_at, now)
    stayed = found.arrived_at if found and found.stay == Stay.ARRIVED else None
    order = _on_its_row(session, order)
    share = groups.share_of(session, shelter, found, order)
    came = share.since(order.arrived_at or stayed or at)
    party = _party(session, disaster, order, came=came, freed=share.freed)
    _check(session, shelter, status, found, order, party=party, at=now)
    left = _leave_other_places(session, attempt.id, shelter, found, order, at=at, actor_id=actor_id)
    order = leaving.taken_over(order, left)
    groups.draw(session, shelter, share, order, arrival_id=attempt.id, actor_id=actor_id)
    above = places.take(session, shelter, status, found, party, at=now)
    found = found or Arrival(id=attempt.id, shelter_id=shelter.id, disaster_id=disaster.id)
    write_down(found, order, at=came)
    found.group_id, found.from_group, found.origin_id = share.group_id, share.drawn, party.home
    found.area_id, found.stay, found.revision = shelter.area_id, party.stay, revision
    found.actor_id = actor_id
    members.write(session, found, order, left)
    admitted(session, shelter, status, found, actor_id=actor_id)
    give_out(session, found, before=before, actor_id=actor_id)
    if any(above):
        places.record_above(session, shelter, status, found, above, actor_id=actor_id)
    follow_figures(session, shelter, status, at=at, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=revision)


def _on_its_row(session: Session, order: PutArrival) -> PutArrival:
    """Return what was said with the row of the list its identity number stands on, if one does."""
    if order.listed_id or order.group:
        return order
    row = elsewhere.listed_by_number(session, order.disaster_id, order.id_number)
    return order.model_copy(update={"listed_id": row}) if row else order


def _party(
    session: Session, disaster: Disaster, order: PutArrival, *, came: datetime, freed: int
) -> Party:
    origin, row = order.origin_code, order.listed_id
    at_home = disasters.area_by_code(session, origin, disaster).id if origin else None
    return Party(
        people=order.people, came=came, freed=freed, decided=bool(order.over_by),
        stay=Stay.ON_THE_WAY if order.on_the_way else Stay.ARRIVED,
        kinds={kind: getattr(order, kind) for kind in TYPED},
        divisible=may_be_divided(order.people, group=order.group, listed=row is not None),
        home=at_home or elsewhere.home_listed(session, row),
    )  # fmt: skip


def _check(
    session: Session, shelter: Shelter, status: ShelterStatus, found: Arrival | None,
    order: PutArrival, *, party: Party, at: datetime,
) -> None:  # fmt: skip
    places.check_admits(session, shelter, status, party, at=at, found=found)
    if found is not None and found.stay not in rules.HOLDING:
        raise IllegalTransition(_("This household has already left."))
    if found is not None and order.moved_from:
        words = _("Only a new registration can come from another shelter.")
        raise Invalid(words, [FieldError("moved_from", "not_new", words)])


def _leave_other_places(
    session: Session, arrival_id: UUID, shelter: Shelter, found: Arrival | None,
    order: PutArrival, *, at: datetime, actor_id: UUID,
) -> Arrival | None:  # fmt: skip
    """Free what the household held so far: its announcement here, or its places elsewhere."""
    left = None
    elsewhere.hold_numbers(session, order.disaster_id, order.numbers)
    if found is None:
        leaving.leave_group(session, order, arrival_id=arrival_id, at=at, actor_id=actor_id)
    if order.moved_from:
        left = leaving.let_go_elsewhere(
            session, shelter, order, arrival_id=arrival_id, at=at, actor_id=actor_id
        )
    status = status_for(session, shelter, disasters.disaster(session, order.disaster_id))
    of = (shelter.id, status.disaster_id)
    if not order.on_the_way and found is None:
        expected = _take_its_announcement(
            session, shelter, status, order, arrival_id=arrival_id, at=at, actor_id=actor_id
        )
        left = left or expected
    but = found.id if found else None
    for number in order.numbers:
        named = number != order.id_number
        elsewhere.refuse_number_twice(session, *of, number, but=but, named=named)
    return left


def _take_its_announcement(
    session: Session, shelter: Shelter, status: ShelterStatus, order: PutArrival, *,
    arrival_id: UUID, at: datetime, actor_id: UUID,
) -> Arrival | None:  # fmt: skip
    of = (shelter.id, status.disaster_id)
    expected = queries.announced(session, *of, order.listed_id)
    expected = expected or elsewhere.announced_by_number(session, *of, order.id_number)
    if expected is not None:
        leaving.let_go(
            session, shelter, status, expected, to=LeftTo.CANCELLED, at=at, actor_id=actor_id,
            quietly=True,
        )  # fmt: skip
        expected.moved_to = arrival_id
    return expected


def write_down(found: Arrival, order: PutArrival, *, at: datetime) -> None:
    """Write what was said of a household, what names it sealed."""
    for name in NUMBERS:
        setattr(found, name, getattr(order, name))
    silent = "listed_id" not in order.model_fields_set and order.listed_id is None
    found.listed_id = found.listed_id if silent else order.listed_id
    found.is_group = order.group
    for name in SEALED:
        setattr(found, f"{name}_sealed", sealed(name, found.id, getattr(order, name)))
    found.phone_blind = phone_index(order.phone)
    found.id_number_blind = vault.blind(order.id_number) if order.id_number else None
    found.id_missing = not (order.id_number or order.group or found.listed_id)
    found.room, found.over_reason = order.room, order.over_reason
    found.issued = order.issued or None
    found.arrived_at = at


def put_presence(
    session: Session, attempt: Attempt, shelter: Shelter, arrival_id: UUID, order: PutPresence, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Say that a household announced in a held shelter is here; its places were taken before."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.household(session, shelter.id, arrival_id)
    if found.stay != Stay.ON_THE_WAY:
        raise IllegalTransition(_("This household is not expected any more."))
    disaster = disasters.disaster(session, found.disaster_id)
    status = status_for(session, shelter, disaster)
    places.move(session, status, 0, -found.people)
    found.stay, found.actor_id = Stay.ARRIVED, actor_id
    now = disasters.now_of(session, disaster)
    found.arrived_at = moments.come("arrived_at", order.arrived_at, now)
    session.flush()
    places.compare(session, status)
    admitted(session, shelter, status, found, actor_id=actor_id)
    give_out(session, found, before=NOBODY, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=found.revision)


def put_identity(
    session: Session, attempt: Attempt, shelter: Shelter, arrival_id: UUID, order: PutIdentity,
    *, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Complete the identity number of a household in a held shelter; name and phone if sent."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.household(session, shelter.id, arrival_id)
    revision = receipts.next_revision(attempt, found.revision)
    if found.stay in rules.HOLDING:
        _link(session, shelter, found, order.id_number, actor_id=actor_id)
    for name in ("id_number", "name", "phone"):
        if text := getattr(order, name):
            setattr(found, f"{name}_sealed", sealed(name, found.id, text))
    if order.phone:
        found.phone_blind = phone_index(order.phone)
    found.id_number_blind, found.id_missing = vault.blind(order.id_number), False
    found.revision = revision
    members.check(session, found)
    event = HouseholdIdentified(shelter.id, found.id, revision)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return receipts.keep(session, attempt, revision=revision)


def _link(
    session: Session, shelter: Shelter, found: Arrival, id_number: str, *, actor_id: UUID
) -> None:
    """Put a household on the row of the list its number stands on; refuse a second place."""
    elsewhere.refuse_number_twice(session, shelter.id, found.disaster_id, id_number, but=found.id)
    if found.listed_id or found.is_group:
        return
    found.listed_id = elsewhere.listed_by_number(session, found.disaster_id, id_number)
    tell(session, found, at=found.arrived_at, actor_id=actor_id)
