"""What somebody must see to: serious incidents that are open, and what looks like an outbreak."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops import clock, geo
from relief_ops.auth import viewer
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View
from shelters.daybook.models import Incident
from shelters.daybook.queries.incidents import ANY_DRILL, Wanted, of_view, page_of
from shelters.daybook.queries.outbreaks import outbreaks_in, threshold
from shelters.daybook.queries.words import KINDS, SEVERITIES, SYNDROMES
from shelters.daybook.rules.incidents import IncidentState, Severity
from shelters.daybook.rules.outbreaks import Outbreak
from shelters.models import Shelter

MOST, SHOWN = 200, 6


def attention(session: Session, view: View) -> list[Attention]:
    """Return an entry for each serious open incident, and for each shelter and syndrome."""
    if view.disaster_id is None or view.at is not None:
        return []
    return [*_serious(session, view), *_outbreaks(session, view)]


def _serious(session: Session, view: View) -> list[Attention]:
    rows = session.execute(
        select(Incident, Shelter)
        .join(Shelter, Shelter.id == Incident.shelter_id)
        .where(
            *of_view(view),
            Incident.severity == Severity.SERIOUS,
            Incident.state == IncidentState.OPEN,
        )
        .order_by(Incident.happened_at)
        .limit(MOST)
        .execution_options(**ANY_DRILL)
    )
    return [_incident(row[0], row[1]) for row in rows]


def _incident(row: Incident, shelter: Shelter) -> Attention:
    detail = _("how many people are concerned is not known")
    if row.people is not None:
        detail = _("%(people)d people concerned", people=row.people)
    return Attention(
        key=f"shelter.incident:{row.id}",
        state="act",
        kind="shelter.incident",
        title=_("%(what)s in %(name)s", what=KINDS[row.kind], name=shelter.name),
        detail=detail,
        area_id=row.area_id,
        since=row.happened_at,
        href=f"/shelters/{shelter.id}/incidents/{row.id}",
    )


def _outbreaks(session: Session, view: View) -> Iterable[Attention]:
    numbers = threshold(session, view.on, view.area_id)
    found = outbreaks_in(session, of_view(view), numbers, view.now)
    shelters = _shelters(session, list(found))
    for shelter_id, shelter in shelters.items():
        for outbreak in found[shelter_id]:
            yield _outbreak(shelter, outbreak)


def _shelters(session: Session, ids: list[UUID]) -> dict[UUID, Shelter]:
    wanted = select(Shelter).where(Shelter.id.in_(ids)).execution_options(**ANY_DRILL)
    return {each.id: each for each in session.scalars(wanted)} if ids else {}


def _outbreak(shelter: Shelter, found: Outbreak) -> Attention:
    title = _("%(name)s: %(people)d people or more with the same signs: %(what)s",
              name=shelter.name, people=found.people, what=SYNDROMES[found.syndrome])  # fmt: skip
    detail = _("since %(at)s; ask the health authority",
               at=f"{clock.local(found.since):%m-%d %H:%M}")  # fmt: skip
    return Attention(
        key=f"shelter.outbreak_suspected:{shelter.id}:{found.syndrome}",
        state="act",
        kind="shelter.outbreak_suspected",
        title=title,
        detail=detail,
        area_id=shelter.area_id,
        since=found.since,
        href=f"/shelters/{shelter.id}/daybook#incidents",
    )


def panel(session: Session, view: View) -> dict[str, Any] | None:
    """Return the open incidents of an area's shelters for the drawer; None without any."""
    who = viewer()
    if who is None or not who.may("shelter.read", view.area_id, geo.cached_tree()):
        return None
    found = page_of(session, view, Wanted(state=IncidentState.OPEN, sort="severity",
                                          descending=False, rows=SHOWN))  # fmt: skip
    if not found.total:
        return None
    return {
        "rows": found.rows,
        "total": found.total,
        "kinds": KINDS,
        "severities": SEVERITIES,
        "area_code": geo.tree(session, view.on).node(view.area_id).code,
        "disaster_id": view.disaster_id,
    }
