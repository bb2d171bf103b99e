"""Saying, choosing and reading figures of several sources over the API, as tests do it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, TOWNSHIP


def say(caller, disaster, source="water", value=500, *, base=None, hour=0, **more) -> Any:
    """Say a figure of a township as a source, `hour` hours after the morning."""
    body = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "indicator": "affected",
        "source": source, "value": value, "base": base,
        "as_of": (MORNING + timedelta(hours=hour)).isoformat(),
    } | more  # fmt: skip
    claim_id = new_id()
    return claim_id, caller.put(f"/api/v1/figure-claims/{claim_id}", body)


def said(caller, disaster, *args, **more) -> str:
    """Say a figure that is taken; return its id."""
    claim_id, answer = say(caller, disaster, *args, **more)
    assert answer.status_code in (200, 201), answer.json
    return claim_id


def order_of(disaster, *sources, area=CITY, base=None, reason="会商定", **more) -> dict[str, Any]:
    return {
        "disaster_id": disaster["id"], "area_code": area, "sources": list(sources),
        "reason": reason, "base": base,
    } | more  # fmt: skip


def choose(caller, disaster, *sources, **more) -> str:
    """Set a rule that is taken; return its id."""
    rule_id = new_id()
    answer = caller.put(f"/api/v1/source-rules/{rule_id}", order_of(disaster, *sources, **more))
    assert answer.status_code in (200, 201), answer.json
    return rule_id


def total(caller, disaster, area=CITY, **asked) -> dict[str, Any]:
    """Return the totals of an area."""
    more = "&".join(f"{key}={value}" for key, value in asked.items())
    answer = caller.get(f"/api/v1/rollup?disaster={disaster['id']}&area={area}&{more}")
    assert answer.status_code == 200, answer.json
    return answer.json


def affected(caller, disaster, area=CITY, **asked) -> int | None:
    return total(caller, disaster, area, **asked)["values"].get("affected")


def traced(caller, disaster, area=TOWNSHIP, indicator="affected", **asked) -> dict[str, Any]:
    """Return where a figure comes from."""
    more = "&".join(f"{key}={value}" for key, value in asked.items())
    path = (
        f"/api/v1/figure-trace?disaster={disaster['id']}&area={area}&indicator={indicator}&{more}"
    )
    answer = caller.get(path)
    assert answer.status_code == 200, answer.json
    return answer.json


def gaps(caller, disaster, area=CITY, **asked) -> list[dict[str, Any]]:
    """Return what differs too much and waits for somebody."""
    more = "&".join(f"{key}={value}" for key, value in asked.items())
    answer = caller.get(f"/api/v1/figure-gaps?disaster={disaster['id']}&area={area}&{more}")
    assert answer.status_code == 200, answer.json
    return answer.json["gaps"]


def settle(caller, disaster, source, values, *, area=TOWNSHIP, reason="现场复核", **more) -> Any:
    body = {
        "disaster_id": disaster["id"], "area_code": area, "indicator": "affected",
        "values": values, "source": source, "reason": reason,
    } | more  # fmt: skip
    return caller.put(f"/api/v1/gap-settlements/{new_id()}", body)


def instant() -> str:
    """Return the present instant as an address takes it."""
    return clock.now().isoformat().replace("+", "%2B")


def events(*names: str) -> list[str]:
    """Return those of these events that happened, in order."""
    with act_as(SYSTEM), db.reading() as session:
        rows = session.scalars(select(EventRow.name).order_by(EventRow.seq))
        return [each for each in rows if each in names]
