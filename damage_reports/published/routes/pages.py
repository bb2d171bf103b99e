"""The page: what was published, what stands here as of the same instant, what is invented."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from damage_reports.published import queries, rules
from damage_reports.published.routes.api import blueprint
from relief_ops import clock, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters.routes import look


@blueprint.get("/published")
@blueprint.doc(hide=True)
def page() -> ResponseReturnValue:
    """Show what was published of a disaster beside what the reports add up to."""
    require("report.read")
    with reading() as session:
        seen = look(session)
        found = queries.statements(session, seen)
        moments = sorted({each.row.as_of for each in found})
        return web.page(
            "published/page.html", seen=seen, statements=found,
            moments=[f"{clock.local(each):%Y-%m-%d %H:%M}" for each in moments],
            standing=rules.standing(moments, seen.view.now), in_words=queries.in_words,
        )  # fmt: skip
