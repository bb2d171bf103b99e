"""Photos of shelters: hung once, kept with time and place, withdrawn with a reason."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import clock, receipts
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import record
from relief_ops.files import FileState
from relief_ops.files import models as stored
from relief_ops.files import queries as files
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters.events import ShelterPhotographed, ShelterPhotoWithdrawn
from shelters.models import Shelter, ShelterPhoto
from shelters.queries import safety
from shelters.schemas import PutShelterPhoto, PutWithdrawal


def put_photo(
    session: Session, attempt: Attempt, shelter: Shelter, order: PutShelterPhoto, *, actor_id: UUID
) -> tuple[Receipt, UUID | None]:
    """Hang a photo on a held shelter; one that hangs there already is kept once.

    Returns the receipt and the photo that was there already, if it was. Raises Invalid for a
    file that is not here whole or a check of another shelter, NotFound for somebody else's file.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt, safety.kept_instead(session, attempt.id, shelter.id, order.file_id)
    if order.check_id and safety.check(session, order.check_id).shelter_id != shelter.id:
        words = _("This safety check is another shelter's.")
        raise Invalid(
            _("Some fields need another look."), [FieldError("check_id", "foreign", words)]
        )
    found = files.upload(session, order.file_id, owner_id=actor_id)
    if found.state != FileState.COMPLETE:
        words = _("The photo itself has not arrived whole yet. Send its pieces first.")
        raise Invalid(words, [FieldError("file_id", "incomplete", words)])
    there = safety.photo_of_content(session, shelter.id, found.sha256)
    row = there or _hang(session, attempt.id, shelter, order, found)
    event = ShelterPhotographed(shelter.id, row.id, there is not None)
    record(session, event, actor_id=actor_id, subject=shelter.id, areas=[shelter.area_id])
    return receipts.keep(session, attempt, revision=1), there.id if there else None


def _hang(
    session: Session, photo_id: UUID, shelter: Shelter, order: PutShelterPhoto,
    found: stored.FileUpload,
) -> ShelterPhoto:  # fmt: skip
    told = order.told().over(found.told)
    row = ShelterPhoto(
        id=photo_id, shelter_id=shelter.id, area_id=shelter.area_id, check_id=order.check_id,
        file_id=found.id, sha256=found.sha256, caption=order.caption, taken_at=told.taken_at,
        time_source=told.time_source, lon_e5=stored.stored(told.lon),
        lat_e5=stored.stored(told.lat), place_source=told.place_source,
        author_id=found.owner_id, received_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    return row


def withdraw_photo(
    session: Session, attempt: Attempt, row: ShelterPhoto, order: PutWithdrawal, *, actor_id: UUID
) -> Receipt:
    """Say that a photo no longer counts, and why. Raises IllegalTransition when it did before."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    if row.withdrawn_at is not None:
        raise IllegalTransition(_("This photo was withdrawn already."))
    row.withdrawn_at, row.withdrawn_by = clock.now(), actor_id
    row.withdrawn_why = order.reason
    event = ShelterPhotoWithdrawn(row.shelter_id, row.id)
    record(session, event, actor_id=actor_id, subject=row.shelter_id, areas=[row.area_id])
    return receipts.keep(session, attempt, revision=1)
