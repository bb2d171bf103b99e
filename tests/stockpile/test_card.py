"""The stock card: every movement with the balance after it, whatever was booked when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from random import Random

import pytest
from openpyxl import load_workbook

from relief_ops import clock
from tests.factories import stock as made
from tests.factories.city import OTHER_COUNTY
from tests.factories.stock import new_id

QUILT = "quilt"
NOW = datetime.now(UTC)


def day(ago):
    return (NOW - timedelta(days=ago)).isoformat()


def local_day(ago) -> date:
    return clock.local_date(NOW - timedelta(days=ago))


def card(caller, depot, **asked):
    query = "".join(f"&{key}={value}" for key, value in asked.items())
    answer = caller.get(f"/api/v1/stock/card?depot={depot}&item={QUILT}{query}")
    assert answer.status_code == 200, answer.json
    return answer.json


@pytest.fixture
def depot(manager):
    """A depot with a receipt of 100 twenty days ago, one dated back, an issue, one taken back."""
    depot = made.depot(manager)
    lot = made.stock(manager, depot, item=QUILT, quantity=100, at=day(20), document="入 1")
    out = {"kind": "issue", "source": depot, "item": QUILT, "lot": lot}
    made.move(manager, **out, quantity=30, at=day(5), reason="东山村")
    wrong = made.move(manager, **out, quantity=7, at=day(4)).json["id"]
    made.move(manager, kind="correction", corrects=wrong, reason="录错")
    made.move(manager, **out, quantity=10, at=day(10), reason="补记的")
    return depot


def test_the_card_is_in_the_order_things_happened_with_the_balance_after_each(manager, depot):
    found = card(manager, depot)
    rows = [(each["kind"], each["in"], each["out"], each["balance"]) for each in found["lines"]]

    assert rows == [
        ("receive", 100, 0, 100), ("issue", 0, 10, 90), ("issue", 0, 30, 60), ("issue", 0, 7, 53),
        ("correction", 7, 0, 60),
    ]  # fmt: skip
    assert (found["opening"], found["received"], found["given"], found["closing"]) == (
        0, 107, 47, 60,
    )  # fmt: skip
    assert made.balance(manager, depot) == (60, 0)


def test_a_period_opens_with_what_lay_there_before(manager, depot):
    found = card(manager, depot, **{"from": local_day(10), "to": local_day(5)})

    assert found["opening"] == 100 and found["closing"] == 60
    assert [each["balance"] for each in found["lines"]] == [90, 60]
    later = card(manager, depot, **{"from": local_day(4)})
    assert later["opening"] == 60 == later["closing"]
    none = card(manager, depot, **{"from": local_day(3), "to": local_day(2)})
    assert none["lines"] == [] and none["opening"] == none["closing"] == 53


@pytest.mark.parametrize(
    "asked",
    ["depot={depot}", "item=quilt", "depot={depot}&item=quilt&from=13", "depot=x&item=quilt",
     "depot={depot}&item=unicorn", "depot={depot}&item=quilt&to=2026-02-30"],
)  # fmt: skip
def test_a_card_of_nothing_is_explained(manager, depot, asked):
    answer = manager.get(f"/api/v1/stock/card?{asked.format(depot=depot)}")

    assert answer.status_code == 422


@pytest.mark.parametrize("seed", range(4))
def test_the_last_balance_is_what_is_on_hand_whatever_was_booked_when(manager, seed):
    chance = Random(seed)
    here, there = made.depot(manager), made.depot(manager, name="二库")
    lots = [made.stock(manager, here, item=QUILT, quantity=50, at=day(40)) for _each in range(2)]
    booked: list[str] = []
    for _turn in range(60):
        body = {"item": QUILT, "lot": chance.choice(lots), "quantity": chance.randint(1, 20)}
        act = chance.choice(("receive", "issue", "transfer", "back", "count", "loan", "correction"))
        if chance.random() < 0.5 and act != "count":
            body["at"] = day(chance.randint(0, 39))
        if act == "correction":
            body = {"corrects": chance.choice(booked)} if booked else body
        ends = {
            "receive": {"to": here}, "issue": {"source": here}, "count": {"source": here},
            "transfer": {"source": here, "to": there}, "loan": {"source": here, "reason": "借"},
            "back": {"source": there, "to": here}, "correction": {},
        }[act]  # fmt: skip
        answer = made.move(
            manager, kind="transfer" if act == "back" else act, id=new_id(), **body, **ends
        )
        if answer.status_code == 201:
            booked.append(answer.json["id"])

    assert len(booked) > 20
    for depot in (here, there):
        found = card(manager, depot)
        balances = [0, *(each["balance"] for each in found["lines"])]
        assert balances[-1] == found["closing"] == made.balance(manager, depot)[0]
        assert min(balances) >= 0
        steps = [each["in"] - each["out"] for each in found["lines"]]
        assert [after - before for before, after in pairwise(balances)] == steps
        assert found["count"] == len(found["lines"]) > 0
        ats = [each["at"] for each in found["lines"]]
        assert ats == sorted(ats)
        for cut in (30, 12, 1):
            first = card(manager, depot, to=local_day(cut))
            rest = card(manager, depot, **{"from": local_day(cut - 1)})
            assert first["closing"] == rest["opening"] and rest["closing"] == balances[-1]
            assert len(first["lines"]) + len(rest["lines"]) == found["count"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_the_paper_and_the_workbook_say_the_same(manager, keeper, depot, lang):
    keeper.client.set_cookie("lang", lang)
    address = f"/stock/depots/{depot}/items/{QUILT}"
    page = keeper.get(f"{address}?from=").text
    for told in ("东山村", "补记的", "入 1"):
        assert told in page
    assert ("库存卡" if lang == "zh" else "Stock card") in page
    assert "/correction" in page
    paper = keeper.get(f"{address}/print?from=").text
    assert "东山村" in paper and "/correction" not in paper
    book = load_workbook(BytesIO(keeper.get(f"{address}/card.xlsx?from=").data)).active
    cells = [[cell.value for cell in row] for row in book.iter_rows(min_row=3)]
    assert [row[8] for row in cells] == [0, 100, 90, 60, 53, 60, 60]
    assert cells[-1][6:9] == [107, 47, 60]


def test_a_long_card_is_paged_and_opens_at_its_end(manager, keeper):
    depot = made.depot(manager)
    lot = made.stock(manager, depot, item=QUILT, quantity=60)
    for number in range(54):
        made.move(manager, kind="issue", source=depot, item=QUILT, lot=lot, quantity=1,
                  reason=f"第{number:02}户")  # fmt: skip
    address = f"/stock/depots/{depot}/items/{QUILT}"
    last, first = keeper.get(address).text, keeper.get(f"{address}?page=1").text

    assert (
        "第53户" in last and "第10户" not in last and "期初结存" not in last[last.index("<tbody") :]
    )
    assert "第10户" in first and "第53户" not in first
    assert keeper.get(f"{address}?page=99&to=").status_code == 200


def test_the_year_before_is_in_the_opening_balance(manager, keeper):
    depot = made.depot(manager)
    made.stock(manager, depot, item=QUILT, quantity=60, document="去年的", at=day(366))
    address = f"/stock/depots/{depot}/items/{QUILT}"

    page = keeper.get(address).text
    assert "去年的" not in page and ">60<" in page
    assert "去年的" in keeper.get(f"{address}?from=").text


def test_others_do_not_see_it(person, manager, stranger, depot):
    elsewhere, address = (
        person(f"depot_keeper@{OTHER_COUNTY}"),
        f"/stock/depots/{depot}/items/quilt",
    )
    nobody = person("window_clerk")

    assert stranger.get(address).status_code == 302
    for more in ("", "/print", "/card.xlsx"):
        assert elsewhere.get(f"{address}{more}").status_code == 404
        assert nobody.get(f"{address}{more}").status_code == 403
    asked = f"/api/v1/stock/card?depot={depot}&item=quilt"
    assert elsewhere.get(asked).status_code == 404
    assert nobody.get(asked).status_code == 403
