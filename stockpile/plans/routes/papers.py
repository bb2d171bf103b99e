"""An order as it is printed, and the part of a plan a county reads: its depots, its places."""

from __future__ import annotations

from collections.abc import Iterable
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
from stockpile.plans.queries.since import Drawn
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
    answer: dict[str, Any], promised: dict[Drawn, int] | None
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the lines of a plan depot by depot, item by item, each with where it goes.

    `promised` is how much of each was not given back, and so is ordered; None: nothing is yet.
    """
    rows = _rows(answer)
    if promised is not None:
        rows = {each: {**row, "quantity": promised[each]} for each, row in rows.items()
                if each in promised}  # fmt: skip
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.values():
        found.setdefault(row["depot_name"], []).append(row)
    return [
        (name, sorted(each, key=lambda row: (row["item_name"], row["place_name"])))
        for name, each in sorted(found.items())
    ]


def _rows(answer: dict[str, Any]) -> dict[Drawn, dict[str, Any]]:
    """Return what goes where, once: what leaves a depot of the reader may go to his own places."""
    served = ({**need, **line} for need in answer["needs"] for line in need["lines"])
    return _summed(answer.get("leaving", ())) | _summed(served)


def _summed(lines: Iterable[dict[str, Any]]) -> dict[Drawn, dict[str, Any]]:
    found: dict[Drawn, dict[str, Any]] = {}
    for line in lines:
        key = line["need"], line["depot"], line["lot"]
        more = found[key]["quantity"] if key in found else 0
        found[key] = {**line, "quantity": line["quantity"] + more}
    return found
