"""The board follows what is said at the doors; a cadre's phone takes one button for a step."""

from __future__ import annotations

from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.evacuation import act, household, order


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
