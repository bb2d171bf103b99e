"""The rosters on the reporter's phone: the page, the form as data, and where a row may lie."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from damage_reports.rosters import queries
from damage_reports.rosters.routes.blueprint import blueprint, may, seen
from damage_reports.rosters.routes.entering import KINDS, areas_for
from damage_reports.rosters.routes.words import APART, CHOICES, COLUMNS, HEADS, ROSTERS
from damage_reports.rosters.rules import FIELDS, Roster
from damage_reports.rosters.rules.rows import NEEDED, ROOMS
from damage_reports.rosters.schemas import PutRow
from damage_reports.services.guarding import REPORTING
from relief_ops import web
from relief_ops.auth import require, viewer
from relief_ops.db import reading
from relief_ops.disasters.queries import Looking

PATH = "/phone/list"
MOST_OWN = 200
PHONE_KINDS = {"id_number": "identity", "bank_account": "digits"}
# What is asked at once, in the order people say it; the rest is folded away.
FIRST: Mapping[Roster, tuple[str, ...]] = {
    Roster.CASUALTIES: (
        *("status", "name", "id_number", "no_number", "happened_at", "place", "sex", "age"),
        *("cause", "kin_contact"),
    ),
    Roster.HOUSES: (
        *("name", "id_number", "no_number", "phone", "address", "family_type", "structure"),
        *("people", *ROOMS),
    ),
    Roster.RELOCATED: (
        *("name", "id_number", "no_number", "people", "placement", "to_place", "moved_at"),
        "phone",
    ),
}
# What the next household of a village most often shares with the one before.
SHARED = ("placement", "to_place", "moved_at", "damaged_on")
BOUNDS = {"minimum": "least", "maximum": "most", "maxLength": "longest", "pattern": "pattern"}


@blueprint.get(PATH)
@blueprint.doc(hide=True)
def phone_list() -> ResponseReturnValue:
    """Show the rosters on the reporter's phone: an empty page, the same for everybody."""
    require("roster.write")
    return web.offline_page(PATH)


@blueprint.get(f"{PATH}/facts")
@blueprint.doc(hide=True)
def phone_facts() -> ResponseReturnValue:
    """Give the areas in which the viewer may add rows, and the rows they added themselves."""
    with reading() as session:
        found = seen(session, "roster.write")
        near = [each for each in areas_for(found.area, found.tree) if each.level in REPORTING]
        return {
            "areas": [{"code": each.code, "name": each.name} for each in near],
            "rows": _own(session, found, [each.id for each in near]),
        }


def _own(session: Session, found: Looking, areas: list[UUID]) -> list[dict[str, Any]]:
    """Return the rows the viewer wrote there, to be corrected from the phone."""
    who = viewer()
    if (
        who is None
        or who.id is None
        or found.disaster is None
        or not may("roster.read", found.area.id)
    ):
        return []
    rows = queries.written_by(session, who.id, found.disaster.id, areas, most=MOST_OWN)
    return [queries.carried(each, found.tree) for each in rows]


@cache
def form() -> dict[str, Any]:
    """Return the rosters as the phone keeps them: columns, choices, bounds, in English."""
    bounds = _bounds()
    return {
        roster.value: {
            "title": _text(ROSTERS[roster]),
            "fields": [_field(roster, code, bounds.get(code, {})) for code in _order(roster)],
        }
        for roster in Roster
    }


@cache
def texts() -> list[str]:
    """Return every English text of the form, to be given in Chinese beside it."""
    found = []
    for roster in form().values():
        found.append(roster["title"])
        for field in roster["fields"]:
            found += [field["title"], *field.get("choices", {}).values()]
    return list(dict.fromkeys(found))


def _order(roster: Roster) -> list[str]:
    return list(dict.fromkeys((*FIRST[roster], *FIELDS[roster])))


def _field(roster: Roster, code: str, bounds: dict[str, Any]) -> dict[str, Any]:
    title = HEADS.get(roster, COLUMNS[code]) if code == "name" else APART.get(code, COLUMNS[code])
    field: dict[str, Any] = {
        "code": code,
        "kind": PHONE_KINDS.get(code) or KINDS.get(code, "line"),
        "title": _text(title),
    }
    if code in CHOICES:
        field["choices"] = {each.value: _text(words) for each, words in CHOICES[code].items()}
    marks = {
        "needed": code in NEEDED[roster],
        "more": code not in FIRST[roster],
        "shared": code in SHARED,
    }
    return field | {key: True for key, held in marks.items() if held} | bounds


def _bounds() -> dict[str, dict[str, Any]]:
    """Return the bounds of each column as the API itself holds them."""
    schema = PutRow.model_json_schema()["properties"]
    found = {}
    for code, said in schema.items():
        kind = said.get("anyOf", [said])[0]
        found[code] = {ours: kind[theirs] for theirs, ours in BOUNDS.items() if theirs in kind}
    return found


def _text(words: Any) -> str:
    """Return a text in English, whoever looks: the page is kept in no language."""
    return str(words.message)
