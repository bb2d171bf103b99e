"""Reading what is known of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relief_ops.errors import NotFound
from relief_ops.files import pictures, rules, store
from relief_ops.files.models import FileContent, FileUpload
from relief_ops.files.rules import FileState
from relief_ops.i18n import gettext as _


def upload(session: Session, upload_id: UUID, *, owner_id: UUID, lock: bool = False) -> FileUpload:
    """Return a file of somebody's own. Raises NotFound for anybody else's."""
    found = session.get(FileUpload, upload_id, with_for_update=lock or None)
    if found is None or found.owner_id != owner_id:
        raise NotFound(_("There is no such file of yours. Announce it first."))
    return found


def is_known(session: Session, upload_id: UUID) -> bool:
    """Whether a file with this id was ever announced."""
    return session.get(FileUpload, upload_id) is not None


def open_uploads(session: Session, owner_id: UUID) -> int:
    """Return how many files somebody has begun and not finished."""
    begun = (FileUpload.owner_id == owner_id, FileUpload.state == FileState.OPEN)
    return session.scalar(select(func.count()).select_from(FileUpload).where(*begun)) or 0


def sent_by(session: Session, owner_id: UUID) -> int:
    """Return how many files somebody ever announced."""
    mine = FileUpload.owner_id == owner_id
    return session.scalar(select(func.count()).select_from(FileUpload).where(mine)) or 0


def of_owners(session: Session, owner_ids: Any) -> tuple[int, list[str]]:
    """Return how many files these owners sent, and the contents that nobody else sent too."""
    sent = select(FileUpload.sha256).where(FileUpload.owner_id.in_(owner_ids))
    mine = session.scalars(sent).all()
    others = select(FileUpload.sha256).where(
        FileUpload.sha256.in_(mine), FileUpload.owner_id.not_in(owner_ids)
    )
    return len(mine), sorted(set(mine) - set(session.scalars(others)))


def begun_before(session: Session, moment: datetime) -> Sequence[UUID]:
    """Return the files that were announced before an instant and are not whole."""
    begun = (FileUpload.declared_at < moment, FileUpload.state == FileState.OPEN)
    return session.scalars(select(FileUpload.id).where(*begun)).all()


def content(session: Session, sha256: str) -> FileContent | None:
    """Return a stored content, if there is one."""
    return session.get(FileContent, sha256)


def contents(session: Session) -> Iterator[tuple[str, int]]:
    """Yield hash and size of every stored content, in the order of the hashes."""
    statement = select(FileContent.sha256, FileContent.size).order_by(FileContent.sha256)
    for row in session.execute(statement):
        yield row.sha256, row.size


def broken(session: Session) -> list[str]:
    """Return the stored contents that are missing or altered on the disk."""
    return [
        f"file {sha256}: {'altered' if store.content_path(sha256).exists() else 'missing'}"
        for sha256, size in contents(session)
        if not store.is_whole(sha256, size)
    ]


def shown(found: FileUpload) -> dict[str, Any]:
    """Return a file and how far it is: `next` is the first byte that is missing."""
    there = rules.covered(store.pieces(found.id))
    done = found.state == FileState.COMPLETE
    told = found.told
    return {
        "id": found.id,
        "state": found.state,
        "name": found.name,
        "media_type": found.media_type,
        "size": found.size,
        "sha256": found.sha256,
        "next": found.size if done else rules.first_gap(there, found.size),
        "received": [[0, found.size]] if done else [[each.offset, each.end] for each in there],
        "piece_most": rules.PIECE_MOST,
        "taken_at": told.taken_at,
        "time_source": told.time_source,
        "lon": told.lon,
        "lat": told.lat,
        "place_source": told.place_source,
    }


def copy(sha256: str, name: str) -> bytes:
    """Return the copy of a stored picture that may be shown, making it where it is missing.

    Raises NotFound when the picture itself is gone from the disk (`verify` names it).
    """
    path = store.copy_path(sha256, name)
    if not path.is_file():
        source = store.content_path(sha256)
        if not source.is_file():
            raise NotFound(_("This picture is missing on the disk. Tell the operator."))
        data = source.read_bytes()
        store.write_once(path, pictures.apart(lambda: pictures.copy(data, name)))
    return path.read_bytes()
