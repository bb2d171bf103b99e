"""一户一码: a slip for each household of the list, with the code by which a shelter knows it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from relief_ops import web
from relief_ops.db import reading
from shelters.evacuation import queries, rules
from shelters.evacuation.models import ListedHousehold
from shelters.evacuation.routes.blueprint import blueprint, order_of, seen, wanted
from shelters.evacuation.routes.words import WORDS

MOST = 600


@blueprint.get("/evacuation/slips")
@blueprint.doc(hide=True)
def page_slips() -> ResponseReturnValue:
    """Show the slips of an area to be printed: masked names, and a code that names nobody."""
    with reading() as session:
        found = seen(session, "evacuation.read")
        rows = queries.everything(session, wanted(found))
        slips = sorted(rows[:MOST], key=lambda row: found.tree.node(row.area_id).code)
        return web.page(
            "evacuation/slips.html", seen=found, rows=slips, total=len(rows),
            order=order_of(session, found), masked=queries.masked, code_of=_code, qr=_drawn,
            shelters=queries.shelter_names(session, (row.shelter_id for row in slips)),
            cadres=queries.named(session, (row.cadre_id for row in slips)), **WORDS,
        )  # fmt: skip


def _code(row: ListedHousehold) -> str:
    return rules.slip_code(row.id)


def _drawn(code: str) -> str:
    """Return a code drawn as a QR, without anything of the household in it."""
    import segno

    drawn = segno.make(code, error="m", micro=False)
    return str(drawn.svg_inline(scale=3, border=2, omitsize=False))
