"""When everybody is safe: five hundred nights nobody tuned on, and what holds them up."""

from __future__ import annotations

from functools import cache

import pytest

from shelters.forecast import Holdup, Reading, forecast, late, remedy, times_faster
from tests.bench.nights import Night, night

UNSEEN = range(1001, 1501)
SHARES = (0.25, 0.5, 0.75, 0.9)
ALARM = 0.7


@cache
def nights() -> tuple[tuple[Night, list[Reading]], ...]:
    made = (night(seed) for seed in UNSEEN)
    return tuple((each, [Reading(*reading) for reading in each.readings]) for each in made)


def test_the_range_holds_eight_nights_in_ten_at_every_stage_of_the_night():
    held = {share: [0, 0] for share in SHARES}
    for each, readings in nights():
        for share in SHARES:
            left = each.households * (1 - share)
            ends = (n for n, reading in enumerate(readings, 1) if reading.left <= left)
            seen = next(ends, len(readings))
            now, said = readings[seen - 1], forecast(each.households, readings[:seen])
            if now.left and said:
                held[share][0] += said.low <= each.done - now.minute <= said.high
                held[share][1] += 1

    for share, (inside, of) in held.items():
        assert of > 490 and 0.75 <= inside / of <= 0.85, (share, inside, of)


def test_an_hour_before_the_deadline_the_late_nights_are_known():
    found = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    for each, readings in nights():
        seen = [reading for reading in readings if reading.minute <= each.deadline - 60]
        ahead = each.deadline - seen[-1].minute
        chance = late(each.households, seen, ahead) if seen[-1].left else 0.0
        found[each.done > each.deadline, chance is None or chance > ALARM] += 1

    recall = found[True, True] / (found[True, True] + found[True, False])
    precision = found[True, True] / (found[True, True] + found[False, True])
    assert recall >= 0.95, found
    assert precision >= 0.85, found


def test_nothing_is_said_before_anybody_moved_and_nothing_is_left_at_the_end():
    waiting = [Reading(0, 100), Reading(10, 100)]
    assert forecast(100, waiting) is None
    assert late(100, waiting, 60) is None and remedy(100, waiting) is None

    done = forecast(100, [*waiting, Reading(20, 0)])
    assert done is not None and (done.low, done.high) == (0, 0)


@pytest.mark.parametrize(
    ("now", "holdup"),
    [
        (Reading(120, 60, 0, 0), Holdup.MOVING),
        (Reading(120, 3, 12, 0), Holdup.REFUSED),
        (Reading(120, 3, 0, 9), Holdup.MISSING),
    ],
)
def test_what_holds_everybody_up_is_named(now, holdup):
    readings = [Reading(0, 120), Reading(60, 90, now.refused, now.missing), now]

    found = remedy(120, readings)
    assert found is not None and found.holdup == holdup and found.gained > 0


def test_the_nearer_the_deadline_the_faster_they_must_go():
    readings = [Reading(0, 120), Reading(60, 90), Reading(120, 60)]

    soon, later = (times_faster(120, readings, minutes) for minutes in (30, 240))
    assert soon > 1 > later
    assert late(120, readings, 30) > late(120, readings, 240)
    assert times_faster(120, readings, 0) is None


def test_more_left_takes_longer():
    begun = [Reading(0, 400), Reading(60, 300)]
    few, many = (forecast(400, [*begun, Reading(120, left)]) for left in (40, 200))

    assert few.middle < many.middle and few.high < many.high
