"""What will be needed before the people have moved: over the API, as a page, as a workbook."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import uuid6
from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, geo, sheets, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading, transaction
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items.queries import name_of, unit_of
from relief_ops.errors import FieldError, Invalid, NotFound, ReliefError
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt
from relief_ops.web.parsing import check, form_fields
from shelters.needs_forecast import queries, schemas, services
from shelters.needs_forecast.rules import MOST_NEEDS
from shelters.routes.blueprint import look

blueprint = APIBlueprint("needs_forecast", __name__, template_folder="templates")
ROWS = 50


@blueprint.get("/api/v1/need-forecast")
def show_forecast() -> ResponseReturnValue:
    """Show what those who must move will take, by place: ?disaster=&area=&days=&item=."""
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        if seen.disaster is None:
            raise NotFound(_("There is no disaster to forecast for."))
        found = _outlook(session, seen)
        return {
            "disaster_id": seen.disaster.id,
            "area_code": seen.area.code,
            "expected": found.coming,
            "needs": found.needs,
            "due_at": queries.deadline(session, seen.disaster, seen.area.id),
            "places": [each.shown(seen.tree) for each in found.places],
        }


def _outlook(session: Session, seen: disasters.Looking) -> queries.Outlook:
    assert seen.disaster is not None
    return queries.outlook(
        session,
        seen.disaster,
        seen.area.id,
        days=web.days_asked(),
        items=request.args.getlist("item"),
    )


@blueprint.put("/api/v1/need-forecasts/<uuid:forecast_id>")
@web.takes(schemas.PutForecast)
def put_forecast(forecast_id: UUID, order: schemas.PutForecast) -> ResponseReturnValue:
    """Open the needs that are forecast for an area: all of them or none."""
    receipt = _open(web.attempt(forecast_id), order)
    return receipt.json(), receipt.status


def _open(attempt: Attempt, order: schemas.PutForecast) -> Receipt:
    _refuse_too_much(order)
    with transaction() as session:
        require("need.open")
        disaster = disasters.disaster(session, order.disaster_id)
        area = disasters.area_by_code(session, order.area_code, disaster)
        actor_id = require("need.open", area.id)
        return services.put_forecast(
            session, attempt, order, disaster=disaster, area_id=area.id, actor_id=actor_id
        )


def _refuse_too_much(order: schemas.PutForecast) -> None:
    """Refuse what is too much for one act before the write turn is taken, not in it."""
    require("need.open")
    with reading() as session:
        disaster = disasters.disaster(session, order.disaster_id)
        area = disasters.area_by_code(session, order.area_code, disaster)
        require("need.open", area.id)
        found = queries.outlook(
            session, disaster, area.id, days=order.days, items=order.items
        ).wanted()
        if len(found) > MOST_NEEDS:
            services.check(found)


@blueprint.get("/shelters/forecast")
@blueprint.doc(hide=True)
def page_forecast() -> ResponseReturnValue:
    """Show the forecast of an area, place by place, with a form that opens the needs."""
    return _page()


def _page(error: ReliefError | None = None) -> ResponseReturnValue:
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        found, days = None, None
        if seen.disaster is not None:
            try:
                days, found = web.days_asked(), _outlook(session, seen)
            except Invalid as wrong:
                error = error or wrong
                found = queries.outlook(session, seen.disaster, seen.area.id)
        due_at = queries.deadline(session, seen.disaster, seen.area.id) if seen.disaster else None
    places = found.places if found else []
    pages = max(1, -(-len(places) // ROWS))
    page = _between(request.args.get("page", ""), pages)
    shown = web.page(
        "needs_forecast/forecast.html", seen=seen, found=found, sums=found.sums() if found else [],
        places=places[(page - 1) * ROWS : page * ROWS], page_number=page, pages=pages, days=days,
        due_at=due_at, error=error, done=request.args.get("done", ""), link=_link,
        may_open=_may_open(seen), new_id=str(uuid6.uuid7()), name_of=name_of, unit_of=unit_of,
        chosen=set(request.args.getlist("item")), typed=request.form if error else {},
    )  # fmt: skip
    return shown, error.status if error else 200


def _may_open(seen: disasters.Looking) -> bool:
    who = viewer()
    return who is not None and who.may("need.open", seen.area.id, geo.cached_tree())


def _between(text: str, most: int) -> int:
    plain = text.isascii() and text.isdigit() and len(text) < 9
    return max(1, min(most, int(text))) if plain else 1


def _link(path: str = "/shelters/forecast", **changes: Any) -> str:
    """Return this page's address, or its workbook's, with some of what is asked changed."""
    kept = [
        (key, value)
        for key in ("disaster", "area", "days", "item") if key not in changes
        for value in request.args.getlist(key) if value
    ]  # fmt: skip
    return f"{path}?{urlencode([*kept, *changes.items()])}"


@blueprint.post("/shelters/forecast")
@blueprint.doc(hide=True)
def form_forecast() -> ResponseReturnValue:
    """Open what the form names."""
    try:
        fields = form_fields()
        forecast_id = web.form_id(fields)
        fields["items"] = _ticked()
        order = check(schemas.PutForecast, fields)
        _open(web.attempt(forecast_id), order)
    except ReliefError as error:
        if error.status not in (409, 422):
            raise
        return _page(error)
    return web.see_other(
        "needs_forecast.page_forecast", disaster=order.disaster_id, area=order.area_code,
        done="opened",
    )  # fmt: skip


def _ticked() -> list[str]:
    """Return the items that are ticked. Raises Invalid for none: that would mean all of them."""
    found = request.form.getlist("items")
    if not found:
        words = _("Tick at least one item.")
        raise Invalid(words, [FieldError("items", "missing", words)])
    return found


@blueprint.get("/shelters/forecast/export")
@blueprint.doc(hide=True)
def export_forecast() -> ResponseReturnValue:
    """Send the forecast as .xlsx, a row for each place and item."""
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        if seen.disaster is None:
            raise NotFound(_("There is no disaster to forecast for."))
        found = _outlook(session, seen)
        rows = [_cells(seen.tree, place, line) for place in found.places for line in place.lines]
    drill = _("DRILL") if seen.drill else ""
    note = (
        f"{drill} {seen.area.name} {_('Forecast needs')} {clock.local(clock.now()):%Y-%m-%d %H:%M}"
    )
    sheet = sheets.Sheet(
        name=_("Forecast needs"), headings=_headings(), rows=rows, note=note.strip()
    )
    return web.attachment(
        lambda: sheets.write_workbook([sheet]), sheets.XLSX, f"{_('Forecast needs')}.xlsx"
    )


def _headings() -> list[str]:
    return [
        _("Area"), _("Place"), _("Expected"), _("Inside"), _("Days"), _("Class"), _("Item"),
        _("Unit"), _("Wanted"), _("There"), _("On the way"), _("Asked for so far"), _("Short by"),
    ]  # fmt: skip


def _cells(tree: geo.AreaTree, place: queries.Place, line: Any) -> list[Any]:
    area = tree.node(place.area_id).name if place.area_id in tree else ""
    return [
        area, place.name, place.coming, place.inside, place.days,
        place.priority, name_of(line.item), unit_of(line.item), line.reckoned.wanted,
        line.held.on_hand, line.held.on_the_way, line.held.asked, line.missing,
    ]  # fmt: skip
