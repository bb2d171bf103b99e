"""Handouts of the made-up city, made through the API as a desk would."""

from __future__ import annotations

from typing import Any

from tests.conftest import new_id
from tests.factories import families, stock
from tests.factories.city import TOWNSHIP


def desk(manager: Any, *, item: str = "quilt", quantity: int = 100, **more: Any) -> str:
    """Set up a depot of the township with some stock and return its id."""
    depot = stock.depot(manager, area_code=TOWNSHIP, **more)
    stock.stock(manager, depot, item=item, quantity=quantity)
    return depot


def family(clerk: Any, **changes: Any) -> str:
    """Register a household of two and return its id."""
    household_id = new_id()
    answer = clerk.put(f"/api/v1/households/{household_id}", families.household(**changes))
    assert answer.status_code == 201, answer.json
    return household_id


def body(disaster: dict[str, Any] | str, place: str, **changes: Any) -> dict[str, Any]:
    """Return a handout of two quilts to a family of two without papers."""
    said = {
        "disaster_id": disaster if isinstance(disaster, str) else disaster["id"],
        "place": place,
        "lines": [{"item": changes.pop("item", "quilt"), "quantity": changes.pop("quantity", 2)}],
    }
    if not {"household_id", "id_number"} & set(changes):
        said |= {"name": "何试验", "people": 2}
    return said | changes


def hand_out(caller: Any, disaster: dict[str, Any] | str, place: str, **changes: Any) -> Any:
    """Hand something out."""
    handout_id = changes.pop("id", None) or new_id()
    return caller.put(f"/api/v1/handouts/{handout_id}", body(disaster, place, **changes))
