"""Worksites, dormitories, fish rafts, scenic spots and guest houses, one line each."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from relief_ops import sheets
from relief_ops.disasters import queries as disasters
from relief_ops.geo import AreaTree
from relief_ops.i18n import gettext as _
from shelters.evacuation import queries
from shelters.evacuation.models import EvacuationOrder
from shelters.evacuation.queries import Stand
from shelters.evacuation.routes.blueprint import wanted
from shelters.evacuation.routes.words import KINDS, STATES
from shelters.evacuation.rules import Kind

MOST = 300


def units_of(
    session: Session, found: disasters.Looking, order: EvacuationOrder
) -> tuple[list[Stand], int]:
    """Return the units of an order as the address asks for them, those not safe first."""
    asked = wanted(found, order_id=order.id)
    return queries.stands(session, order, asked, most=MOST, units=True)


def shown_units(
    session: Session, found: disasters.Looking, order: EvacuationOrder
) -> dict[str, Any]:
    """Return the units as the API gives them: each of them, and what each kind adds up to."""
    stands, total = units_of(session, found, order)
    kinds = queries.kinds(session, order, wanted(found))
    return {
        "kinds": [
            {
                "kind": kind, "units": tally.households, "should_move": tally.total,
                "safe": tally.safe, "not_safe": tally.left,
                "states": {str(each): number for each, number in tally.states.items()},
            }
            for kind, tally in kinds.items()
        ],
        "units": [_shown(each, found.tree) for each in stands],
        "units_total": total,
    }  # fmt: skip


def _shown(stand: Stand, tree: AreaTree) -> dict[str, Any]:
    return {
        "id": stand.row.id,
        "name": stand.row.unit,
        "kind": stand.row.kind,
        "area_code": tree.node(stand.row.area_id).code,
        "should_move": stand.row.people,
        "safe": stand.safe,
        "not_safe": stand.row.people - stand.safe,
        "state": stand.state,
        "since": stand.since,
    }


def sheet_of(stands: list[Stand], tree: AreaTree, *, note: str) -> sheets.Sheet:
    """Return the units as a sheet of the board's workbook."""
    headings = [
        _("Area code"), _("Area"), _("Kind of row"), _("Unit"), _("Should move"), _("Safe"),
        _("Not safe yet"), _("State"), _("Latest"),
    ]  # fmt: skip
    rows = [
        [
            tree.node(each.row.area_id).code, tree.node(each.row.area_id).name,
            str(KINDS[Kind(each.row.kind)]), each.row.unit, each.row.people, each.safe,
            each.row.people - each.safe, str(STATES[each.state]), each.since,
        ]
        for each in stands
    ]  # fmt: skip
    return sheets.Sheet(name=_("Units"), headings=headings, rows=rows, note=note)
