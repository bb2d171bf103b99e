"""The form over the API: filed, read, proposed, added up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports.relief_work import queries, schemas, services
from damage_reports.relief_work.queries.forms import shown_proposals
from damage_reports.relief_work.routes.blueprint import blueprint, round_of, seen, totals_of
from damage_reports.routes.api import disaster_of
from damage_reports.schemas import PutSignature
from damage_reports.services import signing_permission
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.receipts import Receipt

LIMIT = 16 * 1024


@blueprint.put("/api/v1/relief-work/<uuid:form_id>")
@web.takes(schemas.PutForm, limit=LIMIT)
def put_form(form_id: UUID, order: schemas.PutForm) -> ResponseReturnValue:
    """File a revision of a county's relief-work form for one round."""
    with transaction() as session:
        receipt = file_form(session, form_id, order)
    return receipt.json(), receipt.status


def file_form(session: Session, form_id: UUID, order: schemas.PutForm) -> Receipt:
    """Ask for the permission in the county, and keep the revision."""
    require("report.submit")
    disaster = disasters.disaster(session, order.disaster_id)
    area = disasters.area_by_code(session, order.area_code, disaster)
    actor_id = require("report.submit", area.id)
    attempt = web.attempt(form_id, base=order.base, revised=True)
    return services.put_form(
        session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
    )


@blueprint.put("/api/v1/relief-work/<uuid:form_id>/signatures/<uuid:signature_id>")
@web.takes(PutSignature)
def put_signature(form_id: UUID, signature_id: UUID, order: PutSignature) -> ResponseReturnValue:
    """Sign a revision, or note a word by telephone."""
    receipt = sign_form(form_id, signature_id, order)
    return receipt.json(), receipt.status


def sign_form(form_id: UUID, signature_id: UUID, order: PutSignature) -> Receipt:
    """Ask for the permission in the county, and keep the signature."""
    with transaction() as session:
        require("report.read")
        form = queries.form(session, form_id, lock=True)
        disaster = disasters.disaster(session, form.disaster_id)
        area = disasters.division_tree(session, disaster).node(form.area_id)
        actor_id = require(signing_permission(order, preparing="report.submit"), area.id)
        return services.put_signature(
            session, web.attempt(signature_id, revised=True), order, form=form,
            disaster=disaster, area=area, actor_id=actor_id,
        )  # fmt: skip


@blueprint.get("/api/v1/relief-work/<uuid:form_id>")
def show_form(form_id: UUID) -> ResponseReturnValue:
    """Show one revision: its figures, what was proposed for each, and what became of that."""
    require("report.read")
    with reading() as session:
        found = queries.form(session, form_id)
        require("report.read", found.area_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        return queries.shown(session, found, queries.fields_of(session, disaster), tree)


@blueprint.get("/api/v1/relief-work")
def list_totals() -> ResponseReturnValue:
    """Add up the counties of an area: their latest forms, or those of ?round=."""
    with reading() as session:
        found = seen(session)
        return queries.shown_totals(totals_of(session, found, round_of(session, found)))


@blueprint.get("/api/v1/relief-work/proposals")
def list_proposals() -> ResponseReturnValue:
    """Show what the system knows of an area's figures now, by source and as of when."""
    with reading() as session:
        found = seen(session)
        disaster = disaster_of(found)
        fields = queries.fields_of(session, disaster)
        proposed = queries.proposals(session, disaster, found.area.id, fields, at=found.view.now)
        answer: dict[str, Any] = {"area_code": found.area.code}
        return answer | {"proposals": shown_proposals(proposed, fields)}
