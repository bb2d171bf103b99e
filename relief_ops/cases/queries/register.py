"""Reading households and persons. Personal fields leave here masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, vault
from relief_ops.auth import require
from relief_ops.cases.models import Case, Household, Person
from relief_ops.cases.rules import identity
from relief_ops.errors import Forbidden, NotFound, Unauthenticated
from relief_ops.i18n import gettext as _
from relief_ops.plugins import View

ANY_DRILL = {"any_drill": True}
SEARCH_MOST = 5


def household(session: Session, household_id: UUID, *, lock: bool = False) -> Household:
    """Return a household the viewer may see. Raises NotFound."""
    found = find_household(session, household_id, lock=lock)
    if found is None:
        raise NotFound(_("There is no such household, or not in your areas."))
    return found


def find_household(session: Session, household_id: UUID, *, lock: bool = False) -> Household | None:
    """Return a household the viewer may see, of any drill, or None."""
    statement = select(Household).where(Household.id == household_id)
    found: Household | None = session.scalar(locked(statement, lock), execution_options=ANY_DRILL)
    return found


def is_taken(session: Session, kind: type[Household | Person | Case], row_id: UUID) -> bool:
    """Say whether an id is in use at all, in whatever area or drill."""
    statement = select(kind.id).where(kind.id == row_id)
    everywhere = ANY_DRILL | {"scope": "shared"}
    return session.scalar(statement, execution_options=everywhere) is not None


def members(session: Session, household_id: UUID) -> Sequence[Person]:
    """Return a household's members in their order."""
    statement = select(Person).where(Person.household_id == household_id).order_by(Person.ordinal)
    return session.scalars(statement, execution_options=ANY_DRILL).all()


def person(session: Session, person_id: UUID) -> Person:
    """Return one person the viewer may see. Raises NotFound."""
    statement = select(Person).where(Person.id == person_id)
    found = session.scalar(statement, execution_options=ANY_DRILL)
    if found is None:
        raise NotFound(_("There is no such person, or not in your areas."))
    return found


def locked(statement: Select[Any], lock: bool) -> Select[Any]:
    """Hold the rows to the end of the transaction, if asked to."""
    return statement.with_for_update() if lock else statement


def heads(session: Session, household_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return each household's head by masked name."""
    statement = select(Person).where(
        Person.household_id.in_(set(household_ids)), Person.ordinal == 0
    )
    found = session.scalars(statement, execution_options=ANY_DRILL)
    return {each.household_id: identity.masked_name(opened(each, "name")) for each in found}


def opened(row: Person, field: str) -> str:
    """Return one personal field in clear: for masking, or for a reader who was recorded."""
    sealed: bytes | None = getattr(row, f"{field}_sealed")
    return vault.unseal("person", field, row.id, sealed) if sealed else ""


def masked(row: Person) -> dict[str, Any]:
    """Return a person as anybody sees them who has not asked for more."""
    return {
        "id": row.id,
        "relation": row.relation,
        "name": identity.masked_name(opened(row, "name")),
        "id_number": identity.masked_id_number(opened(row, "id_number")),
        "phone": identity.masked_phone(opened(row, "phone")),
        "bank_account": identity.masked_account(opened(row, "bank")),
    }


def full(row: Person) -> dict[str, Any]:
    """Return a person in full. The reader is recorded before."""
    return {
        "id": row.id,
        "household_id": row.household_id,
        "relation": row.relation,
        "name": opened(row, "name"),
        "id_number": opened(row, "id_number"),
        "phone": opened(row, "phone"),
        "bank_account": opened(row, "bank"),
    }


def shown_household(session: Session, row: Household) -> dict[str, Any]:
    """Return a household with its members, masked."""
    return {
        "id": row.id,
        "area_code": geo.tree(session).node(row.area_id).code,
        "drill": row.drill_id is not None,
        "members": [masked(each) for each in members(session, row.id)],
        "registered_at": row.registered_at,
        "revision": row.revision,
    }


def household_of_number(session: Session, number: str, *, today: date) -> UUID | None:
    """Return the household of the person with this exact identity number, or None.

    Only within the register and the areas looked at; it shows nothing of the person.
    """
    try:
        read = identity.read_id_number(number, today=today).number
    except ValueError:
        return None
    statement = select(Person.household_id).where(Person.id_number_blind == vault.blind(read))
    found: UUID | None = session.scalar(statement.limit(1))
    return found


def search(session: Session, view: View, text: str) -> list[dict[str, str]]:
    """Find people by their exact identity number; only who may read persons finds any."""
    try:
        number = identity.read_id_number(text, today=clock.local_date(view.now)).number
        require("person.read")
    except (ValueError, Forbidden, NotFound, Unauthenticated):
        return []
    statement = select(Person).where(Person.id_number_blind == vault.blind(number))
    tree = geo.tree(session)
    return [
        {
            "title": identity.masked_name(opened(each, "name")),
            "detail": tree.node(each.area_id).name,
            "href": f"/cases/households/{each.household_id}",
        }
        for each in session.scalars(statement.limit(SEARCH_MOST))
    ]
