"""The pages that show: the list, one shelter, the check-in screen of a phone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import uuid6
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from relief_ops import clock, geo, web
from relief_ops.auth import require, viewer
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.items.queries import items, name_of, unit_of
from relief_ops.disasters.models import Disaster
from relief_ops.errors import ReliefError
from relief_ops.plugins import PlaceNote, View, contributed
from shelters import queries
from shelters.models import Shelter
from shelters.queries import safety
from shelters.queries.doubts import doubts
from shelters.queries.flags import Facts, Flag, facts_of, flags
from shelters.queries.inside import holding
from shelters.queries.one import names_inside, needs_here, typed_used
from shelters.queries.register import FLAGS, SORTS
from shelters.routes.blueprint import blueprint, disaster_for, look, wanted
from shelters.routes.wording import source_words, wording
from shelters.rules import NEXT, SPLITS, Kind, LeftTo, State, needs_handover
from shelters.rules.register import CONTACTS, Usage
from shelters.rules.steps import Point

KEPT = ("disaster", "area", "q", "state", "kind", "usage", "flag", "sort", "order")
MOST_PRINTED = 1_000
CHECK_IN = "shelters/check_in.html"


@blueprint.get("/shelters")
@blueprint.doc(hide=True)
def page_list() -> ResponseReturnValue:
    """Show one page of the list: who is open, how full, how old the count is."""
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        asked = wanted()
        found = queries.page_of(session, seen.view, asked)
        figure = queries.in_shelters(session, seen.view)
        flagged = _flagged(session, seen.view, found.rows)
    return web.page(
        "shelters/list.html", found=found, asked=asked, figure=figure, seen=seen, states=State,
        kinds=Kind, usages=Usage, flags=FLAGS, link=_link, sort_link=_sort_link,
        flagged=flagged, may_write=may("shelter.write"), **wording(),
    )  # fmt: skip


@blueprint.get("/shelters/print")
@blueprint.doc(hide=True)
def page_print() -> ResponseReturnValue:
    """Show every wanted shelter on one page, to be printed."""
    require("shelter.read")
    with reading() as session:
        seen = look(session)
        asked = replace(wanted(), page=1, rows=MOST_PRINTED)
        found = queries.page_of(session, seen.view, asked)
        flagged = _flagged(session, seen.view, found.rows)
    return web.page(
        "shelters/print.html", found=found, asked=asked, seen=seen, link=_link,
        flagged=flagged, **wording(),
    )  # fmt: skip


def _flagged(session: Session, view: View, rows: list[dict[str, Any]]) -> dict[UUID, list[Flag]]:
    """Return what speaks against each shelter of a list."""
    facts = {
        row["id"]: Facts(row["safety_checked_until"], row["safety_result"] or "", row["usage"])
        for row in rows
    }
    return flags(session, facts, view.disaster_id, view.at or view.now)


def _link(**changes: Any) -> str:
    """Return the list's address with some of what is asked for changed."""
    kept = {key: request.args[key] for key in KEPT if request.args.get(key)}
    return "/shelters?" + urlencode(kept | changes)


def _sort_link(sort: str) -> dict[str, str]:
    """Return where a heading leads, and how the column is sorted now."""
    asked = wanted()
    same = asked.sort == sort and sort in SORTS
    order = "asc" if same and asked.descending else "desc" if same else "asc"
    direction = ("descending" if asked.descending else "ascending") if same else "none"
    return {"href": _link(sort=sort, order=order), "direction": direction}


def may(permission: str, area_id: UUID | None = None) -> bool:
    """Whether the viewer could do this here, so that a page offers it."""
    who = viewer()
    return who is not None and who.may(permission, area_id, geo.cached_tree())


@blueprint.get("/shelters/<uuid:shelter_id>")
@blueprint.doc(hide=True)
def page_one(shelter_id: UUID) -> ResponseReturnValue:
    """Show one shelter: its life, its people, its needs, its history."""
    return page_of(shelter_id, "shelters/one.html")


@blueprint.get("/shelters/<uuid:shelter_id>/check-in")
@blueprint.doc(hide=True)
def page_check_in(shelter_id: UUID) -> ResponseReturnValue:
    """Show the phone's screen: register a household, file a headcount, let people go."""
    return page_of(shelter_id, CHECK_IN)


