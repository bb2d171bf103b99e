"""Reading the incidents of shelters; the account is opened only where its reading is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from relief_ops import vault
from relief_ops.auth.lookup import names
from relief_ops.errors import NotFound
from relief_ops.geo.models import AreaClosure
from relief_ops.i18n import gettext as _
from relief_ops.plugins import PlaceNote, View
from shelters.daybook.models import Incident, IncidentVersion
from shelters.daybook.rules.incidents import IncidentState, Kind, Severity
from shelters.models import Shelter

TABLE, ACCOUNT = "shelter_incident", "account"
MOST_HERE, ROWS, MOST_ROWS, MOST_FILED = 200, 25, 200, 20_000
ANY_DRILL = {"any_drill": True}
VALUES = ("kind", "syndrome", "happened_at", "people", "severity", "state")
_STEP = case({each.value: place for place, each in enumerate(IncidentState)}, value=Incident.state)
_WEIGHT = case({Severity.SERIOUS.value: 0}, value=Incident.severity, else_=1)
SORTS: Mapping[str, Any] = {
    "happened_at": Incident.happened_at,
    "shelter": Shelter.name,
    "kind": Incident.kind,
    "people": func.coalesce(Incident.people, -1),
    "severity": _WEIGHT,
    "state": _STEP,
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which incidents of an area are wanted, in what order, from where on."""

    kind: str = ""
    state: str = ""
    serious: bool = False
    sort: str = "happened_at"
    descending: bool = True
    page: int = 1
    rows: int = ROWS


@dataclass(frozen=True)
class Page:
    """One page of incidents with their shelters, how many there are, how many are open."""

    rows: list[tuple[Incident, Shelter]]
    total: int
    open: int
    page: int
    pages: int


def here(session: Session, shelter_id: UUID, disaster_id: UUID) -> Sequence[Incident]:
    """Return the incidents of a shelter in a disaster: what is open first, then the latest."""
    return session.scalars(
        select(Incident)
        .where(Incident.shelter_id == shelter_id, Incident.disaster_id == disaster_id)
        .order_by(_STEP, Incident.happened_at.desc(), Incident.id)
        .limit(MOST_HERE)
    ).all()


def incident(session: Session, shelter_id: UUID, incident_id: UUID) -> Incident:
    """Return one incident of a shelter the viewer found. Raises NotFound."""
    found = session.get(Incident, incident_id)
    if found is None or found.shelter_id != shelter_id:
        raise NotFound(_("There is no such thing, or not in your areas."))
    return found


def shown(row: Incident | IncidentVersion) -> dict[str, Any]:
    """Return an incident as the API and the pages show it: whether there is an account, not it."""
    values = {name: getattr(row, name) for name in VALUES}
    return values | {
        "id": row.id if isinstance(row, Incident) else row.incident_id,
        "has_account": row.account_sealed is not None,
        "received_at": row.received_at,
        "revision": row.revision,
    }


def account(row: Incident | IncidentVersion) -> str:
    """Return the account in clear; whoever shows it records that it was read."""
    incident_id = row.id if isinstance(row, Incident) else row.incident_id
    sealed = row.account_sealed
    return "" if sealed is None else vault.unseal(TABLE, ACCOUNT, incident_id, sealed)


def versions(session: Session, incident_id: UUID) -> Sequence[IncidentVersion]:
    """Return what was said of an incident, the latest first."""
    return session.scalars(
        select(IncidentVersion)
        .where(IncidentVersion.incident_id == incident_id)
        .order_by(IncidentVersion.revision.desc())
    ).all()


def history(session: Session, incident_id: UUID, *, full: bool = False) -> list[dict[str, Any]]:
    """Return every version with who made it and which fields it changed, the latest first."""
    rows = list(versions(session, incident_id))
    called = names(session, (each.actor_id for each in rows))
    return [
        shown(row)
        | {"by": called.get(row.actor_id, ""), "changed": _changed(before, row)}
        | ({"account": account(row)} if full else {})
        for row, before in zip(rows, [*rows[1:], None], strict=True)
    ]


