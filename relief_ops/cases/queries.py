"""Reading households, persons and cases. Personal fields leave here masked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from relief_ops import calendar, clock, geo, parameters, plugins, vault
from relief_ops.auth import require
from relief_ops.cases.models import Case, CaseAssessment, CaseDocument, Household, Person
from relief_ops.cases.rules import forms, identity, states
from relief_ops.cases.rules.states import OPEN, State
from relief_ops.errors import FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Assessment, Programme, Verdict, View

ANY_DRILL = {"any_drill": True}
SEARCH_MOST = 5


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a programme says, and the figures it stood on."""

    programme: Programme[Any]
    assessment: Assessment
    figures: Mapping[str, parameters.Parameter]

    @property
    def flagged(self) -> bool:
        """Whether a figure used still has to be checked against its document."""
        return any(each.flagged for each in self.figures.values())

    @property
    def reason_words(self) -> str:
        """Return the reason in the reader's language, with its numbers."""
        return reason_words(self.programme, self.assessment.reason, self.assessment.facts)


def programmes() -> list[Programme[Any]]:
    """Return every registered programme, in the order of the application."""
    return list(plugins.contributed("programmes"))


def programme(code: str) -> Programme[Any]:
    """Return one programme. Raises Invalid when there is none of that code."""
    try:
        return plugins.programme(code)
    except KeyError:
        message = _("There is no programme %(code)s.", code=code)
        raise Invalid(message, [FieldError("programme", "unknown", message)]) from None


def area(session: Session, code: str) -> geo.AreaNode:
    """Return the area with this code. Raises Invalid when nowhere."""
    try:
        return geo.tree(session).by_code(code)
    except KeyError:
        message = _("There is no area with the code %(code)s.", code=code)
        raise Invalid(message, [FieldError("area_code", "unknown", message)]) from None


def judge(
    session: Session,
    one: Programme[Any],
    answers: Mapping[str, Any],
    *,
    on: date,
    area_id: UUID,
) -> Judged:
    """Ask one programme, with the figures in force in the area on the day."""
    figures = parameters.values(session, one.parameters, on=on, area_id=area_id)
    rates = {key: each.value for key, each in figures.items()}
    try:
        said = one.assess(forms.form_of(one, answers), rates)
    except KeyError as error:
        said = Assessment(
            verdict=Verdict.INCOMPLETE,
            reason="no_figure",
            article="",
            amount_set_locally=True,
            facts={"key": str(error.args[0])},
        )
    return Judged(programme=one, assessment=said, figures=figures)


def judge_all(
    session: Session, answers: Mapping[str, Any], *, on: date, area_id: UUID
) -> list[Judged]:
    """Ask every programme."""
    return [judge(session, one, answers, on=on, area_id=area_id) for one in programmes()]


def reason_words(one: Programme[Any], reason: str, facts: Mapping[str, Any]) -> str:
    """Return a reason as a sentence with its numbers, in the reader's language."""
    if reason == "no_figure":
        return _("No figure for %(key)s is in force on that day.", key=facts.get("key", ""))
    sentence = _(one.reasons.get(reason, reason))
    shown = {name: _fact(value) for name, value in facts.items()}
    return sentence % shown if shown else sentence


def _fact(value: Any) -> str:
    if isinstance(value, Decimal | int):
        plain = f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"
        return plain.removesuffix(".00")
    return _(str(value))


@dataclass(frozen=True, kw_only=True)
class Due:
    """Until when a stage must be over, and how the days were counted.

    `unknown` are the years in between whose holidays are not yet known.
    """

    on: date
    kind: str
    days: int
    workdays: bool
    unknown: tuple[int, ...] = ()


def due(session: Session, state: State, code: str, *, on: date, area_id: UUID) -> Due | None:
    """Return the clock of a stage begun on a day, by the figures then in force; or None."""
    limit = states.limit_of(state, code)
    if limit is None:
        return None
    found = parameters.values(session, limit.keys, on=on, area_id=area_id)
    figure = next((found[key] for key in limit.keys if key in found), None)
    if figure is None:
        return None
    days = int(figure.value)
    if not limit.workdays:
        return Due(on=on + timedelta(days=days), kind=limit.kind, days=days, workdays=False)
    known = calendar.current(session)
    end = known.add_workdays(on, days)
    unknown = tuple(known.unknown(on, end))
    return Due(on=end, kind=limit.kind, days=days, workdays=True, unknown=unknown)


def unknown_year(session: Session, found: Case) -> int | None:
    """Return the year a case's clock ends in if working days run and its holidays are unknown."""
    limit = states.limit_of(State(found.state), found.programme)
    if found.due_on is None or limit is None or not limit.workdays:
        return None
    year = found.due_on.year
    return None if calendar.current(session).is_known(year) else year


