"""Moving the people of the most exposed coast: lists, one order, and where each household stands.

A few villages of each township of one county; every household and every cadre is invented and
says so. The rows of a village are told, pack, ride and arrive each in its own time; a few refuse,
a few are not found at first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from relief_ops.drill.curves import Curves
from relief_ops.drill.exposure import Township, Village, dice
from relief_ops.drill.requests import Body, Ids, Request, iso
from relief_ops.drill.shelters import Network

API = "/api/v1/evacuation"
AT_SHELTER, RETURNED = "at_shelter", "returned"
EVERY = timedelta(minutes=15)  # what happened in between is sent in together
GROUPS = {"over80": 0.16, "alone": 0.1, "disabled": 0.07, "children": 0.2, "medical": 0.04}


@dataclass(frozen=True)
class Row:
    """One row of the list: whom it is about, and the steps that will be taken."""

    key: str
    township: Township
    village: Village
    body: Body
    steps: tuple[tuple[datetime, str], ...] = field(default=())


class Evacuation:
    """The order of one county, and everybody it moves."""

    def __init__(self, curves: Curves, network: Network, ids: Ids) -> None:
        self.curves, self.network, self.ids = curves, network, ids
        self.raw: dict[str, Any] = curves.scenario.raw["evacuation"]
        self.county = self._most_exposed()
        self.townships = [each for each in curves.townships if each.county == self.county]
        self.rows = [row for each in self.townships for row in self._rows(each)]

    def _most_exposed(self) -> str:
        by_county: dict[str, list[float]] = defaultdict(list)
        for each in self.curves.townships:
            by_county[each.county].append(each.sea)
        return max(by_county, key=lambda code: (sum(by_county[code]) / len(by_county[code]), code))

    def _instant(self, name: str) -> datetime:
        zone = self.curves.scenario.starts_at.tzinfo
        return datetime.fromisoformat(self.raw[name]).replace(tzinfo=zone)

    # --- who must move

    def _villages(self, township: Township) -> list[Village]:
        drawn = dice(self.curves.seed, "moved villages", township.code)
        return drawn.sample(township.villages, min(self.raw["villages"], len(township.villages)))

    def _rows(self, township: Township) -> Iterator[Row]:
        slow = dice(self.curves.seed, "moving", township.code).uniform(0.7, 1.5)
        for village in self._villages(township):
            drawn = dice(self.curves.seed, "must move", village.code)
            for number in range(self.raw["households"]):
                key = f"{village.code}:{number}"
                body = self._household(township, village, number, drawn)
                yield Row(key, township, village, body, tuple(self._steps(drawn, body, slow)))

    def _household(self, township: Township, village: Village, number: int, drawn: Random) -> Body:
        body: Body = {
            "area_code": village.code,
            "name": drawn.choice(self.raw["surnames"]) + self.raw["called"],
            "people": drawn.choices((1, 2, 3, 4, 5, 6), (12, 30, 26, 18, 9, 5))[0],
            "destination": "relatives" if drawn.random() < 0.6 else "shelter",
            "transport": drawn.choice(("none", "none", "bus")),
            "risk_id": str(self._risk_id(village, drawn.randrange(len(self.raw["risks"])))),
            "cadre_id": str(self.ids.new("cadre", village.code)),
            "drill_id": str(self.ids.drill_id),
        }
        if number == 0:
            body |= self._unit(drawn)
        else:
            body |= {name: 1 for name, share in GROUPS.items() if drawn.random() < share}
        if body["destination"] == "shelter":
            nearest = self.network.by_township[township.code][0]
            body["shelter_id"] = self.network.shelter_id(nearest)
        return body

    def _unit(self, drawn: Random) -> Body:
        unit = drawn.choice(self.raw["units"])
        people = drawn.randint(*unit["people"])
        return {
            "kind": unit["kind"], "unit": unit["unit"], "people": people, "outsiders": people,
            "transport": unit["transport"], "destination": "shelter",
        }  # fmt: skip

    def _risk_id(self, village: Village, number: int) -> object:
        return self.ids.new("risk", f"{village.code}:{number}")

    # --- what happens to each

    def _steps(self, drawn: Random, body: Body, slow: float) -> Iterator[tuple[datetime, str]]:
        """Yield what is said of a row, each a quarter of an hour or more after the one before."""
        at = self._instant("issued")
        for minutes, state in self._story(drawn, body):
            at = _next_quarter(at + timedelta(minutes=minutes * slow))
            yield at, state

    def _story(self, drawn: Random, body: Body) -> Iterator[tuple[float, str]]:
        fate = drawn.random()
        told = drawn.expovariate(1 / 55) + 5
        if fate < 0.03:
            yield told, "not_found"
            yield drawn.uniform(60, 150), "told"
        else:
            yield told, "told"
        if 0.03 <= fate < 0.08:
            yield drawn.uniform(5, 30), "refused"
            yield drawn.uniform(60, 200), "compulsory" if drawn.random() < 0.3 else "on_the_way"
        else:
            yield drawn.uniform(15, 60), "ready"
            yield drawn.uniform(10, 110), "on_the_way"
        safe = "with_relatives" if body["destination"] == "relatives" else AT_SHELTER
        yield drawn.uniform(15, 55), safe

    # --- the requests

    def register(self) -> Iterator[Request]:
        """Yield the lists, as they were kept before the storm."""
        for township in self.townships:
            for village in self._villages(township):
                yield from self._lists(township, village)
        for row in self.rows:
            path = f"{API}/households/{self.ids.new('must move', row.key)}"
            yield Request(None, f"township:{row.township.code}", path, row.body)

    def _lists(self, township: Township, village: Village) -> Iterator[Request]:
        actor, drill = f"township:{township.code}", str(self.ids.drill_id)
        drawn = dice(self.curves.seed, "cadre", village.code)
        name = drawn.choice(self.raw["surnames"]) + self.raw["called"]
        cadre: Body = {"name": name, "area_code": village.code, "drill_id": drill}
        yield Request(None, actor, f"{API}/cadres/{self.ids.new('cadre', village.code)}", cadre)
        for number, risk in enumerate(self.raw["risks"]):
            risk_id = str(self._risk_id(village, number))
            there = [row.body["people"] for row in self.rows if row.body["risk_id"] == risk_id]
            held: Body = {"households": len(there), "people": sum(there)}
            body = risk | held | {"area_code": village.code, "drill_id": drill}
            path = f"{API}/risk-points/{risk_id}"
            yield Request(None, actor, path, body)

    @property
    def home(self) -> datetime:
        """Return when people go home."""
        return self._instant("home")

    def requests(self, at_doors: frozenset[str]) -> Iterator[Request]:
        """Yield the order, the steps of everybody, and the way home.

        A shelter that registers a row says itself that it came and that it left.
        """
        duty, order_id = f"county:{self.county}", self.ids.new("evacuation order", 0)
        path = f"{API}/orders/{order_id}"
        issued = self._instant("issued")
        body: Body = {
            "disaster_id": str(self.ids.disaster_id),
            "issuer_code": self.county,
            "area_codes": [self.county],
            "impact_at": iso(self._instant("impact")),
            "issued_at": iso(issued),
        } | {each: self.raw[each] for each in ("number", "trigger", "signed_by", "without_shelter")}
        yield Request(issued, duty, path, body, str(order_id))
        yield from self._acts(str(order_id), at_doors)
        lifted, checked = self._instant("lifted"), self._instant("checked")
        lift: Body = {"reason": self.raw["lift_reason"], "at": iso(lifted)}
        yield Request(lifted, duty, f"{path}/lift", lift, str(order_id))
        home: Body = {"safety_check": self.raw["safety_check"], "at": iso(checked)}
        yield Request(checked, duty, f"{path}/return", home, str(order_id))

    def _acts(self, order_id: str, at_doors: frozenset[str]) -> Iterator[Request]:
        acts: dict[tuple[str, str, datetime, str], list[str]] = defaultdict(list)
        for row in self.rows:
            steps = [*row.steps, (self.home, RETURNED)]
            for at, state in steps:
                if state in (AT_SHELTER, RETURNED) and row.key in at_doors:
                    continue
                said = (row.township.code, row.village.code, at, state)
                acts[said].append(str(self.ids.new("must move", row.key)))
        for (township, village, at, state), households in acts.items():
            key = f"{village}:{at:%d%H%M}:{state}"
            path = f"{API}/acts/{self.ids.new('act', key)}"
            body = self._act(order_id, households, at, state)
            yield Request(at, f"township:{township}", path, body, f"moving:{village}")

    def _act(self, order_id: str, households: list[str], at: datetime, state: str) -> Body:
        body: Body = {"order_id": order_id, "households": households, "state": state, "at": iso(at)}
        if state == "told":
            body |= {"means": "door", "read_back": True}
        if state == "refused":
            body["note"] = self.raw["refusal"]
        if state == "compulsory":
            names = {each: self.raw[each] for each in ("decided_by", "present")}
            body |= {"state": "on_the_way", "compulsory": True} | names
        return body


def _next_quarter(at: datetime) -> datetime:
    """Return the end of the quarter of an hour a moment lies in."""
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at - past + EVERY
