"""What the drawer of the desk says of an area's relief work."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from damage_reports.relief_work.queries.totals import totals
from damage_reports.rules import NOT_ADDED
from relief_ops.auth import viewer
from relief_ops.disasters import queries as disasters
from relief_ops.plugins import View

SHOWN = ("response_level", "money_spent", "goods_tents", "goods_quilts", "settled_central")


def panel(session: Session, view: View) -> dict[str, Any] | None:
    """Return an area's relief work for the drawer; None where no form counts, or not for all."""
    if view.disaster_id is None:
        return None
    disaster, who = disasters.disaster(session, view.disaster_id), viewer()
    tree = disasters.division_tree(session, disaster)
    if who is None or not who.may("report.read", view.area_id, tree):
        return None
    area = tree.node(view.area_id)
    found = totals(session, disaster, tree, area, at=view.at, known_at=view.known_at)
    if not found.forms:
        return None
    fields = [found.fields[code] for code in SHOWN if code in found.fields]
    return {"column": found.area, "fields": fields, "area": area, "NOT_ADDED": NOT_ADDED}
