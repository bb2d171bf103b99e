"""The life of a shelter, random step after random step, against the table of domain.md §4.2.

Whatever is asked in whatever order: no step but those of the table, nobody taken in where
nobody is, never more than the places, no shelter closed or sent back with people inside.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from shelters.services import places
from tests.conftest import new_id
from tests.factories.city import COUNTY
from tests.factories.shelters import make_shelter

pytestmark = pytest.mark.sqlite_first

PLACES = 12
TABLE = {
    "standby": {"preparing", "open"},
    "preparing": {"open", "standby"},
    "open": {"full", "closing"},
    "full": {"open", "closing"},
    "closing": {"closed", "open"},
    "closed": {"standby", "preparing"},
}
TAKES_IN = {"preparing", "open", "full"}
EMPTY = {"standby", "closed"}


class Life(RuleBasedStateMachine):
    """One shelter over the API, and what the table says of it."""

    caller, disaster = None, None

    @initialize()
    def begin(self):
        self.shelter = make_shelter(self.caller, capacity_max=PLACES)
        self.state, self.inside = "standby", {}

    @property
    def people(self):
        return sum(self.inside.values())

    def follow(self):
        if self.state in ("open", "full"):
            self.state = "full" if self.people >= PLACES else "open"

    def put(self, path, body):
        return self.caller.put(f"/api/v1/shelters/{self.shelter}/{path}", body)

    @rule(state=st.sampled_from(sorted(TABLE)))
    def step(self, state):
        body = {"id": new_id(), "disaster_id": self.disaster["id"], "state": state}
        answer = self.put("state", body | {"reason": "试验"})
        may = state == self.state or state in TABLE[self.state]
        if may and not (state in EMPTY and self.people):
            assert answer.status_code in (200, 201), answer.json
            self.state = state
        else:
            assert answer.json["code"] == "illegal_transition"

    @rule(people=st.integers(1, 7))
    def come(self, people):
        arrival = new_id()
        body = {"disaster_id": self.disaster["id"], "people": people}
        answer = self.put(f"arrivals/{arrival}", body)
        if self.state in TAKES_IN and self.people + people <= PLACES:
            assert answer.status_code == 201, answer.json
            self.inside[arrival] = people
            self.follow()
        else:
            assert answer.status_code == 409

    @rule(which=st.integers(0, 20))
    def go(self, which):
        if not self.inside:
            return
        arrival = sorted(self.inside)[which % len(self.inside)]
        answer = self.put(f"arrivals/{arrival}/departure", {"to": "home"})
        assert answer.status_code in (200, 201), answer.json
        del self.inside[arrival]
        if self.state == "full":
            self.follow()

    @rule()
    def go_twice(self):
        answer = self.put(f"arrivals/{new_id()}/departure", {"to": "home"})
        assert answer.status_code == 404

    @invariant()
    def stands(self):
        address = f"/api/v1/shelters/{self.shelter}?disaster={self.disaster['id']}"
        found = self.caller.get(address).json["status"]
        assert (found["state"], found["registered"]) == (self.state, self.people)
        assert found["registered"] <= PLACES
        assert not (found["state"] in EMPTY and found["registered"])


@pytest.fixture
def work(person, disaster):
    def go(runs=30):
        kind = type("Life", (Life,), {
            "caller": person(f"shelter_manager@{COUNTY}"), "disaster": disaster})  # fmt: skip
        chosen = settings(
            max_examples=runs, stateful_step_count=20, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), print_blob=False, phases=[Phase.generate],
        )  # fmt: skip
        run(with_seed(5)(kind), settings=chosen)

    return go


@pytest.mark.slow
def test_random_nights_follow_the_table(work):
    work()


@pytest.mark.proof
def test_a_shelter_that_takes_one_too_many_is_caught(work, monkeypatch):
    monkeypatch.setattr(places, "move", _without_a_limit)

    with pytest.raises(AssertionError):
        work(runs=300)  # which nights are drawn hangs on what else is loaded


def _without_a_limit(session, status, people, on_the_way, **_more):
    status.registered += people
    status.on_the_way += on_the_way
    session.flush()
    return True
