"""The pages of a shelter's safety checks and photos, as a browser without a script uses them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

import uuid6
from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, web
from relief_ops.auth import require
from relief_ops.db import reading, transaction
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.files import queries as files
from relief_ops.files import services as taking
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from shelters import queries, schemas
from shelters.queries import safety
from shelters.routes.blueprint import blueprint
from shelters.routes.pages import may
from shelters.routes.safety import hang, withdraw_check, withdraw_photo, write_check
from shelters.routes.wording import source_words, wording
from shelters.rules.register import Result

# A picture is a picture: whatever is in it, a browser neither reads it as a page nor lets it act.
PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, no-cache",
}
AT_ONCE = 10
SHOWN_AGAIN = (409, 413, 415, 422)
Taken = tuple[taking.Whole, str]


@blueprint.get("/shelters/<uuid:shelter_id>/checks")
@blueprint.doc(hide=True)
def page_checks(shelter_id: UUID) -> ResponseReturnValue:
    """Show the history of a shelter's safety checks, and the form of a new one."""
    return _page(shelter_id, "shelters/checks.html")


@blueprint.get("/shelters/<uuid:shelter_id>/photos")
@blueprint.doc(hide=True)
def page_photos(shelter_id: UUID) -> ResponseReturnValue:
    """Show a shelter's photos, and the way to add some."""
    return _page(shelter_id, "shelters/photos.html")


def _page(
    shelter_id: UUID, template: str, *, error: ReliefError | None = None
) -> ResponseReturnValue:
    require("shelter.read")
    with reading() as session:
        found = queries.shelter(session, shelter_id)
        require("shelter.read", found.area_id)
        today = clock.local_date(clock.now())
        shown = web.page(
            template, shelter=queries.shown(session, found, None), error=error,
            checks=safety.checks_of(session, shelter_id), today=today,
            photos=safety.photos_of(session, shelter_id), results=Result,
            years=safety.days_and_years(session, today, found.area_id)[1],
            sources=source_words(), typed=request.form, new_id=str(uuid6.uuid7()),
            done=request.args.get("done", ""), withdrawal_id=str(uuid6.uuid7()),
            may={each: may(each, found.area_id) for each in ("shelter.check", "shelter.write")},
            **wording(),
        )  # fmt: skip
    return shown, error.status if error else 200


def _taken(shelter_id: UUID, template: str, act: Callable[[], str]) -> ResponseReturnValue:
    """Do what a form asks and go on to its page, or show it again with what is wrong."""
    try:
        done = act()
    except ReliefError as error:
        if error.status not in SHOWN_AGAIN:
            raise
        return _page(shelter_id, template, error=error)
    page = "shelters.page_checks" if template.endswith("checks.html") else "shelters.page_photos"
    return web.see_other(page, shelter_id=shelter_id, done=done)


@blueprint.post("/shelters/<uuid:shelter_id>/checks")
@blueprint.doc(hide=True)
def form_check(shelter_id: UUID) -> ResponseReturnValue:
    """Record a safety check, with the photos of what it found."""
    actor_id = require("shelter.check")

    def act() -> str:
        fields = web.form_fields()
        check_id = web.form_id(fields)
        order = web.check(schemas.PutCheck, fields | {"shelter_id": str(shelter_id)})
        pictures = [_whole(each) for each in _sent(least=0)]
        with transaction() as session:
            write_check(session, web.attempt(check_id, revised=True), order)
            for place, each in enumerate(pictures):
                photo_id = uuid5(check_id, str(place))
                _hang(session, photo_id, shelter_id, each, actor_id, check_id=check_id)
        return "check"

    return _taken(shelter_id, "shelters/checks.html", act)


@blueprint.post("/shelters/<uuid:shelter_id>/photos")
@blueprint.doc(hide=True)
def form_photos(shelter_id: UUID) -> ResponseReturnValue:
    """Take photos of a shelter; when one cannot be taken it is named, and none is kept."""
    actor_id = require("shelter.write")

    def act() -> str:
        fields = web.form_fields()
        form_id, caption = web.form_id(fields), str(fields.get("caption", ""))
        pictures = [_whole(each) for each in _sent(least=1)]
        with transaction() as session:
            for place, each in enumerate(pictures):
                photo_id = uuid5(form_id, str(place))
                _hang(session, photo_id, shelter_id, each, actor_id, caption=caption)
        return "photos"

    return _taken(shelter_id, "shelters/photos.html", act)


