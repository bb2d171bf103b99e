"""A scripted walk: each act on a report in each state by each role; what is forbidden leaves no
mark on the report and one in the list of denials."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import Denial
from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE

REPORTERS = {"author", "colleague"}
REVIEWERS = {"county_reviewer", "city_reviewer"}  # a level above the township
PEOPLE = {
    "author": f"township_reporter@{TOWNSHIP}", "colleague": f"township_reporter@{TOWNSHIP}",
    "township_reviewer": f"township_reviewer@{TOWNSHIP}",
    "county_reviewer": f"county_reviewer@{COUNTY}", "city_reviewer": "city_reviewer",
    "village": f"village_officer@{VILLAGE}", "head": f"unit_head@{TOWNSHIP}",
    "neighbour": f"township_reporter@{NEIGHBOUR}", "inspector": "inspector",
    "cadre": f"responsible_cadre@{TOWNSHIP}",
}  # fmt: skip
# What may be done to a report in each state, and by whom; all else is forbidden.
MAY = {
    "submitted": {"accept": REVIEWERS, "return": REVIEWERS, "own": REVIEWERS,
                  "withdraw": REPORTERS, "revise": REPORTERS},
    "returned": {"withdraw": REPORTERS, "revise": REPORTERS},
    "accepted": {"return": REVIEWERS, "own": REVIEWERS, "revise": REPORTERS},
    "rival": {"keep": REVIEWERS, "discard": REVIEWERS, "withdraw": REPORTERS},
    "superseded": {}, "withdrawn": {}, "discarded": {},
}  # fmt: skip
ACTS = ("accept", "return", "own", "keep", "discard", "withdraw", "revise")
FOLLOWS = {"accept": "accepted", "own": "accepted", "return": "returned", "keep": "submitted",
           "discard": "discarded", "withdraw": "withdrawn", "revise": "superseded"}  # fmt: skip


@pytest.fixture
def people(person):
    return {name: person(role) for name, role in PEOPLE.items()}


@pytest.fixture
def walk(people, disaster):
    return Walk(people, disaster["id"])


class Walk:
    def __init__(self, people, disaster_id):
        self.people, self.disaster_id, self.rounds = people, disaster_id, 0
        self.standing = {}

    def file(self, who, round_, *, base=None, more=0):
        body = {
            "disaster_id": self.disaster_id, "area_code": TOWNSHIP, "round": round_,
            "as_of": MORNING.isoformat(), "base": base,
            "values": {"affected": 10 * self.rounds + more},
        }  # fmt: skip
        report_id = new_id()
        return report_id, who.put(f"/api/v1/reports/{report_id}", body)

    def act(self, name, act, report_id, round_):
        who, path = self.people[name], f"/api/v1/reports/{report_id}"
        if act == "revise":
            return self.file(who, round_, base=report_id, more=1)[1]
        order = {"id": new_id(), "reason": "走查"}
        if act == "withdraw":
            return who.put(f"{path}/withdrawal", order)
        if act in ("keep", "discard"):
            standing = self.standing.get(round_)
            return who.put(f"{path}/settlement", order | {"keep": act == "keep", "seen": standing})
        more = {"values": {"affected": 9}} if act == "own" else {}
        return who.put(f"{path}/verdict", order | {"action": act} | more)

    def reach(self, state):
        """Have a report in this state, each on a round of its own; return it and its round."""
        self.rounds += 1
        round_, author = f"w{self.rounds}", self.people["author"]
        first, answer = self.file(author, round_)
        assert answer.status_code == 201, answer.json
        if state in ("rival", "discarded"):
            self.standing[round_] = first
            first, answer = self.file(author, round_, more=2)
            assert answer.json["rival_of"]
        step = {"returned": "return", "accepted": "accept", "discarded": "discard",
                "withdrawn": "withdraw", "superseded": "revise"}.get(state)  # fmt: skip
        if step:
            name = "author" if step in ("withdraw", "revise") else "county_reviewer"
            assert self.act(name, step, first, round_).status_code in (200, 201)
        assert self.state(first) == state
        return first, round_

    def state(self, report_id):
        return self.people["inspector"].get(f"/api/v1/reports/{report_id}").json["state"]


def denials():
    with act_as(SYSTEM), db.reading() as session:
        return session.scalar(select(func.count()).select_from(Denial))


@pytest.mark.parametrize("state", MAY)
def test_what_is_forbidden_in_a_state_changes_nothing_and_is_on_record(walk, state):
    report_id, round_ = walk.reach(state)
    for act in ACTS:
        for name in PEOPLE:
            if name in MAY[state].get(act, ()):
                continue
            before = denials()
            answer = walk.act(name, act, report_id, round_)
            said = f"{name} {act} of a report that is {state}: {answer.status_code}"
            assert answer.status_code in (403, 404, 409, 412), said
            assert walk.state(report_id) == state, said
            if answer.status_code in (403, 404):
                assert denials() == before + 1, said


@pytest.mark.parametrize(
    ("state", "act"), [(state, act) for state, acts in MAY.items() for act in acts]
)
def test_what_is_allowed_in_a_state_leads_on_to_the_next(walk, state, act):
    for name in sorted(MAY[state][act]):
        report_id, round_ = walk.reach(state)
        answer = walk.act(name, act, report_id, round_)

        assert answer.status_code in (200, 201), f"{name} {act} of {state}: {answer.json}"
        assert walk.state(report_id) == FOLLOWS[act]
