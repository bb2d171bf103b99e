"""How full a shelter was by the minute: a curve, its list, a file, the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, sheets, web
from relief_ops.auth import require
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.i18n import gettext as _
from shelters import queries
from shelters.models import Shelter
from shelters.queries.occupancy import occupancy_of
from shelters.routes.blueprint import blueprint, disaster_for
from shelters.rules.occupancy import Minute

PAGE = 100
CSV = "text/csv; charset=utf-8"
WIDE, HIGH, LEFT, FOOT = 720, 180, 48, 24
TICKS = 6


@dataclass(frozen=True)
class Looked:
    """One shelter, the disaster it is looked at in, what changed in it, and up to when."""

    shelter: Shelter
    disaster: Disaster | None
    minutes: list[Minute]
    until: datetime


def _look(session: Session, shelter_id: UUID) -> Looked:
    require("shelter.read")
    found = queries.shelter(session, shelter_id)
    require("shelter.read", found.area_id)
    disaster = disaster_for(session, found.drill_id)
    if disaster is None:
        return Looked(found, None, [], clock.now())
    minutes = occupancy_of(session, found.id, disaster)
    return Looked(
        found, disaster, minutes, disaster.ended_at or disasters.now_of(session, disaster)
    )


@blueprint.get("/api/v1/shelters/<uuid:shelter_id>/occupancy")
def show_occupancy(shelter_id: UUID) -> ResponseReturnValue:
    """Show each minute in which people came, left or were counted, and how many were inside."""
    with reading() as session:
        seen = _look(session, shelter_id)
    return {
        "shelter_id": seen.shelter.id,
        "disaster_id": seen.disaster and seen.disaster.id,
        "capacity_max": seen.shelter.capacity_max,
        "minutes": [asdict(each) for each in seen.minutes],
    }


@blueprint.get("/shelters/<uuid:shelter_id>/occupancy")
@blueprint.doc(hide=True)
def page_occupancy(shelter_id: UUID) -> ResponseReturnValue:
    """Show how full a shelter was by the minute, the last first."""
    with reading() as session:
        seen = _look(session, shelter_id)
        shown = queries.shown(session, seen.shelter, seen.disaster)
    pages = max(1, -(-len(seen.minutes) // PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    rows = seen.minutes[::-1][(page - 1) * PAGE : page * PAGE]
    return web.page(
        "shelters/occupancy.html", shelter=shown, disaster=seen.disaster, rows=rows, page=page,
        pages=pages, most=max(seen.minutes, key=_inside, default=None), curve=_curve(seen),
    )  # fmt: skip


@blueprint.get("/shelters/<uuid:shelter_id>/occupancy/export")
@blueprint.doc(hide=True)
def export_occupancy(shelter_id: UUID) -> ResponseReturnValue:
    """Send every minute as a workbook, or with ?format=csv."""
    with reading() as session:
        seen = _look(session, shelter_id)
    headings = [
        _("At"), _("People who came"), _("People who left"), _("Headcount"), _("Inside"),
        _("Registered people"),
    ]  # fmt: skip
    rows = [
        [f"{clock.local(e.at):%Y-%m-%d %H:%M}", e.came, e.left, e.counted, e.inside, e.registered]
        for e in seen.minutes
    ]
    title = _title(seen)
    if request.args.get("format") == "csv":
        return web.attachment(
            lambda: sheets.write_csv(headings, rows, above=[[title]]), CSV, f"{title}.csv"
        )
    sheet = sheets.Sheet(name=_("Occupancy"), headings=headings, rows=rows, note=title)
    return web.attachment(lambda: sheets.write_workbook([sheet]), sheets.XLSX, f"{title}.xlsx")


def _title(seen: Looked) -> str:
    """Return of what a file is: the drill's mark, the shelter, the disaster."""
    drill = _("DRILL") if seen.disaster and seen.disaster.drill_id else ""
    disaster = seen.disaster.name if seen.disaster else ""
    return " ".join(
        filter(None, (drill, seen.shelter.name, disaster, _("Occupancy by the minute")))
    )


def _inside(minute: Minute) -> int:
    return minute.inside


def _curve(seen: Looked) -> dict[str, Any] | None:
    """Return the steps of the curve in the units of its picture; None where nothing happened."""
    if not seen.minutes:
        return None
    start, last = seen.minutes[0].at, seen.minutes[-1]
    until = seen.until if last.inside else last.at + timedelta(hours=1)
    end = max(min(seen.until, until), last.at, start + timedelta(hours=1))
    most = max(seen.shelter.capacity_max, *map(_inside, seen.minutes), 1)

    def x(moment: datetime) -> float:
        return round(LEFT + (WIDE - LEFT - 8) * ((moment - start) / (end - start)), 1)

    def y(people: int) -> float:
        return round(8 + (HIGH - FOOT - 8) * (1 - people / most), 1)

    stands = {x(each.at): y(each.inside) for each in seen.minutes}  # the last of each tenth
    line, before = [], y(0)
    for at, now in stands.items():
        line += [f"{at},{before}", f"{at},{now}"]
        before = now
    line.append(f"{x(end)},{before}")
    return {
        "wide": WIDE, "high": HIGH, "left": LEFT, "line": " ".join(line),
        "limit": y(seen.shelter.capacity_max),
        "people": [(y(each), each) for each in (most, most // 2, 0)],
        "hours": _hours(start, end, x),
    }  # fmt: skip


def _hours(
    start: datetime, end: datetime, x: Callable[[datetime], float]
) -> list[tuple[float, str]]:
    """Return the whole hours to write below the curve, with their day where it is long."""
    step = max(1, round((end - start) / timedelta(hours=TICKS)))
    words = "%H:%M" if step < TICKS else "%m-%d %H:%M"
    moment = clock.local(start).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    found = []
    while moment < end:
        if LEFT + 40 <= x(moment) <= WIDE - 48:
            found.append((x(moment), f"{moment:{words}}"))
        moment += timedelta(hours=step)
    return found
