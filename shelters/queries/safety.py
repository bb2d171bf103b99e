"""Reading a shelter's safety checks and photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, exists, select
from sqlalchemy.orm import Session

from relief_ops import parameters
from relief_ops.auth.models import User
from relief_ops.errors import NotFound
from relief_ops.files.models import FileUpload, degrees
from relief_ops.i18n import gettext as _
from shelters.models import SafetyCheck, ShelterPhoto
from shelters.queries.kept import kept
from shelters.rules.register import CHECK_YEARS, DUE_DAYS

MOST_CHECKS, MOST_PHOTOS = 100, 200
DEFAULTS = {DUE_DAYS: 30, CHECK_YEARS: 3}
_ANY = select(
    exists().where(
        SafetyCheck.__table__.c.shelter_id == bindparam("of", type_=Uuid()),
        SafetyCheck.__table__.c.withdrawn_at.is_(None),
    )
)


@dataclass(frozen=True)
class Photo:
    """A photo of a shelter with who sent it."""

    row: ShelterPhoto
    author: str

    @property
    def lon(self) -> float | None:
        """Return the longitude in degrees."""
        return degrees(self.row.lon_e5)

    @property
    def lat(self) -> float | None:
        """Return the latitude in degrees."""
        return degrees(self.row.lat_e5)


def has_checks(session: Session, shelter_id: UUID) -> bool:
    """Whether recorded checks decide until when a shelter is safe."""
    return bool(session.connection().execute(_ANY, {"of": shelter_id}).scalar())


def days_and_years(session: Session, on: date, area_id: UUID | None) -> tuple[int, int]:
    """Return how many days ahead a check is due, and how many years one holds."""

    def ask() -> tuple[int, int]:
        held = parameters.values(session, DEFAULTS, on=on, area_id=area_id)
        days, years = (
            int(held[key].value) if key in held else DEFAULTS[key]
            for key in (DUE_DAYS, CHECK_YEARS)
        )
        return days, years

    return kept(session, ("safety days", on, area_id), ask)


def checks_of(session: Session, shelter_id: UUID) -> Sequence[SafetyCheck]:
    """Return a shelter's checks, the latest first, withdrawn ones among them."""
    return session.scalars(
        select(SafetyCheck)
        .where(SafetyCheck.shelter_id == shelter_id)
        .order_by(*LATEST)
        .limit(MOST_CHECKS)
    ).all()


LATEST = (
    SafetyCheck.checked_on.desc(), SafetyCheck.recorded_at.desc(), SafetyCheck.id.desc(),
)  # fmt: skip


def latest_check(session: Session, shelter_id: UUID) -> SafetyCheck | None:
    """Return the check that decides, or None where none stands."""
    return session.scalar(
        select(SafetyCheck)
        .where(SafetyCheck.shelter_id == shelter_id, SafetyCheck.withdrawn_at.is_(None))
        .order_by(*LATEST)
        .limit(1)
    )


def check(session: Session, check_id: UUID) -> SafetyCheck:
    """Return one check within the viewer's areas. Raises NotFound."""
    found = session.scalar(select(SafetyCheck).where(SafetyCheck.id == check_id))
    if found is None:
        raise NotFound(_("There is no such safety check, or not in your areas."))
    return found


def photo(session: Session, photo_id: UUID) -> ShelterPhoto:
    """Return one photo within the viewer's areas. Raises NotFound."""
    found = session.scalar(select(ShelterPhoto).where(ShelterPhoto.id == photo_id))
    if found is None:
        raise NotFound(_("There is no such photo, or not in your areas."))
    return found


def photo_of_content(session: Session, shelter_id: UUID, sha256: str) -> ShelterPhoto | None:
    """Return the photo with these very bytes that hangs on a shelter, if there is one."""
    return session.scalar(
        select(ShelterPhoto).where(
            ShelterPhoto.shelter_id == shelter_id,
            ShelterPhoto.sha256 == sha256,
            ShelterPhoto.withdrawn_at.is_(None),
        )
    )


def kept_instead(session: Session, photo_id: UUID, shelter_id: UUID, file_id: UUID) -> UUID | None:
    """Return the photo that was there when this one came; None if this one was kept."""
    if session.scalar(select(ShelterPhoto.id).where(ShelterPhoto.id == photo_id)):
        return None
    return session.scalar(
        select(ShelterPhoto.id)
        .join(FileUpload, FileUpload.sha256 == ShelterPhoto.sha256)
        .where(FileUpload.id == file_id, ShelterPhoto.shelter_id == shelter_id)
        .order_by(ShelterPhoto.received_at)
        .limit(1)
    )


def photos_of(session: Session, shelter_id: UUID) -> list[Photo]:
    """Return the photos of a shelter, the latest first; withdrawn ones come last."""
    rows = session.execute(
        select(ShelterPhoto, User.name)
        .outerjoin(User, User.id == ShelterPhoto.author_id)
        .where(ShelterPhoto.shelter_id == shelter_id)
        .order_by(
            ShelterPhoto.withdrawn_at.is_not(None), ShelterPhoto.received_at.desc(),
            ShelterPhoto.id.desc(),
        )
        .limit(MOST_PHOTOS)
    )  # fmt: skip
    return [Photo(row, name or "") for row, name in rows]


def shown_check(row: SafetyCheck) -> dict[str, Any]:
    """Return a check as the API shows it."""
    return {
        "id": row.id,
        "shelter_id": row.shelter_id,
        "checked_on": row.checked_on,
        "checked_by": row.checked_by,
        "result": row.result,
        "valid_until": row.valid_until,
        "findings": row.findings,
        "recorded_at": row.recorded_at,
        "withdrawn": _withdrawn(row),
    }


def shown_photo(found: Photo) -> dict[str, Any]:
    """Return a photo as the API shows it."""
    row = found.row
    return {
        "id": row.id,
        "shelter_id": row.shelter_id,
        "check_id": row.check_id,
        "file_id": row.file_id,
        "sha256": row.sha256,
        "caption": row.caption,
        "taken_at": row.taken_at,
        "time_source": row.time_source,
        "lon": found.lon,
        "lat": found.lat,
        "place_source": row.place_source,
        "received_at": row.received_at,
        "by": found.author,
        "withdrawn": _withdrawn(row),
    }


def _withdrawn(row: SafetyCheck | ShelterPhoto) -> dict[str, Any] | None:
    if row.withdrawn_at is None:
        return None
    return {"at": row.withdrawn_at, "reason": row.withdrawn_why}
