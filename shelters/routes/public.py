"""The public list: open shelters and whether there is room. No sign-in, no person, no number."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from relief_ops import geo, web
from relief_ops.auth import EVERYONE, act_as
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.i18n import language
from shelters import queries
from shelters.routes.blueprint import blueprint
from shelters.routes.wording import wording


@blueprint.get("/public/shelters")
@blueprint.doc(hide=True)
@web.public
def public_shelters() -> ResponseReturnValue:
    """Show the open shelters near somebody, in a page the oldest phone can read."""
    with act_as(EVERYONE), reading() as session:
        asked = web.view_args().disaster_id
        disaster = disasters.disaster(session, asked) if asked else disasters.current(session)
        tree = geo.tree(session)
        code = request.args.get("area", "")
        area = next((node for node in tree if node.code == code), None)
        within = area.id if area else None
        rows = queries.public_list(session, disaster.id, within=within) if disaster else []
        townships = tree.at_level("county")
    answer = render_template(
        "shelters/public.html", rows=rows, disaster=disaster, area=area, areas=townships,
        lang=language(), **wording(),
    )  # fmt: skip
    return answer, 200, {"Cache-Control": "public, max-age=15"}
