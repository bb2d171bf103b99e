"""The page where a message from a chat becomes proposed figures; it files nothing itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries
from damage_reports.queries import Field
from damage_reports.routes.form_pages import form_context
from damage_reports.routes.pages import blueprint
from damage_reports.rules import Kind, Proposal, proposals
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _

LONGEST = 10_000
REPORTING = (Level.TOWNSHIP, Level.VILLAGE)
ENDING = re.compile("(?:社区)?(?:村民委员会|居民委员会|村委会|居委会)$|社区$|村$")
Values = dict[str, Decimal | None]


@dataclass(frozen=True)
class Group:
    """What a message says of one place: without an `area`, a person picks one of the `choices`."""

    place: str
    area: AreaNode | None
    found: list[tuple[int, Proposal]]
    choices: list[AreaNode]


@blueprint.get("/reports/text")
def pasted() -> ResponseReturnValue:
    """Show the field a message is pasted into."""
    with reading() as session:
        seen = look(session)
        require("report.submit", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        return _page(session, seen, "")


@blueprint.post("/reports/text")
def propose() -> ResponseReturnValue:
    """Show the figures a message proposes, each with its sentence, none of them ticked."""
    text = request.form.get("text", "")
    with reading() as session:
        seen = look(session)
        require("report.submit", seen.area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        if not text.strip():
            return _page(session, seen, text, problem=_("Paste a message first.")), 422
        return _page(session, seen, text)


@blueprint.post("/reports/text/form")
def take_over() -> ResponseReturnValue:
    """Put the ticked figures into the ordinary form of their area; nothing is filed yet."""
    text, ticked = request.form.get("text", ""), set(request.form.getlist("take"))
    with reading() as session:
        seen = look(session)
        area = disasters.area_by_code(session, request.form.get("area_code", ""), seen.disaster)
        require("report.submit", area.id)
        if seen.disaster is None:
            return web.page("reports/none.html")
        form = queries.form_of(session, seen.disaster.form_version)
        chosen = [
            (number, each) for number, each in enumerate(proposals(text)) if str(number) in ticked
        ]
        values, problem = _taken(chosen, form)
        if problem:
            return _page(session, seen, text, problem=problem, ticked=ticked), 422
        context = form_context(session, seen, area, values={}, errors={})
        context["values"] = values  # the rest stays empty: the message did not speak of it
        return web.page("reports/form.html", **context, accepted=set(values), partial=True)


def _taken(chosen: Iterable[tuple[int, Proposal]], form: Mapping[str, Field]) -> tuple[Values, str]:
    """Return the figures to take, and what stands in the way: two for one, a range undecided."""
    values: Values = {}
    for number, each in chosen:
        if each.indicator not in form:
            continue
        name = form[each.indicator].name
        if each.indicator in values:
            return {}, _("Two figures are ticked for %(name)s. Keep one.", name=name)
        value = each.value
        if each.kind is Kind.RANGE:
            end = request.form.get(f"end.{number}")
            value = {"low": each.low, "high": each.high}.get(end or "")
            if value is None:
                return {}, _("Choose one end of the range for %(name)s.", name=name)
        values[each.indicator] = value
    return values, "" if values else _("Tick at least one figure.")


def _page(
    session: Session, seen: disasters.Looking, text: str, *, problem: str = "",
    ticked: Iterable[str] = (),
) -> str:  # fmt: skip
    assert seen.disaster is not None
    form = queries.form_of(session, seen.disaster.form_version)
    found = list(enumerate(proposals(text)))
    places = dict.fromkeys(each.place for _number, each in found)
    groups = [
        _group(seen, place, [pair for pair in found if pair[1].place == place]) for place in places
    ]
    return web.page(
        "reports/text.html", seen=seen, text=text, groups=groups, form=form,
        problem=problem, message=problem,
        ticked=set(ticked), kinds=_kinds(), too_long=len(text) > LONGEST, Kind=Kind,
    )  # fmt: skip


def _group(seen: disasters.Looking, place: str, found: list[tuple[int, Proposal]]) -> Group:
    """Return what is said of one place, with its area, or those it may be for a person to say."""
    here = [seen.area] if seen.area.level in REPORTING else []
    if not place:
        townships = seen.tree.at_level(Level.TOWNSHIP, seen.area.id)
        return Group(place, next(iter(here), None), found, townships)
    below = [node for level in REPORTING for node in seen.tree.at_level(level, seen.area.id)]
    named = [node for node in below if _called(node.name) in {_called(place), _village(place)}]
    if len(named) == 1:
        return Group(place, named[0], found, [])
    below = [*here, *seen.tree.children(seen.area.id)]
    townships = seen.tree.at_level(Level.TOWNSHIP, seen.area.id)
    return Group(place, None, found, named or (below if here else townships))


def _village(place: str) -> str:
    """Return 大溪 of 望海乡大溪村."""
    return _called(re.split("镇|乡|街道", place)[-1] or place)


def _called(name: str) -> str:
    """Return what people call an area: 大溪 for 大溪村委会 and 大溪村."""
    return ENDING.sub("", name) or name


def _kinds() -> dict[Kind, str]:
    return {
        Kind.STATED: _("as written"),
        Kind.CORRECTED: _("corrected"),
        Kind.REPLACED: _("taken back later"),
        Kind.NEGATED: _("said to be none"),
        Kind.UNKNOWN: _("said to be not yet known"),
        Kind.RANGE: _("a range: choose an end"),
        Kind.APPROXIMATE: _("about this many"),
        Kind.VAGUE: _("vague: taken as not yet known"),
    }
