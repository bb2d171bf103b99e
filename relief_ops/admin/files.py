"""Files over HTTP: announced, sent in pieces that resume, whole or not at all."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, Field, model_validator

from relief_ops import db, files, receipts, web
from relief_ops.auth import require, viewer
from relief_ops.errors import Invalid, UnsupportedType
from relief_ops.files import queries, services
from relief_ops.files.models import FileUpload
from relief_ops.files.rules import FileState, Source
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from relief_ops.shapes import Strict

blueprint = APIBlueprint("files", __name__)
ON_AN_ERRAND = 12  # files of one link: more than any errand asks for, some of them in vain


class PutFile(Strict):
    """A file that will come: its hash and size, and when and where it was taken, if known."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    media_type: Annotated[str, Field(max_length=40)]
    size: Annotated[int, Field(gt=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    taken_at: AwareDatetime | None = None
    time_source: Source | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    place_source: Source | None = None

    @model_validator(mode="after")
    def _whole(self) -> PutFile:
        """Refuse half a place, and a time or place nobody says."""
        if (self.lon is None) != (self.lat is None):
            raise ValueError(_("A place has a longitude and a latitude."))
        if (self.taken_at is None) != (self.time_source is None):
            raise ValueError(_("Say who tells the time: camera, device or typed."))
        if (self.lon is None) != (self.place_source is None):
            raise ValueError(_("Say who tells the place: camera, device or typed."))
        return self

    def declared(self) -> services.Declared:
        """Return what is said of the file."""
        told = files.Told(self.taken_at, self.time_source, self.lon, self.lat, self.place_source)
        return services.Declared(self.name, self.media_type, self.size, self.sha256, told)


def _sender() -> tuple[UUID, int | None]:
    """Return whose file it is and how many they may send.

    Whoever came by a link may send a few: no more than their errand hangs on its own record.
    """
    who = viewer()
    if who and who.errand and who.id:
        return who.id, ON_AN_ERRAND
    return require("file.send"), None


@blueprint.put("/api/v1/files/<uuid:file_id>")
@web.on_errand
@web.takes(PutFile)
def put_file(file_id: UUID, order: PutFile) -> ResponseReturnValue:
    """Announce a file; the same again says how far it is."""
    actor_id, most = _sender()
    with db.transaction() as session:
        receipt = _declare(session, web.attempt(file_id, revised=True), order, actor_id, most)
        session.flush()
        found = queries.upload(session, file_id, owner_id=actor_id)
    return receipt.json() | _progress(found), receipt.status


def _declare(
    session: Any, attempt: Attempt, order: PutFile, actor_id: UUID, most: int | None
) -> Receipt:
    if receipt := receipts.replay(session, attempt):
        return receipt
    services.declare(session, attempt.id, order.declared(), owner_id=actor_id, most=most)
    return receipts.keep(session, attempt, revision=1)


def _progress(found: FileUpload) -> dict[str, Any]:
    """Return how far a file is, beside its receipt: the size and hash are the file's."""
    shown = queries.shown(found)
    return {name: shown[name] for name in ("state", "next", "received", "size", "piece_most")}


@blueprint.get("/api/v1/files/<uuid:file_id>")
def show_file(file_id: UUID) -> ResponseReturnValue:
    """Show a file of one's own and how far it is, so that an interrupted sender goes on."""
    actor_id = require("file.send")
    with db.reading() as session:
        return queries.shown(queries.upload(session, file_id, owner_id=actor_id))


@blueprint.put("/api/v1/files/<uuid:file_id>/pieces/<int:offset>")
@web.on_errand
@web.takes_bytes(most=files.PIECE_MOST)
def put_piece(file_id: UUID, offset: int, data: bytes) -> ResponseReturnValue:
    """Take the bytes of a file from an offset on; the last missing ones make it whole."""
    actor_id, _most = _sender()
    with db.reading() as session:
        found = queries.upload(session, file_id, owner_id=actor_id)
    if found.state == FileState.COMPLETE:
        return {"id": found.id} | _progress(found)
    if services.take_piece(found, offset, data):
        found = _complete(found, actor_id)
    return {"id": found.id} | _progress(found)


def _complete(found: FileUpload, actor_id: UUID) -> FileUpload:
    """Verify the file beside the loop, then say so in one short transaction.

    The last piece may come twice at once: whoever is late finds no pieces, but a whole file.
    """
    try:
        whole = services.verified(found)
    except (Invalid, UnsupportedType):
        with db.reading() as session:
            found = queries.upload(session, found.id, owner_id=actor_id)
        if found.state != FileState.COMPLETE:
            raise
        return found
    with db.transaction() as session:
        locked = queries.upload(session, found.id, owner_id=actor_id, lock=True)
        services.complete(session, locked, whole)
    services.forget_pieces(found)
    return locked
