"""The pages that show: counties beside figures, one form beside what was proposed, the files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries as reports
from damage_reports.queries import Field
from damage_reports.relief_work import queries, rules
from damage_reports.relief_work.models import ReliefWorkForm
from damage_reports.relief_work.queries.totals import counties_of
from damage_reports.relief_work.routes.api import sign_form
from damage_reports.relief_work.routes.blueprint import (
    blueprint,
    may_file,
    round_of,
    seen,
    totals_of,
)
from damage_reports.relief_work.routes.words import WORDS
from damage_reports.routes.api import disaster_of
from damage_reports.routes.quick_reports import sent
from damage_reports.routes.signing import Own, signing_words
from damage_reports.routes.words import group_words
from damage_reports.rules import NOT_ADDED, SignRole, round_words
from damage_reports.schemas import PutSignature
from relief_ops import web
from relief_ops.auth import lookup, require, viewer
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import Forbidden, IllegalTransition, Invalid
from relief_ops.geo import AreaTree


@blueprint.get("/relief-work")
@blueprint.doc(hide=True)
def page_totals() -> ResponseReturnValue:
    """Show the figures of an area's counties side by side, their sum first."""
    with reading() as session:
        found = seen(session)
        if found.disaster is None:
            return web.page("reports/none.html")
        chosen = round_of(session, found)
        latest = queries.received(
            session, found.disaster.id, within=found.tree.within(found.area.id)
        )
        made = totals_of(session, found, chosen)
        return web.page(
            "relief_work/totals.html", seen=found, found=made, chosen=chosen,
            columns=(made.area, *made.children), groups=groups(made.fields),
            rounds=reports.rounds(session, found.disaster), latest=latest,
            county=counties_of(found.tree, found.area), may_file=may_file, **_words(),
        )  # fmt: skip


def groups(fields: Any) -> dict[str, list[Field]]:
    """Return the fields by group, in the order of the form."""
    made: dict[str, list[Field]] = {}
    for field in fields.values():
        made.setdefault(field.group, []).append(field)
    return made


def _words() -> dict[str, Any]:
    more = {"group_words": group_words(), "round_words": round_words, "NOT_ADDED": NOT_ADDED}
    return more | dict(WORDS)


@blueprint.get("/relief-work/file")
@blueprint.doc(hide=True)
def export() -> ResponseReturnValue:
    """Give the form of an area as the file ?format= asks for, with each county beside it."""
    with reading() as session:
        found = seen(session)
        chosen = round_of(session, found)
        made = totals_of(session, found, chosen)
        form = queries.as_form(session, found, disaster_of(found), made, round_=chosen)
    return sent(form)


@blueprint.get("/relief-work/<uuid:form_id>")
@blueprint.doc(hide=True)
def page_one(form_id: UUID) -> ResponseReturnValue:
    """Show one revision: each figure beside what was proposed for it and the figure before."""
    return _page(form_id, None)


@blueprint.post("/relief-work/<uuid:form_id>/signatures")
@blueprint.doc(hide=True)
def sign_page(form_id: UUID) -> ResponseReturnValue:
    """Sign from the page, or note a word by telephone; what hinders it is said there."""
    require("report.read")
    given = web.form_fields()
    try:
        own = web.check(Own, {"id": given.pop("id", None)})
        sign_form(form_id, own.id, web.check(PutSignature, given))
    except (Invalid, Forbidden, IllegalTransition) as error:
        return _page(form_id, error)
    return web.see_other("relief_work.page_one", form_id=form_id)


def _page(
    form_id: UUID, error: Invalid | Forbidden | IllegalTransition | None
) -> ResponseReturnValue:
    require("report.read")
    with reading() as session:
        found = queries.form(session, form_id)
        require("report.read", found.area_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        history = queries.revisions(session, found)
        shown = web.page(
            "relief_work/one.html", error=error, form=found, disaster=disaster,
            area=tree.node(found.area_id), history=history,
            standing=next((each for each in history if each.current), None),
            authors=lookup.names(session, {each.author_id for each in history}),
            may_file=may_file, **_one(session, found, disaster, tree), **_words(),
            signing=_signing(session, found, tree),
            opened={each.code for each in reports.rounds(session, disaster)},
        )  # fmt: skip
    return shown, error.status if error else 200


def _signing(session: Session, found: ReliefWorkForm, tree: AreaTree) -> dict[str, Any]:
    """Return who signed a revision, and what the reader may do about it."""
    given = queries.signatures(session, found.id)
    who, permission = viewer(), {SignRole.UNIT_HEAD: "report.sign",
                                 SignRole.STATISTICS_HEAD: "report.countersign"}  # fmt: skip
    return signing_words(session, given, found.author_id) | {
        "address": url_for("relief_work.sign_page", form_id=found.id),
        "open": found.current,
        "may_note": who is not None and who.may("report.submit", found.area_id, tree),
        "may_sign": {
            role: who is not None
            and who.id != found.author_id
            and who.may(each, found.area_id, tree)
            for role, each in permission.items()
        },
    }


def _one(
    session: Session, found: ReliefWorkForm, disaster: Disaster, tree: AreaTree
) -> dict[str, Any]:
    fields = queries.fields_of(session, disaster)
    values = queries.values_of(session, found.id, fields)
    proposed = queries.proposals_of(session, found.id, fields)
    other = queries.latest_before(
        session, disaster_id=disaster.id, area_id=found.area_id, other_than=found.round
    )
    compared = found.base_id or (other.id if other and other.as_of <= found.as_of else None)
    return {
        "groups": groups(fields),
        "values": values,
        "proposed": proposed,
        "choices": rules.choices(values, proposed),
        "before": queries.values_of(session, compared, fields) if compared else {},
        "seen": disasters.looking(
            session, disaster_id=disaster.id, area_code=tree.node(found.area_id).code
        ),
    }
