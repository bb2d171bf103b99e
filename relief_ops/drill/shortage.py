"""What a flooded county asks for all at once, more than there is: shared by a plan, or left open.

A shortage without a time to plan it waits for whoever looks at the drill.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from relief_ops.drill.curves import Curves
from relief_ops.drill.exposure import dice
from relief_ops.drill.requests import Body, Ids, Request, iso

PLANS = "/api/v1/allocation-plans"


class Shortages:
    """The needs of a county's townships, and the plans that share too little among them."""

    def __init__(self, curves: Curves, ids: Ids) -> None:
        self.curves, self.ids = curves, ids
        self.raw: list[dict[str, Any]] = curves.scenario.raw["shortages"]

    def requests(self) -> Iterator[Request]:
        """Yield the needs of every shortage, then its plan, promise and order if it has one.

        They go one after the other, so that a plan knows of all the needs it is for.
        """
        for each in self.raw:
            yield from self._needs(each)
            if each["planned"]:
                yield from self._plan(each)
            if "asked" in each:
                yield self._asked(each, each["asked"])

    def _needs(self, each: dict[str, Any]) -> Iterator[Request]:
        at = self._instant(each["at"])
        townships = [one for one in self.curves.townships if one.county == each["county"]]
        for number, township in enumerate(townships):
            drawn = dice(self.curves.seed, f"shortage:{each['item']}", township.code)
            wanted = township.people * each["per_thousand"] / 1000 * drawn.uniform(0.5, 1.5)
            body: Body = {
                "disaster_id": str(self.ids.disaster_id), "area_code": township.code,
                "item": each["item"], "priority": each["priority"],
                "quantity": max(1, round(wanted / each["pack"])) * each["pack"],
                "due_at": iso(at + timedelta(hours=each["due_hours"])),
            }  # fmt: skip
            need = self.ids.new("shortage", f"{each['item']}:{township.code}")
            when = at + timedelta(minutes=2 * number)
            yield Request(when, f"county:{each['county']}", f"/api/v1/needs/{need}", body,
                          after=f"shortage:{each['item']}")  # fmt: skip

    def _asked(self, each: dict[str, Any], asked: dict[str, Any]) -> Request:
        """Return what the county asks of the city for its depot; whoever plays the city answers."""
        body: Body = {
            "disaster_id": str(self.ids.disaster_id),
            "depot": str(self.ids.new("depot", each["county"])),
            "priority": each["priority"], "reason": asked["reason"],
            "lines": [{"item": each["item"], "quantity": asked["quantity"]}],
        }  # fmt: skip
        path = f"/api/v1/supply-requests/{self.ids.new('request', each['item'])}"
        return Request(self._instant(asked["at"]), f"logistics:{each['county']}", path, body,
                       after=f"shortage:{each['item']}")  # fmt: skip

    def _plan(self, each: dict[str, Any]) -> Iterator[Request]:
        lane, path = (
            f"shortage:{each['item']}",
            f"{PLANS}/{self.ids.new('allocation', each['item'])}",
        )
        body: Body = {
            "disaster_id": str(self.ids.disaster_id), "area_code": each["county"],
            "items": [each["item"]],
        }  # fmt: skip
        yield Request(self._instant(each["planned"]), "logistics", path, body, after=lane)
        applied = self._instant(each["applied"])
        yield Request(applied, "logistics", f"{path}/application", {}, after=lane, ready=path)
        order = f"/api/v1/dispatch-orders/{self.ids.new('order', each['item'])}"
        signed: Body = {
            "plan_id": path.rsplit("/", 1)[-1], "means": "paper", "number": each["number"],
        }  # fmt: skip
        yield Request(self._instant(each["ordered"]), "signer", order, signed, after=lane)

    def _instant(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.curves.scenario.starts_at.tzinfo)
