"""The reporter's phone: the page that opens without a network, and the facts it carries away."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports import queries
from damage_reports.models import Narrative
from damage_reports.routes.form_pages import suggested_round
from damage_reports.routes.pages import blueprint
from damage_reports.rules import RoundKind, Standing, corpus
from relief_ops import web
from relief_ops.auth import require, viewer
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.routes import look
from relief_ops.geo import AreaNode, AreaTree, Level

PATHS = ("/phone", "/phone/report", "/phone/outbox")
REPORTING = (Level.VILLAGE, Level.TOWNSHIP)


@blueprint.get("/phone")
@blueprint.get("/phone/report", endpoint="phone_report")
@blueprint.get("/phone/outbox", endpoint="phone_outbox")
def phone() -> ResponseReturnValue:
    """Show the reporter's phone: an empty page, the same for everybody; it asks for the rest."""
    web.enter_app(PATHS[0], "report.submit")
    return web.offline_page(PATHS[0])


@blueprint.get("/phone/facts")
def phone_facts() -> ResponseReturnValue:
    """Give what the phone needs to file a report of the viewer's area without a network."""
    web.enter_app(PATHS[0], "report.submit")
    with reading() as session:
        seen = look(session)
        own = own_areas(seen.tree)
        area = _area(seen, own)
        running = _places(session, area) if area else []
        seen = _where_it_files(session, _in_its_disaster(session, seen, running), area)
        return {
            "user": _user(),
            "areas": [_shown_area(each) for each in own],
            "area": area and _shown_area(area),
            "clock": {
                "now": seen.view.now,
                "speed": seen.drill.speed if seen.drill else 1,
                "paused": bool(seen.drill and seen.drill.paused_at),
            },
            "disaster": seen.disaster and _shown_disaster(session, seen, seen.disaster),
            "disasters": [{"id": each.id, "name": each.name} for each in running],
            "form": _form(session, seen, area) if area and seen.disaster else None,
        }


def _places(session: Session, area: AreaNode) -> list[Disaster]:
    """Return the disasters an area can report of: of a process, only the one it reports to."""
    running = disasters.running_in(session, area)
    return [each for each in running if queries.filing_place(session, each, area) == each.id]


def _in_its_disaster(
    session: Session, seen: disasters.Looking, running: list[Disaster]
) -> disasters.Looking:
    """Return the view of a disaster that takes in the area; one asked for stays while it runs."""
    asked = "disaster" in request.args and seen.disaster and seen.disaster.state != "closed"
    known = {each.id for each in running}
    if asked or not running or (seen.disaster and seen.disaster.id in known):
        return seen
    return disasters.looking(session, disaster_id=running[0].id, area_code=seen.area.code)


def _where_it_files(
    session: Session, seen: disasters.Looking, area: AreaNode | None
) -> disasters.Looking:
    """Return the view of the disaster of the process this area reports to, unless one is asked."""
    if seen.disaster is None or area is None or "disaster" in request.args:
        return seen
    place = queries.filing_place(session, seen.disaster, area)
    if place == seen.disaster.id:
        return seen
    return disasters.looking(session, disaster_id=place, area_code=seen.area.code)


def own_areas(tree: AreaTree) -> list[AreaNode]:
    """Return the townships and villages the viewer reports for themselves, by code."""
    who = viewer()
    held = {
        each.area_id
        for each in (who.grants if who else ())
        if "report.submit" in each.permissions and each.area_id in tree
    }
    nodes = [tree.node(each) for each in held]
    return sorted((node for node in nodes if node.level in REPORTING), key=lambda node: node.code)


def _area(seen: disasters.Looking, own: list[AreaNode]) -> AreaNode | None:
    """Return the area asked for, or the first of one's own; None for who reports for none."""
    if "area" in request.args:
        require("report.submit", seen.area.id)
        return seen.area if seen.area.level in REPORTING else None
    return own[0] if own else None


def _user() -> str:
    who = viewer()
    return str(who.id) if who else ""


def _shown_area(area: AreaNode) -> dict[str, Any]:
    return {"code": area.code, "name": area.name, "level": area.level}


def _shown_disaster(session: Session, seen: disasters.Looking, found: Disaster) -> dict[str, Any]:
    levels = disasters.levels_now(session, found, seen.area.id, seen.view.now)
    return {
        "id": found.id,
        "name": found.name,
        "drill": found.drill_id is not None,
        "levels": {ladder: row.level for ladder, row in levels.items()},
    }


