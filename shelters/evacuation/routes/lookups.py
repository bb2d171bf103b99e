"""Is she safe? One person, by the whole name and one whole number; every question is on record."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import geo, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.errors import ReliefError
from relief_ops.i18n import gettext as _
from shelters.evacuation import queries, schemas, services
from shelters.evacuation.routes.blueprint import blueprint, disaster_of, seen, wrong_fields
from shelters.evacuation.routes.words import WHEREABOUTS, WORDS
from shelters.evacuation.rules import Whereabouts

MAY = "evacuation.look_up"
CORRECTABLE = (400, 422)


@blueprint.post("/api/v1/evacuation/look-up")
@web.takes(schemas.LookUp)
def look_up(order: schemas.LookUp) -> ResponseReturnValue:
    """Say the last that is known of one person: name, and id_number or phone, and for whom."""
    with transaction() as session:
        return _answer(session, order)


def _answer(session: Session, order: schemas.LookUp) -> dict[str, Any]:
    """Return what is known of a person; nothing of the person is repeated."""
    require(MAY)
    found = seen(session, MAY)
    actor_id = require(MAY, found.area.id)
    known = services.look_up(
        session, disaster_of(found).id, order, area=found.area, actor_id=actor_id
    )
    told = [_told(session, found.tree, each) for each in known]
    if not told:
        return {"found": False, "state": None, "words": _nobody(), "since": None,
                "shelter": None, "area": None, "parts": []}  # fmt: skip
    if len(told) == 1:
        return {"found": True} | told[0] | {"parts": []}
    return {
        "found": True,
        "state": "in_parts",
        "words": _("not all in one place"),
        "since": max((each["since"] for each in told if each["since"]), default=None),
        "shelter": None,
        "area": told[0]["area"],
        "parts": [
            said | {"people": each.people} for said, each in zip(told, known, strict=True)
        ],
    }  # fmt: skip


def _told(session: Session, tree: geo.AreaTree, known: Whereabouts) -> dict[str, Any]:
    """Return what is known of somebody, or of some people of a household, as it is told."""
    shelter = queries.shelter_of(session, known.shelter_id)
    words = str(WHEREABOUTS[known.state])
    if known.lifted:
        words = _("the order has been lifted; the last said under it: %(words)s", words=words)
    return {
        "state": f"was_{known.state}" if known.lifted else known.state,
        "words": words,
        "since": known.since,
        "shelter": shelter.name if shelter else None,
        "area": _place(tree, shelter.area_id if shelter else known.area_id),
    }


def _nobody() -> str:
    return _("Nobody of this name and number is registered in your areas.")


def _place(tree: geo.AreaTree, area_id: Any) -> str:
    return " ".join(each.name for each in reversed(tree.ancestors(area_id)) if each.parent_id)


@blueprint.get("/evacuation/look-up")
@blueprint.doc(hide=True)
def page_look_up() -> ResponseReturnValue:
    """Show the form that asks for one person."""
    return _page({}, None, None)


@blueprint.post("/evacuation/look-up")
@blueprint.doc(hide=True)
def page_looked_up() -> ResponseReturnValue:
    """Show what is known of one person; who is asked for never stands in an address."""
    require(MAY)
    given = web.form_fields()
    try:
        order = web.check(schemas.LookUp, given)
        with transaction() as session:
            answer = _answer(session, order)
    except ReliefError as error:
        if error.status not in CORRECTABLE:
            raise
        return _page(given, None, error)
    return _page(given, answer, None)


def _page(
    typed: dict[str, Any], answer: dict[str, Any] | None, error: ReliefError | None
) -> ResponseReturnValue:
    require(MAY)
    with reading() as session:
        found = seen(session, MAY)
        shown = web.page(
            "evacuation/look_up.html", seen=found, typed=typed, answer=answer, error=error,
            wrong=wrong_fields(error), query=request.query_string.decode(), **WORDS,
        )  # fmt: skip
    return shown, error.status if error else 200
