"""Handouts somebody must look at: beyond the limits, or beyond the book. A line a place."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from stockpile.handouts.models import Handout
from stockpile.handouts.rules import HandoutState
from stockpile.queries.register import below


def exceptions(session: Session, view: View) -> list[Attention]:
    """Return the places with handouts that wait to be settled; anew with each that joins."""
    if view.disaster_id is None:
        return []
    rows = session.execute(
        select(
            geo.Place.id, geo.Place.name, Handout.area_id, func.count(),
            func.max(Handout.received_at, type_=Handout.received_at.type),
        )
        .join(Handout, Handout.place_id == geo.Place.id)
        .where(
            Handout.disaster_id == view.disaster_id,
            Handout.area_id.in_(below(view.area_id)),
            Handout.state == HandoutState.EXCEPTION,
        )
        .group_by(geo.Place.id, geo.Place.name, Handout.area_id)
        .order_by(geo.Place.name)
    )  # fmt: skip
    return [
        Attention(
            key=f"handout:exception:{place_id}",
            state="act",
            kind="handout_exception",
            title=_("%(place)s: %(n)d handouts beyond the limits or the book", place=name, n=count),
            detail="",
            area_id=area_id,
            since=latest,
            href=f"/stock/handouts?place={place_id}&state={HandoutState.EXCEPTION}",
        )
        for place_id, name, area_id, count, latest in rows
    ]
