"""The holiday calendar: a year's days, entering, correcting and withdrawing one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy.orm import Session

from relief_ops import clock, geo, receipts, web
from relief_ops.admin.users import may
from relief_ops.auth import require
from relief_ops.calendar import queries, services
from relief_ops.calendar.models import CalendarDay, CalendarYear
from relief_ops.db import reading, transaction
from relief_ops.errors import FieldError, Invalid, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.shapes import Strict

blueprint = APIBlueprint("holidays", __name__, enable_openapi=False, url_prefix="/admin/holidays")
FIRST, LAST = 1990, 2100
Source = Annotated[str, Field(min_length=1, max_length=200)]


class PutDay(Strict):
    """A day that is worked or free against its weekday, and the document that says so."""

    day: Annotated[date, Field(ge=date(FIRST, 1, 1), le=date(LAST, 12, 31))]
    worked: bool
    title: Annotated[str, Field(min_length=1, max_length=60)]
    source: Source
    withdrawn: bool = False


class PutYear(Strict):
    """Whether everything the notice of a year says is entered, and which notice it is."""

    complete: bool
    source: Source


@blueprint.get("")
def listed() -> ResponseReturnValue:
    """Show a year's holidays and make-up working days, and whether the year is known."""
    require("area.read")
    return _page(_asked_year())


def _asked_year() -> int:
    year = request.args.get("year", clock.local_date(clock.now()).year, int)
    return min(max(year, FIRST), LAST)


def _page(
    year: int, typed: dict[str, Any] | None = None, error: ReliefError | None = None
) -> ResponseReturnValue:
    errors = list(getattr(error, "errors", ())) if error else []
    if error and not errors:
        errors = [FieldError("day", error.code, str(error))]
    with reading() as session:
        rows = queries.days_of(session, year)
        years = {row.year: row for row in queries.years(session)}
    shown = web.page(
        "admin/holidays.html", year=year, rows=rows, years=sorted(years, reverse=True), may=may,
        of_year=years.get(year), errors=errors, typed=typed or _day_asked(rows),
    )  # fmt: skip
    return shown, error.status if error else 200


def _day_asked(rows: Any) -> dict[str, Any]:
    """Return what the form begins with: the day of ?day=, to correct it, or nothing."""
    for row in rows:
        if row.day.isoformat() == request.args.get("day"):
            names = ("day", "worked", "title", "source", "withdrawn", "revision")
            return {name: getattr(row, name) for name in names}
    return {}


@blueprint.post("/days")
def put_day() -> ResponseReturnValue:
    """Enter a day, correct or withdraw one (with the revision that was seen)."""
    require("calendar.write")
    fields = web.form_fields()
    revision = str(fields.pop("revision", ""))
    try:
        order = web.check(PutDay, fields)
        with transaction() as session:
            actor_id = require("calendar.write", geo.tree(session).root.id)
            _write_day(session, order, _attempt(services.day_id(order.day), revision), actor_id)
    except ReliefError as error:
        if error.status not in (409, 412, 422, 428):
            raise
        return _page(_year_of(fields), fields | {"revision": revision}, error)
    return web.see_other("holidays.listed", year=order.day.year)


def _write_day(session: Session, order: PutDay, attempt: receipts.Attempt, actor_id: UUID) -> None:
    if receipts.replay(session, attempt):
        return
    if order.withdrawn and not attempt.edit:
        message = _("Only a day that is entered can be withdrawn.")
        raise Invalid(message, [FieldError("withdrawn", "missing", message)])
    known = session.get(CalendarDay, order.day, with_for_update=True)
    revision = receipts.next_revision(attempt, known.revision if known else None)
    services.write_day(
        session, order.day, worked=order.worked, title=order.title, source=order.source,
        withdrawn=order.withdrawn, revision=revision, actor_id=actor_id,
    )  # fmt: skip
    receipts.keep(session, attempt, revision=revision)


@blueprint.post("/years/<int:year>")
def put_year(year: int) -> ResponseReturnValue:
    """Say that a year's notice is entered whole, or that it is not."""
    require("calendar.write")
    fields = web.form_fields()
    revision = str(fields.pop("revision", ""))
    try:
        if not FIRST <= year <= LAST:
            raise Invalid(_("Some fields need another look."))
        order = web.check(PutYear, fields)
        with transaction() as session:
            actor_id = require("calendar.write", geo.tree(session).root.id)
            _write_year(session, year, order, _attempt(services.year_id(year), revision), actor_id)
    except ReliefError as error:
        if error.status not in (409, 412, 422, 428):
            raise
        return _page(min(max(year, FIRST), LAST), None, error)
    return web.see_other("holidays.listed", year=year)


def _write_year(
    session: Session, year: int, order: PutYear, attempt: receipts.Attempt, actor_id: UUID
) -> None:
    if receipts.replay(session, attempt):
        return
    known = session.get(CalendarYear, year, with_for_update=True)
    revision = receipts.next_revision(attempt, known.revision if known else None)
    services.write_year(
        session, year, complete=order.complete, source=order.source, revision=revision,
        actor_id=actor_id,
    )  # fmt: skip
    receipts.keep(session, attempt, revision=revision)


def _attempt(subject: UUID, revision: str) -> receipts.Attempt:
    return receipts.Attempt(
        id=subject, base=revision, digest=web.body_digest(), edit=bool(revision), mutable=True
    )


def _year_of(fields: dict[str, Any]) -> int:
    text = str(fields.get("day", ""))[:4]
    return min(max(int(text), FIRST), LAST) if text.isdigit() else _asked_year()
