"""Who is named with the head of a household: sealed, found by number, never in two places."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from relief_ops import receipts, vault
from relief_ops.errors import FieldError, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries
from shelters.events import HouseholdIdentified
from shelters.models import Arrival, ArrivalMember, Shelter
from shelters.queries.found import opened_of
from shelters.rules import HOLDING
from shelters.schemas import Member, PutArrival, PutMembers
from shelters.services import elsewhere


def put_members(
    session: Session, attempt: Attempt, shelter: Shelter, arrival_id: UUID, order: PutMembers, *,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Say who is named with the head of a household in a held shelter, in place of those before."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = queries.household(session, shelter.id, arrival_id)
    found.revision = receipts.next_revision(attempt, found.revision)
    if found.stay in HOLDING:
        elsewhere.hold_numbers(
            session, found.disaster_id, (each.id_number for each in order.members)
        )
        for each in order.members:
            elsewhere.refuse_number_twice(
                session, shelter.id, found.disaster_id, each.id_number, but=found.id, named=True
            )
    _keep(session, found, order.members)
    event = HouseholdIdentified(shelter.id, found.id, found.revision)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return receipts.keep(session, attempt, revision=found.revision)


def write(session: Session, found: Arrival, order: PutArrival, left: Arrival | None) -> None:
    """Write a registration and who is named with it; a correction that is silent keeps them.

    Of a new one that was registered before as `left`, those who were named there stay named.
    """
    session.add(found)
    session.flush()
    if left is not None:
        _keep(session, found, _with_those_before(order, told(session, left.id)))
    elif "members" in order.model_fields_set:
        _keep(session, found, order.members)
    elif found.revision > 1:
        check(session, found)


def _with_those_before(order: PutArrival, before: Sequence[Member]) -> list[Member]:
    """Return who is named now, then who was named before and is none of them."""
    names, numbers = {each.name for each in order.members}, set(order.numbers)
    others = [
        each for each in before if each.name not in names and each.id_number not in numbers
    ]  # fmt: skip
    return [*order.members, *others][: max(order.people - 1, len(order.members))]


def carry(session: Session, left: Arrival, found: Arrival) -> None:
    """Name with a registration who was named with the one before it."""
    _keep(session, found, told(session, left.id)[: found.people - 1])


def told(session: Session, arrival_id: UUID) -> list[Member]:
    """Return who is named with the head of a household, in full."""
    return [
        Member.model_construct(name=opened_of(each, "name"), id_number=opened_of(each, "id_number"))
        for each in queries.members(session, arrival_id)
    ]


def take_out(session: Session, found: Arrival, gone: Collection[bytes]) -> None:
    """Name those with these indexed numbers no longer with a household they have left."""
    stay = [
        each for each in told(session, found.id)
        if not each.id_number or vault.blind(each.id_number) not in gone
    ]  # fmt: skip
    _keep(session, found, stay[: found.people - 1])


def check(session: Session, found: Arrival) -> None:
    """Refuse more names than people besides the head, and the head's own number among theirs."""
    known = queries.members(session, found.id)
    if known and (found.is_group or len(known) >= found.people):
        raise _wrong(_("More people are named than the household has besides its head."))
    numbers = {each.id_number_blind for each in known if each.id_number_blind}
    if found.id_number_blind in numbers:
        raise _wrong(_("One identity number is given for two people. Correct one of them."))


def _wrong(words: str) -> Invalid:
    return Invalid(words, [FieldError("members", "wrong", words)])


def _keep(session: Session, found: Arrival, said: Sequence[Member]) -> None:
    for former in queries.members(session, found.id):
        session.delete(former)
    session.flush()  # before theirs: a name is sealed for its place in the household
    for position, each in enumerate(said):
        row = ArrivalMember(id=uuid5(found.id, str(position)), arrival_id=found.id)
        row.position, row.area_id = position, found.area_id
        row.name_sealed = _sealed(row, "name", each.name)
        row.id_number_sealed = _sealed(row, "id_number", each.id_number)
        row.id_number_blind = vault.blind(each.id_number) if each.id_number else None
        session.add(row)
    session.flush()
    check(session, found)


def _sealed(row: ArrivalMember, column: str, text: str) -> bytes | None:
    return vault.seal("arrival_member", column, row.id, text) if text else None
