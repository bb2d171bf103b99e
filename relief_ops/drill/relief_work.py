"""What the counties say they did: one form a morning, from what the drill itself brought there."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta

from relief_ops.drill.curves import Curves
from relief_ops.drill.exposure import Township, dice
from relief_ops.drill.requests import Body, Ids, Request, iso
from relief_ops.drill.scenario import DATA
from relief_ops.drill.stock import Supply

ISSUED = "stockpile/issued."
FILED = time(8, 50)
IN_HAND = timedelta(minutes=20)  # what arrives while the form is written is the next day's
HELPED_BY_ONE = 25
IN_A_CAR = 8


class Work:
    """The relief-work forms of one drill; the supply's journeys are worked out before."""

    def __init__(self, curves: Curves, supply: Supply, ids: Ids) -> None:
        self.curves, self.supply, self.ids = curves, supply, ids
        self.goods = goods()

    def requests(self) -> Iterator[Request]:
        """Yield each county's form of each morning but the first, with the last round's time."""
        counties: dict[str, list[Township]] = {}
        for each in self.curves.townships:
            counties.setdefault(each.county, []).append(each)
        for round_ in self._rounds():
            for code, townships in sorted(counties.items()):
                yield self._form(code, townships, round_)

    def _rounds(self) -> list[datetime]:
        """Return the last round before each morning's form."""
        scenario, last = self.curves.scenario, {}
        for at in scenario.rounds:
            if at.date() > scenario.starts_at.date() and at.time() < FILED:
                last[at.date()] = at
        return list(last.values())

    def _form(self, code: str, townships: list[Township], round_: datetime) -> Request:
        sent = datetime.combine(round_.date(), FILED, round_.tzinfo)
        sent += timedelta(minutes=dice(self.curves.seed, f"work:{iso(round_)}", code).randrange(9))
        body: Body = {
            "disaster_id": str(self.ids.disaster_id),
            "area_code": code,
            "round": round_.strftime("%Y-%m-%dT%H:%M"),
            "as_of": iso(round_),
            "values": self._values(code, townships, round_, by=sent - IN_HAND),
        }
        form = self.ids.new("relief_work", f"{iso(round_)}:{code}")
        return Request(sent, f"county:{code}", f"/api/v1/relief-work/{form}", body)

    def _values(
        self, code: str, townships: list[Township], round_: datetime, *, by: datetime
    ) -> dict[str, int | str | None]:
        settled = sum(self.curves.value("central", each.code, round_) or 0 for each in townships)
        drawn = dice(self.curves.seed, f"forces:{iso(round_)}", code)
        rescuers = round(settled / HELPED_BY_ONE * drawn.uniform(0.8, 1.2))
        return {
            **self._response(by),
            **self._issued(code, by),
            "settled_central": settled,
            "rescuers": rescuers,
            "vehicles": -(-rescuers // IN_A_CAR),
            "boats": None,
        }

    def _response(self, by: datetime) -> dict[str, int | str | None]:
        """Return the relief response in force, set for the whole city."""
        found: dict[str, int | str | None] = {}
        for each in self.curves.scenario.raw["responses"]:
            at = datetime.fromisoformat(each["at"]).replace(tzinfo=by.tzinfo)
            if each["ladder"] == "relief" and at <= by:
                found = {"response_level": each["level"], "response_since": iso(at)}
        return found

    def _issued(self, code: str, by: datetime) -> Mapping[str, int]:
        """Return what arrived in the county's shelters, by the figure it counts under."""
        found: Counter[str] = Counter()
        for at, county, item, quantity in self.supply.arrived:
            if county == code and at <= by and item in self.goods:
                found[self.goods[item]] += quantity
        return found


def goods() -> dict[str, str]:
    """Return item → the field of the form its goods count under."""
    with (DATA / "relief_work.csv").open(encoding="utf-8-sig", newline="") as file:
        return {
            word.removeprefix(ISSUED): row["code"]
            for row in csv.DictReader(file)
            for word in row["made_of"].split()
            if word.startswith(ISSUED)
        }
