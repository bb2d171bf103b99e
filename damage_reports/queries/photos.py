"""Reading the photos of rounds, and where more of them are wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from damage_reports.models import PhotoWithdrawal, ReportPhoto
from relief_ops import clock, parameters
from relief_ops.auth.models import User
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.rules import Ladder
from relief_ops.errors import NotFound
from relief_ops.files.models import FileUpload, degrees
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.i18n import gettext as _

WANTED = "report.photos_when_responding"


@dataclass(frozen=True)
class Photo:
    """A photo with who sent it and, if it no longer counts, why."""

    row: ReportPhoto
    node: AreaNode
    author: str
    withdrawal: PhotoWithdrawal | None

    @property
    def lon(self) -> float | None:
        """Return the longitude in degrees."""
        return degrees(self.row.lon_e5)

    @property
    def lat(self) -> float | None:
        """Return the latitude in degrees."""
        return degrees(self.row.lat_e5)


@dataclass(frozen=True)
class Wanted:
    """How many photos a round of an area should have while a relief response is on."""

    wanted: int
    there: int

    @property
    def missing(self) -> int:
        """Return how many are still wanted."""
        return max(0, self.wanted - self.there)


def photo(session: Session, photo_id: UUID, *, lock: bool = False) -> ReportPhoto:
    """Return one photo within the viewer's areas. Raises NotFound."""
    statement = select(ReportPhoto).where(ReportPhoto.id == photo_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound(_("There is no such photo, or not in your areas."))
    return found


def photo_of_content(
    session: Session, *, disaster_id: UUID, area_id: UUID, round_: str, sha256: str
) -> ReportPhoto | None:
    """Return the photo with these very bytes that counts on the grain, if there is one."""
    return session.scalar(
        select(ReportPhoto).where(
            ReportPhoto.disaster_id == disaster_id,
            ReportPhoto.area_id == area_id,
            ReportPhoto.round == round_,
            ReportPhoto.sha256 == sha256,
            ReportPhoto.current,
        )
    )


def kept_instead(
    session: Session,
    photo_id: UUID,
    *,
    file_id: UUID,
    disaster_id: UUID,
    area_id: UUID,
    round_: str,
) -> UUID | None:
    """Return the photo that was there already when this one came; None if this one was kept."""
    if session.scalar(select(ReportPhoto.id).where(ReportPhoto.id == photo_id)):
        return None
    same = (
        select(ReportPhoto.id)
        .join(FileUpload, FileUpload.sha256 == ReportPhoto.sha256)
        .where(
            FileUpload.id == file_id,
            ReportPhoto.disaster_id == disaster_id,
            ReportPhoto.area_id == area_id,
            ReportPhoto.round == round_,
        )
        .order_by(ReportPhoto.current.desc(), ReportPhoto.received_at)
        .limit(1)
    )
    return session.scalar(same)


def photos(
    session: Session, *, disaster_id: UUID, area_ids: Iterable[UUID], round_: str, tree: AreaTree
) -> list[Photo]:
    """Return the photos of a round in some areas: those that count, then the withdrawn."""
    statement = (
        select(ReportPhoto, User.name, PhotoWithdrawal)
        .outerjoin(User, User.id == ReportPhoto.author_id)
        .outerjoin(PhotoWithdrawal, PhotoWithdrawal.photo_id == ReportPhoto.id)
        .where(
            ReportPhoto.disaster_id == disaster_id,
            ReportPhoto.area_id.in_(list(area_ids)),
            ReportPhoto.round == round_,
        )
        .order_by(ReportPhoto.current.desc(), ReportPhoto.received_at, ReportPhoto.id)
    )
    return [
        Photo(row, tree.node(row.area_id), name or "", gone)
        for row, name, gone in session.execute(statement)
    ]


def photo_with(session: Session, found: ReportPhoto, tree: AreaTree) -> Photo:
    """Return one photo with who sent it and why it was withdrawn, if it was."""
    name = session.scalar(select(User.name).where(User.id == found.author_id))
    gone = session.scalar(select(PhotoWithdrawal).where(PhotoWithdrawal.photo_id == found.id))
    return Photo(found, tree.node(found.area_id), name or "", gone)


def wanted(
    session: Session, disaster: Disaster, nodes: Iterable[AreaNode], tree: AreaTree, *,
    round_: str, now: datetime,
) -> dict[UUID, Wanted]:  # fmt: skip
    """Return for each area under a relief response how many photos its round has and should have.

    A village's photos count for its township too. Areas without a response are left out.
    """
    held = parameters.values(
        session, [WANTED], on=clock.local_date(disaster.started_at), area_id=disaster.area_id
    )
    asked = {node.id for node in nodes}
    if WANTED not in held or not asked:
        return {}
    under = disasters.under_response(session, disaster, asked, ladder=Ladder.RELIEF, at=now)
    if not under:
        return {}
    counted = _counts(session, disaster.id, round_)
    return {
        area_id: Wanted(
            int(held[WANTED].value), sum(counted.get(each, 0) for each in tree.within(area_id))
        )
        for area_id in under
    }


def _counts(session: Session, disaster_id: UUID, round_: str) -> dict[UUID, int]:
    rows = session.execute(
        select(ReportPhoto.area_id, func.count())
        .where(
            ReportPhoto.disaster_id == disaster_id,
            ReportPhoto.round == round_,
            ReportPhoto.current,
        )
        .group_by(ReportPhoto.area_id)
    )
    return {area_id: count for area_id, count in rows}


def shown_photo(found: Photo) -> dict[str, Any]:
    """Return a photo as the API shows it."""
    row = found.row
    return {
        "id": row.id,
        "disaster_id": row.disaster_id,
        "area_code": found.node.code,
        "round": row.round,
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
        "current": row.current,
        "withdrawn": found.withdrawal
        and {"at": found.withdrawal.at, "reason": found.withdrawal.reason},
    }
