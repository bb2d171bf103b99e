"""The form of a report at a desk: what it asks, and taking what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries, schemas, services
from damage_reports.queries import Field
from damage_reports.routes.pages import blueprint, groups_of, links_for
from damage_reports.routes.words import group_words, source, spoken_means
from damage_reports.rules import RoundKind, corpus, in_own_unit, slot_of
from relief_ops import clock, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from relief_ops.errors import (
    BodyDiffers,
    FieldError,
    IllegalTransition,
    Invalid,
    ReliefError,
    StaleBase,
)
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _

BY_FIGURE = ("values", "units", "unknown", "reasons")


@blueprint.get("/reports/new")
def form_page() -> ResponseReturnValue:
    """Show the form, each field with the last value beside it."""
    with reading() as session:
        seen = look(session)
        area = _reporting_area(seen)
        require("report.submit", area.id)
        return web.page(
            "reports/form.html", **form_context(session, seen, area, values={}, errors={})
        )


def _reporting_area(seen: disasters.Looking) -> Any:
    """Return the area to report for: the one looked at, or the first township under it."""
    if seen.area.level in (Level.TOWNSHIP, Level.VILLAGE):
        return seen.area
    return seen.tree.reporting_townships(seen.area.id)[0]


def form_context(
    session: Session, seen: disasters.Looking, area: Any, *, values: Mapping[str, Any],
    errors: Mapping[str, str], message: str = "", report_id: str | None = None, round_: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Return what the form of an area shows: what was typed, else the last figures."""
    if seen.disaster is None:
        raise Invalid(_("There is no disaster to report on."))
    form = queries.form_of(session, seen.disaster.form_version)
    opened = queries.rounds(session, seen.disaster)
    round_ = round_ or request.values.get("round") or suggested_round(seen, opened)
    standing = queries.current_on_grain(
        session, disaster_id=seen.disaster.id, area_id=area.id, round_=round_
    )
    before = standing or queries.last_report(
        session, seen.disaster.id, area, as_of=seen.view.now, other_than=""
    )
    previous = queries.values_of(session, before.id, form) if before else {}
    kind = seen.disaster.kind
    asked = {code for code, field in form.items() if field.asked_in(kind)}
    asked |= {*previous, *values, *errors}
    return {
        "seen": seen,
        "area": area,
        "groups": groups_of({code: form[code] for code in form if code in asked}),
        "other_groups": groups_of({code: form[code] for code in form if code not in asked}),
        "group_words": group_words(),
        "unit_words": {"mu": _("mu"), "yuan": _("yuan")},
        "previous": previous,
        "before": before,
        "base": str(standing.id) if standing else "",
        "reasons": {},
        "values": values or {code: value for code, value in previous.items()},
        "errors": errors,
        "message": message,
        "round": round_,
        "as_of": request.form.get("as_of", ""),
        "rounds": opened,
        "report_id": report_id or str(uuid6.uuid7()),
        "links": links_for(seen),
        "beside": queries.beside(session, seen.disaster, area),
        "wanted": queries.wanted(
            session, seen.disaster, [area], seen.tree, round_=round_, now=seen.view.now
        ).get(area.id),
        "numbers": queries.numbers_for(session, seen.disaster, area),
        "offered": queries.offered(session, seen.disaster, area, form),
        "source": source,
        "means_words": spoken_means(),
        "villages": queries.villages(
            session, seen.disaster, area, seen.tree, form, rounds=[round_]
        ).get(round_),
        "rules": _for_the_browser(session, seen.disaster, area, form, now=seen.view.now,
                                  round_=round_),
    }  # fmt: skip


def _for_the_browser(
    session: Session, disaster: Disaster, area: AreaNode, form: Mapping[str, Field], *,
    now: datetime, round_: str,
) -> dict[str, Any]:  # fmt: skip
    """Return what the browser needs to say at once what the server would say of a figure."""
    kind = queries.kind_of_round(session, disaster.id, round_) or RoundKind.UPDATE
    facts = queries.context_of(session, disaster, area, form, as_of=now, kind=kind)
    standing = queries.current_on_grain(
        session, disaster_id=disaster.id, area_id=area.id, round_=round_
    )
    place = queries.Place(disaster=disaster, area=area, round=round_, as_of=now,
                          base_id=standing.id if standing else None)  # fmt: skip
    return {
        "corpus": corpus(),
        "names": queries.indicator_names(dict(form)),
        **queries.for_the_rules(session, place, form),
        "context": facts | {"kind": kind, "no_change": False},
    }


def suggested_round(seen: disasters.Looking, opened: list[queries.Round]) -> str:
    """Return the code of the present round; before any was opened, of the two hours of now."""
    if found := queries.current_round(opened, seen.view.now):
        return found.code
    return slot_of(clock.local(seen.view.now))


