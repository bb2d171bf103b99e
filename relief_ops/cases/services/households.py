"""Registering households and reading persons in full."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, receipts, vault
from relief_ops.cases import events, queries, schemas
from relief_ops.cases.models import Case, Household, Person
from relief_ops.cases.rules.states import Purpose, Relation
from relief_ops.errors import BodyDiffers, FieldError, Invalid
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_household(
    session: Session, attempt: Attempt, order: schemas.PutHousehold, *, actor_id: UUID
) -> Receipt:
    """Register a household, or correct it and its members."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    known = queries.find_household(session, attempt.id, lock=True)
    revision = receipts.next_revision(attempt, known.revision if known else None)
    if known is None:
        register(session, attempt.id, order, actor_id=actor_id)
    else:
        _correct(session, known, order, revision=revision, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=revision)


def register(
    session: Session,
    household_id: UUID,
    order: schemas.PutHousehold,
    *,
    actor_id: UUID,
    at: datetime | None = None,
) -> Household:
    """Write a new household with its members. Raises Invalid for a person already known."""
    refuse_taken(session, Household, household_id)
    row = Household(
        id=household_id,
        area_id=queries.area(session, order.area_code).id,
        drill_id=order.drill_id,
        address_sealed=vault.seal("household", "address", household_id, order.address),
        member_count=len(order.members),
        registered_at=at or clock.now(),
        registered_by=actor_id,
        revision=1,
    )
    session.add(row)
    session.flush()
    _write_members(session, row, order.members)
    event = events.HouseholdRegistered(row.id, row.member_count)
    record(session, event, actor_id=actor_id, subject=row.id, areas=[row.area_id])
    return row


def _correct(
    session: Session,
    row: Household,
    order: schemas.PutHousehold,
    *,
    revision: int,
    actor_id: UUID,
) -> None:
    if order.drill_id != row.drill_id:
        raise Invalid(_("A household stays in its drill."))
    row.area_id = queries.area(session, order.area_code).id
    row.address_sealed = vault.seal("household", "address", row.id, order.address)
    row.member_count, row.revision = len(order.members), revision
    _write_members(session, row, order.members)
    for case in queries.cases_of(session, row.id):
        case.area_id = row.area_id
    event = events.HouseholdChanged(row.id, row.member_count, revision)
    record(session, event, actor_id=actor_id, subject=row.id, areas=[row.area_id])


def _write_members(session: Session, household: Household, sent: Iterable[schemas.Member]) -> None:
    """Write the members, the head first; who is not sent any more is removed."""
    known = {each.id: each for each in queries.members(session, household.id)}
    ordered = sorted(sent, key=lambda each: each.relation is not Relation.HEAD)
    _refuse_known_numbers(session, household, ordered)
    for ordinal, member in enumerate(ordered):
        row = known.pop(member.id, None) or _new_person(session, household, member.id)
        row.area_id, row.drill_id = household.area_id, household.drill_id
        row.relation, row.ordinal = member.relation.value, ordinal
        _seal(row, member)
        session.add(row)
    for gone in known.values():
        session.delete(gone)
    session.flush()


def _new_person(session: Session, household: Household, person_id: UUID) -> Person:
    refuse_taken(session, Person, person_id)
    return Person(id=person_id, household_id=household.id)


def refuse_taken(session: Session, kind: type[Household | Person | Case], row_id: UUID) -> None:
    """Raise BodyDiffers when an id is already in use, in whatever area or drill."""
    if queries.is_taken(session, kind, row_id):
        raise BodyDiffers(_("This id was already used for another content. Nothing was changed."))


def _seal(row: Person, member: schemas.Member) -> None:
    row.name_sealed = vault.seal("person", "name", row.id, member.name)
    row.id_number_blind = vault.blind(member.id_number) if member.id_number else None
    for field, text in (
        ("id_number", member.id_number),
        ("phone", member.phone),
        ("bank", member.bank_account),
    ):
        sealed = vault.seal("person", field, row.id, text) if text else None
        setattr(row, f"{field}_sealed", sealed)


def _refuse_known_numbers(
    session: Session, household: Household, members: Iterable[schemas.Member]
) -> None:
    """Refuse a person who already belongs to another household of the same register."""
    problems = []
    for ordinal, member in enumerate(members):
        if not member.id_number:
            continue
        statement = select(Person.id).where(
            Person.id_number_blind == vault.blind(member.id_number),
            Person.household_id != household.id,
            Person.drill_id.is_(None)
            if household.drill_id is None
            else Person.drill_id == household.drill_id,
        )
        if session.scalar(statement.limit(1), execution_options=queries.ANY_DRILL):
            message = _("This person already belongs to a household. Search the number.")
            problems.append(FieldError(f"members.{ordinal}.id_number", "known", message))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def read_person(
    session: Session, person_id: UUID, *, purpose: Purpose, actor_id: UUID
) -> dict[str, Any]:
    """Return a person in full and record who read it, and why."""
    row = queries.person(session, person_id)
    event = events.PersonRead(row.id, purpose)
    record(session, event, actor_id=actor_id, subject=row.id, areas=[row.area_id])
    return queries.full(row)
