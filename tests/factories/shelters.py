"""Shelters over the API, as a client enters them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from relief_ops import db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.boards.queries import proposals
from relief_ops.disasters.models import Disaster
from tests.conftest import Caller, new_id
from tests.factories.city import TOWNSHIP


def shelter_body(**changes: Any) -> dict[str, Any]:
    """Return the body of a village point in the township with 50 places."""
    return {
        "name": "临江村避灾点",
        "area_code": TOWNSHIP,
        "kind": "point_village",
        "point": [121.5012, 29.8011],
        "capacity_max": 50,
    } | changes


def make_shelter(caller: Caller, /, **changes: Any) -> str:
    """Enter a shelter and return its id."""
    shelter_id = new_id()
    answer = caller.put(f"/api/v1/shelters/{shelter_id}", shelter_body(**changes))
    assert answer.status_code == 201, answer.json
    return shelter_id


def open_shelter(caller: Caller, disaster: dict[str, Any], /, **changes: Any) -> str:
    """Enter a shelter, open it for a disaster and return its id."""
    shelter_id = make_shelter(caller, **changes)
    body = {"disaster_id": disaster["id"], "state": "open", "reason": "台风将至"}
    answer = caller.put(f"/api/v1/shelters/{shelter_id}/state", body)
    assert answer.status_code in (200, 201), answer.json
    return shelter_id


def check_body(shelter_id: str, **changes: Any) -> dict[str, Any]:
    """Return the body of a safety check that was passed."""
    return {
        "shelter_id": shelter_id,
        "checked_on": "2013-05-06",
        "checked_by": "镇城建办",
        "result": "passed",
    } | changes


def proposed(township: str = TOWNSHIP) -> dict[str, int | None]:
    """Return what the township is offered by its shelters now."""
    with act_as(SYSTEM), db.reading() as session:
        [disaster] = session.scalars(select(Disaster))
        area = geo.tree(session).by_code(township)
        return {each.indicator: each.value for each in proposals(session, disaster, [area.id])
                if each.source == "shelters"}  # fmt: skip
