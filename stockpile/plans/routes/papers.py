"""An order as it is printed, and the part of a plan a county reads: its depots, its places."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from stockpile.plans import queries
from stockpile.plans.models import AllocationPlan
from stockpile.plans.queries.parts import shown_part
from stockpile.plans.queries.shown import shown
from stockpile.plans.routes.api import blueprint
from stockpile.plans.routes.wording import SHAPES, part_words, state_words, why
from stockpile.queries import authority


def part_page(session: Session, found: AllocationPlan) -> str:
    """Show what of a plan leaves the reader's depots and what his places get, nothing else."""
    disaster = disasters.disaster(session, found.disaster_id)
    tree = disasters.division_tree(session, disaster)
    return web.page(
        "allocation/part.html", plan=shown_part(session, found, tree), disaster=disaster,
        area=tree.node(found.area_id), drill=found.drill_id is not None, states=state_words(),
        shapes=SHAPES, why=why, part_words=part_words,
    )  # fmt: skip


@blueprint.get("/stock/plans/<uuid:allocation_id>/print")
@blueprint.doc(hide=True)
def page_print(allocation_id: UUID) -> ResponseReturnValue:
    """Show the order as it is printed: a part for each depot, with what goes where."""
    require("stock.read")
    with reading() as session:
        found, whole = queries.readable(session, allocation_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        answer = (shown if whole else shown_part)(session, found, tree)
        printed_at = disasters.now_of(session, disaster)
        signed_at = answer["order"]["signed_at"] if answer["order"] else printed_at
        return web.page(
            "allocation/print.html", plan=answer, authorities=authority.authorities(
                session, clock.local_date(signed_at), found.area_id), disaster=disaster,
            area=tree.node(found.area_id),
            depots=_by_depot(answer, queries.still_promised(session, found)), part=not whole,
            drill=found.drill_id is not None,
            printed_at=printed_at,
        )  # fmt: skip


def _by_depot(
    answer: dict[str, Any], promised: set[tuple[UUID, UUID, UUID]] | None
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the lines of a plan depot by depot, item by item, each with where it goes.

    `promised` are those (need, depot, lot) that were not given back; None: nothing is yet.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for need in answer["needs"]:
        for line in need["lines"]:
            if promised is not None and (need["need"], line["depot"], line["lot"]) not in promised:
                continue
            found.setdefault(line["depot_name"], []).append({**need, **line})
    for line in answer.get("leaving", ()):
        if promised is None or (line["need"], line["depot"], line["lot"]) in promised:
            found.setdefault(line["depot_name"], []).append(line)
    return [
        (name, sorted(rows, key=lambda row: (row["item_name"], row["place_name"])))
        for name, rows in sorted(found.items())
    ]
