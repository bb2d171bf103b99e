"""The window: one form, every programme's answer, and the cases it opens."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, geo, web
from relief_ops.auth import require
from relief_ops.cases import queries, schemas, services
from relief_ops.cases.queries import Due, Judged
from relief_ops.cases.routes.api import area_of, read_answers
from relief_ops.cases.routes.blueprint import blueprint
from relief_ops.cases.routes.pages import Seen, look
from relief_ops.cases.routes.words import CONTEXT
from relief_ops.cases.rules import forms, states
from relief_ops.cases.rules.states import Relation
from relief_ops.db import reading, transaction
from relief_ops.errors import FieldError, Invalid
from relief_ops.plugins import Verdict

MEMBER_ROWS = (Relation.HEAD, Relation.SPOUSE, Relation.CHILD, Relation.PARENT)
PAGE_FIELDS = ("wish", "known")
PROPOSED = frozenset({Verdict.GRANT, Verdict.INCOMPLETE})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One programme's line: what it says, whether a case opens, until when what is due."""

    judged: Judged
    opens: bool
    wish: str
    due: Due | None


@blueprint.get("/cases/intake")
def intake_page() -> ResponseReturnValue:
    """Show an empty intake, or one for a household that is known."""
    require("case.open")
    with reading() as session:
        seen = look(session)
        said = _empty(session, seen, request.args.get("household"))
        return _page(session, seen, said, errors=())


def _empty(session: Session, seen: Seen, household: str | None) -> dict[str, Any]:
    known = _household_id(household)
    said: dict[str, Any] = {
        "id": str(uuid6.uuid7()),
        "household_id": str(known or uuid6.uuid7()),
        "applied_at": seen.now.isoformat(),
        "answers": {},
        "wish": {},
    }
    if seen.disaster_id:
        said["disaster_id"] = str(seen.disaster_id)
    if known:
        queries.household(session, known)
        return said | {"known": "1"}
    area = geo.tree(session).node(seen.area_id)
    members = {
        str(n): {"id": str(uuid6.uuid7()), "relation": relation.value}
        for n, relation in enumerate(MEMBER_ROWS)
    }
    said["household"] = {"area_code": area.code, "members": members}
    if seen.drill_id:
        said["household"]["drill_id"] = str(seen.drill_id)
    return said


def _household_id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@blueprint.post("/cases/intake/verdicts")
def verdicts() -> ResponseReturnValue:
    """Answer what every programme says to the form as it stands; keeps nothing."""
    require("case.open")
    with reading() as session:
        seen = look(session)
        said = web.form_fields()
        if "HX-Request" not in request.headers:
            return _page(session, seen, said, errors=())
        return web.page("cases/verdicts.html", **_context(session, seen, said, errors=()))


@blueprint.post("/cases/intake")
def take_intake() -> ResponseReturnValue:
    """Take the intake and open the cases wanted, or show again what needs another look."""
    require("case.open")
    said = web.form_fields()
    try:
        household_id = _take(said)
    except Invalid as problem:
        with reading() as session:
            errors = problem.errors or (FieldError("content", "invalid", str(problem)),)
            return _page(session, look(session), said, errors=errors), 422
    return web.see_other("cases.household_page", household_id=household_id)


def _take(said: dict[str, Any]) -> UUID:
    intake_id = _household_id(str(said.get("id", ""))) or uuid6.uuid7()
    fields = {key: value for key, value in said.items() if key not in {"id", *PAGE_FIELDS}}
    if said.get("known"):
        fields.pop("household", None)
    order = web.check(schemas.PutIntake, fields)
    with transaction() as session:
        actor_id = require("case.open", area_of(session, order))
        answers = read_answers(order.answers, people=_people(session, said))
        rows = _rows(session, said, answers, order.applied_at or clock.now())
        order.open = [row.judged.programme.code for row in rows if row.opens]
        attempt = web.attempt(intake_id, revised=True, personal=True)
        services.intake(session, attempt, order, answers, actor_id=actor_id)
    return order.household_id


def _people(session: Session, said: Mapping[str, Any]) -> int:
    if said.get("known"):
        household_id = _household_id(str(said.get("household_id", "")))
        row = queries.find_household(session, household_id) if household_id else None
        return row.member_count if row else 1
    return max(1, len(schemas.as_list(_members(said))))


def _members(said: Mapping[str, Any]) -> dict[str, Any]:
    household = said.get("household")
    members = household.get("members") if isinstance(household, dict) else None
    return members if isinstance(members, dict) else {}


