"""Rows of rosters, as the API takes them. Everybody in them is invented."""

from __future__ import annotations

from random import Random
from typing import Any

from stdnum.cn import ric

from tests.conftest import MORNING, Caller, new_id
from tests.factories.city import VILLAGE

DEAD = {"status": "dead", "happened_at": MORNING.isoformat()}
MISSING = {"status": "missing", "happened_at": MORNING.isoformat()}
HOUSE = {"family_type": "ordinary", "structure": "brick_wood", "people": 3, "address": "沿江路8号"}
MOVED = {"people": 1, "placement": "central", "moved_at": MORNING.isoformat()}
BY_ROSTER = {"casualties": DEAD, "houses": HOUSE | {"collapsed_rooms": 2}, "relocated": MOVED}


def id_number(random: Random) -> str:
    """Return an identity number that holds together and belongs to nobody we know."""
    day = f"{random.randint(1930, 2009)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    body = f"990101{day}{random.randint(1, 999):03d}"
    return body + ric.calc_check_digit(f"{body}0")


def row_body(disaster_id: str, roster: str = "casualties", **changes: Any) -> dict[str, Any]:
    """Return a row that can be kept."""
    held = {
        "disaster_id": disaster_id, "area_code": VILLAGE, "roster": roster, "name": "施试验",
        "no_number": "lost",
    }  # fmt: skip
    return held | BY_ROSTER[roster] | changes


def add(
    caller: Caller, disaster: dict[str, Any], roster: str = "casualties", **changes: Any
) -> str:
    """Add a row and return its id."""
    row_id = new_id()
    body = row_body(disaster["id"], roster, **changes)
    answer = caller.put(f"/api/v1/roster-rows/{row_id}", body)
    assert answer.status_code == 201, answer.json
    return row_id


def revise(
    caller: Caller, disaster: dict[str, Any], base: str, roster: str = "casualties", **changes: Any
) -> tuple[str, Any]:
    """Send a revision of a row; return its id and the answer."""
    row_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": VILLAGE, "roster": roster, "base": base,
        "why": "核实",
    } | changes  # fmt: skip
    return row_id, caller.put(f"/api/v1/roster-rows/{row_id}", body)
