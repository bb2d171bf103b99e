"""The tables of the drill: each county's and the city's, prepared and signed for every round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from relief_ops.drill.exposure import dice
from relief_ops.drill.requests import Account, Body, Ids, Request, iso
from relief_ops.drill.scenario import Scenario

SIGNING = ("city", "county")
# How long after a round's figures a level prepares its table: shortly before it is due.
PREPARED = {"county": timedelta(minutes=72), "city": timedelta(minutes=104)}
OF_A_DAY = {"county": time(8, 40), "city": time(9, 44)}
ONE_IN = 12  # so many are late
LATE = timedelta(minutes=25)


class Tables:
    """What goes up from counties and the city."""

    def __init__(self, scenario: Scenario, ids: Ids) -> None:
        self.scenario, self.ids = scenario, ids
        rows = [row for row in scenario.rows("divisions") if row["level"] in SIGNING]
        self.areas = {row["code"]: (row["level"], row["name"]) for row in rows}

    def accounts(self) -> Iterator[Account]:
        """Yield who prepares an area's table and who signs it."""
        words = self.scenario.raw["people"]
        for code, (level, name) in self.areas.items():
            yield Account(f"tables:{code}", name + words["tables"], f"{level}_reviewer", code)
            yield Account(f"head:{code}", name + words["head"], "unit_head", code)

    def requests(self) -> Iterator[Request]:
        """Yield each table and its signature, round by round; what is due after the end is not."""
        for number, at in enumerate(self.scenario.rounds):
            for code, (level, _name) in self.areas.items():
                prepared = self._prepared_at(level, code, at, daily=bool(number))
                if prepared + LATE < self.scenario.instants[-1]:
                    yield from self._table(code, at, prepared)

    def _prepared_at(self, level: str, code: str, at: datetime, *, daily: bool) -> datetime:
        asked = dice(self.ids.seed, f"table:{iso(at)}", code)
        early = timedelta(minutes=asked.randrange(12))
        late = LATE if asked.randrange(ONE_IN) == 0 else timedelta(0)
        if daily and at.time() == time():
            return datetime.combine(at.date(), OF_A_DAY[level], at.tzinfo) - early + late
        return at + PREPARED[level] - early + late

    def _table(self, code: str, at: datetime, prepared: datetime) -> Iterator[Request]:
        table = self.ids.new("table", f"{iso(at)}:{code}")
        body: Body = {
            "disaster_id": str(self.ids.disaster_id),
            "area_code": code,
            "round": at.strftime("%Y-%m-%dT%H:%M"),
            "basis": "reported",
        }
        path, lane = f"/api/v1/summaries/{table}", f"table:{code}"
        yield Request(prepared, f"tables:{code}", path, body, after=lane)
        signature = self.ids.new("signature", f"{iso(at)}:{code}")
        signed = prepared + timedelta(minutes=6)
        body = {"role": "unit_head"}
        yield Request(signed, f"head:{code}", f"{path}/signatures/{signature}", body, after=lane)
