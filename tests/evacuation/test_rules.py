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
    Said,
    State,
    deadline,
    escalation,
    fold,
    forecast,
    may_become,
    step_errors,
)

START = datetime(2013, 10, 6, 14, 0, tzinfo=clock.LOCAL)


@dataclass(frozen=True)
class Step:
    id: UUID
    at: datetime
    state: str


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


def test_the_forecast_is_the_range_between_two_paces():
    by = START + timedelta(hours=1)
    ahead = forecast(START, left=120, last_half_hour=60, last_hour=60, by=by)

    assert ahead.earliest == START + timedelta(minutes=60)
    assert ahead.latest == START + timedelta(minutes=120)
    assert ahead.left_at_deadline == (0, 60)
    assert ahead.late


def test_at_a_standstill_nobody_says_when():
    ahead = forecast(START, left=5, last_half_hour=0, last_hour=0, by=START + timedelta(hours=1))

    assert (ahead.earliest, ahead.latest, ahead.late) == (None, None, True)
    done = forecast(START, left=0, last_half_hour=0, last_hour=0, by=START)
    assert not done.late
