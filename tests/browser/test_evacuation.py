"""The board follows the doors and says when all are safe; a plan of the lists is one button."""

from __future__ import annotations

from datetime import timedelta

import pytest

from relief_ops import clock
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.evacuation import act, household, order
from tests.factories.plans import work
from tests.factories.shelters import make_shelter


def test_the_board_follows_and_the_phone_takes_a_step(server, open_page, person, disaster):
    keeper = person(f"township_reporter@{TOWNSHIP}")
    row, more = household(keeper, people=3), household(keeper, people=4)
    order_id = order(person(f"duty_leader@{COUNTY}"), disaster)
    board = open_page(f"duty_leader@{COUNTY}")
    board.goto(f"{server.url}/evacuation?disaster={disaster['id']}&area={COUNTY}")
    left = board.locator(f'[data-part="lines"] [data-key="{TOWNSHIP}"] td:nth-child(5)')
    assert left.inner_text() == "7"

    act(keeper, order_id, [row], "at_shelter")

    board.locator(f'[data-key="{TOWNSHIP}"] .part.at_shelter').wait_for()
    assert left.inner_text() == "4"

    phone = open_page(f"village_officer@{VILLAGE}", width=360, height=740)
    phone.goto(f"{server.url}/evacuation/doors?disaster={disaster['id']}")
    door = phone.locator(f"#h-{more}")
    door.locator("summary").click()
    button = door.locator('button[value="with_relatives"]')
    assert button.bounding_box()["height"] >= 44
    button.click()
    phone.locator(".notice.ok").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    board.locator(f'[data-key="{TOWNSHIP}"] .part.with_relatives').wait_for()
    assert left.inner_text() == "0"


@pytest.mark.parametrize(("lang", "width"), [("zh", 1000), ("en", 360)])
def test_a_late_night_is_foretold_and_those_of_the_lists_are_told_where_to_go(
    server, open_page, person, disaster, lang, width
):
    def ago(minutes):
        return (clock.now() - timedelta(minutes=minutes)).isoformat()

    keeper, leader = person(f"township_reporter@{TOWNSHIP}"), f"duty_leader@{COUNTY}"
    make_shelter(person(f"shelter_manager@{COUNTY}"), name="高处避灾点", capacity_night=50)
    rows = [household(keeper, people=3) for _each in range(8)]
    impact = clock.local(clock.now() + timedelta(days=2)).replace(hour=12).isoformat()
    order_id = order(
        person(leader), disaster, issued_at=ago(240), impact_at=impact, deadline_at=ago(-90)
    )
    board = open_page(leader, width=width, lang=lang)
    here = f"disaster={disaster['id']}&area={COUNTY}"
    board.goto(f"{server.url}/evacuation?{here}")
    assert board.locator(".burn-curve .reach").count() == 0

    for number, row in enumerate(rows[:3]):
        act(keeper, order_id, [row], "at_shelter", at=ago(180 - 60 * number))

    board.locator(".late-tag").wait_for()
    assert board.locator(".burn-curve .reach").count() == 1
    assert board.locator(".stuck .held").count() == 1
    assert board.evaluate("document.documentElement.scrollWidth") <= width

    plans = open_page(f"duty_officer@{COUNTY}", width=width, lang=lang)
    plans.goto(f"{server.url}/evacuation-plans?{here}")
    assert "15" in plans.locator("#listed").inner_text()
    plans.locator("form[action='/evacuation-plans'] button").click()
    plans.wait_for_url("**/evacuation-plans/0*")
    work()
    plans.locator("form[action$='/application'] button").click()
    plans.wait_for_selector("[data-part=state] .state.ok")

    board.reload()
    assert board.get_by_text("高处避灾点").count() == 5