def _changed(before: IncidentVersion | None, after: IncidentVersion) -> dict[str, Any]:
    """Return the fields a version changed, with what they were; the account only by its name."""
    if before is None:
        return {}
    found = {
        name: getattr(before, name)
        for name in VALUES
        if getattr(before, name) != getattr(after, name)
    }
    return found | ({"account": None} if account(before) != account(after) else {})


def note(session: Session, shelter_id: UUID, disaster_id: UUID) -> PlaceNote | None:
    """Return how many incidents of a shelter are not handled, for its page; None without any."""
    of = (Incident.shelter_id == shelter_id, Incident.disaster_id == disaster_id)
    is_serious = case((Incident.severity == Severity.SERIOUS, 1), else_=0)
    counting = select(func.count(), func.coalesce(func.sum(is_serious), 0)).select_from(Incident)
    row = session.execute(counting.where(*of, Incident.state == IncidentState.OPEN)).one()
    still, serious = int(row[0]), int(row[1])
    if not still:
        return None
    words = _("Incidents not handled: %(n)d", n=still)
    if serious:
        words = _("Incidents not handled: %(n)d, serious: %(serious)d", n=still, serious=serious)
    href = f"/shelters/{shelter_id}/daybook#incidents"
    return PlaceNote(text=words, href=href, state="act" if serious else "watch")


def page_of(session: Session, view: View, wanted: Wanted) -> Page:
    """Return one page of the incidents in the view's area."""
    conditions = _conditions(view, wanted)
    is_open = case((Incident.state == IncidentState.OPEN, 1), else_=0)
    counting = select(func.count(), func.coalesce(func.sum(is_open), 0)).select_from(Incident)
    total, still = session.execute(counting.where(*conditions)).one()
    pages = max(1, -(-total // wanted.rows))
    page = min(wanted.page, pages)
    rows = session.execute(
        _listed(conditions, wanted).limit(wanted.rows).offset((page - 1) * wanted.rows)
    ).all()
    return Page([(row[0], row[1]) for row in rows], int(total), int(still), page, pages)


def everything(session: Session, view: View, wanted: Wanted) -> list[tuple[Incident, Shelter]]:
    """Return every wanted incident with its shelter, for a file."""
    rows = session.execute(_listed(_conditions(view, wanted), wanted).limit(MOST_FILED)).all()
    return [(row[0], row[1]) for row in rows]


def _listed(conditions: list[ColumnElement[bool]], wanted: Wanted) -> Any:
    column = SORTS.get(wanted.sort, Incident.happened_at)
    return (
        select(Incident, Shelter)
        .join(Shelter, Shelter.id == Incident.shelter_id)
        .where(*conditions)
        .order_by(column.desc() if wanted.descending else column, Incident.id.desc())
        .execution_options(**ANY_DRILL)
    )


def _conditions(view: View, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [*of_view(view)]
    if wanted.kind in set(Kind):
        found.append(Incident.kind == wanted.kind)
    if wanted.state in set(IncidentState):
        found.append(Incident.state == wanted.state)
    if wanted.serious:
        found.append(Incident.severity == Severity.SERIOUS)
    return found


def of_view(view: View) -> list[ColumnElement[bool]]:
    """Return the conditions that an incident is of the view's disaster and area."""
    below = select(AreaClosure.area_id).where(AreaClosure.ancestor_id == view.area_id)
    return [Incident.disaster_id == view.disaster_id, Incident.area_id.in_(below)]


def disagreements(session: Session) -> list[str]:
    """Return the incidents that are not what their latest version says."""
    last = {
        row.incident_id: row
        for row in session.scalars(select(IncidentVersion).order_by(IncidentVersion.revision))
    }
    return [
        f"incident {row.id} of shelter {row.shelter_id}"
        for row in session.scalars(select(Incident))
        if (said := last.get(row.id)) is None or _plain(row) != _plain(said)
    ]


def _plain(row: Incident | IncidentVersion) -> tuple[Any, ...]:
    values = (*VALUES, "account_sealed", "revision", "actor_id", "area_id")
    return tuple(getattr(row, name) for name in values)
