"""Reading the pictures drivers sent."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops.errors import NotFound
from relief_ops.files.models import FileUpload
from relief_ops.i18n import gettext as _
from stockpile.queries import road
from stockpile.queries.register import LEDGER
from stockpile.transport.models import TripPhoto


def photos(session: Session, shipment_id: UUID) -> list[TripPhoto]:
    """Return the pictures of a shipment in the order they came in; the caller may see it."""
    wanted = select(TripPhoto).where(TripPhoto.shipment_id == shipment_id)
    order = (TripPhoto.received_at, TripPhoto.id)
    return list(session.scalars(wanted.order_by(*order).execution_options(**LEDGER)))


def photo(session: Session, photo_id: UUID) -> TripPhoto:
    """Return a picture of a shipment that starts or ends in the viewer's areas. Raises NotFound."""
    wanted = select(TripPhoto).where(TripPhoto.id == photo_id)
    found = session.scalar(wanted.execution_options(**LEDGER))
    if found is None:
        raise NotFound(_("There is no such photo, or not in your areas."))
    road.shipment(session, found.shipment_id)
    return found


def photos_of_trip(session: Session, trip_id: UUID) -> int:
    """Return how many pictures a trip has."""
    wanted = select(func.count()).select_from(TripPhoto).where(TripPhoto.trip_id == trip_id)
    return session.scalar(wanted.execution_options(**LEDGER)) or 0


def photo_of_content(session: Session, trip_id: UUID, sha256: str) -> TripPhoto | None:
    """Return the picture of a trip with these very bytes, if there is one."""
    wanted = select(TripPhoto).where(TripPhoto.trip_id == trip_id, TripPhoto.sha256 == sha256)
    return session.scalar(wanted.execution_options(**LEDGER))


def kept_instead(session: Session, photo_id: UUID, trip_id: UUID, file_id: UUID) -> UUID | None:
    """Return the picture that was there already when this one came; None if this one was kept."""
    if session.get(TripPhoto, photo_id, execution_options=LEDGER):
        return None
    sent = session.get(FileUpload, file_id)
    same = photo_of_content(session, trip_id, sent.sha256) if sent else None
    return same.id if same else None
