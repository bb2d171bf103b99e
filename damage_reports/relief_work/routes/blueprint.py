"""The blueprint every route of the form hangs on, and what they read from the address."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import request
from sqlalchemy.orm import Session

from damage_reports import queries as reports
from damage_reports.queries import Round
from damage_reports.relief_work import queries
from damage_reports.routes.api import disaster_of
from damage_reports.routes.rounds import round_asked
from relief_ops import geo
from relief_ops.auth import require, viewer
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.routes import look
from relief_ops.geo import AreaNode, Level

blueprint = APIBlueprint("relief_work", "damage_reports.relief_work", template_folder="templates")


def seen(session: Session) -> disasters.Looking:
    """Return what is looked at, for somebody who may read reports there."""
    require("report.read")
    found = look(session)
    require("report.read", found.area.id)
    return found


def round_of(session: Session, found: disasters.Looking) -> Round | None:
    """Return the round ?round= names, if it names one. Raises Invalid for a strange one."""
    code = request.args.get("round")
    opened = reports.rounds(session, disaster_of(found))
    return round_asked(opened, code, now=found.view.now) if code else None


def totals_of(session: Session, found: disasters.Looking, round_: Round | None) -> queries.Totals:
    """Return what the address asks for: of a round, or the latest forms."""
    return queries.totals(
        session, disaster_of(found), found.tree, found.area,
        round_=round_.code if round_ else None, at=found.view.at, known_at=found.view.known_at,
    )  # fmt: skip


def may_file(area: AreaNode) -> bool:
    """Whether the viewer could file this area's form, so that a page offers it."""
    who = viewer()
    if who is None or area.level != Level.COUNTY:
        return False
    return who.may("report.submit", area.id, geo.cached_tree())
