"""Writing the lists: risk points, who answers for whom, and who must move."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts, vault
from relief_ops.auth.models import User
from relief_ops.errors import FieldConflict, FieldError, Invalid, NotFound
from relief_ops.events import record
from relief_ops.geo.models import Place
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.evacuation import queries, rules, schemas
from shelters.evacuation.events import CadreWritten, HouseholdListed, RiskPointWritten
from shelters.evacuation.models import Cadre, ListedHousehold, RiskPoint
from shelters.evacuation.queries.known import listed_elsewhere
from shelters.evacuation.rules import GROUPS, PETS, Kind, RiskKind
from shelters.evacuation.services import outlines
from shelters.models import Shelter
from shelters.queries.found import phone_index

RISK_PLAIN = ("name", "kind", "level", "trigger", "households", "people")
PLAIN = ("kind", "unit", "people", *GROUPS, *PETS, "risk_id", "destination", "shelter_id",
         "transport", "cadre_id", "removed")  # fmt: skip
PERSONAL = queries.lists.PERSONAL


def put_risk_point(
    session: Session, attempt: Attempt, order: schemas.PutRiskPoint, *, area_id: UUID,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Enter a risk point or change it. Raises StaleBase for an edit of an older revision.

    One of which only the outline is known stands in its middle. Raises Invalid for an outline
    far from its area.
    """
    found = queries.risk_point(session, attempt.id, lock=True)
    if found is None and session.get(Place, attempt.id) is not None:
        raise _not_yours()
    if receipt := receipts.replay(session, attempt):
        return receipt
    revision = receipts.next_revision(attempt, _revision(found, order.drill_id))
    point = outlines.point_of(session, order, area_id, geo.tree(session))
    if found is None:
        found = RiskPoint(id=attempt.id, drill_id=order.drill_id)
    geo.place(
        session, found.id, kind="risk_point", name=order.name, area_id=area_id, point=point,
        drill_id=order.drill_id,
    )  # fmt: skip
    session.flush()
    for name in RISK_PLAIN:
        setattr(found, name, getattr(order, name))
    found.outline = [list(each) for each in order.outline] if order.outline else None
    found.area_id, found.written_at, found.revision = area_id, clock.now(), revision
    session.add(found)
    event = RiskPointWritten(
        found.id, RiskKind(found.kind), found.households, found.people, revision
    )
    record(session, event, actor_id=actor_id, subject=found.id, areas=[area_id])
    return receipts.keep(session, attempt, revision=revision)


def _revision(found: Any, drill_id: UUID | None) -> int | None:
    """Return the revision of what is there; what is of another drill is not there."""
    if found is None:
        return None
    if found.drill_id != drill_id:
        raise _not_yours()
    return int(found.revision)


def _not_yours() -> NotFound:
    return NotFound(_("There is no such thing, or not in your areas."))


def put_cadre(
    session: Session, attempt: Attempt, order: schemas.PutCadre, *, area_id: UUID, actor_id: UUID
) -> Receipt:
    """Enter or change who answers for households. Raises Invalid for an unknown login."""
    found = queries.cadre(session, attempt.id, lock=True)
    _refuse_other(session, Cadre, attempt.id, found)
    if receipt := receipts.replay(session, attempt):
        return receipt
    revision = receipts.next_revision(attempt, _revision(found, order.drill_id))
    if found is None:
        found = Cadre(id=attempt.id, drill_id=order.drill_id)
    found.user_id = _account(session, order.login)
    found.deputy_id = _deputy(session, order, attempt.id)
    found.name_sealed = vault.seal("evacuation_cadre", "name", found.id, order.name)
    found.phone_sealed = (
        vault.seal("evacuation_cadre", "phone", found.id, order.phone) if order.phone else None
    )
    found.phone_blind = phone_blind(order.phone)
    found.area_id, found.revision = area_id, revision
    session.add(found)
    event = CadreWritten(found.id, revision)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[area_id])
    return receipts.keep(session, attempt, revision=revision)


def phone_blind(phone: str) -> bytes | None:
    """Return what somebody's number is found by, or None without one."""
    digits = "".join(each for each in phone if each.isdigit())
    return vault.blind(f"cadre:{digits}") if digits else None


def _refuse_other(session: Session, table: type[Any], row_id: UUID, found: Any) -> None:
    """Raise NotFound for an id that is somebody else's."""
    if found is None and queries.area_of_any(session, table, row_id) is not None:
        raise _not_yours()


