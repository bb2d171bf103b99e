"""The wall: a question at a key, readable from afar, alive, and honest when it is not."""

from __future__ import annotations

import pytest

from tests.browsing import became
from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY
from tests.factories.shelters import open_shelter

LOSE = """() => {
  const canvas = document.querySelector('#map canvas');
  canvas.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext();
}"""
BEATS = "(before) => document.getElementById('pulse').dataset.beat !== before"
# No letter that is meant to be read is smaller than twenty minutes of arc from the distance set.
READ = "header h1, header p span, h2, .number strong, .whose span, footer button span, #age, li"
SMALLEST = """(read) => Math.min(...[...document.querySelectorAll(read)]
  .filter((each) => each.textContent.trim() && each.offsetParent)
  .map((each) => parseFloat(getComputedStyle(each).fontSize)))"""
OVERFLOWING = """() => [...document.querySelectorAll('article, h2, .number, .whose')]
  .filter((each) => each.scrollWidth > each.clientWidth + 1
    || (each.matches('article') && each.scrollHeight > each.clientHeight + 2))
  .map((each) => each.textContent)"""


@pytest.fixture
def counted(person, disaster):
    """Return a counter of people in one open shelter."""
    keeper = person(f"shelter_manager@{COUNTY}")
    shelter = open_shelter(keeper, disaster)

    def count(total, hour):
        at = MORNING.replace(hour=hour).isoformat()
        body = {"disaster_id": disaster["id"], "as_of": at, "total": total}
        answer = keeper.put(f"/api/v1/shelters/{shelter}/headcounts/{new_id()}", body)
        assert answer.status_code == 201, answer.json

    return count


def test_a_key_asks_a_question_and_a_change_is_there_within_a_few_seconds(
    server, open_page, disaster, counted
):
    counted(20, 1)
    wall = open_page(f"wall_display@{COUNTY}", width=1920, height=1080)
    wall.goto(f"{server.url}/wall?disaster={disaster['id']}&area={COUNTY}")
    assert wall.locator("#question").inner_text() == "谁没转移"
    wall.keyboard.press("3")
    inside = wall.locator('[data-headline="inside"] .number strong')
    became(
        wall, "() => document.querySelector('[data-headline=inside] strong')?.textContent === '20'"
    )
    assert wall.locator("#question").inner_text() == "哪里快满"
    counted(45, 2)
    became(
        wall, "() => document.querySelector('[data-headline=inside] strong')?.textContent === '45'"
    )

    assert inside.inner_text() == "45"
    assert "page=filling" in wall.url
    assert wall.locator('[data-headline="inside"] [data-as-of]').inner_text() != ""


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160)])
def test_it_is_read_from_five_metres_and_nothing_is_cut_off(
    server, open_page, disaster, counted, width, height
):
    counted(20, 1)
    wall = open_page(f"wall_display@{COUNTY}", width=width, height=height)
    for page in ("not_moved", "out_of_contact", "filling", "short"):
        wall.goto(f"{server.url}/wall?page={page}&disaster={disaster['id']}&area={COUNTY}")
        wall.locator("article").first.wait_for()
        # 0.43 mm a pixel on a 75-inch 4K screen: 68 px, and half of that on 1080p
        assert wall.evaluate(SMALLEST, READ) >= width * 0.0175 - 1
        assert wall.evaluate(OVERFLOWING) == []


def test_the_pulse_is_the_maps_own_and_comes_back_after_a_lost_context(
    server, open_page, disaster, counted
):
    wall = open_page(f"wall_display@{COUNTY}", width=1280, height=720)
    wall.goto(f"{server.url}/wall?disaster={disaster['id']}&area={COUNTY}")
    wall.locator("#map[data-drawn]").wait_for()
    beat = wall.locator("#pulse").get_attribute("data-beat")
    became(wall, BEATS, beat)
    wall.evaluate(LOSE)
    wall.locator('#map[data-lost="1"]').wait_for()
    stood = wall.locator("#pulse").get_attribute("data-beat")

    became(wall, BEATS, stood)
    assert wall.locator("#map canvas").count() == 1


def test_a_wall_that_hears_nothing_turns_grey_and_says_since_when(
    server, open_page, disaster, counted
):
    wall = open_page(f"wall_display@{COUNTY}", width=1280, height=720)
    wall.goto(f"{server.url}/wall?disaster={disaster['id']}&area={COUNTY}")
    wall.locator("html[data-age=live]").wait_for()
    wall.context.set_offline(True)
    wall.locator("html[data-age=blind]").wait_for()
    assert "已断" in wall.locator("#age").inner_text()

    wall.context.set_offline(False)
    wall.locator("html[data-age=live]").wait_for()
