"""What the stage makes of depots: what they ask for, their keys, trucks and ways."""

from __future__ import annotations

from typing import Any

from tests.conftest import Caller, new_id
from tests.factories import stock
from tests.factories.city import TOWNSHIP


class Depots:
    """Things of the depots of TOWNSHIP; who makes them, and how, is the stage's."""

    maker: Caller
    put: Any
    number: Any
    disaster: Any
    depot: Any

    def request_body(self) -> dict[str, Any]:
        """Return the body that asks the level above for water for the depot."""
        lines = [{"item": "water", "quantity": 24}]
        return {"disaster_id": self.disaster(), "depot": self.depot(), "reason": "缺水",
                "lines": lines}  # fmt: skip

    def supply_request(self) -> str:
        """Return a request that waits for its answer."""
        asked = new_id()
        self.put(f"/api/v1/supply-requests/{asked}", self.request_body())
        return asked

    def key_body(self) -> dict[str, Any]:
        """Return the body that gives somebody the depot's key until further notice."""
        since = "2013-10-06T08:00:00+08:00"
        return {"depot": self.depot(), "name": "王守库", "phone": "13900001234", "from_at": since}

    def key(self) -> str:
        """Return the key of a depot that somebody has."""
        key = new_id()
        self.put(f"/api/v1/depot-keys/{key}", self.key_body())
        return key

    def loan(self) -> str:
        """Return the movement by which somebody borrowed a tent, and has it still."""
        lent = new_id()
        body = {"kind": "loan", "source": self.depot(), "item": "tent_12", "quantity": 1}
        assert stock.move(self.maker, id=lent, reason="水利局", **body).status_code == 201
        return lent

    def trucks_body(self) -> dict[str, Any]:
        """Return the body that enters two trucks at the depot."""
        return {"depot": self.depot(), "name": "厢式货车", "number": 2, "cubic_metres": 15,
                "kilograms": 1500}  # fmt: skip

    def trucks(self) -> str:
        """Return trucks that stand at a depot."""
        trucks = new_id()
        self.put(f"/api/v1/depot-trucks/{trucks}", self.trucks_body())
        return trucks

    def contingency_body(self) -> dict[str, Any]:
        """Return the body that enters the next version of the township's emergency plan."""
        first = {"area_code": TOWNSHIP, "kind": "relief", "title": "临江镇自然灾害救助应急预案",
                 "approved_on": "2014-03-20", "body": "一、总则", "changes": "修订"}  # fmt: skip
        plans = self.maker.get(f"/api/v1/contingency-plans?area={TOWNSHIP}").json["plans"]
        base = next((each["id"] for each in plans if each["area_code"] == TOWNSHIP), None)
        if base is None:
            base = new_id()
            self.put(f"/api/v1/contingency-plans/{base}", first)
        return first | {"base": base}

    def contingency_plan(self) -> str:
        """Return a version of the township's emergency plan that stands."""
        plan = new_id()
        self.put(f"/api/v1/contingency-plans/{plan}", self.contingency_body())
        return plan

    def travel_body(self) -> dict[str, Any]:
        """Return the body that says how long it takes to the township from a fresh depot."""
        name = f"远库{self.number()}"
        depot = stock.depot(self.maker, name=name, area_code=TOWNSHIP)
        return {"from_place": depot, "to_area_code": TOWNSHIP, "minutes": 20}

    def travel_time(self) -> str:
        """Return an entered travel time."""
        travel = new_id()
        self.put(f"/api/v1/travel-times/{travel}", self.travel_body())
        return travel
