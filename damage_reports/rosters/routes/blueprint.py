"""The blueprint every route of the rosters hangs on, and what they read from the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from sqlalchemy.orm import Session

from damage_reports.rosters.models import RosterRow
from damage_reports.rosters.queries import Wanted
from damage_reports.rosters.rules import Roster
from relief_ops import geo
from relief_ops.auth import require, viewer
from relief_ops.cases.rules.states import Purpose
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, NotFound
from relief_ops.geo import AreaTree
from relief_ops.i18n import gettext as _

blueprint = APIBlueprint("rosters", "damage_reports.rosters", template_folder="templates")


def roster_of(text: str) -> Roster:
    """Return the roster an address names. Raises NotFound."""
    try:
        return Roster(text)
    except ValueError:
        raise NotFound(_("There is no such roster.")) from None


def seen(session: Session, permission: str) -> disasters.Looking:
    """Return what is looked at, for somebody who may do this there."""
    require(permission)
    found = look(session)
    require(permission, found.area.id)
    return found


def disaster_of(found: disasters.Looking) -> Disaster:
    """Return the disaster looked at. Raises Invalid without one."""
    if found.disaster is None:
        raise Invalid(_("There is no disaster to report on."))
    return found.disaster


def wanted(found: disasters.Looking, roster: Roster) -> Wanted:
    """Return which rows the address, or the form of the search, asks for."""
    asked = request.values
    return Wanted(
        disaster_id=disaster_of(found).id,
        area_id=found.area.id,
        roster=roster,
        now=found.view.at or found.view.now,
        show=asked.get("show", ""),
        find=request.form.get("find", "").strip()[:60],
        sort=asked.get("sort", "received_at"),
        descending=asked.get("order", "desc") != "asc",
        page=max(1, asked.get("page", 1, type=int)),
    )


def of_row(session: Session, row: RosterRow) -> tuple[Disaster, AreaTree]:
    """Return the disaster of a row and its areas. Raises NotFound outside the viewer's drill."""
    disaster = disasters.disaster(session, row.disaster_id)
    return disaster, disasters.division_tree(session, disaster)


def may(permission: str, area_id: UUID | None = None) -> bool:
    """Whether the viewer could do this here, so that a page offers it."""
    who = viewer()
    return who is not None and who.may(permission, area_id, geo.cached_tree())


def read_purpose(text: str) -> Purpose:
    """Return the purpose somebody states. Raises Invalid without one."""
    try:
        return Purpose(text)
    except ValueError:
        message = _("Say why you need these people in full.")
        raise Invalid(message, [FieldError("purpose", "missing", message)]) from None


def form_id(given: Mapping[str, Any], field: str) -> UUID:
    """Return an id a form carries. Raises Invalid for what is none."""
    try:
        return UUID(str(given.get(field)))
    except ValueError:
        message = _("The form lost its id. Reload the page.")
        raise Invalid(message, [FieldError("content", "id", message)]) from None
