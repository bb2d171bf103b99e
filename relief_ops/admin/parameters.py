"""Policy numbers over HTTP: what is in force, and entering or correcting a version."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from relief_ops import receipts, web
from relief_ops.auth import require
from relief_ops.auth.home import own_root
from relief_ops.db import reading, transaction
from relief_ops.errors import FieldError, Invalid
from relief_ops.geo import tree
from relief_ops.i18n import gettext as _
from relief_ops.parameters import queries, rules, services
from relief_ops.parameters.models import PolicyParameter
from relief_ops.shapes import Strict

blueprint = APIBlueprint("parameters", __name__)


class PutParameter(Strict):
    """One version of one number. Its document says where it stands."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[A-Za-z0-9_]+)+$", max_length=64)]
    area_code: Annotated[str, Field(pattern=r"^(\d{12})?$")] = ""
    value: Annotated[Decimal, Field(ge=Decimal("-1e12"), le=Decimal("1e12"), decimal_places=6)]
    unit: Annotated[str, Field(min_length=1, max_length=40)]
    effective_from: date
    effective_to: date | None = None
    source: Annotated[str, Field(min_length=1, max_length=200)]
    article: Annotated[str, Field(max_length=80)] = ""
    confidence: Annotated[str, Field(pattern=r"^(S\d{1,3}[a-z]?|M\??|D)$")]
    note: Annotated[str, Field(max_length=300)] = ""

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> PutParameter:
        """Refuse a version that ends before it begins."""
        if self.effective_to and self.effective_to < self.effective_from:
            raise ValueError(_("The end cannot be before the start."))
        return self


@blueprint.get("/api/v1/parameters")
def list_parameters() -> ResponseReturnValue:
    """List every version of every policy number, or of one key."""
    require("parameter.read")
    with reading() as session:
        found = queries.versions(session, request.args.get("key"))
        return {"parameters": [queries.shown(row) for row in found]}


@blueprint.get("/api/v1/parameters/<uuid:parameter_id>")
def show_parameter(parameter_id: UUID) -> ResponseReturnValue:
    """Show one version."""
    require("parameter.read")
    with reading() as session:
        return queries.shown(queries.parameter(session, parameter_id))


@blueprint.put("/api/v1/parameters/<uuid:parameter_id>")
@web.takes(PutParameter)
def put_parameter(parameter_id: UUID, order: PutParameter) -> ResponseReturnValue:
    """Enter a version, or correct one (If-Match). A new value from a day is a new version."""
    with transaction() as session:
        actor_id = require("parameter.write", own_root(tree(session)).id)
        receipt = put(session, web.attempt(parameter_id), order, actor_id=actor_id)
    return receipt.json(), receipt.status


def put(
    session: Session, attempt: receipts.Attempt, order: PutParameter, *, actor_id: UUID
) -> receipts.Receipt:
    """Write one version. Raises Invalid where it would stand beside another of its kind."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    known = session.get(PolicyParameter, attempt.id, with_for_update=True)
    revision = receipts.next_revision(attempt, known.revision if known else None)
    row = rules.Row(area=order.area_code, **order.model_dump(exclude={"area_code"}))
    if queries.clashes(session, row, besides=attempt.id):
        message = _("Another version of this figure is in force on one of these days.")
        raise Invalid(message, [FieldError("effective_from", "overlap", message)])
    target = known or PolicyParameter(id=attempt.id)
    target.revision = revision
    services.write(target, row, session)
    services.say_changed(session, target, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=revision)
