"""Decisions of an evacuation: what may follow what, until when, and at which pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relief_ops import clock
from shelters.evacuation.rules import (
    NEXT,
    SAFE,
    Act,
    Escalation,
    Means,
    Outlook,
    Said,
    State,
    deadline,
    escalation,
    fold,
    hold,
    may_become,
    outlook,
    places,
    step_errors,
)
from shelters.forecast import Reading

START = datetime(2013, 10, 6, 14, 0, tzinfo=clock.LOCAL)


@dataclass(frozen=True)
class Step:
    id: UUID
    at: datetime
    state: str
    people: int | None = None
    out_of: int | None = None

    @property
    def origin(self) -> UUID:
        return self.id


def steps(*states):
    return [
        Step(UUID(int=n), START + timedelta(minutes=n), state) for n, state in enumerate(states)
    ]


def test_a_household_goes_from_told_to_safe_and_home():
    said = fold(steps("to_tell", "told", "ready", "on_the_way", "at_shelter", "returned"))

    assert said.state == State.RETURNED
    assert said.first_tried == START
    assert said.safe_since == START + timedelta(minutes=4)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("returned", "told"), ("at_shelter", "ready"), ("to_tell", "returned"),
        ("refused", "to_tell"), ("on_the_way", "told"), ("at_shelter", "refused"),
        ("not_found", "not_found"), ("on_the_way", "returned"),
    ],
)  # fmt: skip
def test_what_cannot_follow(before, after):
    assert not may_become(State(before), State(after))


def test_every_state_but_home_leads_on_and_home_is_reached_from_safety_only():
    assert {each for each in State if not NEXT[each]} == {State.RETURNED}
    from_where = {each for each in State if State.RETURNED in NEXT[each]}
    assert from_where == SAFE - {State.RETURNED}


def test_a_step_that_comes_late_falls_into_its_place():
    sent = steps("told", "on_the_way", "at_shelter")

    assert fold([sent[2], sent[0]]).state == State.AT_SHELTER
    assert fold([sent[2], sent[0], sent[1]]).state == State.AT_SHELTER


def test_what_cannot_follow_is_passed_over():
    assert fold(steps("at_shelter", "ready", "refused")).state == State.AT_SHELTER


@given(st.lists(st.sampled_from(list(State)), max_size=8), st.randoms())
def test_the_order_of_arrival_does_not_matter(states, random):
    sent = steps(*states)
    shuffled = random.sample(sent, len(sent))

    said = fold(shuffled)

    assert said == fold(sent)
    assert (said.safe_since is not None) == (said.state in SAFE)


def test_who_leaves_safety_is_not_safe_any_more():
    assert fold(steps("at_shelter", "to_tell")).safe_since is None
    assert fold(steps("at_shelter", "with_relatives")).safe_since == START


def test_nobody_is_moved_by_force_who_did_not_refuse_nor_without_names():
    forced = Act(state=State.ON_THE_WAY, compulsory=True)

    assert step_errors(Said(), forced) == {"compulsory": "only_after_refusal"}
    refused = fold(steps("refused"))
    assert step_errors(refused, forced) == {"decided_by": "missing", "present": "missing"}
    named = Act(state=State.ON_THE_WAY, compulsory=True, decided_by="镇长", present="民警二人")
    assert step_errors(refused, named) == {}


def test_nobody_goes_home_before_the_way_is_open():
    safe = fold(steps("at_shelter"))

    assert step_errors(safe, Act(state=State.RETURNED)) == {"state": "not_lifted"}
    assert step_errors(safe, Act(state=State.RETURNED, lifted=True)) == {}


def test_whoever_was_told_was_told_by_some_means():
    assert step_errors(Said(), Act(state=State.TOLD)) == {"means": "missing"}
    assert step_errors(Said(), Act(state=State.TOLD, means=Means.DOOR)) == {}


@pytest.mark.parametrize(
    ("impact", "by"),
    [
        ("2013-10-06T15:00", "2013-10-06T12:00"),
        ("2013-10-06T17:59", "2013-10-06T14:59"),
        ("2013-10-06T20:00", "2013-10-06T17:00"),  # three hours before is earlier than 18:00
        ("2013-10-06T23:30", "2013-10-06T18:00"),
        ("2013-10-07T01:15", "2013-10-06T18:00"),
        ("2013-10-07T05:59", "2013-10-06T18:00"),
        ("2013-10-07T06:00", "2013-10-07T03:00"),
    ],
)
def test_the_deadline_is_three_hours_before_or_the_evening_before_a_night(impact, by):
    local = datetime.fromisoformat(impact).replace(tzinfo=clock.LOCAL)

    found = deadline(local, lead_hours=3, evening_hour=18)

    assert f"{found:%Y-%m-%dT%H:%M}" == by


def test_nobody_answers_then_the_deputy_then_somebody_goes():
    for minutes, turn in ((9, "cadre"), (10, "deputy"), (19, "deputy"), (20, "send")):
        now = START + timedelta(minutes=minutes)
        assert escalation(START, now, minutes=10) == Escalation(turn)


def readings(*left, refused=0, missing=0):
    """Return readings ten minutes apart; of those left so many refuse and are missing."""
    return [
        Reading(10.0 * n, each - refused - missing, refused, missing) for n, each in enumerate(left)
    ]


def ahead(hours, found, total=100):
    now = START + timedelta(minutes=found[-1].minute)
    return outlook(total, found, now=now, by=now + timedelta(hours=hours), alarm=0.7)


def test_the_outlook_is_a_range_and_late_only_where_that_is_likely():
    steady = readings(*range(100, 30, -5))

    soon, far = ahead(1, steady), ahead(12, steady)

    assert soon.low < soon.middle < soon.high
    assert soon.late and soon.chance > 0.8
    assert not far.late and far.chance < 0.1
    assert (soon.low, soon.high) == (far.low, far.high)


def test_while_nobody_is_safe_nothing_is_foretold_but_an_hour_before_it_is_an_alarm():
    nobody = readings(100, 100, 100)

    assert ahead(2, nobody) == Outlook()
    assert ahead(1, nobody) == Outlook(late=True)


def test_an_end_days_away_is_not_given_as_an_hour():
    stuck = readings(3000, 2990, 2980, refused=2900)

    found = ahead(3, stuck, total=3000)

    assert found.beyond and found.late
    assert (found.low, found.middle, found.high) == (None, None, None)


def test_where_everybody_is_safe_nobody_is_late():
    assert ahead(-1, readings(100, 40, 0)) == Outlook(chance=0.0)


def test_what_holds_everybody_up_is_named_with_the_minutes_it_costs():
    by = START + timedelta(hours=1)
    moving = hold(100, readings(*range(100, 40, -5)), now=START, by=by)
    refusing = hold(100, readings(*range(100, 20, -5), refused=20), now=START, by=by)
    missing = hold(100, readings(*range(100, 20, -5), missing=20), now=START, by=by)

    assert (moving.holdup, refusing.holdup, missing.holdup) == ("moving", "refused", "missing")
    assert min(moving.gained, refusing.gained, missing.gained) > 10
    assert moving.faster > 1
    assert hold(100, readings(100, 100), now=START, by=by) is None


@pytest.mark.parametrize(
    ("row", "needed"),
    [
        ({"people": 3}, (0, 0, 0, 0)),
        ({"people": 3, "disabled": 2}, (0, 0, 0, 0)),  # they walk, or are carried to a bus
        ({"people": 3, "transport": "wheelchair"}, (1, 0, 0, 0)),
        ({"people": 3, "transport": "wheelchair", "disabled": 2, "children": 2}, (2, 1, 0, 0)),
        ({"people": 1, "transport": "stretcher"}, (0, 0, 1, 0)),
        ({"people": 2, "medical": 2, "children": 1}, (0, 0, 2, 0)),
        ({"people": 3, "pets": 4}, (0, 0, 0, 1)),  # one place for the household, not for each
        ({"people": 1, "medical": 1, "pets": 1}, (0, 0, 1, 0)),  # nobody needs two kinds
    ],
)
def test_needs_of_a_row_are_no_more_than_its_people(row, needed):
    known = {"transport": "bus", "disabled": 0, "children": 0, "medical": 0} | row

    assert places(known.pop("people"), known.pop("transport"), **known) == needed
