"""What a day book holds, over the API, as a client enters it."""

from __future__ import annotations

from typing import Any

from tests.conftest import Caller, new_id

NIGHT = "2013-10-06T18:30:00Z"
PEOPLE = {"name": "何愿试", "phone": "13900001234"}


def incident_body(disaster: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the body of a power cut that concerns forty people."""
    return {
        "disaster_id": disaster["id"], "kind": "power", "happened_at": NIGHT, "people": 40,
    } | changes  # fmt: skip


def put_incident(caller: Caller, shelter: str, body: dict[str, Any], /, **more: Any) -> Any:
    """Send an incident; `id` names it, the rest are headers."""
    incident_id = more.pop("id", None) or new_id()
    return caller.put(f"/api/v1/shelters/{shelter}/incidents/{incident_id}", body, **more)


def incident(caller: Caller, shelter: str, disaster: dict[str, Any], /, **changes: Any) -> str:
    """Enter an incident and return its id."""
    incident_id = new_id()
    answer = put_incident(caller, shelter, incident_body(disaster, **changes), id=incident_id)
    assert answer.status_code == 201, answer.json
    return incident_id


def volunteer_body(disaster: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the body of a volunteer who cooks and knows first aid."""
    return {"disaster_id": disaster["id"], "skills": ["first_aid", "cooking"]} | PEOPLE | changes


def put_volunteer(caller: Caller, shelter: str, body: dict[str, Any], /, **more: Any) -> Any:
    """Send a volunteer; `id` names them, the rest are headers."""
    volunteer_id = more.pop("id", None) or new_id()
    return caller.put(f"/api/v1/shelters/{shelter}/volunteers/{volunteer_id}", body, **more)


def volunteer(caller: Caller, shelter: str, disaster: dict[str, Any], /, **changes: Any) -> str:
    """Register a volunteer and return their id."""
    volunteer_id = new_id()
    answer = put_volunteer(caller, shelter, volunteer_body(disaster, **changes), id=volunteer_id)
    assert answer.status_code == 201, answer.json
    return volunteer_id


def sign_in(caller: Caller, shelter: str, volunteer_id: str, duty_id: str = "", **body: Any) -> Any:
    """Put a volunteer on duty."""
    place = f"/api/v1/shelters/{shelter}/volunteers/{volunteer_id}"
    return caller.put(f"{place}/duties/{duty_id or new_id()}", body)


def sign_out(caller: Caller, shelter: str, volunteer_id: str, duty_id: str, **body: Any) -> Any:
    """End a volunteer's duty."""
    place = f"/api/v1/shelters/{shelter}/volunteers/{volunteer_id}"
    return caller.put(f"{place}/duties/{duty_id}/end", body)
