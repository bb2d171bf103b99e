"""Households, persons, intakes and cases over the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import looking_at, require
from relief_ops.cases import queries, schemas, services
from relief_ops.cases.routes.blueprint import blueprint
from relief_ops.cases.rules import forms
from relief_ops.cases.rules.states import DECISIONS, Purpose
from relief_ops.db import reading, transaction
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Receipt

PAGE_MOST = 200


@blueprint.put("/api/v1/households/<uuid:household_id>")
@web.takes(schemas.PutHousehold)
def put_household(household_id: UUID, order: schemas.PutHousehold) -> ResponseReturnValue:
    """Register a household, or correct it (If-Match)."""
    with transaction() as session:
        actor_id = require("case.open", queries.area(session, order.area_code).id)
        attempt = web.attempt(household_id, personal=True)
        receipt = services.put_household(session, attempt, order, actor_id=actor_id)
    return receipt.json(), receipt.status


@blueprint.get("/api/v1/households/<uuid:household_id>")
def show_household(household_id: UUID) -> ResponseReturnValue:
    """Show a household, its members masked."""
    require("case.read")
    with reading() as session:
        return queries.shown_household(session, queries.household(session, household_id))


@blueprint.put("/api/v1/intakes/<uuid:intake_id>")
@web.takes(schemas.PutIntake)
def put_intake(intake_id: UUID, order: schemas.PutIntake) -> ResponseReturnValue:
    """Ask a family once, hear every programme, open the cases that are wanted."""
    require("case.open")
    answers = read_answers(order.answers, people=_people(order))
    with transaction() as session:
        actor_id = require("case.open", area_of(session, order))
        attempt = web.attempt(intake_id, revised=True, personal=True)
        receipt = services.intake(session, attempt, order, answers, actor_id=actor_id)
    return receipt.json(), receipt.status


def _people(order: schemas.PutIntake) -> int | None:
    return len(order.household.members) if order.household else None


def area_of(session: Session, order: schemas.PutIntake) -> UUID:
    """Return the area an intake belongs to. Raises NotFound for an unknown household."""
    if order.household:
        return queries.area(session, order.household.area_code).id
    return queries.household(session, order.household_id).area_id


def read_answers(said: dict[str, Any], *, people: int | None = None) -> dict[str, Any]:
    """Check the answers against every programme's questions. Raises Invalid naming each."""
    model = forms.answers_model(queries.programmes())
    given = {key: [value] if key == forms.PAPERS and isinstance(value, str) else value
             for key, value in said.items()}  # fmt: skip
    if people is not None:
        given.setdefault(forms.MEMBERS, people)
    checked = web.check(model, given)
    return {name: getattr(checked, name) for name in checked.model_fields_set}


@blueprint.get("/api/v1/cases")
def list_cases() -> ResponseReturnValue:
    """List cases by their clock, heads masked; filters: programme, state, drill."""
    require("case.read")
    limit, offset = web.view_args().limit, request.args.get("offset", 0, type=int)
    with reading() as session:
        looking_at(session, _drill())
        found = queries.worklist(
            session,
            programme=request.args.get("programme"),
            state=request.args.get("state"),
            limit=min(limit, PAGE_MOST),
            offset=max(offset, 0),
        )
        names = queries.heads(session, [each.household_id for each in found])
        return {
            "cases": [
                queries.shown_case(session, each, head=names.get(each.household_id, ""))
                for each in found
            ]
        }


def _drill() -> UUID | None:
    text = request.args.get("drill")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(_("The address has a bad value: %(name)s.", name="drill")) from None


@blueprint.get("/api/v1/cases/<uuid:case_id>")
def show_case(case_id: UUID) -> ResponseReturnValue:
    """Show a case with what its programme said each time, and its papers."""
    require("case.read")
    with reading() as session:
        row = queries.case(session, case_id)
        head = queries.heads(session, [row.household_id]).get(row.household_id, "")
        papers = queries.documents(session, case_id)
        return queries.shown_case(session, row, head=head) | {
            "assessments": [
                queries.shown_assessment(each) for each in queries.assessments(session, case_id)
            ],
            "papers": {each.code: each.brought_at for each in papers},
        }


@blueprint.put("/api/v1/cases/<uuid:case_id>")
@web.takes(schemas.PutCase)
def put_case(case_id: UUID, order: schemas.PutCase) -> ResponseReturnValue:
    """Open a case in one programme, or correct what it says (If-Match)."""
    require("case.open")
    one = queries.programme(order.programme)
    model = forms.answers_model([one])
    with transaction() as session:
        household = queries.household(session, order.household_id)
        actor_id = require("case.open", household.area_id)
        said = web.check(model, {"people": household.member_count} | order.answers
                     if "people" in model.model_fields else order.answers)  # fmt: skip
        answers = {name: getattr(said, name) for name in said.model_fields_set}
        attempt = web.attempt(case_id, personal=True)
        receipt = services.put_case(session, attempt, order, answers, actor_id=actor_id)
    return receipt.json(), receipt.status


@blueprint.put("/api/v1/cases/<uuid:case_id>/state")
@web.takes(schemas.PutState)
def put_state(case_id: UUID, order: schemas.PutState) -> ResponseReturnValue:
    """Take a case one stage further (If-Match)."""
    with transaction() as session:
        receipt = move(session, case_id, order)
    return receipt.json(), receipt.status


def move(
    session: Session, case_id: UUID, order: schemas.PutState, *, revision: str = ""
) -> Receipt:
    """Ask for the permission the step needs, and take it; a form sends its `revision`."""
    permission = "case.approve" if order.state in DECISIONS else "case.assess"
    require(permission)
    actor_id = require(permission, queries.case(session, case_id).area_id)
    attempt = web.attempt(case_id, personal=True)
    if revision:
        attempt = replace(attempt, base=revision, edit=True)
    return services.put_state(session, attempt, order, actor_id=actor_id)


@blueprint.get("/api/v1/persons/<uuid:person_id>/full")
def show_person(person_id: UUID) -> ResponseReturnValue:
    """Show a person in full; the reading and its purpose are recorded."""
    require("person.read_full")
    purpose = read_purpose(request.args.get("purpose", ""))
    with transaction() as session:
        actor_id = require("person.read_full", queries.person(session, person_id).area_id)
        return services.read_person(session, person_id, purpose=purpose, actor_id=actor_id)


def read_purpose(text: str) -> Purpose:
    """Return the purpose somebody states. Raises Invalid without one."""
    try:
        return Purpose(text)
    except ValueError:
        message = _("Say why you need this person in full.")
        raise Invalid(message, [FieldError("purpose", "missing", message)]) from None
