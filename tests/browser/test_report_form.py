"""The form checks figures as they are typed, with the facts the server knows."""

from __future__ import annotations

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.geo import importing
from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.shelters import open_shelter


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
    phone.fill("#r-affected", "外来人员未计入户籍")

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
    assert "外来人员未计入户籍" in phone.locator("main").inner_text()


def test_digits_are_made_on_the_phone_without_a_network(open_page, server, person, disaster):
    phone = open_page(f"township_reporter@{TOWNSHIP}", width=390, height=844)
    officer = person("duty_officer")
    body = {"disaster_id": disaster["id"], "code": "r8", "as_of": disaster["started_at"]}
    assert officer.put(f"/api/v1/rounds/{new_id()}", body).status_code == 201
    phone.goto(f"{server.url}/reports/new?area={TOWNSHIP}")
    phone.fill("#f-affected", "1,200")
    phone.check("[name='unknown.deaths']")
    phone.fill("#as_of", "2013-10-06T08:30")
    phone.context.set_offline(True)

    phone.get_by_role("button", name="生成短信").click()
    digits = "".join(phone.locator("#digits b").all_inner_texts())
    told = officer.get(f"/api/v1/report-codes/{digits}").json
    assert (told["area_code"], told["round"]) == (TOWNSHIP, "r8")
    assert told["as_of"].startswith("2013-10-06T00:30")
    assert (told["values"]["affected"], told["values"]["deaths"]) == (1200, None)
    assert phone.locator("#digits a").get_attribute("href").startswith("sms:?body=00")

    phone.fill("#f-affected", "12x")
    assert phone.locator("#digits b").count() == 0
    phone.get_by_role("button", name="生成短信").click()
    phone.locator("#digits .error-line").wait_for()
    phone.context.set_offline(False)


def test_what_the_shelters_counted_is_taken_over_with_one_tap(open_page, server, person, disaster):
    keeper = person(f"shelter_manager@{COUNTY}")
    shelter = open_shelter(keeper, disaster)
    count = {"disaster_id": disaster["id"], "as_of": MORNING.isoformat(), "total": 37}
    keeper.put(f"/api/v1/shelters/{shelter}/headcounts/{new_id()}", count)
    desk = open_page(f"township_reporter@{TOWNSHIP}", width=390, height=844)
    desk.goto(f"{server.url}/reports/new?area={TOWNSHIP}")

    field = desk.locator("#f-relocated_central_rt")
    offer = desk.locator('[data-field="relocated_central_rt"] button.village-sum')
    field.fill("30")
    desk.locator('[data-field="relocated_central_rt"] button.village-sum.watch').wait_for()
    offer.click()
    desk.locator('[data-field="relocated_central_rt"] button.village-sum.ok').wait_for()

    assert field.input_value() == "37"
    assert "避灾场所清点 37" in offer.inner_text()