def _rows(
    session: Session, said: Mapping[str, Any], answers: Mapping[str, Any], applied_at: datetime
) -> list[Row]:
    on, area_id = clock.local_date(applied_at), _area_id(session, said)
    wishes, busy = said.get("wish"), _open_already(session, said)
    rows = []
    for judged in queries.judge_all(session, answers, on=on, area_id=area_id):
        code, verdict = judged.programme.code, judged.assessment.verdict
        wish = str(wishes.get(code, "")) if isinstance(wishes, dict) else ""
        proposed = verdict in PROPOSED and code not in busy
        opens = wish == "yes" or (not wish and proposed)
        silent = verdict is Verdict.NOT_APPLICABLE and not opens
        due = (
            None
            if silent
            else queries.due(session, states.OPENING[verdict], code, on=on, area_id=area_id)
        )
        rows.append(Row(judged=judged, opens=opens, wish=wish, due=due))
    return rows


def _open_already(session: Session, said: Mapping[str, Any]) -> set[str]:
    """Return the programmes in which a known household already has an open case."""
    household_id = _household_id(str(said.get("household_id", ""))) if said.get("known") else None
    found = queries.cases_of(session, household_id) if household_id else ()
    return {each.programme for each in found if states.State(each.state) in states.OPEN}


def _area_id(session: Session, said: Mapping[str, Any]) -> UUID:
    if said.get("known"):
        household_id = _household_id(str(said.get("household_id", ""))) or UUID(int=0)
        return queries.household(session, household_id).area_id
    household = said.get("household")
    code = household.get("area_code") if isinstance(household, dict) else None
    return queries.area(session, str(code)).id


def _page(
    session: Session, seen: Seen, said: dict[str, Any], *, errors: Sequence[FieldError]
) -> str:
    known = None
    if said.get("known"):
        household_id = _household_id(str(said.get("household_id", ""))) or UUID(int=0)
        row = queries.household(session, household_id)
        known = queries.shown_household(session, row)
    asked = forms.questions(queries.programmes())
    return web.page(
        "cases/intake.html",
        known=known,
        shared=[each for each in asked if len(each.asked_by) > 1],
        own=_by_programme([each for each in asked if len(each.asked_by) == 1]),
        papers=forms.papers_asked(queries.programmes()),
        areas=_areas(session, seen),
        **_context(session, seen, said, errors=errors),
    )


def _by_programme(asked: Sequence[forms.Question]) -> list[tuple[str, list[forms.Question]]]:
    return [
        (one.title, mine)
        for one in queries.programmes()
        if (mine := [each for each in asked if each.asked_by == (one.code,)])
    ]


def _areas(session: Session, seen: Seen) -> list[geo.AreaNode]:
    """Return the areas a household may be in: a township's villages, else the townships."""
    tree = geo.tree(session)
    here = tree.node(seen.area_id)
    if here.level in {geo.Level.TOWNSHIP, geo.Level.VILLAGE}:
        return [here, *tree.children(here.id)]
    return [here, *tree.at_level(geo.Level.TOWNSHIP, here.id)]


def _context(
    session: Session, seen: Seen, said: dict[str, Any], *, errors: Sequence[FieldError]
) -> dict[str, Any]:
    """Return what the verdicts and the slip show; unreadable answers become errors."""
    applied_at = _instant(said.get("applied_at")) or seen.now
    rows: list[Row] = []
    try:
        given = said.get("answers")
        answers = schemas.without_brackets(given) if isinstance(given, dict) else {}
        heard = read_answers(answers, people=_people(session, said))
        rows = _rows(session, said, heard, applied_at)
    except Invalid as problem:
        errors = (*errors, *(each for each in problem.errors if each not in errors))
    return {
        "said": said,
        "rows": rows,
        "errors": errors,
        "wrong": {each.field: each.message for each in errors},
        "line": _income_line(rows),
        "applied_at": applied_at,
        "slip_id": str(said.get("id", "")),
        "qr": _qr(str(said.get("id", ""))),
        **CONTEXT,
    }


def _instant(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _income_line(rows: Sequence[Row]) -> dict[str, Any] | None:
    """Return the stated income between the two limits, for the line that draws them."""
    for row in rows:
        facts = row.judged.assessment.facts
        if {"per_head_yuan", "standard_yuan", "marginal_line_yuan"} <= facts.keys():
            standard, marginal = float(facts["standard_yuan"]), float(facts["marginal_line_yuan"])
            stated = float(facts["per_head_yuan"])
            end = max(marginal * 1.25, stated * 1.05, 1.0)
            return {
                "standard": standard,
                "marginal": marginal,
                "stated": stated,
                "at": {
                    "standard": round(100 * standard / end, 1),
                    "marginal": round(100 * marginal / end, 1),
                    "stated": round(100 * stated / end, 1),
                },
            }
    return None


def _qr(intake_id: str) -> str:
    """Return the slip's QR code as SVG: the number of the intake, no name and no number."""
    out = io.BytesIO()
    import segno

    segno.make(f"relief:{intake_id}", error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=1
    )
    return out.getvalue().decode()
