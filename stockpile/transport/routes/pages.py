"""The page of a shipment's way: who drives, the link to send, the chain of custody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items.models import Item
from relief_ops.disasters.items.queries import name_of, unit_of
from relief_ops.disasters.routes import look
from relief_ops.errors import FieldError, Gone, Invalid
from relief_ops.files import queries as files
from relief_ops.geo import cached_tree
from relief_ops.i18n import gettext as _
from relief_ops.web.pages import may
from stockpile.queries import road as roads
from stockpile.transport import queries, schemas
from stockpile.transport.routes import api
from stockpile.transport.routes.wording import shot_words, source_words, step_words

blueprint = APIBlueprint(
    "trips", __name__, template_folder="../templates", enable_openapi=False, url_prefix="/stock"
)


# A picture is a picture: whatever is in it, a browser neither reads it as a page nor lets it act.
PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, no-cache",
}


@blueprint.get("/shipments/<uuid:shipment_id>/way")
def way_page(shipment_id: UUID) -> ResponseReturnValue:
    """Show a shipment's way: the driver, his link, what he said, who has had the goods."""
    return _page(shipment_id, {}, [])


def _page(shipment_id: UUID, filled: dict[str, Any], errors: Sequence[FieldError]) -> str:
    require("stock.read")
    with reading() as session:
        seen = look(session)
        found = api.one(session, shipment_id)
        gives = may("stock.ship", found.road.shipment.from_area, cached_tree())
        trips = api.trips_of(session, shipment_id)
        waiting = next((each for each in trips if not (each.taken_at or each.ended_at)), None)
        link = api.link_of(waiting.id) if waiting and gives else ""
        full = queries.may_call(found.road.shipment)
        return web.page(
            "transport/way_page.html", tab="road", found=found, trips=trips, gives=gives,
            link=link, qr=_qr(link) if link else "", new_id=str(uuid6.uuid7()), filled=filled,
            errors=errors, chain=queries.custody(session, found), full=full,
            driver_of=queries.driver_of,
            phone_of=queries.phone_of, steps=step_words(), causes=queries.cause_words(),
            view_now=seen.view.now, may=may, photos=queries.photos(session, shipment_id),
            shots=shot_words(), sources=source_words(),
        )  # fmt: skip


@blueprint.get("/trip-photos/<uuid:photo_id>/thumb.jpg", defaults={"size": "thumb"})
@blueprint.get("/trip-photos/<uuid:photo_id>/view.jpg", defaults={"size": "view"})
def picture(photo_id: UUID, size: str) -> ResponseReturnValue:
    """Give a driver's picture, drawn afresh: nothing the camera wrote beside it is in it."""
    require("stock.read")
    with reading() as session:
        sha256 = queries.photo(session, photo_id).sha256
    if sha256 is None:
        raise Gone(_("This picture is no longer kept."))
    if request.if_none_match.contains(sha256):
        answer = Response(status=304)
    else:
        answer = web.attachment(files.copy(sha256, size), "image/jpeg", f"{photo_id}-{size}.jpg")
    answer.set_etag(sha256)
    answer.headers.update(PICTURE_HEADERS)
    return answer


def _qr(link: str) -> str:
    """Return the link as a picture a phone's camera opens."""
    import segno

    return segno.make(link, error="m").svg_data_uri(scale=4, light="#fff")


@blueprint.get("/shipments/<uuid:shipment_id>/placard")
def placard(shipment_id: UUID) -> ResponseReturnValue:
    """Show a sign for the windscreen: from where, to where, and the shipment's code to read.

    It is seen in the street: no name, no telephone.
    """
    require("stock.read")
    with reading() as session:
        look(session)
        road = roads.on_the_road(session, shipment_id)
        trips = api.trips_of(session, shipment_id)
        driven = [each.vehicle for each in trips if each.vehicle and not each.ended_at]
        return web.page(
            "transport/placard.html", tab="road", road=road, load=_load(session, shipment_id),
            disaster=disasters.disaster(session, road.shipment.disaster_id),
            vehicle=driven[-1] if driven else road.shipment.vehicle,
            qr=_qr(api.address_of(shipment_id)), may=may,
        )  # fmt: skip


def _load(session: Session, shipment_id: UUID) -> list[tuple[str, int, str]]:
    """Return what a shipment carries, item by item: name, quantity, unit."""
    amounts: dict[str, int] = defaultdict(int)
    items: dict[str, Item] = {}
    for line, item, _lot in roads.loads(session, [shipment_id]).get(shipment_id, []):
        amounts[item.code] += line.quantity
        items[item.code] = item
    return [(name_of(each), amounts[code], unit_of(each)) for code, each in items.items()]


@blueprint.post("/shipments/<uuid:shipment_id>/way")
def assign(shipment_id: UUID) -> ResponseReturnValue:
    """Give a shipment to a driver."""
    filled = web.form_fields()
    try:
        trip_id = web.form_id(filled)
        named = ("driver", "phone", "vehicle", "loaders")
        fields = {name: filled[name] for name in named if filled.get(name, "") != ""}
        order = web.check(schemas.PutTrip, fields | {"shipment_id": str(shipment_id)})
        api.assigned(trip_id, order)
    except Invalid as error:
        problems = error.errors or [FieldError("", error.code, str(error))]
        return _page(shipment_id, filled, problems), error.status
    return web.see_other("trips.way_page", shipment_id=shipment_id)


@blueprint.post("/trips/<uuid:trip_id>/end")
def end(trip_id: UUID) -> ResponseReturnValue:
    """Take a driver's link back."""
    api.ended(trip_id)
    return web.see_other("trips.way_page", shipment_id=request.form.get("shipment", ""))
