"""A few invented families at the window, and their claims on a policy that is assumed.

No policy was in force when the storm came: the drill's own says so, and every person is
named as invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from relief_ops.drill.curves import Curves
from relief_ops.drill.exposure import Township, dice
from relief_ops.drill.requests import Account, Body, Ids, Request, iso

INSURER = "insurer"
SOAKED_CM = 20
SURVEYED_AFTER = timedelta(hours=3)


class Families:
    """The families of the lowest townships that come to the window."""

    def __init__(self, curves: Curves, ids: Ids) -> None:
        self.curves = curves
        self.ids = ids
        self.raw = curves.scenario.raw["families"]
        lowest = sorted(curves.townships, key=lambda each: (-each.low, each.code))
        self.townships = lowest[: self.raw["townships"]]

    def accounts(self) -> Iterator[Account]:
        """Yield who sits at the windows, who measures, and who fixes the amounts."""
        for each in self.townships:
            window, liaison = each.name + self.raw["window"], each.name + self.raw["liaison"]
            yield Account(f"window:{each.code}", window, "window_clerk", each.code)
            yield Account(f"liaison:{each.code}", liaison, "insurance_liaison", each.code)
        city = next(
            row["code"] for row in self.curves.scenario.rows("divisions") if row["level"] == "city"
        )
        yield Account(INSURER, self.raw["insurer"], "claim_approver", city)

    def register(self) -> Iterator[Request]:
        """Yield the policy that the drill assumes."""
        policy: Body = self.raw["policy"] | {"drill_id": str(self.ids.drill_id)}
        yield Request(None, INSURER, f"/api/v1/policies/{self.ids.new('policy', 0)}", policy)

    def requests(self) -> Iterator[Request]:
        """Yield the intakes, and a claim for each dwelling the water came into."""
        for township in self.townships:
            for number in range(self.raw["each"]):
                yield from self._family(township, f"{township.code}:{number}")

    def _family(self, township: Township, key: str) -> Iterator[Request]:
        chance = dice(self.curves.seed, "family", key)
        at = self._comes(chance)
        depth_cm = chance.randrange(5, 160)
        path = f"/api/v1/intakes/{self.ids.new('intake', key)}"
        lane = f"family:{key}"
        body = self._intake(township, key, at, depth_cm, chance)
        yield Request(at, f"window:{township.code}", path, body, lane)
        if depth_cm > SOAKED_CM:
            claim = self._claim(key, depth_cm)
            path = f"/api/v1/claims/{self.ids.new('claim', key)}"
            surveyed_at = at + SURVEYED_AFTER
            yield Request(surveyed_at, f"liaison:{township.code}", path, claim, lane)

    def _comes(self, chance: Random) -> datetime:
        """Return when a family comes: in the hours of the window, after the water."""
        first = datetime.fromisoformat(self.raw["from"])
        first = first.replace(tzinfo=self.curves.scenario.starts_at.tzinfo)
        day, minute = divmod(chance.randrange(3 * 6 * 60), 6 * 60)
        return first + timedelta(days=day, minutes=minute)

    def _intake(
        self, township: Township, key: str, at: datetime, depth_cm: int, chance: Random
    ) -> Body:
        struck = depth_cm > 50
        return {
            "household_id": str(self.ids.new("household", key)),
            "household": {
                "area_code": chance.choice(township.villages).code,
                "drill_id": str(self.ids.drill_id),
                "address": self.raw["address"],
                "members": [
                    self._member(key, role) for role in ("head", "spouse")[: chance.randint(1, 2)]
                ],
            },
            "disaster_id": str(self.ids.disaster_id),
            "applied_at": iso(at),
            "answers": {
                "annual_income_yuan": chance.randrange(4000, 40000, 400),
                "relocated_people": 1 if struck else 0,
                "dwelling_damage": "minor" if struck else "none",
                "hardship": "disaster" if struck else "none",
                "urgent": depth_cm > 100,
                "papers": ["id_card", "household_register", "means_authorisation"],
            },
            "open": ["disaster_relief", "temporary_aid"] if struck else ["living_allowance"],
        }

    def _member(self, key: str, role: str) -> Body:
        member_id = str(self.ids.new("person", f"{key}:{role}"))
        return {"id": member_id, "relation": role, "name": self.raw[role]}

    def _claim(self, key: str, depth_cm: int) -> Body:
        return {
            "policy_id": str(self.ids.new("policy", 0)),
            "household_id": str(self.ids.new("household", key)),
            "disaster_id": str(self.ids.disaster_id),
            "depth_cm": depth_cm,
        }
