"""Joining, separating and splitting over the API, and the totals they leave."""

from __future__ import annotations

from typing import Any

from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, TOWNSHIP

FLOOD = {
    "name": "东山暴雨", "kind": "flood", "started_at": MORNING.isoformat(),
    "division_date": "2013-10-06", "form_version": "2020",
}  # fmt: skip
WHY = {"reason": "会商决定", "document": "防指〔2013〕9号"}


def opened(caller: Any, **changes: Any) -> dict[str, Any]:
    """Open another disaster beside the fixture's."""
    disaster_id, body = new_id(), FLOOD | changes
    answer = caller.put(f"/api/v1/disasters/{disaster_id}", body)
    assert answer.status_code == 201, answer.json
    return body | {"id": disaster_id}


def step(caller: Any, disaster: dict[str, Any], *states: str) -> Any:
    """Bring a disaster through some states; return the last answer."""
    address = f"/api/v1/disasters/{disaster['id']}"
    for state in states:
        revision = caller.get(address).json["revision"]
        body = {key: value for key, value in disaster.items() if key != "id"} | {"state": state}
        answer = caller.put(address, body, If_Match=str(revision))
    return answer


def join(caller: Any, whole: Any, part: Any, membership_id: str = "", **changes: Any) -> Any:
    """Try to join a disaster to another; the membership's id is in the receipt."""
    path = f"/api/v1/disasters/{whole['id']}/parts/{membership_id or new_id()}"
    return caller.put(path, {"part_id": part["id"]} | WHY | changes)


def separate(caller: Any, whole: Any, membership_id: str, **changes: Any) -> Any:
    """Try to separate a part."""
    path = f"/api/v1/disasters/{whole['id']}/parts/{membership_id}/end"
    return caller.put(path, {"id": new_id()} | WHY | changes)


def split(caller: Any, source: Any, into: Any, *areas: str, **changes: Any) -> Any:
    """Try to split areas off into another disaster."""
    path = f"/api/v1/disasters/{source['id']}/splits/{new_id()}"
    return caller.put(path, {"into_id": into["id"], "area_codes": list(areas)} | WHY | changes)


def done(answer: Any) -> str:
    """Return the id of what was written."""
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def file(caller: Any, disaster: Any, area: str = TOWNSHIP, **values: Any) -> str:
    """File a report of an area in a round of its own."""
    report_id = new_id()
    body = {
        "disaster_id": disaster["id"], "area_code": area, "round": f"r{report_id[-20:]}",
        "as_of": MORNING.isoformat(), "values": values,
        "reasons": dict.fromkeys(("affected", "flooded_townships"), "核减"),
    }  # fmt: skip
    answer = caller.put(f"/api/v1/reports/{report_id}", body)
    assert answer.status_code == 201, answer.json
    return report_id


def rollup(caller: Any, disaster: Any, area: str = CITY, **query: str) -> Any:
    """Return the totals of an area."""
    more = "".join(f"&{key}={value.replace('+', '%2B')}" for key, value in query.items())
    answer = caller.get(f"/api/v1/rollup?disaster={disaster['id']}&area={area}{more}")
    assert answer.status_code == 200, answer.json
    return answer.json


def total(caller: Any, disaster: Any, area: str = CITY, **query: str) -> Any:
    """Return the people affected in an area."""
    return rollup(caller, disaster, area, **query)["values"].get("affected")
