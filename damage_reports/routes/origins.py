"""The page that says which reports one figure is made of."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from damage_reports import queries
from damage_reports.routes.api import asked_of_one
from damage_reports.routes.pages import blueprint
from damage_reports.rules import round_words
from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look

MOST = 400


@blueprint.get("/reports/trace")
def trace_page() -> ResponseReturnValue:
    """Show the reports that the total of one ?indicator= of an area is made of."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        if seen.disaster is None:
            return web.page("reports/none.html")
        asked = asked_of_one(session)
        assert asked.only is not None
        found = queries.origins(asked)
        total = queries.rollup(
            session, disaster_id=asked.disaster_id, area=asked.area, tree=asked.tree,
            form=asked.form, basis=asked.basis, at=asked.at, known_at=asked.known_at,
        )  # fmt: skip
        of = {each.disaster_id for each in found}
        named = {each: disasters.name_of(session, each) for each in of}
        names = queries.names_for(session, (total.area,))
    return web.page(
        "reports/origins.html", seen=seen, field=asked.form[asked.only], found=found[:MOST],
        more=max(0, len(found) - MOST), total=total.area, parts=len(total.parts), named=named,
        basis=asked.basis, names=names, round_words=round_words,
    )  # fmt: skip