def _form(session: Session, seen: disasters.Looking, area: AreaNode) -> dict[str, Any]:
    """Return the form as data: its indicators, its rules, what they stand on, what is owed."""
    disaster, now = seen.disaster, seen.view.now
    assert disaster is not None
    form = queries.form_of(session, disaster.form_version)
    opened = queries.rounds(session, disaster)
    found = queries.owed(session, disaster, area, form, opened, now=now)
    final = any(each.round.kind == RoundKind.FINAL for each in found)
    facts = queries.context_of(
        session, disaster, area, form, as_of=now,
        kind=RoundKind.FINAL if final else RoundKind.UPDATE,
    )  # fmt: skip
    owed = [queries.shown_owed(each) for each in found] or [
        _unopened(session, seen, disaster, area, form)
    ]
    filed = _filed(owed)
    return {
        "fields": [queries.shown_field(each) for each in form.values()
                   if each.asked_in(disaster.kind) or each.code in filed],
        "corpus": corpus(),
        "numbers": queries.numbers_for(session, disaster, area),
        "context": facts | {"no_change": False},
        "offered": queries.shown_offered(queries.offered(session, disaster, area, form)),
        "rounds": _with_more(session, seen, area, form, owed),
        "ahead": queries.ahead(session, disaster, area.level, now=now),
    }  # fmt: skip


def _filed(owed: list[dict[str, Any]]) -> set[str]:
    """Return the figures that were filed before: they stay in the form, whatever the kind."""
    said = [{**each["previous"], **(each["report"] or {"values": {}})["values"]} for each in owed]
    return {code for each in said for code in each}


def _with_more(
    session: Session, seen: disasters.Looking, area: AreaNode, form: dict[str, queries.Field],
    rounds: list[dict[str, Any]],
) -> list[dict[str, Any]]:  # fmt: skip
    """Return rounds with the photos that are wanted and what the villages filed for them."""
    disaster = seen.disaster
    assert disaster is not None
    codes = [each["code"] for each in rounds]
    below = queries.villages(session, disaster, area, seen.tree, form, rounds=codes)
    gone = queries.withdrawals(session, disaster.id, area.id, codes)
    texts = queries.standing_texts(session, disaster.id, area.id, codes)
    return [
        each | {"narrative": _text(texts.get(each["code"])),
                "withdrawn": queries.shown_withdrawals(gone.get(each["code"], ())),
                "photos": _photos(session, seen, disaster, area, each["code"]),
                "villages": queries.shown_villages(below.get(each["code"]))}
        for each in rounds
    ]  # fmt: skip


def _text(found: Narrative | None) -> dict[str, Any] | None:
    return {"id": found.id, "words": found.words} if found else None


def _photos(
    session: Session, seen: disasters.Looking, disaster: Disaster, area: AreaNode, round_: str
) -> dict[str, Any] | None:
    """Return how many photos of a round are wanted and there; None while none are asked for."""
    now = seen.view.now
    found = queries.wanted(session, disaster, [area], seen.tree, round_=round_, now=now).get(
        area.id
    )
    return {"wanted": found.wanted, "there": found.there} if found else None


def _unopened(
    session: Session, seen: disasters.Looking, disaster: Disaster, area: AreaNode,
    form: dict[str, queries.Field],
) -> dict[str, Any]:  # fmt: skip
    """Return the round people report for where nobody has opened one: two hours of the clock."""
    code, now = suggested_round(seen, []), seen.view.now
    standing = queries.current_on_grain(
        session, disaster_id=disaster.id, area_id=area.id, round_=code
    )
    place = queries.Place(disaster=disaster, area=area, round=code, as_of=now,
                          base_id=standing.id if standing else None)  # fmt: skip
    before = queries.for_the_rules(session, place, form)
    return {
        "code": code, "kind": RoundKind.UPDATE, "daily": False, "number": 0, "as_of": now,
        "due": None, "rival": False,
        "previous": before["previous"], "known": before["known"],
        "standing": Standing.RECEIVED if standing else Standing.AWAITED,
        "report": standing and {
            "id": standing.id, "revision": standing.revision, "as_of": standing.as_of,
            "received_at": standing.received_at,
            "values": queries.values_of(session, standing.id, form),
        },
    }  # fmt: skip
