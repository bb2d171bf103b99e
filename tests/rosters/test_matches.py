"""Two rows that may be one: shown with why, decided by a person, never merged by themselves."""

from __future__ import annotations

from random import Random
from uuid import uuid4

import pytest

from damage_reports.rosters.rules import Known, Likeness, likely_pairs
from tests.conftest import new_id
from tests.factories.city import NEIGHBOUR, TOWNSHIP, VILLAGE
from tests.factories.rosters import add, id_number, revise

NUMBER, OTHER = id_number(Random("one")), id_number(Random("two"))
SECOND_VILLAGE = VILLAGE[:6] + "002000"
WITH = {"id_number": NUMBER, "no_number": None}


def decide(caller, left, right, *, keep=None, base=None, match_id=None):
    match_id = match_id or new_id()
    body = {"left": left, "right": right, "same": keep is not None, "keep": keep, "base": base}
    return match_id, caller.put(f"/api/v1/roster-matches/{match_id}", body)


def pairs(caller, roster="casualties", area=TOWNSHIP):
    answer = caller.get(f"/api/v1/rosters/{roster}/duplicates?area={area}")
    assert answer.status_code == 200, answer.json
    return [
        ({each["left"]["record_id"], each["right"]["record_id"]}, each["why"])
        for each in answer.json["pairs"]
    ]


def deaths(caller):
    return caller.get(f"/api/v1/rosters/casualties?area={TOWNSHIP}").json["sums"]["deaths"]


def test_one_number_in_two_rows_is_a_pair_and_both_count_until_somebody_decides(keeper, disaster):
    one = add(keeper, disaster, **WITH)
    two = add(keeper, disaster, name="完全不同", area_code=SECOND_VILLAGE, **WITH)

    assert pairs(keeper) == [({one, two}, ["number"])]
    assert deaths(keeper) == 2


def test_decided_the_same_they_count_once_and_both_rows_stay(keeper, reviewer, disaster):
    one, two = add(keeper, disaster, **WITH), add(keeper, disaster, **WITH)

    match_id, answer = decide(reviewer, one, two, keep=one)

    assert answer.status_code == 201, answer.json
    assert (deaths(keeper), pairs(keeper)) == (1, [])
    assert keeper.get(f"/api/v1/roster-rows/{two}").json["same_as"] == one
    assert reviewer.get(f"/api/v1/roster-matches/{match_id}").json["keep"] == one
    assert decide(reviewer, one, two, keep=one, match_id=match_id)[1].status_code == 200


def test_decided_not_the_same_they_are_no_pair_any_more(keeper, reviewer, disaster):
    one, two = add(keeper, disaster), add(keeper, disaster)
    assert pairs(keeper) == [({one, two}, ["name"])]

    assert decide(reviewer, two, one)[1].status_code == 201

    assert (deaths(keeper), pairs(keeper)) == (2, [])


def test_a_decision_is_taken_back_by_a_later_one_on_its_base(keeper, reviewer, disaster):
    one, two = add(keeper, disaster, **WITH), add(keeper, disaster, **WITH)
    first, _answer = decide(reviewer, one, two, keep=one)
    assert decide(reviewer, one, two)[1].status_code == 412

    _id, answer = decide(reviewer, one, two, base=first)

    assert (answer.status_code, answer.json["revision"]) == (200, 2)
    assert deaths(keeper) == 2


def test_the_kept_row_may_change_but_somebody_always_counts(keeper, reviewer, disaster):
    one, two, three = (add(keeper, disaster, **WITH) for _ in range(3))
    first, _answer = decide(reviewer, one, two, keep=one)

    assert decide(reviewer, one, two, keep=two, base=first)[1].status_code == 200
    assert deaths(keeper) == 2
    assert decide(reviewer, one, three, keep=one)[1].status_code == 422
    assert decide(reviewer, two, three, keep=three)[1].status_code == 422
    assert decide(reviewer, two, three, keep=two)[1].status_code == 201
    assert deaths(keeper) == 1


def test_the_row_that_counts_for_another_is_not_removed(keeper, reviewer, disaster):
    one, two = add(keeper, disaster, **WITH), add(keeper, disaster, **WITH)
    decide(reviewer, one, two, keep=one)

    assert revise(keeper, disaster, one, removed=True)[1].status_code == 409
    assert revise(keeper, disaster, two, removed=True)[1].status_code == 200
    assert revise(keeper, disaster, one, removed=True)[1].status_code == 200
    assert deaths(keeper) == 0


def test_a_settled_row_that_is_corrected_stays_settled(keeper, reviewer, disaster):
    one, two = add(keeper, disaster, **WITH), add(keeper, disaster, **WITH)
    decide(reviewer, one, two, keep=one)

    revise(keeper, disaster, two, phone="13800000000")

    assert deaths(keeper) == 1


def test_one_address_in_two_rows_is_a_pair_of_houses_only(keeper, disaster):
    one = add(keeper, disaster, "houses", address="沿江路 8号")
    two = add(keeper, disaster, "houses", address="沿江路8号", name="王甲乙")
    add(keeper, disaster, "relocated", address="沿江路8号", name="李一丁")
    add(keeper, disaster, "relocated", address="沿江路8号", name="周三戊")

    assert pairs(keeper, "houses") == [({one, two}, ["place"])]
    assert pairs(keeper, "relocated") == []


def test_nobody_settles_who_may_not_or_what_is_not_theirs(person, keeper, disaster):
    one, two = add(keeper, disaster), add(keeper, disaster)

    assert decide(keeper, one, two, keep=one)[1].status_code == 403
    neighbour = person(f"township_reviewer@{NEIGHBOUR}")
    assert decide(neighbour, one, two, keep=one)[1].status_code == 404


@pytest.mark.parametrize(
    ("names", "villages", "numbers", "why"),
    [
        (("张伟", "张伟"), (1, 1), (None, None), [Likeness.NAME]),
        (("张伟", "章炜"), (1, 1), (None, None), [Likeness.NAME]),
        (("张伟", "张伟"), (1, 2), (None, None), None),
        (("张伟", "张强"), (1, 1), (None, None), None),
        (("张伟", "张伟"), (1, 1), (b"a", b"b"), None),
        (("张伟", "张伟"), (1, 1), (b"a", None), [Likeness.NAME]),
        (("张伟", "李强"), (1, 2), (b"a", b"a"), [Likeness.NUMBER]),
        (("Abdurahman Tursun", "Abdurehman Tursun"), (1, 1), (None, None), [Likeness.NAME]),
    ],
)
def test_who_looks_like_whom(names, villages, numbers, why):
    places = {1: uuid4(), 2: uuid4()}
    rows = [
        Known(uuid4(), places[village], number, None, name)
        for name, village, number in zip(names, villages, numbers, strict=True)
    ]

    found = likely_pairs(rows, by_place=False)

    assert [list(each.why) for each in found] == ([why] if why else [])
