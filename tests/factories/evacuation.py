"""Lists, orders and steps over the API. Everybody in them is invented."""

from __future__ import annotations

from typing import Any

from tests.conftest import Caller, new_id
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE

IMPACT = "2013-10-06T18:00:00+00:00"  # two in the morning of the 7th
API = "/api/v1/evacuation"


def risk_body(**changes: Any) -> dict[str, Any]:
    """Return a risk point of the village."""
    return {
        "name": "塘外渔排", "area_code": VILLAGE, "kind": "fish_raft", "level": "high",
        "trigger": "十二级台风警报", "households": 12, "people": 30, "point": [121.51, 29.81],
    } | changes  # fmt: skip


def cadre_body(**changes: Any) -> dict[str, Any]:
    """Return somebody of the village who answers for households."""
    return {"name": "陈试验", "area_code": VILLAGE, "phone": "13700001111"} | changes


def household_body(**changes: Any) -> dict[str, Any]:
    """Return a household of three in the village."""
    return {
        "area_code": VILLAGE, "name": "何试验", "phone": "13812345678", "people": 3,
    } | changes  # fmt: skip


def order_body(disaster: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an order of the county that moves the township."""
    return {
        "disaster_id": disaster["id"], "issuer_code": COUNTY, "area_codes": [TOWNSHIP],
        "number": "东防指〔7〕号", "trigger": "十二级台风夜间登陆", "signed_by": "试签发",
        "impact_at": IMPACT, "issued_at": "2013-10-06T01:30:00+00:00",
        "without_shelter": "镇中学正在腾空",
    } | changes  # fmt: skip


def _put(caller: Caller, path: str, body: dict[str, Any], thing: str = "") -> str:
    thing = thing or new_id()
    answer = caller.put(f"{API}/{path}/{thing}", body)
    assert answer.status_code == 201, answer.json
    return thing


def risk_point(caller: Caller, **changes: Any) -> str:
    """Enter a risk point and return its id."""
    return _put(caller, "risk-points", risk_body(**changes))


def cadre(caller: Caller, **changes: Any) -> str:
    """Enter who answers for households and return the id."""
    return _put(caller, "cadres", cadre_body(**changes))


def household(caller: Caller, **changes: Any) -> str:
    """Enter a row of the list and return its id."""
    return _put(caller, "households", household_body(**changes))


def order(caller: Caller, disaster: dict[str, Any], **changes: Any) -> str:
    """Give an order and return its id."""
    return _put(caller, "orders", order_body(disaster, **changes))


def act(
    caller: Caller, order_id: str, households: list[str], state: str, *, act_id: str = "",
    **changes: Any,
) -> Any:  # fmt: skip
    """Say where households stand and return the answer."""
    body = {"order_id": order_id, "households": households, "state": state} | changes
    return caller.put(f"{API}/acts/{act_id or new_id()}", body)
