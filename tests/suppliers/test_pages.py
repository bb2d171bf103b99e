"""The pages of agreements and call-offs: entered, signed, taken in, changed, as a workbook."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.conftest import new_id
from tests.factories import stock
from tests.factories.city import COUNTY
from tests.suppliers.test_suppliers import called, left


def form(caller, path, **fields):
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.client.post(path, data={"id": new_id()} | fields, headers=headers)


def test_the_pages_enter_call_off_sign_and_take_in(planner, signer, taker, disaster, depot):
    fields = {"supplier": "试验粮油", "area_code": COUNTY, "kind": "capacity",
              "valid_from": "2013-01-01", "lines.0.item": "rice", "lines.0.quantity": "500",
              "lines.0.lead_hours": "24", "lines.0.price_yuan": "5.2",
              "lines.1.item": ""}  # fmt: skip
    made = form(planner, "/stock/suppliers", **fields)
    assert made.status_code == 303, made.text
    path = made.headers["Location"]
    assert "试验粮油" in planner.get(path).text

    asked = form(planner, f"{path}/call-offs", disaster_id=disaster["id"], item="rice",
                 quantity="100", depot=depot)  # fmt: skip
    assert asked.status_code == 303, asked.text
    page = asked.headers["Location"]
    assert form(planner, f"{page}/signature", means="word").status_code == 403
    assert form(signer, f"{page}/signature", means="paper", number="9号").status_code == 303
    assert form(taker, f"{page}/deliveries", quantity="100").status_code == 303
    assert "已到货" in planner.get(page).text
    assert "9号" in planner.get(f"{page}/print").text
    assert stock.balance(planner, depot) == (100, 0)


def test_a_wrong_form_comes_back_with_what_was_typed(planner, disaster, agreement, depot):
    answer = form(planner, f"/stock/suppliers/{agreement}/call-offs", disaster_id=disaster["id"],
                  item="water", quantity="9999", depot=depot)  # fmt: skip
    assert answer.status_code == 422
    assert "9999" in answer.text and "最多还可调用 100" in answer.text

    answer = form(planner, "/stock/suppliers", supplier="缺项供应商", area_code=COUNTY)
    assert answer.status_code == 422
    assert "缺项供应商" in answer.text


@pytest.mark.parametrize("field", ["lines.0", "lines.x", "lines.0.item.deep"])
def test_odd_fields_of_a_form_are_explained(planner, field):
    answer = form(planner, "/stock/suppliers", supplier="试验", area_code=COUNTY,
                  valid_from="2013-01-01", **{field: "abc"})  # fmt: skip

    assert answer.status_code in (400, 422)


def test_the_form_changes_an_agreement_and_refuses_an_old_revision(planner, agreement):
    page = planner.get(f"/stock/suppliers/{agreement}/edit").text
    assert 'name="revision" value="1"' in page and "13912345678" in page
    fields = {"id": agreement, "revision": "1", "supplier": "新名", "area_code": COUNTY,
              "valid_from": "2013-01-01", "lines.0.item": "water", "lines.0.quantity": "120",
              "lines.0.lead_hours": "6"}  # fmt: skip

    assert form(planner, "/stock/suppliers", **fields).status_code == 303
    assert left(planner, agreement) == 120
    stale = form(planner, "/stock/suppliers", **fields | {"supplier": "旧名"})
    assert stale.status_code == 412


def test_the_workbook_holds_agreements_and_call_offs_and_no_telephone(
    planner, disaster, agreement, depot
):
    called(planner, disaster, agreement, depot)
    answer = planner.get(f"/stock/suppliers/export?disaster={disaster['id']}&area={COUNTY}")
    book = load_workbook(BytesIO(answer.data))

    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "东山试验食品" in cells and "40" in cells
    assert not any("1391234" in each for each in cells)
