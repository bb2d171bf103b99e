"""Shapes at the border."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from relief_ops import shapes
from relief_ops.i18n import gettext as _
from stockpile.transport.rules import Cause, Shot, Sight

PLACED = (Sight.POSITION,)


class PutTrip(shapes.Strict):
    """Give a shipment to a driver: the answer carries the link to send him.

    `loaders` is how many people go along to load and unload.
    """

    model_config = shapes.example(
        shipment_id=shapes.SOME_THING, driver="张师傅", phone="13800000000", vehicle="浙B·12345"
    )
    shipment_id: UUID
    driver: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    phone: Annotated[str, Field(max_length=30)] = ""
    vehicle: Annotated[str, Field(max_length=40)] = ""
    loaders: Annotated[int, Field(ge=0, le=200)] | None = None


class EndTrip(shapes.Strict):
    """Take a link back."""


class PutSighting(shapes.Strict):
    """What a driver says; longitude and latitude in degrees (EPSG:4326), accuracy in metres."""

    model_config = shapes.example(
        kind="position", at="2026-07-10T20:15:00+08:00", lon=121.6, lat=29.8, accuracy_m=20
    )
    kind: Sight
    at: AwareDatetime
    cause: Cause | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    accuracy_m: Annotated[int, Field(ge=0, le=100_000)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> PutSighting:
        if (self.lon is None) != (self.lat is None):
            raise ValueError(_("A place has a longitude and a latitude."))
        if self.kind in PLACED and self.lon is None:
            raise ValueError(_("A position needs longitude and latitude."))
        if (self.kind == Sight.HELD_UP) != (self.cause is not None):
            raise ValueError(_("Say what holds the truck up, and only then."))
        return self


class PutTripPhoto(shapes.Strict):
    """A picture the driver sent before; `PUT /files/{id}` says when and where it was taken."""

    model_config = shapes.example(kind="road", file_id=shapes.SOME_THING)
    kind: Shot
    file_id: UUID
