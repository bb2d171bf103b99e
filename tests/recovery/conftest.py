"""Tents in a township that should come back, and who brings, grades and scraps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import new_id
from tests.factories import stock
from tests.factories.city import TOWNSHIP
from tests.stockpile.conftest import keeper, manager, reporter  # noqa: F401


@pytest.fixture
def depot(manager):  # noqa: F811
    return stock.depot(manager)


@pytest.fixture
def lot(manager, depot):  # noqa: F811
    return stock.stock(manager, depot, item="tent_12", quantity=100)


@pytest.fixture
def second(person):
    """Return another keeper of everything."""
    return person("depot_keeper")


@pytest.fixture
def place(manager, keeper, reporter, disaster, lot, person):  # noqa: F811
    """Return the place to which forty tents went."""
    need = stock.need(reporter, disaster, item="tent_12", quantity=40)
    promise = stock.reserve(manager, need).json["id"]
    shipment = stock.ship(keeper, promise).json["id"]
    done = person(f"depot_keeper@{TOWNSHIP}").put(f"/api/v1/shipments/{shipment}/receipt", {})
    assert done.status_code in (200, 201), done.json
    return keeper.get(f"/api/v1/shipments/{shipment}").json["to"]


@dataclass
class Back:
    """What may be done with goods that come back, as the API takes it."""

    disaster: str
    depot: str
    lot: str

    def body(self, **changes: Any) -> dict[str, Any]:
        said = {"disaster_id": self.disaster, "depot": self.depot, "lot": self.lot, "quantity": 30}
        return said | changes

    def collect(self, caller: Any, *, as_id: str | None = None, **changes: Any) -> Any:
        return caller.put(f"/api/v1/recoveries/{as_id or new_id()}", self.body(**changes))

    def grade(self, caller: Any, recovery: str, *, as_id: str | None = None, **said: Any) -> Any:
        path = f"/api/v1/recoveries/{recovery}/gradings/{as_id or new_id()}"
        return caller.put(path, said)

    def judge(self, caller: Any, recovery: str, *, agreed: bool, **more: Any) -> Any:
        seen = self.shown(caller, recovery).get("revision", 1)
        path = f"/api/v1/recoveries/{recovery}/scrappings/{more.pop('as_id', None) or new_id()}"
        return caller.put(path, {"agreed": agreed, "reason": "现场核实", "revision": seen} | more)

    def shown(self, caller: Any, recovery: str) -> dict[str, Any]:
        return caller.get(f"/api/v1/recoveries/{recovery}").json


@pytest.fixture
def back(disaster, depot, lot):
    return Back(disaster["id"], depot, lot)


@pytest.fixture
def collected(back, keeper, place):  # noqa: F811
    """Return a collection of thirty of the forty tents."""
    answer = back.collect(keeper, place=place)
    assert answer.status_code == 201, answer.json
    return answer.json["id"]
