"""What a driver opens: a link without an account, and the page his phone keeps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import g, make_response, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import errand, errands, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters.items import queries as items
from relief_ops.disasters.models import Disaster
from relief_ops.errors import IllegalTransition
from relief_ops.i18n import gettext as _
from relief_ops.web import security
from stockpile.queries import road
from stockpile.transport import queries, services
from stockpile.transport.rules import MOST_PHOTOS

blueprint = APIBlueprint("drive", __name__, template_folder="../templates", enable_openapi=False)
PATH = "/drive"
DAYS_KEPT = 14


@blueprint.get("/way/<string:secret>")
@web.public
def link(secret: str) -> ResponseReturnValue:
    """Ask before a driver's link is used up: a preview in a chat must not use it."""
    with reading() as session:
        found = errands.offered(session, services.ERRAND, secret)
        shown = road.driven(session, found.subject_id)
        return web.page("transport/way.html", secret=secret, road=shown)


@blueprint.post("/way/<string:secret>")
@web.public
def use_link(secret: str) -> ResponseReturnValue:
    """Use up a driver's link: this device has the shipment from here on."""
    if viewer() is not None:
        raise IllegalTransition(
            _("You are signed in. Send the link to the driver, or sign out and open it again.")
        )
    with transaction() as session:
        held = services.open_link(session, secret)
    g.pop("new_visitor", None)
    answer = make_response(redirect(PATH, 303))
    security.set_cookie(answer, "errand", held, seconds=DAYS_KEPT * 86_400)
    return answer


@blueprint.get(PATH)
@web.on_errand
def page() -> ResponseReturnValue:
    """Show the driver's page: empty, the same for every driver; it asks for the rest."""
    errand(services.ERRAND)
    return web.offline_page(PATH)


@blueprint.get("/drive/facts")
@web.on_errand
def facts() -> ResponseReturnValue:
    """Give what the driver's phone carries along: from where, to where, what, by when."""
    trip_id, shipment_id = errand(services.ERRAND)
    with reading() as session:
        found = road.driven(session, shipment_id)
        shipment = found.shipment
        disaster = session.get_one(Disaster, shipment.disaster_id)
        west, south, east, north = found.ends
        return {
            "user": trip_id,
            "disaster": {"name": disaster.name, "drill": disaster.drill_id is not None},
            "number": shipment.number,
            "state": shipment.state,
            "from": {"name": found.from_name, "lon": west, "lat": south},
            "to": {"name": found.to_name, "lon": east, "lat": north},
            "vehicle": shipment.vehicle,
            "load": _load(session, shipment.id),
            "said": [
                {"id": each.id, "kind": each.kind, "cause": each.cause, "at": each.told_at}
                for each in queries.sightings(session, [shipment_id]).get(shipment_id, [])
                if each.trip_id == trip_id
            ],
            "photos": [
                {"id": each.id, "kind": each.kind}
                for each in queries.photos(session, shipment_id)
                if each.trip_id == trip_id
            ],
            "photos_most": MOST_PHOTOS,
        }


def _load(session: Session, shipment_id: UUID) -> list[dict[str, Any]]:
    """Return what is on the truck, one line an item and lot."""
    lines = road.loads(session, [shipment_id]).get(shipment_id, [])
    return [
        {"item": items.name_of(item), "lot": lot.label, "quantity": line.quantity,
         "unit": items.unit_of(item)}
        for line, item, lot in lines
    ]  # fmt: skip
