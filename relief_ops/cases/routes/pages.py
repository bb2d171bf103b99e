"""The worklist, the household file and the page of one case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, geo, plugins, web
from relief_ops.auth import looking_at, require, viewer
from relief_ops.auth.home import own_root
from relief_ops.cases import queries, schemas, services
from relief_ops.cases.models import Case
from relief_ops.cases.routes.api import move, read_purpose
from relief_ops.cases.routes.blueprint import blueprint
from relief_ops.cases.routes.words import CONTEXT
from relief_ops.cases.rules import states
from relief_ops.cases.rules.states import State
from relief_ops.db import reading, transaction

ROWS = 50


@dataclass(frozen=True)
class Seen:
    """What the shell shows, and so what the page is about."""

    disaster_id: UUID | None
    drill_id: UUID | None
    area_id: UUID
    now: datetime

    @property
    def today(self) -> date:
        """Return the day on the clock of the top bar."""
        return clock.local_date(self.now)


def look(session: Session) -> Seen:
    """Return what the top bar says is looked at: the case core knows no disaster."""
    shown: dict[str, Any] = {}
    for fill in plugins.contributed("shell"):
        shown |= fill(session)
    bar = shown.get("bar", {})
    disaster = bar.get("disaster")
    drill_id = disaster.drill_id if disaster else None
    looking_at(session, drill_id)
    area = bar.get("area") or own_root(geo.tree(session))
    now = bar.get("now") or clock.now()
    return Seen(disaster.id if disaster else None, drill_id, area.id, now)


@blueprint.get("/cases")
def worklist() -> ResponseReturnValue:
    """Show the open cases by their clock."""
    require("case.read")
    programme, state = request.args.get("programme", ""), request.args.get("state", "")
    offset = max(request.args.get("offset", 0, type=int), 0)
    with reading() as session:
        seen = look(session)
        tree = geo.tree(session)
        inside = tree.within(seen.area_id) if seen.area_id in tree else None
        found = queries.worklist(
            session, programme=programme or None, state=state or None,
            area_ids=None if inside is None or len(inside) > len(tree) // 2 else inside,
            limit=ROWS + 1, offset=offset,
        )  # fmt: skip
        names = queries.heads(session, [each.household_id for each in found])
        rows = [row_of(session, each, seen.today, names) for each in found[:ROWS]]
        counted = queries.counts(session)
    return web.page(
        "cases/worklist.html",
        rows=rows,
        more=len(found) > ROWS,
        offset=offset,
        step=ROWS,
        counted=counted,
        chosen={"programme": programme, "state": state},
        programmes=queries.programmes(),
        today=seen.today,
        **CONTEXT,
    )


def row_of(session: Session, case: Case, today: date, names: dict[UUID, str]) -> dict[str, Any]:
    """Return a case as the worklist shows it, with the days left on its clock."""
    days = (case.due_on - today).days if case.due_on else None
    shape = "" if days is None else "act" if days < 0 else "watch" if days <= 1 else "ok"
    return queries.shown_case(session, case, head=names.get(case.household_id, "")) | {
        "title": queries.programme(case.programme).title,
        "area": geo.tree(session).node(case.area_id).name,
        "days": days,
        "days_shape": shape,
    }


@blueprint.get("/cases/<uuid:case_id>")
def case_page(case_id: UUID) -> ResponseReturnValue:
    """Show one case: where it stands, what was said, which papers, what may follow."""
    require("case.read")
    with reading() as session:
        seen = look(session)
        return _case_page(session, case_id, seen)


def _case_page(session: Session, case_id: UUID, seen: Seen) -> str:
    case = queries.case(session, case_id)
    names = queries.heads(session, [case.household_id])
    said = [queries.shown_assessment(each) for each in queries.assessments(session, case_id)]
    one = queries.programme(case.programme)
    return web.page(
        "cases/case.html",
        case=row_of(session, case, seen.today, names),
        assessments=said,
        papers=queries.documents(session, case_id),
        unknown_year=queries.unknown_year(session, case),
        paper_names=one.papers,
        programme=one,
        following=_following(case),
        aside=states.ASIDE,
        now_shown=seen.now,
        set_locally=bool(said and said[0]["amount_set_locally"]),
        **CONTEXT,
    )


def _following(case: Case) -> list[State]:
    """Return the steps this person may take, in the order of the stages."""
    who = viewer()
    tree = geo.cached_tree()
    allowed = []
    for state in State:
        permission = "case.approve" if state in states.DECISIONS else "case.assess"
        mine = who is not None and who.may(permission, case.area_id, tree)
        own = state in states.DECISIONS and who is not None and who.id == case.opened_by
        if mine and not own and states.may_follow(State(case.state), state):
            allowed.append(state)
    return allowed


@blueprint.post("/cases/<uuid:case_id>/state")
def take_step(case_id: UUID) -> ResponseReturnValue:
    """Take a case one stage further, from its page."""
    fields = web.form_fields()
    revision = str(fields.pop("revision", ""))
    order = web.check(schemas.PutState, fields)
    with transaction() as session:
        move(session, case_id, order, revision=revision)
    return web.see_other("cases.case_page", case_id=case_id)


@blueprint.get("/cases/households/<uuid:household_id>")
def household_page(household_id: UUID) -> ResponseReturnValue:
    """Show a household's file: members masked, cases."""
    require("case.read")
    with reading() as session:
        seen = look(session)
        return _household_page(session, household_id, seen)


def _household_page(
    session: Session, household_id: UUID, seen: Seen, *, opened: dict[str, Any] | None = None
) -> str:
    row = queries.household(session, household_id)
    who = viewer()
    found = queries.cases_of(session, household_id)
    names = queries.heads(session, [household_id])
    return web.page(
        "cases/household.html",
        household=queries.shown_household(session, row),
        area=geo.tree(session).node(row.area_id).name,
        cases=[row_of(session, each, seen.today, names) for each in found],
        may_read=bool(who and who.may("person.read_full", row.area_id, geo.cached_tree())),
        may_open=bool(who and who.may("case.open", row.area_id, geo.cached_tree())),
        opened=opened,
        **CONTEXT,
    )


@blueprint.post("/cases/persons/<uuid:person_id>/full")
def read_person(person_id: UUID) -> ResponseReturnValue:
    """Show one person of a household in full; the reading is recorded first."""
    require("person.read_full")
    purpose = read_purpose(request.form.get("purpose", ""))
    with transaction() as session:
        actor_id = require("person.read_full", queries.person(session, person_id).area_id)
        shown = services.read_person(session, person_id, purpose=purpose, actor_id=actor_id)
    with reading() as session:
        return _household_page(session, shown["household_id"], look(session), opened=shown)
