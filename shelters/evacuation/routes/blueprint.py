"""The blueprint every route of evacuation hangs on, and what they read from the address."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from sqlalchemy.orm import Session

from relief_ops import geo
from relief_ops.auth import require, viewer
from relief_ops.cases.rules.states import Purpose
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.i18n import gettext as _
from shelters.evacuation import queries
from shelters.evacuation.models import EvacuationOrder
from shelters.evacuation.queries import Wanted

blueprint = APIBlueprint("evacuation", __name__, template_folder="../templates")


def seen(session: Session, permission: str) -> disasters.Looking:
    """Return what is looked at, for somebody who may do this there."""
    require(permission)
    found = look(session)
    require(permission, found.area.id)
    return found


def disaster_of(found: disasters.Looking) -> Disaster:
    """Return the disaster looked at. Raises Invalid without one."""
    if found.disaster is None:
        raise Invalid(_("There is no disaster to move anybody from."))
    return found.disaster


def order_of(session: Session, found: disasters.Looking) -> EvacuationOrder | None:
    """Return the order looked at: the one asked for, else the latest that concerns the area."""
    return next(iter(orders_of(session, found)), None)


def orders_of(session: Session, found: disasters.Looking) -> list[EvacuationOrder]:
    """Return the order asked for; else those that run here, the latest first; else the latest."""
    if found.disaster is None:
        return []
    listed: list[EvacuationOrder] = queries.orders_for(
        session, found.disaster.id, found.area.id, found.tree
    )
    asked = _id("order")
    chosen = next((each for each in listed if each.id == asked), None)
    running = [each for each in listed if each.lifted_at is None]
    return [chosen] if chosen else running or listed[:1]


def wanted(
    found: disasters.Looking, *, order_id: UUID | None = None, before: datetime | None = None
) -> Wanted:
    """Return which rows the address, or the form of the search, asks for."""
    asked = request.args
    return Wanted(
        area_id=found.area.id,
        on=found.view.on,
        kind=asked.get("kind", ""),
        risk=asked.get("risk", ""),
        group=asked.get("group", ""),
        transport=asked.get("transport", ""),
        state=asked.get("state", ""),
        cadre_id=_id("cadre"),
        no_cadre=asked.get("cadre") == "none",
        before=before,
        order_id=order_id,
        unsafe=asked.get("state") == "unsafe",
        removed=asked.get("show") == "removed",
        find=request.form.get("find", "").strip()[:60],
        page=max(1, asked.get("page", 1, type=int)),
    )


def _id(name: str) -> UUID | None:
    """Return an id of the address; what is none asks for nothing."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def tree_for(session: Session, drill_id: UUID | None) -> geo.AreaTree:
    """Return the areas a row of the register, or of a drill, lies in."""
    fitting = (each for each in disasters.disasters(session) if each.drill_id == drill_id)
    return disasters.division_tree(session, next(fitting, None) if drill_id else None)


def area_of_code(session: Session, code: str, drill_id: UUID | None) -> geo.AreaNode:
    """Return the area with this code. Raises Invalid when there is none."""
    fitting = (each for each in disasters.disasters(session) if each.drill_id == drill_id)
    return disasters.area_by_code(session, code, next(fitting, None) if drill_id else None)


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


def wrong_fields(error: ReliefError | None) -> dict[str, str]:
    """Return what is wrong with each field of a form, in words."""
    return {each.field: each.message for each in getattr(error, "errors", ())}


def form_id(given: Any, field: str = "id") -> UUID:
    """Return an id a form carries. Raises Invalid for what is none."""
    try:
        return UUID(str(given.get(field)))
    except ValueError:
        message = _("The form lost its id. Reload the page.")
        raise Invalid(message, [FieldError("content", "id", message)]) from None
