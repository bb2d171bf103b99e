"""The bytes on the disk: pieces on their way in, and whole contents under their own hash.

A piece is a file of its own, named by where it belongs and linked into place only when it is
whole and on the disk; so a piece is there or not, and the same one twice is one. Nothing here
is ever changed in place.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from relief_ops.errors import StorageFull
from relief_ops.files.rules import Piece, covered, same_where_they_meet, too_much
from relief_ops.i18n import gettext as _

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_root: list[Path] = []


class Differs(Exception):
    """A piece says something else of bytes that are already there."""


class TooMany(Exception):
    """A file lies in more pieces than any needs."""


def keep_in(root: Path) -> None:
    """Keep the files below this folder from here on; it is made with the first of them."""
    _root[:] = [root]


def root() -> Path:
    """Return the folder in use. Raises RuntimeError before `keep_in`."""
    if not _root:
        raise RuntimeError("no place for files: call files.keep_in(folder) first")
    return _root[0]


def place(sha256: str) -> str:
    """Return where a content lies in any folder of contents."""
    return f"{sha256[:2]}/{sha256}"


def content_path(sha256: str) -> Path:
    """Return where a content lies here."""
    return root() / "contents" / place(sha256)


def copy_path(sha256: str, name: str) -> Path:
    """Return where a copy of a picture lies that was made to be shown."""
    return root() / "shown" / sha256[:2] / f"{sha256}-{name}.jpg"


def incoming(upload_id: UUID) -> Path:
    """Return the folder of an upload's pieces."""
    return root() / "incoming" / str(upload_id)


def pieces(upload_id: UUID) -> list[Piece]:
    """Return the pieces of an upload that are on the disk."""
    folder = incoming(upload_id)
    names = (path.name for path in folder.glob("[0-9]*")) if folder.is_dir() else ()
    return sorted(Piece(*(int(part) for part in name.split("-"))) for name in names)


def add_piece(upload_id: UUID, offset: int, data: bytes) -> None:
    """Put a piece on the disk; one that is already there in other words costs nothing.

    Raises Differs where it contradicts what is there, StorageFull when there is no room, TooMany
    for more pieces than any file needs.
    """
    with suppress(FileNotFoundError):  # another request made it whole and threw the pieces away
        return _add_piece(upload_id, offset, data)
    return _add_piece(upload_id, offset, data)


def _add_piece(upload_id: UUID, offset: int, data: bytes) -> None:
    new, known = Piece(offset, len(data)), pieces(upload_id)
    there = [each for each in known if each.offset < new.end and new.offset < each.end]
    for each in there:
        if not same_where_they_meet(each, _read_piece(upload_id, each), new, data):
            raise Differs
    if any(each.offset <= new.offset and new.end <= each.end for each in covered(there)):
        return
    if too_much(known, new):
        raise TooMany
    write_once(incoming(upload_id) / _name(new), data)


def _name(piece: Piece) -> str:
    return f"{piece.offset:010d}-{piece.length}"


def _read_piece(upload_id: UUID, piece: Piece) -> bytes:
    return (incoming(upload_id) / _name(piece)).read_bytes()


def whole(upload_id: UUID) -> bytes:
    """Return the file its pieces make; the caller knows that none is missing."""
    made = bytearray()
    for each in pieces(upload_id):
        if each.end > len(made):
            made += _read_piece(upload_id, each)[len(made) - each.offset :]
    return bytes(made)


def forget_pieces(upload_id: UUID) -> None:
    """Throw the pieces of an upload away."""
    shutil.rmtree(incoming(upload_id), ignore_errors=True)


def keep_content(data: bytes) -> str:
    """Store a content under its hash, once, and return the hash; it is on the disk then."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not is_whole(sha256, len(data)):
        with suppress(FileNotFoundError):
            content_path(sha256).unlink()  # an altered one is no reason to refuse the right one
        write_once(content_path(sha256), data)
    return sha256


def forget_content(sha256: str) -> None:
    """Destroy a content and the copies of it that were shown."""
    content_path(sha256).unlink(missing_ok=True)
    for path in copy_path(sha256, "x").parent.glob(f"{sha256}-*.jpg"):
        path.unlink(missing_ok=True)


def is_whole(sha256: str, size: int) -> bool:
    """Whether a content is there as it was stored."""
    path = content_path(sha256)
    if not path.is_file() or path.stat().st_size != size:
        return False
    return is_content(root() / "contents", sha256)


def is_content(folder: Path, sha256: str) -> bool:
    """Whether a folder of contents holds this one unaltered."""
    path = folder / place(sha256)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def copy_out(sha256: str, size: int, folder: Path) -> bool:
    """Copy a content into a folder of a backup, unless an earlier backup left it there unaltered.

    False for one that is missing or altered here, and there too.
    """
    path = folder / place(sha256)
    if is_content(folder, sha256):
        return True
    if not is_whole(sha256, size):
        return False
    path.unlink(missing_ok=True)  # it has rotted there
    write_once(path, content_path(sha256).read_bytes())
    return True


def copy_in(sha256: str, folder: Path) -> None:
    """Bring a content back from the folder of a backup."""
    keep_content((folder / place(sha256)).read_bytes())


def write_once(path: Path, data: bytes) -> None:
    """Make a file appear whole and on the disk, readable by its owner only, or not at all."""
    made = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with _room():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with open(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # the same one came twice at once
                os.link(made, path)
        finally:
            made.unlink(missing_ok=True)
        _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """Put the names in a folder on the disk, and that of the folder itself."""
    for each in (folder, folder.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise StorageFull(_("The disk is full. Nothing was saved; tell the operator.")) from error


def silent_for(seconds: float) -> list[UUID]:
    """Return the uploads whose last piece came longer ago than that."""
    folder, before = root() / "incoming", time.time() - seconds
    if not folder.is_dir():
        return []
    return [UUID(each.name) for each in folder.iterdir() if each.stat().st_mtime < before]
