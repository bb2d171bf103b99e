"""The one blueprint of shelters, and what its routes look at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from sqlalchemy.orm import Session

from relief_ops import web
from relief_ops.auth import looking_at
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from shelters.queries import Wanted
from shelters.queries.register import FLAGS, MOST_ROWS, ROWS, SORTS
from shelters.rules import Kind, State
from shelters.rules.register import Usage

blueprint = APIBlueprint("shelters", __name__, template_folder="../templates")


def look(session: Session) -> disasters.Looking:
    """Return what this request looks at, from its query string."""
    args = web.view_args()
    return disasters.looking(
        session,
        disaster_id=args.disaster_id,
        area_code=args.area_code,
        at=args.at,
        known_at=args.known_at,
        box=args.box,
        limit=args.limit,
        settings=args.settings,
    )


def wanted() -> Wanted:
    """Read which rows of the list are wanted; what makes no sense is left out."""
    args = request.args
    return Wanted(
        q=args.get("q", "").strip()[:60],
        state=_one_of(args.get("state", ""), State),
        kind=_one_of(args.get("kind", ""), Kind),
        usage=_one_of(args.get("usage", ""), Usage),
        flag=_one_of(args.get("flag", ""), FLAGS),
        sort=args["sort"] if args.get("sort") in SORTS else "name",
        descending=args.get("order") == "desc",
        page=_between(args.get("page", ""), 1, 1_000_000, otherwise=1),
        rows=_between(args.get("rows", ""), 1, MOST_ROWS, otherwise=ROWS),
    )


def _one_of(text: str, choices: Any) -> str:
    return text if text in set(choices) else ""


def _between(text: str, least: int, most: int, *, otherwise: int) -> int:
    return max(least, min(most, int(text))) if text.isascii() and text.isdigit() else otherwise


def disaster_for(session: Session, drill_id: UUID | None) -> Disaster | None:
    """Return the disaster a shelter's page shows: the one asked for if it fits, else its own."""
    asked = web.view_args().disaster_id
    found = disasters.disaster(session, asked) if asked else None
    if found is None or found.drill_id != drill_id:
        fitting = [each for each in disasters.disasters(session) if each.drill_id == drill_id]
        open_ones = [each for each in fitting if each.state != "closed"]
        found = next(iter(open_ones or fitting), None)
    looking_at(session, drill_id)
    return found
