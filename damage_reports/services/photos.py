"""Photos of an area and round: hung on it, kept once, withdrawn by a record of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, queries, schemas
from damage_reports.models import PhotoWithdrawal, ReportPhoto
from damage_reports.services.guarding import must_be_taken
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.files import FileState
from relief_ops.files import models as stored
from relief_ops.files import queries as files
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_photo(
    session: Session, attempt: Attempt, order: schemas.PutPhoto, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID,
) -> tuple[Receipt, UUID | None]:  # fmt: skip
    """Hang a photo on a round of an area; one that hangs there already is kept once.

    Returns the receipt and the photo that was there already, if it was. Raises Invalid for a
    file that is not here whole, NotFound for one of somebody else.
    """
    grain: dict[str, Any] = {"disaster_id": disaster.id, "area_id": area.id, "round_": order.round}
    if receipt := receipts.replay(session, attempt):
        instead = queries.kept_instead(session, attempt.id, file_id=order.file_id, **grain)
        return receipt, instead
    must_be_taken(session, disaster, area, round_=order.round)
    found = files.upload(session, order.file_id, owner_id=actor_id)
    if found.state != FileState.COMPLETE:
        words = _("The photo itself has not arrived whole yet. Send its pieces first.")
        raise Invalid(words, [FieldError("file_id", "incomplete", words)])
    there = queries.photo_of_content(session, sha256=found.sha256, **grain)
    row = there or _hang(session, attempt.id, order, found, area=area, disaster=disaster)
    event = events.ReportPhotographed(
        row.id, disaster.id, Code(area.code), Code(order.round), there is not None
    )
    record(session, event, actor_id=actor_id, subject=row.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1), there.id if there else None


def _hang(
    session: Session, photo_id: UUID, order: schemas.PutPhoto, found: stored.FileUpload, *,
    area: AreaNode, disaster: Disaster,
) -> ReportPhoto:  # fmt: skip
    told = order.told().over(found.told)
    row = ReportPhoto(
        id=photo_id, disaster_id=disaster.id, area_id=area.id, round=order.round,
        file_id=found.id, sha256=found.sha256, caption=order.caption.strip(),
        taken_at=told.taken_at, time_source=told.time_source, lon_e5=stored.stored(told.lon),
        lat_e5=stored.stored(told.lat), place_source=told.place_source, current=True,
        author_id=found.owner_id, received_at=disasters.now_of(session, disaster),
    )  # fmt: skip
    session.add(row)
    return row


def withdraw_photo(
    session: Session, attempt: Attempt, order: schemas.PutPhotoWithdrawal, *, photo: ReportPhoto,
    area: AreaNode, disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Say that a photo no longer counts, and why; it stays to be seen.

    Raises IllegalTransition for one that was withdrawn before.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if not photo.current:
        raise IllegalTransition(_("This photo was withdrawn already."))
    photo.current = False
    session.add(
        PhotoWithdrawal(
            id=attempt.id, photo_id=photo.id, reason=order.reason, actor_id=actor_id,
            at=disasters.now_of(session, disaster),
        )
    )  # fmt: skip
    event = events.ReportPhotoWithdrawn(photo.id, disaster.id, Code(area.code), Code(photo.round))
    record(session, event, actor_id=actor_id, subject=photo.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)
