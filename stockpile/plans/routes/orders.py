"""The forms under an applied plan: signing its order, writing it down, refusing it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid5

from flask.typing import ResponseReturnValue
from pydantic import Field

from relief_ops import web
from relief_ops.auth import require
from relief_ops.shapes import Strict
from stockpile.plans import schemas
from stockpile.plans.routes import api
from stockpile.plans.routes.api import blueprint
from stockpile.plans.routes.pages import attempt_of, sent
from stockpile.plans.rules import Means


class _Order(Strict):
    """The form that signs the order under a plan."""

    id: UUID
    means: Means
    number: Annotated[str, Field(max_length=64)] = ""


class _Paper(schemas.PutPaper):
    """The form that puts an order on paper."""

    order: UUID


@blueprint.post("/stock/plans/<uuid:allocation_id>/order")
@blueprint.doc(hide=True)
def sign_here(allocation_id: UUID) -> ResponseReturnValue:
    """Sign the order under a plan from its page."""
    require("stock.sign")

    def act(given: dict[str, Any]) -> None:
        form = web.check(_Order, given)
        asked = {"plan_id": str(allocation_id), "means": form.means, "number": form.number}
        api.sign(attempt_of(form.id), web.check(schemas.PutOrder, asked))

    return sent(allocation_id, act)


@blueprint.post("/stock/plans/<uuid:allocation_id>/refusal")
@blueprint.doc(hide=True)
def refuse_here(allocation_id: UUID) -> ResponseReturnValue:
    """Refuse what a plan promised from its page."""
    require("stock.refuse")

    def act(given: dict[str, Any]) -> None:
        form = web.check(schemas.PutRefusal, given)
        api.refuse(attempt_of(uuid5(allocation_id, "refusal")), allocation_id, form)

    return sent(allocation_id, act)


@blueprint.post("/stock/plans/<uuid:allocation_id>/paper")
@blueprint.doc(hide=True)
def write_here(allocation_id: UUID) -> ResponseReturnValue:
    """Put the order under a plan on paper from its page."""
    require("stock.sign")

    def act(given: dict[str, Any]) -> None:
        form = web.check(_Paper, given)
        api.write_down(
            attempt_of(uuid5(form.order, "paper")), form.order, schemas.PutPaper(number=form.number)
        )

    return sent(allocation_id, act)
