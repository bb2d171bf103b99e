"""A plan on its own map, and on paper for the villages it sends somewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import geo, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from shelters.evacuation import queries as lists
from shelters.plans import queries
from shelters.plans.models import EvacuationPlan
from shelters.plans.queries.shown import shown
from shelters.plans.routes.api import blueprint
from shelters.plans.routes.pages import may
from shelters.plans.routes.wording import phase_words, state_words, why


@blueprint.get("/api/v1/evacuation-plans/<uuid:plan_id>/map")
def show_map(plan_id: UUID) -> ResponseReturnValue:
    """Show a plan as a map draws it: who goes where and how, the shelters, the hazards around."""
    require("shelter.read")
    with reading() as session:
        found = queries.plan(session, plan_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        return queries.drawn_plan(
            session, shown(session, found, tree), tree,
            broken={each.shelter_id for each in queries.broken(session, found)},
            at=disasters.now_of(session, disaster),
        )  # fmt: skip


@blueprint.get("/evacuation-plans/<uuid:plan_id>/print")
@blueprint.doc(hide=True)
def page_print(plan_id: UUID) -> ResponseReturnValue:
    """Show a plan as it is printed: a part for each village, with who answers for its people."""
    require("shelter.read")
    with reading() as session:
        found = queries.plan(session, plan_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        answer = shown(session, found, tree)
        return web.page(
            "plans/print.html", plan=answer, disaster=disaster, area=tree.node(found.area_id),
            number=queries.number_of(session, found), drill=found.drill_id is not None,
            printed_at=disasters.now_of(session, disaster), states=state_words(),
            phases=phase_words(), why=why, cadres=_cadres(session, found, answer, tree),
            addresses=queries.addresses_of(session, _shelters(answer)),
            townships=_townships(answer, tree),
        )  # fmt: skip


def _shelters(answer: dict[str, Any]) -> set[UUID]:
    return {
        line["shelter"] for village in answer["villages"] for line in village["lines"]
        if line["shelter"]
    }  # fmt: skip


def _cadres(
    session: Session, found: EvacuationPlan, answer: dict[str, Any], tree: geo.AreaTree
) -> dict[str, list[dict[str, str]]]:
    """Return who answers for listed households by the code of the village, for who may know."""
    if not may("evacuation.read", found.area_id):
        return {}
    codes = {tree.by_code(each["area_code"]).id: each["area_code"] for each in answer["villages"]}
    answering = lists.answering(session, codes, found.drill_id)
    return {codes[area_id]: people for area_id, people in answering.items()}


def _townships(answer: dict[str, Any], tree: geo.AreaTree) -> dict[str, str]:
    """Return the township of each village by its code: villages of one name are many."""
    found = {}
    for each in answer["villages"]:
        township = tree.ancestor_at(tree.by_code(each["area_code"]).id, "township")
        found[each["area_code"]] = township.name if township else ""
    return found