def _sent(*, least: int) -> list[Any]:
    """Return the photos of a form. Raises Invalid for none, where one is needed, or too many."""
    sent = [each for each in request.files.getlist("photos") if each.filename]
    if least <= len(sent) <= AT_ONCE:
        return sent
    words = _("Choose one photo to ten.")
    raise Invalid(words, [FieldError("photos", "missing", words)])


def _whole(sent: Any) -> Taken:
    """Return a file as a photo that is stored whole; one that is none is named."""
    name = (sent.filename or "")[:120]
    try:
        return taking.keep_whole(sent.read()), name
    except ReliefError as error:
        if error.status not in SHOWN_AGAIN:
            raise
        words = f"{name}: {error}"
        raise Invalid(
            words.replace("%", "%%"), [FieldError("photos", error.code, words)]
        ) from error


def _hang(
    session: Session, photo_id: UUID, shelter_id: UUID, taken: Taken, actor_id: UUID, *,
    caption: str = "", check_id: UUID | None = None,
) -> Receipt:  # fmt: skip
    whole, name = taken
    file_id = uuid5(photo_id, whole.sha256)
    if not files.is_known(session, file_id):
        taking.take_whole(session, file_id, whole, name=name, owner_id=actor_id)
        session.flush()
    body = {
        "shelter_id": str(shelter_id), "file_id": str(file_id), "caption": caption,
        "check_id": str(check_id) if check_id else None,
    }  # fmt: skip
    digest = hashlib.sha256(f"{body}".encode()).hexdigest()
    order = web.check(schemas.PutShelterPhoto, body)
    return hang(session, Attempt(id=photo_id, base="", digest=digest), order)[0]


@blueprint.post("/shelters/checks/<uuid:check_id>/withdrawal")
@blueprint.doc(hide=True)
def form_check_withdrawal(check_id: UUID) -> ResponseReturnValue:
    """Withdraw a safety check from its row."""
    require("shelter.check")
    with reading() as session:
        shelter_id = safety.check(session, check_id).shelter_id

    def act() -> str:
        order = web.check(schemas.PutWithdrawal, web.form_fields())
        with transaction() as session:
            withdraw_check(session, check_id, web.attempt(order.id, revised=True), order)
        return "withdrawn"

    return _taken(shelter_id, "shelters/checks.html", act)


@blueprint.post("/shelters/photos/<uuid:photo_id>/withdrawal")
@blueprint.doc(hide=True)
def form_photo_withdrawal(photo_id: UUID) -> ResponseReturnValue:
    """Withdraw a photo from the gallery."""
    require("shelter.write")
    with reading() as session:
        shelter_id = safety.photo(session, photo_id).shelter_id

    def act() -> str:
        order = web.check(schemas.PutWithdrawal, web.form_fields())
        with transaction() as session:
            withdraw_photo(session, photo_id, web.attempt(order.id, revised=True), order)
        return "withdrawn"

    return _taken(shelter_id, "shelters/photos.html", act)


@blueprint.get("/shelters/photos/<uuid:photo_id>/thumb.jpg", defaults={"size": "thumb"})
@blueprint.get("/shelters/photos/<uuid:photo_id>/view.jpg", defaults={"size": "view"})
@blueprint.doc(hide=True)
def picture(photo_id: UUID, size: str) -> ResponseReturnValue:
    """Give the picture, drawn afresh: nothing the camera wrote beside it is in it."""
    require("shelter.read")
    with reading() as session:
        found = safety.photo(session, photo_id)
        require("shelter.read", found.area_id)
        sha256 = found.sha256
    if request.if_none_match.contains(sha256):
        answer = Response(status=304)
    else:
        answer = web.attachment(files.copy(sha256, size), "image/jpeg", f"{photo_id}-{size}.jpg")
    answer.set_etag(sha256)
    answer.headers.update(PICTURE_HEADERS)
    return answer
