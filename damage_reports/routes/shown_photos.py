"""What pages show of a round's photos: the gallery, its sources, how many are wanted."""

from __future__ import annotations

from typing import Any

import uuid6
from sqlalchemy.orm import Session

from damage_reports import queries
from damage_reports.models import Report
from relief_ops.auth import viewer
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaTree
from relief_ops.i18n import gettext as _


def source_words() -> dict[str, str]:
    """Return who may tell a time or a place, in words."""
    return {"camera": _("by the camera"), "device": _("by the phone"), "typed": _("typed")}


def gallery_of(
    session: Session, report: Report, disaster: Disaster, tree: AreaTree
) -> dict[str, Any]:
    """Return what a page shows of a round's photos, and whether more are wanted."""
    area = tree.node(report.area_id)
    found = queries.photos(
        session, disaster_id=disaster.id, area_ids=tree.within(area.id), round_=report.round,
        tree=tree,
    )  # fmt: skip
    owed = queries.wanted(
        session, disaster, [area], tree, round_=report.round,
        now=disasters.now_of(session, disaster),
    ).get(area.id)  # fmt: skip
    who = viewer()
    may_add = who is not None and who.may("report.submit", area.id, tree)
    return {
        "photos": found,
        "wanted": owed,
        "sources": source_words(),
        "may_add": may_add,
        "photo_id": str(uuid6.uuid7()),
    }
