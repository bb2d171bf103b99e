"""The reports of the drill: who files what, for which round, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from relief_ops.drill.curves import Curves
from relief_ops.drill.exposure import Township, Village, dice
from relief_ops.drill.requests import Ids, Request, iso
from relief_ops.drill.shelters import Network

Values = dict[str, int | float | None]
FALLING = {"should_move_rt", "central_sites_rt"}
ROUNDS_A_DAY = 12


@dataclass
class Reporting:
    """Everything that is reported in one drill."""

    curves: Curves
    network: Network
    ids: Ids
    last: dict[str, Values] = field(default_factory=dict)

    def requests(self) -> Iterator[Request]:
        """Yield every report, round by round."""
        summed = {each.code for each in self.curves.reporting[::2]}
        for index, at in enumerate(self.curves.scenario.rounds):
            for each in self.curves.townships:
                if self._files(each, index, at):
                    values = self.township_values(each, at, omit=each.code in summed)
                    yield self._request(f"township:{each.code}", each.code, index, at, values)
            for township in self.curves.reporting:
                for number, village in enumerate(township.villages):
                    if self._village_files(township, number, index, at):
                        values = self.village_values(village, at)
                        actor = f"villages:{township.code}"
                        yield self._request(actor, village.code, index, at, values)

    # --- who files in which round

    def _files(self, each: Township, index: int, at: datetime) -> bool:
        scenario = self.curves.scenario
        if at in scenario.instants:
            return each.apart or at != scenario.instants[1]
        if at.minute or at.hour == scenario.starts_at.hour:
            return True
        joined = self.curves.joins.get(each.code, 9)
        if joined and at <= scenario.instants[min(joined, 3) - 1]:
            return index % ROUNDS_A_DAY == 0
        return not self._is_silent(each, at)

    def _is_silent(self, each: Township, at: datetime) -> bool:
        """Say who misses a round; in the second night the lowest ground is cut off."""
        night = self.curves.scenario.starts_at + timedelta(hours=36)
        cut_off = each.apart and each.low > 0.9 and night <= at <= night + timedelta(hours=8)
        missed = dice(self.curves.seed, f"missed:{iso(at)}", each.code).random() < 0.04
        return cut_off or missed

    def _village_files(self, township: Township, number: int, index: int, at: datetime) -> bool:
        scenario = self.curves.scenario
        if at in scenario.instants:
            return township.apart or at != scenario.instants[1]
        if at >= scenario.recount_at or index > 2 * ROUNDS_A_DAY:
            return (number + at.day) % 8 == 0 or at == scenario.recount_at
        return index > 0 and (index + number) % (6 if index <= ROUNDS_A_DAY else 8) == 0

    # --- what they file

    def township_values(self, each: Township, at: datetime, *, omit: bool) -> Values:
        """Return a township's figures; with `omit` those its villages file are left to them."""
        value, code = self.curves.value, each.code
        opened, sites = self.network.open_at(code, at), len(self.network.in_use(code, at))
        homes = value("flooded_homes", code, at) or 0
        moving = {"should_move_rt": self.curves.should_move(code, at)}
        own: Values = {
            "flooded_townships": int(homes > 0),
            "deaths": value("deaths", code, at),
            "missing": value("missing", code, at),
            "injured": value("injured", code, at),
            "central_sites_cum": opened,
            "central_sites_rt": sites,
            "crop_affected": self._hundredths("crop_affected", code, at),
            "crop_lost": self._hundredths("crop_lost", code, at),
            "loss_total": self._hundredths("loss_total", code, at),
        }
        return moving | own if omit else moving | own | self._by_village(code, at)

    def village_values(self, village: Village, at: datetime) -> Values:
        """Return a village's figures."""
        return self._by_village(village.code, at)

    def _by_village(self, code: str, at: datetime) -> Values:
        value = self.curves.value
        central, scattered = value("central", code, at) or 0, value("scattered", code, at) or 0
        recounted = at >= self.curves.scenario.recount_at
        urgent = value("urgent_aid", code, at)
        return {
            "affected": value("affected", code, at),
            "relocated_cum": central + scattered,
            "relocated_rt": central + scattered,
            "relocated_central_cum": central,
            "relocated_central_rt": central,
            "relocated_scattered_cum": scattered,
            "relocated_scattered_rt": scattered,
            "urgent_aid_cum": urgent,
            "urgent_aid_rt": urgent,
            "collapsed_rooms": value("recounted" if recounted else "collapsed", code, at),
            "severe_rooms": value("severe", code, at),
            "minor_rooms": value("minor_rooms", code, at),
            "flooded_homes": value("flooded_homes", code, at),
        }

    def _hundredths(self, series: str, code: str, at: datetime) -> float | None:
        found = self.curves.value(series, code, at)
        return None if found is None else found / 100

    # --- the request

    def _request(self, actor: str, code: str, index: int, at: datetime, values: Values) -> Request:
        last = self.last.get(code)
        report = self.ids.new("report", f"{index}:{code}")
        body = {
            "disaster_id": str(self.ids.disaster_id),
            "area_code": code,
            "round": at.strftime("%Y-%m-%dT%H:%M"),
            "kind": "update" if last else "initial",
            "no_change": last == values,
            "as_of": iso(at),
            "values": values,
            "reasons": self._reasons(values, last or {}),
            "base": None,
        }
        self.last[code] = values
        return Request(self._sent_at(code, at), actor, f"/api/v1/reports/{report}", body)

    def _reasons(self, values: Values, last: Mapping[str, int | float | None]) -> dict[str, str]:
        """Say why a figure is lower than it was: it is now counted under another heading."""
        fallen = [
            code
            for code, now in values.items()
            if code not in FALLING and now is not None and now < (last.get(code) or 0)
        ]
        return dict.fromkeys(fallen, self.curves.scenario.raw["recount_reason"])

    def _sent_at(self, code: str, at: datetime) -> datetime:
        """Everybody has a habit: some send at once, some an hour and a half late."""
        if at in self.curves.scenario.instants:
            return at
        habit = dice(self.curves.seed, "habit", code).uniform(2, 75)
        tonight = dice(self.curves.seed, f"sent:{iso(at)}", code).uniform(0, 20)
        return at + timedelta(minutes=round(habit + tonight, 1))
