"""Goods taken in from a workbook: a template, a check that names every bad cell, one booking."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from relief_ops import clock, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.events.models import EventRow
from stockpile.routes import cells
from tests.factories import stock as made
from tests.factories.city import COUNTY, NEIGHBOUR, OTHER_COUNTY
from tests.factories.stock import new_id

NAME, OTHER = "东山县库", "二库"


@pytest.fixture
def depot(manager):
    return made.depot(manager)


def template(caller):
    answer = caller.get("/stock/receive/template")
    assert answer.status_code == 200
    return load_workbook(BytesIO(answer.data))


def filled(caller, *rows, change=None):
    """Return the template with these rows, as a person saves it."""
    book = template(caller)
    for row in rows:
        book.worksheets[0].append(row)
    if change:
        change(book.worksheets[0])
    return saved(book)


def saved(book):
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def send(caller, data, name="入库.xlsx", **fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    form = {"id": new_id(), "file": (BytesIO(data), name)} | fields
    return caller.client.post("/stock/receive/import", data=form, headers=headers)


def row(depot=NAME, item="棉被", quantity=1, **more):
    order = ("kind", "donor", "made", "expires", "price", "paper", "purpose", "owner", "note")
    return [depot, item, quantity, *(more.get(each) for each in order)]


GOOD = (
    row(quantity="１２０", price="85.50", paper="入 7", made=date(2026, 3, 1)),
    row(item="water", quantity=7.0, expires="2027年5月1日", note="半包也收"),
    row(quantity="1,000", kind="捐赠", donor="慈善总会", purpose="独居老人", owner="市局"),
)


def entries(caller, depot):
    return caller.get(f"/api/v1/stock/movements?place={depot}").json["movements"]


def test_a_file_is_checked_then_booked_whole_and_never_twice(manager, keeper, depot):
    data = filled(keeper, *GOOD)
    checked = send(keeper, data, check="1")
    assert checked.status_code == 200 and "共 3 行" in checked.text and "1,120" in checked.text
    assert entries(keeper, depot) == []

    booked = send(keeper, data)
    assert booked.status_code == 303 and "booked=3" in booked.location
    assert "已入账 3 行" in keeper.get(booked.location).text
    assert made.balance(manager, depot) == (1127, 0)
    for who in (keeper, manager):
        for fields in ({}, {"check": "1"}):
            again = send(who, data, **fields)
            assert again.status_code == 200 and "没有重复入账" in again.text
    assert made.balance(manager, depot) == (1127, 0)


def test_each_row_says_all_that_stood_in_it(manager, keeper, depot):
    send(keeper, filled(keeper, *GOOD))
    rows = manager.get(f"/api/v1/stock/balances?depot={depot}").json["balances"]
    found = {each["on_hand"]: each for each in rows}

    assert (found[120]["item"], str(found[120]["price_yuan"])) == ("quilt", "85.5")
    assert (found[7]["item"], found[7]["expires_on"]) == ("water", "2027-05-01")
    gift = found[1000]
    assert (gift["donor"], gift["purpose"], gift["owner"]) == ("慈善总会", "独居老人", "市局")
    kinds = {each["quantity"]: each for each in entries(manager, depot)}
    assert kinds[1000]["kind"] == "donation" and kinds[120]["document"] == "入 7"
    assert kinds[7]["document"] == "入库.xlsx" and kinds[7]["reason"] == "半包也收"


def test_the_act_and_every_row_are_on_the_record(keeper, depot, proofs):
    send(keeper, filled(keeper, *GOOD))
    with act_as(SYSTEM), db.reading() as session:
        names = [each.name for each in session.query(EventRow)]

    assert names.count("stock.moved") == 3 and names.count("stock.file_booked") == 1
    assert proofs() == []


@pytest.mark.parametrize(
    ("wrong", "cell", "words"),
    [
        ({"depot": "西库"}, "A3", "没有您可以办理入库的仓库"),
        ({"depot": ""}, "A3", "必填"),
        ({"item": "棉被子"}, "B3", "是否为“棉被”"),
        ({"item": "独角兽"}, "B3", "没有物资"),
        ({"quantity": "十二"}, "C3", "不是数字"),
        ({"quantity": "12床"}, "C3", "不是数字"),
        ({"quantity": -3}, "C3", "请填 1 至"),
        ({"quantity": 0}, "C3", "请填 1 至"),
        ({"quantity": 1.5}, "C3", "整数"),
        ({"quantity": 10**9}, "C3", "请填 1 至"),
        ({"quantity": "1e9"}, "C3", "整数"),
        ({"quantity": None}, "C3", "必填"),
        ({"quantity": "=2+3"}, "C3", "公式"),
        ({"kind": "偷来"}, "D3", "购入"),
        ({"kind": "捐赠"}, "E3", "捐赠方"),
        ({"made": "去年"}, "F3", "不是日期"),
        ({"made": "2026-02-30"}, "F3", "不是日期"),
        ({"made": "2099-01-01"}, "F3", "还没到"),
        ({"made": "2026-05-01", "expires": "2026-04-30"}, "G3", "早于生产日期"),
        ({"expires": 46000}, "G3", "不是日期"),
        ({"price": -1}, "H3", "不能小于"),
        ({"price": "85.555"}, "H3", "数字"),
        ({"paper": "长" * 81}, "I3", "太长"),
    ],
)
def test_every_bad_cell_is_named_with_what_to_do(keeper, depot, wrong, cell, words):
    answer = send(keeper, filled(keeper, row(**wrong), row(item="water")))
    sheet = "物资入库导入表"

    assert answer.status_code == 422, answer.text
    assert f"<strong>{sheet}!{cell}</strong>" in answer.text
    assert words in answer.text[answer.text.index(f"{sheet}!{cell}<") :].split("</li>")[0]
    assert answer.text.count("<strong>物资") == 1, "and no other cell"
    assert entries(keeper, depot) == []


def test_all_bad_cells_are_named_at_once_and_the_corrected_file_is_booked(manager, keeper, depot):
    bad = send(keeper, filled(keeper, GOOD[0], row(depot="x", quantity="多"),
                              row(price="贵", made="去年", paper="长" * 81)))  # fmt: skip
    for cell in ("A4", "C4", "F5", "H5", "I5"):
        assert f"!{cell}</strong>" in bad.text
    assert "有 5 处要改" in bad.text and "A3" not in bad.text
    assert entries(keeper, depot) == []

    assert send(keeper, filled(keeper, GOOD[0], row(), row(price=9))).status_code == 303
    assert made.balance(manager, depot) == (122, 0)


def test_merged_cells_are_refused_once(keeper, depot):
    data = filled(keeper, row(), row(), change=lambda page: page.merge_cells("A3:A4"))
    answer = send(keeper, data)

    assert answer.status_code == 422 and "物资入库导入表!A3" in answer.text
    assert "合并" in answer.text and "!A4" not in answer.text


def test_another_template_is_refused_with_what_to_do(keeper, depot):
    def older(page):
        page["A1"] = "物资入库导入表 模板版本 7"

    def without_expiry(page):
        page.delete_cols(7)

    def with_more(page):
        page["M2"] = "采购人"

    for change, told in (
        (older, "第 7 版"), (without_expiry, "缺少“有效期至"), (with_more, "没有“采购人”"),
    ):  # fmt: skip
        answer = send(keeper, filled(keeper, row(), change=change))
        assert answer.status_code == 422 and told in answer.text, told
    other = Workbook()
    other.active.append(["起点", "终点", "分钟"])
    assert "没有一张表有模板的表头" in send(keeper, saved(other)).text
    assert entries(keeper, depot) == []


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"PK\x03\x04broken", b"{}"])
def test_a_file_that_is_none_is_said_so(keeper, depot, data):
    assert send(keeper, data).status_code in (400, 413, 415, 422)


def test_an_empty_template_and_a_very_long_one_are_refused(keeper, depot):
    assert send(keeper, filled(keeper)).status_code == 422
    long = send(keeper, filled(keeper, *[row()] * 501))
    assert long.status_code == 422 and "500" in long.text
    assert entries(keeper, depot) == []
    assert send(keeper, filled(keeper, *[row()] * 500)).status_code == 303


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_of_either_language_is_taken_in_either(manager, keeper, depot, lang):
    keeper.client.set_cookie("lang", lang)
    data = filled(keeper, row(item="Quilt" if lang == "en" else "棉被"))
    assert keeper.get("/stock/receive/import").status_code == 200
    keeper.client.set_cookie("lang", "en" if lang == "zh" else "zh")

    answer = send(keeper, data)
    assert answer.status_code == 303, answer.text


def test_a_csv_file_is_taken_too(manager, keeper, depot):
    sheet = template(keeper).worksheets[0]
    heads = [cell.value for cell in sheet[2]]
    text = "\n".join([",".join(heads), f"{NAME},棉被,12" + "," * 9])

    assert send(keeper, text.encode("gb18030"), name="入库.csv").status_code == 303
    assert made.balance(manager, depot) == (12, 0)


def test_a_row_of_a_paper_that_is_in_the_book_is_not_booked_again(manager, keeper, depot):
    send(keeper, filled(keeper, row(paper="入 7"), row(quantity=5)))
    longer = filled(keeper, row(paper="入 7"), row(quantity=9, paper="入 8"))
    refused = send(keeper, longer)
    assert refused.status_code == 422 and "!I3" in refused.text and "!I4" not in refused.text

    wrong = next(each for each in entries(keeper, depot) if each["document"] == "入 7")
    made.move(keeper, kind="correction", corrects=wrong["id"])
    assert send(keeper, longer).status_code == 303
    assert made.balance(manager, depot) == (15, 0)


def test_only_ones_own_depots_can_be_named(person, manager, stranger, depot):
    other = made.depot(manager, name=OTHER)
    made.depot(manager, name=OTHER)
    twice = send(manager, filled(manager, row(depot=OTHER)))
    assert twice.status_code == 422 and "!A3" in twice.text and OTHER in twice.text
    assert send(manager, filled(manager, row(depot=other))).status_code == 303

    elsewhere = person(f"depot_keeper@{OTHER_COUNTY}")
    names = [cell.value for cell in template(elsewhere).worksheets[2]["A"]]
    assert NAME not in names
    assert NAME in [cell.value for cell in template(manager).worksheets[2]["A"]]
    refused = send(elsewhere, filled(elsewhere, row(depot=depot)))
    assert refused.status_code == 422 and "A3" in refused.text
    assert entries(manager, depot) == []


@pytest.mark.parametrize("role", ["township_reporter", "duty_leader", "window_clerk"])
def test_without_the_permission_there_is_no_such_page(person, stranger, depot, role):
    reader = person(f"{role}@{COUNTY}")
    assert reader.get("/stock/receive/import").status_code == 403
    assert reader.get("/stock/receive/template").status_code == 403
    assert send(reader, b"x").status_code == 403
    assert stranger.get("/stock/receive/import").status_code == 302
    assert person(f"depot_keeper@{NEIGHBOUR}").get("/stock/receive/import").status_code == 200


def test_what_the_template_says_of_itself_is_not_a_row(keeper, depot):
    book = template(keeper)
    assert len(book.worksheets) == 4
    assert len(list(book.worksheets[0].iter_rows())) == 2
    assert "棉被" in [cell.value for cell in book.worksheets[3]["B"]]


@pytest.mark.parametrize(
    ("cell", "number"),
    [(12, 12), (12.0, 12), ("12", 12), ("１２", 12), (" 1,234 ", 1234), ("'7", 7)],
)
def test_numbers_people_write_are_read(cell, number):
    assert cells.whole_number(cell) == number


@pytest.mark.parametrize(
    "cell", ["1,23", "0x1", "一", True, "1 2", "+5", "1.0e1", 10**30, -(10**30)]
)
def test_numbers_nobody_can_be_sure_of_are_not(cell):
    with pytest.raises(ValueError):
        cells.whole_number(cell)


def test_days_people_write_are_read():
    today = clock.local_date(clock.now()) - timedelta(days=1)
    for text in ("2026-3-1", "2026/03/01", "2026年3月1日", "２０２６-03-01", date(2026, 3, 1)):
        assert cells.day(text) == date(2026, 3, 1), text
    assert cells.day(today) == today


def test_a_file_saved_again_is_not_booked_again(manager, keeper, depot):
    def wider(page):
        page.column_dimensions["A"].width = 33

    assert send(keeper, filled(keeper, row(quantity=7))).status_code == 303
    again = send(keeper, filled(keeper, row(quantity=7), change=wider))

    assert again.status_code == 422
    assert made.balance(manager, depot) == (7, 0)