def _account(session: Session, login: str) -> UUID | None:
    if not login:
        return None
    user_id = session.scalar(select(User.id).where(User.login == login))
    if user_id is None:
        raise _wrong("login", "unknown", _("There is no account with this login."))
    return user_id


def _deputy(session: Session, order: schemas.PutCadre, cadre_id: UUID) -> UUID | None:
    if order.deputy_id is None:
        return None
    found = queries.cadre(session, order.deputy_id)
    if found is None or found.drill_id != order.drill_id or found.id == cadre_id:
        raise _wrong("deputy_id", "unknown", _("This deputy is not on the list."))
    return found.id


def _wrong(field: str, code: str, words: str) -> Invalid:
    return Invalid(_("Some fields need another look."), [FieldError(field, code, words)])


def put_household(
    session: Session, attempt: Attempt, order: schemas.PutHousehold, *, area_id: UUID,
    actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Enter a row of the list, change it or take it out. Raises StaleBase with what differs."""
    found = queries.find(session, attempt.id, lock=True)
    _refuse_other(session, ListedHousehold, attempt.id, found)
    if receipt := receipts.replay(session, attempt):
        return receipt
    current = _revision(found, order.drill_id)
    if found is not None and attempt.edit:
        receipts.check_revision(attempt, found.revision, fields=differences(found, order))
    revision = receipts.next_revision(attempt, current)
    _check(session, order)
    if found is None:
        found = ListedHousehold(id=attempt.id, drill_id=order.drill_id)
    _refuse_twice(session, found, order)
    _write(found, order, area_id, revision)
    session.add(found)
    event = HouseholdListed(found.id, Kind(found.kind), found.people, found.removed, revision)
    record(session, event, actor_id=actor_id, subject=found.id, areas=[area_id])
    return receipts.keep(session, attempt, revision=revision)


def differences(found: ListedHousehold, order: schemas.PutHousehold) -> list[FieldConflict]:
    """Return where what is stored and what was sent differ; personal fields stay masked."""
    pairs = {name: (getattr(found, name), getattr(order, name)) for name in PLAIN}
    clear = queries.clear(found)
    personal = {name: (clear[name], getattr(order, name)) for name in PERSONAL}
    return [
        FieldConflict(name, None, _plain(theirs), _plain(yours))
        for name, (theirs, yours) in pairs.items()
        if theirs != yours
    ] + [
        FieldConflict(name, None, rules.masked(name, theirs), rules.masked(name, yours))
        for name, (theirs, yours) in personal.items()
        if theirs != yours
    ]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _check(session: Session, order: schemas.PutHousehold) -> None:
    """Refuse what the row names and is not there, each beside its field."""
    known = {
        "risk_id": queries.area_of_any(session, RiskPoint, order.risk_id)
        if order.risk_id else None,
        "cadre_id": queries.area_of_any(session, Cadre, order.cadre_id)
        if order.cadre_id else None,
        "shelter_id": queries.area_of_any(session, Shelter, order.shelter_id)
        if order.shelter_id else None,
    }  # fmt: skip
    words = _("This is not on the list.")
    wrong = [
        FieldError(name, "unknown", words)
        for name, found in known.items()
        if getattr(order, name) and (found is None or found[1] != order.drill_id)
    ]
    if wrong:
        raise Invalid(_("Some fields need another look."), wrong)


def _refuse_twice(session: Session, found: ListedHousehold, order: schemas.PutHousehold) -> None:
    """Raise Invalid, naming the place, for a number another row has: nobody is listed twice."""
    number = vault.blind(order.id_number) if order.id_number and not order.removed else None
    if number is None or (number == found.id_number_blind and not found.removed):
        return
    if there := listed_elsewhere(session, number, found):
        node = geo.tree(session).node(there)
        words = _("This identity number is on the list already: %(area)s.", area=node.name)
        raise _wrong("id_number", "taken", words)


def _write(
    found: ListedHousehold, order: schemas.PutHousehold, area_id: UUID, revision: int
) -> None:
    for name in PLAIN:
        setattr(found, name, getattr(order, name))
    for name in PERSONAL:
        text = getattr(order, name)
        sealed = vault.seal("evacuation_household", name, found.id, text) if text else None
        setattr(found, f"{name}_sealed", sealed)
    found.phone_blind = phone_index(order.phone)
    found.id_number_blind = vault.blind(order.id_number) if order.id_number else None
    found.area_id, found.written_at, found.revision = area_id, clock.now(), revision
