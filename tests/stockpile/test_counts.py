"""Counting is blind; a large difference is booked when two people have found the same."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import new_id
from tests.factories import stock
from tests.factories.city import COUNTY, FAR_TOWNSHIP, OTHER_COUNTY
from tests.factories.shelters import make_shelter


@pytest.fixture
def second(person):
    return person(f"depot_keeper@{COUNTY}")


@pytest.fixture
def full(manager):
    """A depot with a thousand quilts of one lot."""
    depot = stock.depot(manager)
    return depot, stock.stock(manager, depot, item="quilt", quantity=1000)


def count(caller, full, quantity, **more):
    depot, lot = full
    return stock.move(
        caller, kind="count", source=depot, item="quilt", lot=lot, quantity=quantity, **more
    )


def held(caller, full):
    return stock.balance(caller, full[0])[0]


def waiting(caller, full):
    return caller.get(f"/api/v1/stock/counts?depot={full[0]}").json["waiting"]


@pytest.mark.parametrize("found", [980, 1020, 1000])
def test_a_small_difference_is_booked_on_one_persons_word(manager, full, found):
    answer = count(manager, full, found)

    assert (answer.status_code, answer.json["waits_for_second_count"]) == (201, False)
    assert held(manager, full) == found
    assert waiting(manager, full) == []


def test_a_large_one_waits_until_another_person_finds_the_same(manager, second, full):
    first = count(manager, full, 900)
    assert (first.status_code, first.json["waits_for_second_count"]) == (201, True)
    assert held(manager, full) == 1000

    assert count(manager, full, 900).json["waits_for_second_count"] is True  # oneself is nobody
    assert held(manager, full) == 1000

    assert count(second, full, 900).json["waits_for_second_count"] is False
    assert held(second, full) == 900
    assert waiting(second, full) == []


def test_whoever_finds_something_else_replaces_what_was_found(manager, second, full):
    count(manager, full, 900)

    assert count(second, full, 910).json["waits_for_second_count"] is True
    assert held(manager, full) == 1000

    assert count(manager, full, 910).json["waits_for_second_count"] is False
    assert held(manager, full) == 910


def test_what_was_found_is_shown_to_nobody_before_the_second_count(
    app, manager, second, full, browse
):
    count(manager, full, 907)

    (one,) = waiting(second, full)
    assert set(one) == {"id", "depot", "lot", "counted_at", "own"} and not one["own"]
    assert waiting(manager, full)[0]["own"]
    page = browse(f"depot_keeper@{COUNTY}").get(f"/stock/count?depot={full[0]}").data.decode()
    words = re.sub(r"<[^>]+>", " ", page)
    assert not re.search(r"\b(907|1,?000)\b", words)
    log = second.get(f"/api/v1/events?after=0&area={COUNTY}").json["events"]
    (told,) = [each for each in log if each["name"] == "stock.count_waits"]
    assert set(told["payload"]) == {"depot_id", "item", "lot_id"}


def test_the_sheet_to_count_on_names_every_lot_and_no_number_of_the_book(manager, browse, full):
    keeper = browse(f"depot_keeper@{COUNTY}")
    page = keeper.get(f"/stock/count?depot={full[0]}").text
    (address,) = re.findall(r'href="(/stock/depots/[^"]+/count-sheet)"', page)
    sheet = keeper.get(address).text.split("<article")[1].split("</article")[0]
    lot = next(
        each for each in manager.get(f"/api/v1/stock/balances?depot={full[0]}").json["balances"]
    )

    assert lot["lot_label"] in sheet and "盘点人" in sheet
    assert "1,000" not in sheet and "1000" not in sheet.replace(lot["lot_label"], "")
    assert browse(f"depot_keeper@{OTHER_COUNTY}").get(address).status_code == 404


def test_the_same_count_sent_twice_is_one(manager, second, full):
    write = new_id()
    first, again = count(manager, full, 900, id=write), count(manager, full, 900, id=write)

    assert (again.status_code, again.json["seq"]) == (200, first.json["seq"])
    assert len(waiting(second, full)) == 1


def test_two_who_find_the_same_at_once_book_it_once(manager, second, full):
    count(manager, full, 900)
    start = threading.Barrier(2)

    def go(caller):
        start.wait()
        return count(caller, full, 900).status_code

    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(go, each) for each in (second, second)]
        assert {each.result(60) for each in told} == {201}

    assert held(manager, full) == 900


def test_what_is_found_below_what_is_promised_is_kept_until_promises_are_given_back(
    manager, second, reporter, disaster, full
):
    need = stock.need(reporter, disaster, item="quilt", quantity=800)
    reservation = stock.reserve(manager, need).json["id"]
    count(manager, full, 700)
    answer = count(second, full, 700)

    assert (answer.status_code, answer.json["waits_for_promises"]) == (201, True)
    assert (held(manager, full), waiting(manager, full)) == (1000, [])
    queue = second.get(f"/api/v1/attention?area={COUNTY}").json["attention"]
    (told,) = [each for each in queue if each["kind"] == "stock_count"]
    assert "多承诺 100" in told["title"]
    page = second.get(told["href"]).text
    assert f"/stock/needs/{need}" in page and "已盘点、未入账" in page

    assert manager.put(f"/api/v1/stock/reservations/{reservation}/release", {}).status_code == 201
    again = count(second, full, 700)
    assert (again.json["waits_for_promises"], again.json["waits_for_second_count"]) == (False,) * 2
    assert held(manager, full) == 700
    queue = second.get(f"/api/v1/attention?area={COUNTY}").json["attention"]
    assert not [each for each in queue if each["kind"] == "stock_count"]


def test_the_queue_names_the_depot_that_waits(second, manager, full):
    count(manager, full, 900)

    entries = second.get(f"/api/v1/attention?area={COUNTY}").json["attention"]

    (one,) = [each for each in entries if each["kind"] == "stock_count"]
    assert one["href"] == f"/stock/count?depot={full[0]}"


def test_next_door_sees_no_count_that_waits(person, manager, full):
    count(manager, full, 900)

    other = person(f"depot_keeper@{FAR_TOWNSHIP}")

    assert other.get(f"/api/v1/stock/counts?depot={full[0]}").status_code == 404
    assert count(other, full, 900).status_code == 404


def test_what_left_between_two_counts_does_not_keep_them_apart(
    manager, second, reporter, disaster, full
):
    count(manager, full, 900)
    need = stock.need(reporter, disaster, item="quilt", quantity=50)
    reservation = stock.reserve(manager, need).json["id"]
    assert stock.ship(manager, reservation, depot=full[0]).status_code == 201

    assert count(second, full, 850).json["waits_for_second_count"] is False

    assert held(manager, full) == 850


def test_what_two_people_counted_is_not_undone_by_one(manager, second, full):
    count(manager, full, 900)
    booked = count(second, full, 900).json["id"]

    undone = stock.move(manager, kind="correction", corrects=booked, reason="x")

    assert (undone.status_code, undone.json["code"]) == (409, "illegal_transition")
    assert held(manager, full) == 900


def test_the_page_of_anothers_depot_is_not_shown(person, browse, second, manager, full):
    count(manager, full, 995)
    elsewhere = browse(f"depot_keeper@{OTHER_COUNTY}")

    assert elsewhere.get(f"/stock/count?depot={full[0]}").status_code == 404
    assert second.get(f"/stock/count?depot={full[0]}").status_code == 200


def test_a_form_that_names_no_place_comes_back(second, full):
    signed = {"Authorization": f"Bearer {second.token}"}
    said = {"id": new_id(), "kind": "count", "item": "quilt", "lot": full[1], "quantity": "5"}
    for wrong in ({}, {"from": "nowhere"}):
        answer = second.client.post("/stock/count", data=said | wrong, headers=signed)

        assert answer.status_code == 422
        assert "请选择所盘点的地点" in answer.text


def test_what_lies_in_a_shelter_is_counted_like_in_a_depot(person, manager, second):
    shelter = make_shelter(person("shelter_manager"))
    lot = stock.stock(manager, shelter, item="quilt", quantity=100)
    assert count(manager, (shelter, lot), 40).json["waits_for_second_count"] is True

    assert waiting(second, (shelter, lot))[0]["lot"] == lot
    assert "临江村避灾点" in second.get(f"/stock/count?depot={shelter}").text
