"""Boxes of the made-up city, packed and read through the API as people would."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.conftest import new_id


def line_of(caller: Any, reservation: str) -> str:
    """Return the promised line of a reservation that has one."""
    (line,) = caller.get(f"/api/v1/stock/reservations/{reservation}").json["lines"]
    return line["line_id"]


def pack(caller: Any, reservation: str, *, as_id: str | None = None, **more: Any) -> Any:
    """Put what is promised into boxes."""
    body = {"line_id": line_of(caller, reservation)} | more
    return caller.put(f"/api/v1/packings/{as_id or new_id()}", body)


def read(caller: Any, box: str, stage: str, *, as_id: str | None = None, **more: Any) -> Any:
    """Say what became of a box."""
    body = {"box_id": box, "stage": stage, "at": datetime.now(UTC).isoformat()} | more
    return caller.put(f"/api/v1/box-scans/{as_id or new_id()}", body)


def boxes(caller: Any, **asked: str) -> list[dict[str, Any]]:
    """Return the boxes of a shipment, or those packed in a depot."""
    ((key, value),) = asked.items()
    answer = caller.get(f"/api/v1/boxes?{key}={value}")
    assert answer.status_code == 200, answer.json
    return answer.json["boxes"]