def page_of(
    shelter_id: UUID, template: str, *, error: ReliefError | None = None, done: str = ""
) -> ResponseReturnValue:
    """Draw a page of one shelter, with what went wrong on it if something did."""
    require("shelter.read")
    with reading() as session:
        found = queries.shelter(session, shelter_id)
        require("shelter.read", found.area_id)
        disaster = disaster_for(session, found.drill_id)
        context = _context(session, found, disaster)
        if template == CHECK_IN and disaster:
            context |= _inside(session, found.id, disaster.id)
    typed = request.form if error else {}
    shown = web.page(
        template, error=error, done=done or request.args.get("done", ""), typed=typed,
        **context, **wording(),
    )  # fmt: skip
    return shown, error.status if error else 200


def _inside(session: Session, shelter_id: UUID, disaster_id: UUID) -> dict[str, Any]:
    """Return everybody who may be let go, and the groups of whom somebody is not named yet."""
    rows = holding(session, shelter_id, disaster_id)
    return {"inside": rows, "names": names_inside(rows), "needs_handover": needs_handover}


def _context(session: Session, found: Shelter, disaster: Disaster | None) -> dict[str, Any]:
    shown = queries.shown(session, found, disaster)
    held: dict[str, list[Any]] = {"steps": [], "headcounts": [], "arrivals": []}
    rows = queries.history(session, found.id, disaster.id) if disaster else held
    status = shown["status"]
    return {
        "shelter": shown,
        "status": status,
        "disaster": disaster,
        "history": rows,
        "flags": _flags(session, found, disaster),
        "doubts": doubts(session, found, clock.local_date(clock.now())),
        "checks": safety.checks_of(session, found.id)[:3],
        "photos": [
            each for each in safety.photos_of(session, found.id) if each.row.withdrawn_at is None
        ][:8],
        "sources": source_words(),
        "contacts": CONTACTS,
        "names": names_inside(rows["arrivals"]),
        "typed_used": typed_used(session, found.id, disaster.id) if disaster else {},
        "points": _points(session, found, disaster, status),
        "next_states": sorted(NEXT[State(status["state"])]) if status else [],
        "needs": _needs(session, found, disaster),
        "notes": _notes(session, found, disaster),
        "items": items(session),
        "name_of": name_of,
        "unit_of": unit_of,
        "new_ids": [str(uuid6.uuid7()) for _number in range(4)],
        "splits": SPLITS,
        "places": LeftTo,
        "now_local": _now_local(session, disaster),
        "may": {each: may(each, found.area_id) for each in ACTS},
    }


def _points(
    session: Session, found: Shelter, disaster: Disaster | None, status: dict[str, Any] | None
) -> tuple[Point, ...]:
    """Return what the step ahead of a shelter asks for."""
    if disaster is None or status is None:
        return ()
    on = clock.local_date(disasters.now_of(session, disaster))
    return queries.asked_from(session, found.area_id, State(status["state"]), on=on)


def _flags(session: Session, found: Shelter, disaster: Disaster | None) -> list[Any]:
    at = disasters.now_of(session, disaster) if disaster else clock.now()
    facts = {found.id: facts_of(found)}
    return flags(session, facts, disaster.id if disaster else None, at).get(found.id, [])


def _notes(session: Session, found: Shelter, disaster: Disaster | None) -> list[PlaceNote]:
    """Return what is open at a shelter, as each package says it."""
    if disaster is None:
        return []
    told = (tell(session, found.id, disaster.id) for tell in contributed("place_notes"))
    return [each for each in told if each is not None]


ACTS = (
    "shelter.write", "shelter.open", "shelter.count", "shelter.admit", "shelter.settle",
    "need.open", "person.read_full", "shelter.check",
)  # fmt: skip


def _now_local(session: Session, disaster: Disaster | None) -> str:
    moment = disasters.now_of(session, disaster) if disaster else clock.now()
    return clock.local(moment).strftime("%Y-%m-%dT%H:%M")


def _needs(session: Session, found: Shelter, disaster: Disaster | None) -> list[Any]:
    """Return the needs that stand at this shelter in the disaster."""
    if disaster is None or not may("need.read", found.area_id):
        return []
    return needs_here(session, found.id, disaster.id)
