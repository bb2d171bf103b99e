"""A typhoon week over the board: at every instant each area stands as an account kept apart says.

The clock of a drill moves on, over midnights and the rounds due in the morning, while rounds are
opened and reports are filed late and early, returned, sent again and accepted. What the account
knows is what happened and when; every deadline it works out anew in plain arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest

from tests.conftest import MORNING
from tests.damage_reports.test_rounds import board, file, judge, open_round
from tests.factories.city import ZONE_CODE, rows

pytestmark = pytest.mark.sqlite_first

WEEK = timedelta(days=7)
EAST = timedelta(hours=8)
TOWNSHIPS = [
    row["code"] for row in rows() if row["level"] == "township" and row["code"] != ZONE_CODE
]


@dataclass
class Account:
    """One township in one round: the report that stands, what became of it, and when it came."""

    report: str = ""
    state: str = ""
    came: datetime | None = None
    returned: bool = False

    def standing(self, due: datetime, now: datetime) -> str:
        if not self.report:
            return "overdue" if now > due else "awaited"
        if self.state == "received" and self.returned:
            return "resent"
        return self.state


class Week:
    """The drill, its people, and what happened in it so far."""

    def __init__(self, seed, person, drill):
        self.random = Random(f"week:{seed}")
        disaster_id, self.move = drill
        self.disaster = {"id": disaster_id}
        self.officer, self.judge = person("duty_officer"), person("city_reviewer")
        self.reporter = person("township_reporter")
        self.now = MORNING
        self.due: dict[str, datetime] = {}
        self.accounts: dict[tuple[str, str], Account] = {}
        self.seen: set[str] = set()

    def go_on(self):
        self.now += timedelta(minutes=self.random.choice([15, 45, 60, 61, 180, 420]))
        self.move((self.now - MORNING) / timedelta(hours=1))

    def open(self):
        """Open a round: of this hour, or the daily one of the midnight before."""
        local = self.now + EAST
        daily = self.random.random() < 0.4
        as_of = local.replace(hour=0, minute=0) if daily else local
        code = f"{as_of:%Y-%m-%dT%H:%M}"
        if code in self.due or as_of - EAST < MORNING:
            return
        answer = open_round(self.officer, self.disaster, code, daily=daily)
        assert answer.status_code == 201, answer.json
        due = as_of + timedelta(hours=8) if daily else as_of + timedelta(minutes=60)
        self.due[code] = due - EAST
        self.accounts |= {(code, each): Account() for each in TOWNSHIPS}

    def act(self):
        """File, or send again, or judge what somebody filed."""
        key = self.random.choice(sorted(self.accounts))
        each = self.accounts[key]
        if each.state in ("received", "accepted") and self.random.random() < 0.6:
            action = (
                "return" if each.state == "accepted" else self.random.choice(["accept", "return"])
            )
            judge(self.judge, each.report, action, "重核")
            each.state = "returned" if action == "return" else "accepted"
            each.returned = each.returned or action == "return"
            return
        code, area = key
        base = {"base": each.report} if each.report else {}
        affected = self.random.randrange(50)
        each.report = file(
            self.reporter, self.disaster, area, code, affected, reasons={"affected": "核减"}, **base
        )
        each.state, each.came = "received", self.now

    def compare(self):
        for code in self.random.sample(sorted(self.due), min(3, len(self.due))):
            due, found = self.due[code], board(self.officer, self.disaster, code=code).json
            told = {
                row["area_code"]: row for county in found["counties"] for row in county["townships"]
            }
            for area in TOWNSHIPS:
                each = self.accounts[(code, area)]
                wanted = each.standing(due, self.now)
                late = each.came is not None and each.came > due
                assert (told[area]["standing"], told[area]["late"]) == (wanted, late), (code, area)
                self.seen.add(wanted)
            assert sum(found["counts"].values()) == len(told), "nobody stands twice"
            assert all(c["received"] <= len(c["townships"]) for c in found["counties"])


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(each, marks=pytest.mark.nightly) for each in (1, 2))]
)
def test_a_week_of_rounds_stands_as_its_account_says_at_every_instant(seed, person, drill):
    week = Week(seed, person, drill)
    week.open()
    assert week.due, "a round to begin with"
    while len(week.seen) < 6 or week.now - MORNING < WEEK:
        week.go_on()
        if week.random.random() < 0.25:
            week.open()
        for _ in range(week.random.choice([0, 1, 1, 3])):
            week.act()
        week.compare()
        assert week.now - MORNING < 3 * WEEK, week.seen

    assert week.seen >= {"overdue", "awaited", "received", "returned", "resent", "accepted"}