def household(session: Session, household_id: UUID, *, lock: bool = False) -> Household:
    """Return a household the viewer may see. Raises NotFound."""
    found = find_household(session, household_id, lock=lock)
    if found is None:
        raise NotFound(_("There is no such household, or not in your areas."))
    return found


def find_household(session: Session, household_id: UUID, *, lock: bool = False) -> Household | None:
    """Return a household the viewer may see, of any drill, or None."""
    statement = select(Household).where(Household.id == household_id)
    found: Household | None = session.scalar(_locked(statement, lock), execution_options=ANY_DRILL)
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


def case(session: Session, case_id: UUID, *, lock: bool = False) -> Case:
    """Return a case the viewer may see. Raises NotFound."""
    found = find_case(session, case_id, lock=lock)
    if found is None:
        raise NotFound(_("There is no such case, or not in your areas."))
    return found


def find_case(session: Session, case_id: UUID, *, lock: bool = False) -> Case | None:
    """Return a case the viewer may see, of any drill, or None."""
    statement = _locked(select(Case).where(Case.id == case_id), lock)
    found: Case | None = session.scalar(statement, execution_options=ANY_DRILL)
    return found


def _locked(statement: Select[Any], lock: bool) -> Select[Any]:
    return statement.with_for_update() if lock else statement


def cases_of(session: Session, household_id: UUID) -> Sequence[Case]:
    """Return a household's cases, the latest first."""
    statement = select(Case).where(Case.household_id == household_id)
    order = (Case.applied_at.desc(), Case.programme)
    return session.scalars(statement.order_by(*order), execution_options=ANY_DRILL).all()


def assessments(session: Session, case_id: UUID) -> Sequence[CaseAssessment]:
    """Return what was said about a case, the latest first."""
    statement = select(CaseAssessment).where(CaseAssessment.case_id == case_id)
    return session.scalars(statement.order_by(CaseAssessment.assessed_at.desc())).all()


def documents(session: Session, case_id: UUID) -> Sequence[CaseDocument]:
    """Return the papers a case needs."""
    statement = select(CaseDocument).where(CaseDocument.case_id == case_id)
    return session.scalars(statement.order_by(CaseDocument.code)).all()


def worklist(
    session: Session,
    *,
    programme: str | None = None,
    state: str | None = None,
    area_ids: Iterable[UUID] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Case]:
    """Return cases by their clock, the one due first on top; without a state the open ones."""
    statement = select(Case).order_by(Case.due_on.is_(None), Case.due_on, Case.id)
    wanted = [state] if state else [each.value for each in OPEN]
    statement = statement.where(Case.state.in_(wanted))
    if programme:
        statement = statement.where(Case.programme == programme)
    if area_ids is not None:
        statement = statement.where(Case.area_id.in_(list(area_ids)))
    return session.scalars(statement.limit(limit).offset(offset)).all()


def counts(session: Session) -> dict[str, int]:
    """Return how many cases stand in each state."""
    statement = select(Case.state, func.count()).group_by(Case.state)
    return {state: count for state, count in session.execute(statement)}


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


def shown_case(session: Session, row: Case, *, head: str) -> dict[str, Any]:
    """Return a case as lists show it."""
    return {
        "id": row.id,
        "household_id": row.household_id,
        "head": head,
        "programme": row.programme,
        "area_code": geo.tree(session).node(row.area_id).code,
        "drill": row.drill_id is not None,
        "disaster_id": row.disaster_id,
        "state": row.state,
        "applied_at": row.applied_at,
        "due_on": row.due_on,
        "due_kind": row.due_kind,
        "amount_yuan": Decimal(row.amount_fen) / 100,
        "revision": row.revision,
    }


def shown_assessment(row: CaseAssessment) -> dict[str, Any]:
    """Return what a programme said, with its reason in words and the versions it used."""
    facts = json.loads(vault.unseal("assessment", "facts", row.id, row.facts_sealed))
    return {
        "programme": row.programme,
        "on": row.on_day,
        "verdict": row.verdict,
        "reason": row.reason,
        "reason_words": reason_words(programme(row.programme), row.reason, _numbers(facts)),
        "article": row.article,
        "amount_yuan": Decimal(row.amount_fen) / 100,
        "amount_set_locally": row.amount_set_locally,
        "missing": row.missing,
        "versions": row.versions,
        "assessed_at": row.assessed_at,
    }


def _numbers(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Read back the numbers that were kept as text."""
    return {name: Decimal(value["number"]) if isinstance(value, dict) else value
            for name, value in facts.items()}  # fmt: skip


def answers_of(row: Case) -> dict[str, Any]:
    """Return what a case says, in clear, for the rule and for the form."""
    text = vault.unseal("relief_case", "answers", row.id, row.answers_sealed)
    said: dict[str, Any] = json.loads(text)
    return said


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
