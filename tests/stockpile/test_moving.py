"""The page that books what goods already in stock do, what it takes back, and what is on loan."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from relief_ops import clock
from stockpile import rules
from stockpile.queries import register
from stockpile.rules import Lending
from tests.factories import stock as made
from tests.factories.city import COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP
from tests.factories.shelters import open_shelter
from tests.factories.stock import new_id

QUILT = "quilt"
KINDS = ("issue", "transfer", "write_off", "loan", "loan_back")


@pytest.fixture
def depot(manager):
    return made.depot(manager)


@pytest.fixture
def lot(manager, depot):
    return made.stock(manager, depot, item=QUILT, quantity=100)


def post(caller, path, **fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(f"/stock{path}", data=fields, headers=headers)


def book(caller, depot, lot="", **fields):
    body = {"id": new_id(), "place": depot, "goods": f"{QUILT}|{lot}", "quantity": "4"}
    return post(caller, "/move", **body | fields)


def test_a_keeper_issues_moves_writes_off_lends_and_gets_back(manager, keeper, depot, lot):
    other = made.depot(manager, name="二库")
    for fields in (
        {"kind": "issue", "reason": "东山村"},
        {"kind": "transfer", "to": other},
        {"kind": "write_off", "reason": "受潮", "document": "报损 3"},
        {"kind": "loan", "reason": "水利局", "at": "2026-01-01T10:00"},
    ):
        answer = book(keeper, depot, lot, **fields)
        backdated = "at" in fields  # before there was any: refused, and said at its field
        assert answer.status_code == (409 if backdated else 303), answer.text
    assert book(keeper, depot, lot, kind="loan", reason="水利局").status_code == 303
    assert made.balance(manager, depot) == (84, 0)
    assert made.balance(manager, other) == (4, 0)

    back = book(keeper, depot, lot, kind="loan_back", reason="水利局", quantity="3")
    assert back.status_code == 303, back.text
    assert made.balance(manager, depot) == (87, 0)
    told = keeper.get(back.location).text
    assert "已记账" in told and "借出归还" in told


def test_a_form_sent_twice_books_once(manager, keeper, depot, lot):
    form = {"id": new_id(), "kind": "issue"}
    first, again = (book(keeper, depot, lot, **form) for _turn in range(2))

    assert first.status_code == again.status_code == 303
    assert made.balance(manager, depot) == (96, 0)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_form_in_both_languages(keeper, depot, lot, kind, lang):
    keeper.client.set_cookie("lang", lang)
    made.move(keeper, kind="loan", source=depot, item=QUILT, lot=lot, quantity=5, reason="水利局")
    answer = keeper.get(f"/stock/move?kind={kind}&place={depot}")

    assert answer.status_code == 200
    assert f'value="{QUILT}|{lot}"' in answer.text
    assert ('name="to"' in answer.text) == (kind == "transfer")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quantity": ""}, "quantity"),
        ({"quantity": "1.5"}, "quantity"),
        ({"quantity": "-4"}, "quantity"),
        ({"quantity": "1000"}, "quantity"),
        ({"goods": ""}, "goods"),
        ({"kind": "transfer", "to": ""}, "to"),
        ({"kind": "write_off", "reason": " "}, "reason"),
        ({"kind": "loan", "reason": ""}, "reason"),
        ({"at": "2099-01-01T10:00"}, "at"),
        ({"document": "长" * 81}, "document"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    manager, keeper, depot, lot, wrong, field
):
    typed = {"kind": "issue", "reason": "给东山村老人", "document": "出 9"} | wrong
    answer = book(keeper, depot, lot, **typed)

    assert answer.status_code in (409, 422)
    assert f'id="e-{field}"' in answer.text
    assert answer.text.count('class="error-line"') == 1
    for name in ("quantity", "reason", "document", "at"):
        assert not typed.get(name, "").strip() or f'value="{typed[name]}"' in answer.text, name
    assert made.balance(manager, depot) == (100, 0)


def test_full_width_digits_are_digits(manager, keeper, depot, lot):
    assert book(keeper, depot, lot, kind="issue", quantity="１２").status_code == 303
    assert made.balance(manager, depot) == (88, 0)


def test_the_first_to_expire_goes_but_nothing_expired_or_bound(manager, keeper, depot):
    today = clock.local_date(clock.now())
    lots = {
        days: made.stock(manager, depot, item=QUILT, quantity=10,
                         expires_on=str(today + timedelta(days=days)))
        for days in (-1, 90, 30)
    }  # fmt: skip
    made.stock(manager, depot, item=QUILT, quantity=10)  # never expires, so it goes last
    bound = made.stock(manager, depot, item=QUILT, quantity=10, purpose="独居老人",
                       expires_on=str(today + timedelta(days=5)))  # fmt: skip
    for days in (30, 90):
        assert book(keeper, depot, kind="issue", quantity="10").status_code == 303
        assert made.balance(manager, depot, lot=lots[days]) == (0, 0)
    book(keeper, depot, kind="issue", quantity="10")
    refused = book(keeper, depot, kind="issue", quantity="10")

    assert refused.status_code == 409 and "选定批次" in refused.text
    assert made.balance(manager, depot, lot=lots[-1]) == made.balance(manager, depot, lot=bound)
    assert book(keeper, depot, bound, kind="issue", quantity="10").status_code == 303


def test_much_written_off_says_that_it_waits_until_a_second_person_agrees(manager, keeper, depot):
    lot = made.stock(manager, depot, item=QUILT, quantity=1000)
    off = {"kind": "write_off", "reason": "受潮", "quantity": "900"}
    first = book(keeper, depot, lot, **off)
    told = keeper.get(first.location).text
    assert "尚未入账" in told and "您已报过" in told
    assert made.balance(manager, depot) == (1000, 0)
    assert "受潮" not in manager.get(f"/stock/move?kind=write_off&place={depot}").text

    second = book(manager, depot, lot, **off)
    assert "已记账" in manager.get(second.location).text
    assert made.balance(manager, depot) == (100, 0)


def test_what_waits_at_a_shelter_stands_in_the_queue_of_whoever_may_say_the_same(
    manager, keeper, person, disaster
):
    shelter = open_shelter(person(f"shelter_manager@{COUNTY}"), disaster)
    lot = made.stock(manager, shelter, item=QUILT, quantity=1000)
    book(manager, shelter, lot, kind="write_off", reason="水淹", quantity="900")
    waiting = [each for each in keeper.get("/api/v1/attention").json["attention"]
               if each["kind"] == "stock_count"]  # fmt: skip

    assert [each["href"] for each in waiting] == [f"/stock/move?kind=write_off&place={shelter}"]
    assert "等待第二人复核" in keeper.get(waiting[0]["href"]).text


def test_the_api_says_that_a_write_off_waits(manager, depot):
    lot = made.stock(manager, depot, item=QUILT, quantity=1000)
    answer = made.move(manager, kind="write_off", source=depot, item=QUILT, lot=lot, quantity=900,
                       reason="受潮")  # fmt: skip

    assert answer.json["waits_for_second_count"] is True


def test_goods_at_a_shelter_are_booked_too(manager, person, disaster):
    shelter = open_shelter(person(f"shelter_manager@{COUNTY}"), disaster)
    lot = made.stock(manager, shelter, item=QUILT, quantity=10)
    page = manager.get(f"/stock/move?kind=issue&place={shelter}").text
    assert f"{QUILT}|{lot}" in page and "避灾场所的物资" in page

    assert book(manager, shelter, lot, kind="issue").status_code == 303


def test_only_places_one_may_book_at_are_to_choose(manager, person, depot, lot):
    there = made.depot(manager, name="邻镇库", area_code=NEIGHBOUR)
    here = made.depot(manager, name="本镇库", area_code=TOWNSHIP)
    both = person(f"depot_keeper@{TOWNSHIP}", f"township_reporter@{NEIGHBOUR}")
    page = both.get(f"/stock/move?kind=transfer&place={here}&area={COUNTY}").text

    assert "本镇库" in page and there not in page and depot not in page


def test_where_there_are_very_many_shelters_only_those_with_goods_are_to_choose(
    monkeypatch, manager, person, disaster, depot
):
    keeper = person(f"shelter_manager@{COUNTY}")
    empty, stocked = (open_shelter(keeper, disaster, name=each) for each in ("空的", "有货的"))
    made.stock(manager, stocked, item=QUILT, quantity=10)
    assert empty in manager.get("/stock/move?kind=issue").text

    monkeypatch.setattr(register, "MOST_PLACES", 1)
    page = manager.get("/stock/move?kind=issue").text
    assert depot in page and stocked in page and empty not in page


@pytest.mark.parametrize("kind", KINDS)
def test_others_have_no_such_form(person, manager, stranger, depot, lot, kind):
    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")
    reader = person(f"township_reporter@{TOWNSHIP}")
    fields = {"kind": kind, "reason": "x", "to": depot}

    assert elsewhere.get(f"/stock/move?kind={kind}&place={depot}").status_code == 404
    assert book(elsewhere, depot, lot, **fields).status_code == 404
    assert reader.get(f"/stock/move?kind={kind}").status_code == 403
    assert book(reader, depot, lot, **fields).status_code == 403
    assert stranger.get("/stock/move").status_code == 302
    assert made.balance(manager, depot) == (100, 0)


def test_what_is_lent_is_kept_where_it_is_while_the_depot_is_shut(manager, keeper, depot, lot):
    body = {"name": "东山县库", "area_code": COUNTY, "lon": 121.55, "lat": 29.8, "shut": "进水"}
    assert manager.put(f"/api/v1/depots/{depot}", body, If_Match="1").status_code == 200

    refused = book(keeper, depot, lot, kind="issue")
    assert refused.status_code == 409 and "进水" in refused.text
    assert book(keeper, depot, lot, kind="write_off", reason="水淹").status_code == 303


def moved(caller, depot, kind):
    rows = caller.get(f"/api/v1/stock/movements?place={depot}").json["movements"]
    return next(each["id"] for each in rows if each["kind"] == kind)


def test_a_movement_is_taken_back_from_the_lots_page_with_a_reason(manager, keeper, depot, lot):
    made.move(keeper, kind="issue", source=depot, item=QUILT, lot=lot, quantity=4)
    issued = moved(keeper, depot, "issue")
    address = f"/movements/{issued}/correction"
    assert f"/stock{address}" in keeper.get(f"/stock/lots/{lot}").text
    assert "撤回原因" in keeper.get(f"/stock{address}").text

    without = post(keeper, address, id=new_id(), reason=" ", document="更 1")
    assert without.status_code == 422 and 'value="更 1"' in without.text
    assert post(keeper, address, id=new_id(), reason="录错").status_code == 303
    assert made.balance(manager, depot) == (100, 0)
    assert f"/stock{address}" not in keeper.get(f"/stock/lots/{lot}").text
    assert keeper.get(f"/stock{address}").status_code == 409
    assert post(keeper, address, id=new_id(), reason="又").status_code == 409


def test_what_cannot_be_taken_back_says_nothing(manager, keeper, person, depot, lot):
    counted = {"kind": "count", "source": depot, "item": QUILT, "lot": lot, "quantity": 99}
    made.move(keeper, **counted)
    page = keeper.get(f"/stock/lots/{lot}").text
    assert f"/movements/{moved(keeper, depot, 'count')}/correction" not in page
    assert f"/movements/{moved(keeper, depot, 'receive')}/correction" in page

    received = moved(keeper, depot, "receive")
    reader, elsewhere = person("duty_leader"), person(f"depot_keeper@{NEIGHBOUR}")
    assert "/correction" not in reader.get(f"/stock/lots/{lot}").text
    for caller, status in ((reader, 403), (elsewhere, 404)):
        assert caller.get(f"/stock/movements/{received}/correction").status_code == status
        answer = post(caller, f"/movements/{received}/correction", id=new_id(), reason="x")
        assert answer.status_code == status


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_on_loan_is_listed_by_who_has_it(manager, keeper, person, depot, lot, lang):
    for who, quantity in (("水利局", 10), ("供电所", 5)):
        made.move(keeper, kind="loan", source=depot, item=QUILT, lot=lot, quantity=quantity,
                  reason=who, document=f"借 {quantity}")  # fmt: skip
    back = {"kind": "loan_back", "to": depot, "item": QUILT, "lot": lot}
    made.move(keeper, **back, quantity=4, reason="供电所")
    made.move(keeper, **back, quantity=3, reason="不知是谁")
    wrong = made.move(keeper, **back, quantity=2, reason="水利局").json["id"]
    made.move(keeper, kind="correction", corrects=wrong)

    keeper.client.set_cookie("lang", lang)
    found = keeper.get(f"/api/v1/stock/loans?depot={depot}").json["loans"]
    assert [(each["who"], each["lent"], each["out"]) for each in found] == [
        ("水利局", 10, 7), ("供电所", 5, 1),
    ]  # fmt: skip
    page = keeper.get("/stock/loans").text
    assert "水利局" in page and "借 10" in page
    assert keeper.get("/stock/loans.xlsx").data[:2] == b"PK"
    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")
    assert elsewhere.get("/api/v1/stock/loans").json["loans"] == []
    offered = re.search(r'href="(/stock/move\?kind=loan_back[^"]+)"', page)[1].replace("&amp;", "&")
    assert "selected" in keeper.get(offered).text


acts = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9), st.integers(0, 30)), max_size=40)


def test_what_comes_back_closes_the_loan_of_the_place_it_comes_back_to():
    here, there = UUID(int=1), UUID(int=2)
    moves = [
        Lending(id=UUID(int=3), quantity=10, who="红十字会", place=here),
        Lending(id=UUID(int=4), quantity=10, who="红十字会", place=there),
        Lending(id=UUID(int=5), quantity=-10, who="红十字会", place=there),
    ]

    assert rules.open_loans(moves) == [(UUID(int=3), 10)]


@drawn(acts)
def test_open_loans_are_what_the_account_of_loans_holds(chosen):
    moves, held = [], 0
    corrected: set[int] = set()
    for act, quantity, other in chosen:
        number = len(moves)
        if act == 0:
            move = Lending(id=UUID(int=number), quantity=quantity, who="甲乙丙"[other % 3])
        elif act == 1:
            move = Lending(id=UUID(int=number), quantity=-quantity, who="甲乙丙"[other % 3])
        elif moves and (back := other % number) not in corrected:
            move = Lending(id=UUID(int=number), quantity=-moves[back].quantity, who="",
                           corrects=moves[back].id)  # fmt: skip
        else:
            continue
        if held + move.quantity < 0:
            continue
        if move.corrects:
            corrected.add(move.corrects.int)
        held += move.quantity
        moves.append(move)

    found = rules.open_loans(moves)
    assert sum(left for _loan, left in found) == held
    assert all(left > 0 for _loan, left in found)


def test_an_expiry_before_the_day_it_was_made_is_refused(manager, depot):
    body = {"kind": "receive", "to": depot, "item": QUILT, "quantity": 1}
    answer = made.move(manager, **body, made_on="2026-05-01", expires_on=str(date(2026, 4, 30)))

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["made_on"]


def test_nobody_takes_a_depot_out_of_a_county_he_does_not_write_in(manager, person, depot):
    other = person(f"logistics_manager@{OTHER_COUNTY}", f"township_reporter@{COUNTY}")
    revision = manager.get(f"/api/v1/depots/{depot}").json["revision"]
    body = {"name": "东山县库", "area_code": OTHER_COUNTY, "lon": 121.55, "lat": 29.8}

    answer = other.put(f"/api/v1/depots/{depot}", body, If_Match=str(revision))

    assert answer.status_code == 403
    assert manager.get(f"/api/v1/depots/{depot}").json["area_code"] == COUNTY
