"""Exceptions, taking back, completing: nothing handed over is ever merged away."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.evacuation.test_forgetting import close, purge
from tests.factories import families, stock
from tests.factories import handouts as made
from tests.handouts.test_handing import events, listed

__all__ = ["purge"]  # a fixture


@pytest.fixture
def second(person):
    """Return a second keeper, who looks at what the first recorded."""
    return person("depot_keeper")


def act(caller, handout, name, **said):
    return caller.put(f"/api/v1/handouts/{handout}/{name}", {"reason": "已核实"} | said)


def queue(caller, disaster):
    rows = caller.get(f"/api/v1/attention?disaster={disaster['id']}").json["attention"]
    return [each for each in rows if each["kind"] == "handout_exception"]


@pytest.fixture
def doubled(keeper, disaster, desk, household):
    """Return the second of two handouts to one household by desks that were offline."""
    handout = new_id()
    give = {"household_id": household, "offline": True}
    assert made.hand_out(keeper, disaster, desk, **give).status_code == 201
    assert made.hand_out(keeper, disaster, desk, id=handout, **give).status_code == 201
    return handout


def test_two_offline_desks_that_both_gave_are_both_booked_and_one_is_an_exception(
    keeper, manager, disaster, desk, doubled, proofs
):
    assert stock.balance(manager, desk) == (96, 0)
    assert [row["state"] for row in listed(keeper, desk, disaster)] == ["exception", "booked"]
    assert [row["id"] for row in listed(keeper, desk, disaster, "&state=exception")] == [doubled]
    (line,) = queue(manager, disaster)
    assert "1 次发放超标准或超账面" in line["title"] and line["state"] == "act"
    assert [each["exception"] for each in events("stock.handed_out")] == [False, True]
    assert proofs() == []


def test_an_exception_is_settled_by_another_person_with_a_reason(
    keeper, second, manager, disaster, desk, doubled
):
    assert act(keeper, doubled, "settlement").status_code == 403
    assert act(second, doubled, "settlement", reason=" ").status_code == 422
    first = act(second, doubled, "settlement")
    again = act(second, doubled, "settlement")

    assert first.status_code == 201 and again.status_code == 200 and again.json == first.json
    assert act(second, doubled, "settlement", reason="x").status_code == 409
    assert queue(manager, disaster) == []
    (row, _other) = listed(keeper, desk, disaster)
    assert (row["state"], row["settled_why"]) == ("settled", "已核实")
    assert len(events("stock.handout_settled")) == 1


def test_what_needs_no_settling_is_not_settled(keeper, second, disaster, desk):
    handout = new_id()
    made.hand_out(keeper, disaster, desk, id=handout)

    assert act(second, handout, "settlement").status_code == 409
    assert act(second, new_id(), "settlement").status_code == 404


def test_more_than_the_book_holds_is_booked_as_far_as_it_goes_and_the_rest_when_it_is_there(
    keeper, second, manager, disaster, proofs
):
    desk, handout = made.desk(manager, quantity=3), new_id()
    made.hand_out(keeper, disaster, desk, id=handout, people=8, quantity=8, offline=True)
    (row,) = listed(keeper, desk, disaster)
    assert (row["state"], row["lines"][0]["short"]) == ("exception", 5)
    assert stock.balance(manager, desk) == (0, 0) and proofs() == []

    stock.stock(manager, desk, item="quilt", quantity=10)
    assert act(second, handout, "settlement").status_code == 201
    (row,) = listed(keeper, desk, disaster)
    assert (row["state"], row["lines"][0]["short"]) == ("settled", 0)
    assert stock.balance(manager, desk) == (5, 0) and proofs() == []
    (told,) = events("stock.handout_settled")
    assert (told["booked"], told["short"]) == (5, 0)


def test_an_offline_handout_never_touches_what_is_promised(
    keeper, manager, person, disaster, desk, proofs
):
    reporter = person("township_reporter")
    stock.reserve(manager, stock.need(reporter, disaster, item="quilt", quantity=95))
    made.hand_out(keeper, disaster, desk, people=8, quantity=8, offline=True)

    assert stock.balance(manager, desk) == (95, 95)
    assert listed(keeper, desk, disaster)[0]["lines"][0]["short"] == 3
    assert proofs() == []


def test_a_handout_is_taken_back_whole_and_counts_no_more(
    keeper, manager, disaster, desk, household, proofs
):
    handout = new_id()
    made.hand_out(keeper, disaster, desk, id=handout, household_id=household)
    assert act(keeper, handout, "taking-back", reason="").status_code == 422
    first = act(keeper, handout, "taking-back")
    again = act(keeper, handout, "taking-back")

    assert first.status_code == 201 and again.json == first.json
    assert act(keeper, handout, "taking-back", reason="x").status_code == 409
    assert stock.balance(manager, desk) == (100, 0)
    entries = manager.get(f"/api/v1/stock/movements?place={desk}").json["movements"]
    assert entries[0]["kind"] == "correction" and entries[0]["corrects"] == entries[1]["id"]
    assert entries[0]["reason"] == "已核实"
    assert made.hand_out(keeper, disaster, desk, household_id=household).status_code == 201
    assert len(events("stock.handout_taken_back")) == 1 and proofs() == []


def test_an_entry_of_a_handout_is_not_taken_back_behind_its_back(
    keeper, manager, disaster, desk, household
):
    made.hand_out(keeper, disaster, desk, household_id=household)
    entry = manager.get(f"/api/v1/stock/movements?place={desk}").json["movements"][0]

    answer = stock.move(manager, kind="correction", corrects=entry["id"])
    assert answer.status_code == 409 and "发放记录" in answer.json["detail"]


def test_whose_it_was_is_completed_later_and_held_against_the_limits(
    keeper, disaster, desk, household
):
    made.hand_out(keeper, disaster, desk, household_id=household)
    handout = new_id()
    made.hand_out(keeper, disaster, desk, id=handout)
    address = f"/api/v1/handouts/{handout}/identity"
    first = keeper.put(address, {"id_number": families.ID_MAN})
    again = keeper.put(address, {"id_number": families.ID_MAN})

    assert first.status_code == 201 and again.json == first.json
    assert keeper.put(address, {"household_id": household}).status_code == 409
    row = keeper.get(f"/api/v1/handouts/{handout}").json
    assert (row["state"], row["household_id"], row["identified"]) == ("exception", household, True)
    (told,) = events("stock.handout_identified")
    assert told["exception"] is True


def test_names_numbers_and_signatures_are_forgotten_and_what_was_given_stays(
    keeper, disaster, desk, purge
):
    handout = new_id()
    made.hand_out(
        keeper, disaster, desk, id=handout, id_number=families.ID_MAN, name="何试验", people=2,
        signed="screen", drawing="M0 0L10 10",
    )  # fmt: skip
    made.hand_out(keeper, disaster, desk, name="施试验")
    close(disaster["id"])

    said = purge("--yes", days=366)

    assert "2 rows of handouts of relief goods" in said
    found = keeper.get(f"/api/v1/handouts/{handout}").json
    assert (found["name"], found["identified"]) == ("", False)
    assert found["lines"][0]["quantity"] == 2 and found["signed"] == "screen"