@blueprint.post("/reports/new")
def file_form() -> ResponseReturnValue:
    """Take the form of a browser, script or none; every field error goes back beside it."""
    given = web.form_fields()
    area_code, paper_id = str(given.get("area_code", "")), given.pop("paper_id", "")
    try:
        _check_shape(given)
        _turn_units(given)
        order = web.check(schemas.PutReport, _order(given))
        report_id = web.form_id(dict(given))
        with transaction() as session:
            disaster = disasters.disaster(session, order.disaster_id)
            area = disasters.area_by_code(session, order.area_code, disaster)
            actor_id = require("report.submit", area.id)
            attempt = web.attempt(report_id, base=order.base, revised=True)
            services.put_report(
                session, attempt, order, area=area, disaster=disaster, actor_id=actor_id
            )
            services.type_paper(session, paper_id, report_id, order, area=area, actor_id=actor_id)
    except (Invalid, StaleBase, BodyDiffers, IllegalTransition) as error:
        return _again(given, area_code, error, paper_id)
    return web.see_other("report_pages.show", report_id=report_id)


def _check_shape(given: dict[str, Any]) -> None:
    """Refuse figures, units or reasons that name none; the rest of the form is kept."""
    odd = [each for each in BY_FIGURE if not isinstance(given.get(each, {}), dict)]
    for each in odd:
        del given[each]
    if odd:
        raise Invalid(_("Some fields need another look."))


def _turn_units(given: dict[str, Any]) -> None:
    """Replace what was typed in 亩 or 元 by the figure in the indicator's own unit."""
    units, values = given.pop("units", {}), given.get("values", {})
    with reading() as session:
        fields = queries.indicators(session)
    for code in [each for each, unit in units.items() if unit and each in values]:
        field = fields.get(code)
        if field is None or field.other_unit is None or field.other_unit[0] != units[code]:
            words = _("This figure is not counted in this unit.")
            raise Invalid(words, [FieldError(f"values.{code}", "unit", words)])
        values[code] = in_own_unit(values[code], unit=field.unit_en, scale=field.scale)


def _order(given: dict[str, Any]) -> dict[str, Any]:
    order = {key: value for key, value in given.items() if key != "id"}
    if "as_of" in given:
        order["as_of"] = as_instant(str(given["as_of"]))
    order["values"] = _figures(given)
    order.setdefault("reasons", {})
    order.pop("unknown", None)
    return order


def as_instant(text: str) -> str:
    """Return what a browser's field of local time says with its zone; anything else as it is."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=clock.LOCAL).isoformat()
    return text


def _figures(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed; a box ticked as not yet known is null, an empty box is absent."""
    figures = dict(given.get("values", {}))
    return figures | {code: None for code in given.get("unknown", {})}


def _again(
    given: dict[str, Any], area_code: str, error: ReliefError, paper_id: str
) -> ResponseReturnValue:
    """Show the form with what was typed, and what speaks against it beside each figure.

    Only where the report that stands now is shown beside what was typed, or was sent from this
    very form, does the next try replace it; else it is told again that somebody was faster.
    """
    disaster_id = _id_of(given, "disaster_id")
    if disaster_id is None:
        raise error
    known = None if isinstance(error, BodyDiffers) else _id_of(given, "id")
    with reading() as session:
        seen = disasters.looking(session, disaster_id=disaster_id, area_code=area_code)
        context = form_context(
            session, seen, seen.area, values=_figures(given), errors=_beside(error),
            message=str(error), round_=str(given.get("round", "")),
            report_id=str(known) if known else None,
        )  # fmt: skip
        if not isinstance(error, StaleBase | BodyDiffers):
            context["base"] = str(given.get("base", ""))
        context["reasons"] = given.get("reasons", {})
        paper = queries.paper_at(session, paper_id)
        return web.page("reports/form.html", **context, paper=paper), error.status


def _id_of(given: Mapping[str, Any], name: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(str(given.get(name)))
    return None


def _beside(error: ReliefError) -> dict[str, str]:
    """Return what is said beside each figure: what is wrong, or what somebody else filed."""
    if isinstance(error, StaleBase):
        return {
            each.field: _("Now stands %(theirs)s, you typed %(yours)s.",
                          theirs=_told(each.theirs), yours=_told(each.yours))
            for each in error.fields
        }  # fmt: skip
    problems = error.errors if isinstance(error, Invalid) else ()
    return {each.field.removeprefix("values."): each.message for each in problems}


def _told(figure: Any) -> str:
    return _("not yet known") if figure is None else str(figure)
