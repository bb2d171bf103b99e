"""The form checks figures as they are typed, with the facts the server knows."""

from __future__ import annotations

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.geo import importing
from tests.factories.city import TOWNSHIP


def test_a_figure_beyond_the_population_is_pointed_out_while_it_is_typed(
    open_page, server, disaster
):
    rows = [{"code": TOWNSHIP, "population": "1000", "source": "test", "confidence": "A"}]
    with act_as(SYSTEM), db.transaction() as session:
        importing.import_population(session, rows, year=2021)
    phone = open_page(f"township_reporter@{TOWNSHIP}", width=390, height=844)
    phone.goto(f"{server.url}/reports/new?area={TOWNSHIP}")

    phone.fill("#f-affected", "1,001")
    phone.locator("#w-affected", has_text="1000").wait_for()
    assert phone.get_attribute("#f-affected", "aria-describedby") == "w-affected"

    phone.fill("#f-affected", "900")
    phone.fill("#f-deaths", "901")
    phone.locator("#w-deaths").wait_for()
    assert phone.locator("#w-affected").count() == 0
    assert "error-line" in phone.get_attribute("#w-deaths", "class")

    phone.fill("#f-deaths", "0")
    phone.wait_for_function(
        "() => document.querySelector('[data-report-form]').dataset.checked === '0'"
    )
    phone.get_by_role("button", name="报送").click()
    phone.locator("text=县里已收到这份报告").wait_for()
