"""The pages of photos: the gallery under a report, one photo large, and the pictures themselves."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid5

import uuid6
from flask import Response, request
from flask.typing import ResponseReturnValue

from damage_reports import queries, schemas
from damage_reports.routes.pages import blueprint
from damage_reports.routes.photos import hang, withdraw
from damage_reports.routes.shown_photos import gallery_of, source_words
from damage_reports.rules import round_words
from relief_ops import web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.files import queries as files
from relief_ops.files import services as taking
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt
from relief_ops.shapes import Strict

# A picture is a picture: whatever is in it, a browser neither reads it as a page nor lets it act.
PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, no-cache",
}
AT_ONCE = 10
SHOWN_AGAIN = (409, 413, 415, 422)


@blueprint.get("/reports/<uuid:report_id>/photos")
def photos(report_id: UUID) -> ResponseReturnValue:
    """Show the photos of a report's round, and the way to add some."""
    require("report.read")
    return _gallery_page(report_id)


@blueprint.post("/reports/<uuid:report_id>/photos")
def add_photos(report_id: UUID) -> ResponseReturnValue:
    """Take photos from a computer; one that cannot be taken is named and the others stay."""
    actor_id = require("report.submit")
    given = web.check(_Added, web.form_fields())
    sent = [each for each in request.files.getlist("photos") if each.filename]
    try:
        if not sent or len(sent) > AT_ONCE:
            words = _("Choose one photo to ten.")
            raise Invalid(words, [FieldError("photos", "missing", words)])
        for place, each in enumerate(sent):
            _take(report_id, uuid5(given.id, str(place)), given.caption, each, actor_id)
    except ReliefError as error:
        if error.status not in SHOWN_AGAIN:
            raise
        return _gallery_page(report_id, error, given.caption), error.status
    return web.see_other("report_pages.photos", report_id=report_id)


class _Added(Strict):
    """The form beside the gallery."""

    id: UUID
    caption: str = ""


def _take(report_id: UUID, photo_id: UUID, caption: str, sent: Any, actor_id: UUID) -> None:
    """Take one whole file and hang it on the report's round."""
    data, name = sent.read(), (sent.filename or "")[:120]
    try:
        whole = taking.keep_whole(data)
    except (Invalid, ReliefError) as error:
        if error.status not in SHOWN_AGAIN:
            raise
        words = f"{name}: {error}"
        raise Invalid(words, [FieldError("photos", error.code, words)]) from error
    file_id = uuid5(photo_id, whole.sha256)
    with transaction() as session:
        report = queries.report(session, report_id)
        disaster = disasters.disaster(session, report.disaster_id)
        area = disasters.division_tree(session, disaster).node(report.area_id)
        require("report.submit", area.id)
        body = {
            "disaster_id": str(disaster.id), "area_code": area.code, "round": report.round,
            "file_id": str(file_id), "caption": caption,
        }  # fmt: skip
        order = web.check(schemas.PutPhoto, body)
        if not files.is_known(session, file_id):
            taking.take_whole(session, file_id, whole, name=name, owner_id=actor_id)
            session.flush()
        digest = hashlib.sha256(f"{body}".encode()).hexdigest()
        hang(session, Attempt(id=photo_id, base="", digest=digest), order)


def _gallery_page(report_id: UUID, error: ReliefError | None = None, typed: str = "") -> str:
    with reading() as session:
        report = queries.report(session, report_id)
        disaster = disasters.disaster(session, report.disaster_id)
        tree = disasters.division_tree(session, disaster)
        return web.page(
            "reports/photos.html",
            report=report, disaster=disaster, area=tree.node(report.area_id), error=error,
            typed=typed, round_words=round_words,
            **gallery_of(session, report, disaster, tree),
        )  # fmt: skip


@blueprint.get("/reports/photos/<uuid:photo_id>")
def photo(photo_id: UUID) -> ResponseReturnValue:
    """Show one photo large, with when, where, by whom, and the way to withdraw it."""
    require("report.read")
    return _photo_page(photo_id)


def _photo_page(photo_id: UUID, error: ReliefError | None = None, typed: str = "") -> str:
    with reading() as session:
        found = queries.photo(session, photo_id)
        disaster = disasters.disaster(session, found.disaster_id)
        tree = disasters.division_tree(session, disaster)
        area = tree.node(found.area_id)
        report = queries.current_on_grain(
            session, disaster_id=disaster.id, area_id=area.id, round_=found.round
        )
        who = viewer()
        return web.page(
            "reports/photo.html",
            photo=queries.photo_with(session, found, tree), area=area, disaster=disaster,
            report=report, round_words=round_words, sources=source_words(), error=error,
            typed=typed, withdrawal_id=str(uuid6.uuid7()),
            may_withdraw=found.current
            and who is not None
            and who.may("report.submit", area.id, tree),
        )  # fmt: skip


@blueprint.post("/reports/photos/<uuid:photo_id>/withdrawal")
def withdraw_photo(photo_id: UUID) -> ResponseReturnValue:
    """Withdraw a photo from its page; without a reason it is said what is missing."""
    require("report.submit")
    given = web.form_fields()
    try:
        order = web.check(schemas.PutPhotoWithdrawal, given)
        with transaction() as session:
            withdraw(session, photo_id, web.attempt(order.id, revised=True), order)
    except Invalid as error:
        return _photo_page(photo_id, error, str(given.get("reason", ""))), error.status
    return web.see_other("report_pages.photo", photo_id=photo_id)


@blueprint.get("/reports/photos/<uuid:photo_id>/thumb.jpg", defaults={"size": "thumb"})
@blueprint.get("/reports/photos/<uuid:photo_id>/view.jpg", defaults={"size": "view"})
def picture(photo_id: UUID, size: str) -> ResponseReturnValue:
    """Give the picture, drawn afresh: nothing the camera wrote beside it is in it."""
    require("report.read")
    with reading() as session:
        sha256 = queries.photo(session, photo_id).sha256
    if request.if_none_match.contains(sha256):
        answer = Response(status=304)
    else:
        answer = web.attachment(files.copy(sha256, size), "image/jpeg", f"{photo_id}-{size}.jpg")
    answer.set_etag(sha256)
    answer.headers.update(PICTURE_HEADERS)
    return answer
