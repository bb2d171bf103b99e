"""Taking files in. The bytes are on the disk before the record says so; pieces are no record."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from relief_ops import clock
from relief_ops.errors import (
    BodyDiffers,
    FieldError,
    Invalid,
    RateLimited,
    TooLarge,
    UnsupportedType,
)
from relief_ops.events import Code, record
from relief_ops.files import pictures, queries, rules, store
from relief_ops.files.events import FileDeclared, FileExpired, FileReceived
from relief_ops.files.models import FileContent, FileUpload
from relief_ops.files.pictures import NotAPicture, Picture
from relief_ops.files.rules import FileState, Piece, Told
from relief_ops.i18n import gettext as _

OPEN_MOST = 50


@dataclass(frozen=True)
class Declared:
    """What somebody says of a file before sending it."""

    name: str
    media_type: str
    size: int
    sha256: str
    told: Told


@dataclass(frozen=True)
class Whole:
    """A content that is verified, drawn and on the disk; only its record is missing."""

    sha256: str
    size: int
    picture: Picture


def check_type(media_type: str | None) -> None:
    """Refuse what is no photo we can draw. Raises UnsupportedType with advice."""
    if media_type in rules.HEIC:
        raise UnsupportedType(
            _("HEIC and AVIF cannot be shown everywhere. Take JPEG: on an iPhone Settings, Camera, "
              "Formats, Most Compatible; or take the photo with the reporting app.")
        )  # fmt: skip
    if media_type not in rules.PICTURES:
        raise UnsupportedType(_("This is no photo. JPEG, PNG and WebP are taken."))


def check_size(size: int) -> None:
    """Refuse a file that is larger than any may be. Raises TooLarge."""
    if size > rules.MOST_BYTES:
        most = rules.MOST_BYTES // 1024**2
        raise TooLarge(_("This file is too large: at most %(mb)d MB are taken.", mb=most))


def declare(
    session: Session, upload_id: UUID, declared: Declared, *, owner_id: UUID,
    most: int | None = None,
) -> FileUpload:  # fmt: skip
    """Register a file that will come; `most`: how many the owner may ever send.

    Raises TooLarge, UnsupportedType, RateLimited, or Invalid for one more than the most.
    """
    check_size(declared.size)
    check_type(declared.media_type)
    if queries.open_uploads(session, owner_id) >= OPEN_MOST:
        raise RateLimited(_("Too many files are begun. Finish those first."), retry_after=60)
    if most is not None and queries.sent_by(session, owner_id) >= most:
        words = _("No more files are taken over this link.")
        raise Invalid(words, [FieldError("file", "too_many", words)])
    row = _row(upload_id, declared, owner_id)
    session.add(row)
    event = FileDeclared(row.id, row.size, Code(row.sha256))
    record(session, event, actor_id=owner_id, subject=row.id)
    return row


def _row(upload_id: UUID, declared: Declared, owner_id: UUID) -> FileUpload:
    row = FileUpload(
        id=upload_id, owner_id=owner_id, name=declared.name, media_type=declared.media_type,
        size=declared.size, sha256=declared.sha256, state=FileState.OPEN, declared_at=clock.now(),
    )  # fmt: skip
    row.tell(declared.told)
    return row


def take_piece(found: FileUpload, offset: int, data: bytes) -> bool:
    """Put a piece on the disk; return whether every byte of the file is there now.

    Raises Invalid for one that does not fit, BodyDiffers for one that contradicts another,
    UnsupportedType when the first bytes are not of the declared type.
    """
    reason = rules.misfit(Piece(offset, len(data)), found.size)
    if reason:
        raise Invalid(
            _("This piece is not of the file."), [FieldError("offset", reason, _why(reason))]
        )
    if offset == 0 and rules.kind_of(data[: rules.HEAD]) != found.media_type:
        _refuse_type(data)
    try:
        store.add_piece(found.id, offset, data)
    except store.Differs:
        raise BodyDiffers(
            _("Other bytes are already there at this place. Nothing was changed.")
        ) from None
    except store.TooMany:
        raise Invalid(
            _("This piece is not of the file."), [FieldError("offset", "small", _why("small"))]
        ) from None
    return rules.first_gap(store.pieces(found.id), found.size) == found.size


def _refuse_type(data: bytes) -> None:
    kind = rules.kind_of(data[: rules.HEAD])
    check_type(kind)
    raise UnsupportedType(
        _("The file is not what its type says: it is %(kind)s.", kind=kind or "?")
    )


def _why(reason: str) -> str:
    return {
        "empty": _("The piece is empty."),
        "beyond": _("The piece goes beyond the end of the file."),
        "large": _("The piece is too large: at most %(kb)d kB.", kb=rules.PIECE_MOST // 1024),
        "small": _("The piece is too small: at least %(kb)d kB, but for the last one.",
                   kb=rules.PIECE_LEAST // 1024),
    }[reason]  # fmt: skip


def verified(found: FileUpload) -> Whole:
    """Put the pieces together and store what they make, if it is what was declared.

    Raises Invalid or UnsupportedType; then the pieces are gone and it begins anew.
    """
    data = b""
    with suppress(FileNotFoundError):  # another request made it whole and threw the pieces away
        data = store.whole(found.id)
    if hashlib.sha256(data).hexdigest() != found.sha256:
        store.forget_pieces(found.id)
        words = _("What arrived is not what was announced. Send it again from its start.")
        raise Invalid(words, [FieldError("sha256", "mismatch", words)])
    try:
        return keep_whole(data, found.media_type)
    except (Invalid, UnsupportedType):
        store.forget_pieces(found.id)
        raise


def keep_whole(data: bytes, media_type: str | None = None) -> Whole:
    """Check that bytes are a photo (of this type) and put them on the disk with their copies."""
    check_size(len(data))
    kind = rules.kind_of(data[: rules.HEAD])
    if kind not in rules.PICTURES or (media_type and kind != media_type):
        _refuse_type(data)
    try:
        picture, copies = pictures.apart(lambda: _drawn(data))
    except NotAPicture as error:
        raise Invalid(*_no_picture(error.code)) from error
    sha256 = store.keep_content(data)
    for name, copy in copies.items():
        store.write_once(store.copy_path(sha256, name), copy)
    return Whole(sha256, len(data), picture)


def _drawn(data: bytes) -> tuple[Picture, dict[str, bytes]]:
    return pictures.read(data), {name: pictures.copy(data, name) for name in pictures.COPIES}


def _no_picture(code: str) -> tuple[str, list[FieldError]]:
    words = {
        "pixels": _("This picture has too many pixels. Make it smaller first."),
        "unreadable": _("This picture is damaged or is none. Take it again."),
    }[code]
    return words, [FieldError("file", code, words)]


def complete(session: Session, found: FileUpload, whole: Whole) -> None:
    """Say that a file is here; the caller holds its row. One that is here stays as it is."""
    if found.state == FileState.COMPLETE:
        return
    known = queries.content(session, whole.sha256) is not None
    if not known:
        session.add(
            FileContent(
                sha256=whole.sha256, size=whole.size, media_type=whole.picture.media_type,
                width=whole.picture.width, height=whole.picture.height, stored_at=clock.now(),
            )
        )  # fmt: skip
    found.tell(found.told.over(whole.picture.told))
    found.state, found.settled_at = FileState.COMPLETE, clock.now()
    event = FileReceived(found.id, found.size, Code(found.sha256), known)
    record(session, event, actor_id=found.owner_id, subject=found.id)


def forget_pieces(found: FileUpload) -> None:
    """Throw the pieces of a file away once it is whole."""
    store.forget_pieces(found.id)


def take_whole(
    session: Session, upload_id: UUID, whole: Whole, *, name: str, owner_id: UUID
) -> FileUpload:
    """Register a file that came in one piece, by the form of a browser."""
    declared = Declared(name, whole.picture.media_type, whole.size, whole.sha256, Told())
    row = _row(upload_id, declared, owner_id)
    session.add(row)
    complete(session, row, whole)
    return row


def forget(session: Session, owner_ids: Any, really: bool) -> int:
    """Return how many files these owners (a query of their ids) sent; destroy them if `really`.

    No record may point at one any more. Bytes somebody else sent too are theirs, and stay.
    """
    count, alone = queries.of_owners(session, owner_ids)
    if really and count:
        session.execute(delete(FileUpload).where(FileUpload.owner_id.in_(owner_ids)))
        session.execute(delete(FileContent).where(FileContent.sha256.in_(alone)))
        for sha256 in alone:  # before the commit: what is cut off here is due again, and found
            store.forget_content(sha256)
    return count


def sweep(session: Session, *, hours: float) -> int:
    """Throw away the pieces of files that were silent for so long; return how many files.

    The record stays, and the id stays good: whoever comes back sends it from its start. One of
    which no piece ever came, or whose pieces were wrong, holds no place of its sender's either.
    """
    silent = store.silent_for(hours * 3600)
    before = clock.now() - timedelta(hours=hours)
    silent += [
        each for each in queries.begun_before(session, before) if not store.incoming(each).exists()
    ]
    for upload_id in silent:
        found = session.get(FileUpload, upload_id, with_for_update=True)
        if found is not None and found.state == FileState.OPEN:
            found.state, found.settled_at = FileState.EXPIRED, clock.now()
            record(session, FileExpired(upload_id), actor_id=None, subject=upload_id)
        store.forget_pieces(upload_id)
    return len(silent)
