"""A cadre's steps on a phone: locked, sent once in their turn, honest when somebody was faster."""

from __future__ import annotations

import pytest

from tests.browser.test_phone_rosters import SIDEWAYS, SMALL, met
from tests.browsing import ARGUMENTS, CHROMIUM, link
from tests.evacuation.test_lists import events_named
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.evacuation import API, act, household, order
from tests.listing import readable
from tests.reporting import HELD, Phone

OFFICER = f"village_officer@{VILLAGE}"
FRESH = """async (count) => { const { facts } = await import("/static/js/reports/phone/facts.js");
  return facts()?.doors?.households.length === count; }"""
SAID = "老太太要等儿子"


@pytest.fixture
def keeper(person):
    """Return who keeps the lists."""
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def ordered(keeper, person, disaster):
    """Return an order that moves three households, and their ids."""
    rows = [household(keeper, name=name) for name in ("何试验", "孙试验", "范试验")]
    return order(person(f"duty_leader@{COUNTY}"), disaster), rows


def opened(reporter, count=3):
    """Open the doors with a network, until the households lie on the phone."""
    page = reporter.open("/phone/doors")
    page.wait_for_function(FRESH, arg=count)
    page.locator("[data-household]").first.wait_for()
    return page


def door(reporter, row):
    """Go to a household from the list."""
    page = reporter.page
    page.locator(f'li[data-household="{row}"] a').click()
    page.locator(f'.door-form[data-household="{row}"]').wait_for()
    return page


def take(reporter, row, state, *, stands, note="", read_back=False):
    """Take a step at a door, and go back to the list."""
    page = door(reporter, row)
    if read_back:
        page.locator("#d-read_back").click()
    if note:
        page.locator("#d-note").fill(note)
    page.locator(f'.door-acts [data-state="{state}"]').click()
    page.locator(f'.door-form[data-standing="{stands}"]').wait_for()
    page.locator("#bar .back").click()
    page.locator("ul.doors").wait_for()


def steps(keeper, order_id, row):
    found = keeper.get(f"{API}/orders/{order_id}/households/{row}/steps").json["steps"]
    return [each["state"] for each in found]


@pytest.fixture
def started(browser, server, faults, tmp_path):
    """Return a starter of one and the same browser, which keeps its profile between starts."""
    running = []

    def start():
        cookies = running[-1].cookies() if running else []
        for each in running:
            each.close()
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=CHROMIUM, args=ARGUMENTS,
            viewport={"width": 360, "height": 740}, locale="zh-CN",
        )  # fmt: skip
        running[:] = [context]
        if cookies:  # a browser started anew keeps no cookie of a session
            context.add_cookies(cookies)
        return Phone(context, server.url, faults)

    yield start
    for each in running:
        each.close()


def test_steps_without_a_network_outlive_the_browser_and_arrive_once(
    server, started, open_page, keeper, ordered, disaster
):
    order_id, (first, second, third) = ordered
    board = open_page(f"duty_leader@{COUNTY}")
    board.goto(f"{server.url}/evacuation?disaster={disaster['id']}&area={COUNTY}")
    reporter = started()
    reporter.page.goto(server.url + link(OFFICER))
    reporter.page.locator("button[type=submit]").click()
    reporter.page.wait_for_url(server.url + "/")
    opened(reporter.install())
    reporter.offline()
    reporter.reopen("/phone/doors")
    take(reporter, first, "told", stands="told", read_back=True)
    take(reporter, second, "refused", stands="refused", note=SAID)
    take(reporter, third, "with_relatives", stands="with_relatives")
    line = reporter.page.locator(f'li[data-household="{second}"]')
    assert "只在本机" in line.inner_text()
    reporter.reopen("/phone/outbox")
    reporter.until("waiting", 3)
    assert steps(keeper, order_id, first) == []
    assert readable(reporter, SAID, "何试验", "孙试验") == []

    reporter = started()
    reporter.open("/phone/outbox")
    reporter.until("sent", 3)
    assert [steps(keeper, order_id, row) for row in (first, second, third)] == [
        ["told"], ["refused"], ["with_relatives"],
    ]  # fmt: skip
    assert len(events_named("evacuation.stepped")) == 3
    assert [each["sealed"] for each in reporter.items()] == [None] * 3
    board.locator(f'[data-key="{TOWNSHIP}"] .part.refused').wait_for()
    board.locator(f'[data-key="{TOWNSHIP}"] .part.with_relatives').wait_for()
    board.locator(f'[data-key="{TOWNSHIP}"] .part.told').wait_for()


def test_steps_of_one_household_follow_each_other_and_a_second_tap_is_the_same(
    phone, keeper, ordered
):
    order_id, (row, *_others) = ordered
    reporter = phone(OFFICER)
    opened(reporter)
    reporter.offline()
    page = door(reporter, row)
    page.locator('.door-acts [data-state="ready"]').evaluate("(it) => { it.click(); it.click(); }")
    page.locator('.door-form[data-standing="ready"]').wait_for()
    page.locator('.door-acts [data-state="on_the_way"]').click()
    page.locator('.door-form[data-standing="on_the_way"]').wait_for()
    page.locator('.door-acts [data-state="at_shelter"]').click()
    page.locator('.door-form[data-standing="at_shelter"]').wait_for()
    assert page.locator('.door-form [data-id][data-state="waiting"]').count() == 3

    reporter.offline(False)
    reporter.open("/phone/outbox")
    reporter.until("sent", 3)
    assert steps(keeper, order_id, row) == ["ready", "on_the_way", "at_shelter"]


def test_a_step_somebody_was_faster_than_is_shown_with_both_and_kept(
    phone, keeper, ordered, faults, server
):
    order_id, (row, *_others) = ordered
    reporter = phone(OFFICER)
    opened(reporter)
    reporter.offline()
    server.pause()  # nor does what was asked just before bring the news
    assert act(keeper, order_id, [row], "at_shelter").status_code == 201
    reporter.page.wait_for_timeout(5_000)  # later by the phone's clock too: it is right to seconds
    take(reporter, row, "ready", stands="ready", note=SAID)
    server.resume()
    reporter.offline(False)
    page = reporter.page
    page.locator(f'li[data-household="{row}"] .word.refused').wait_for()
    page.locator(f'li[data-household="{row}"][data-standing="at_shelter"]').wait_for()
    door(reporter, row)

    card = page.locator(".refusal").inner_text()
    assert "准备动身" in card
    assert "县里当时的状态：" in card
    [item] = reporter.items()
    assert (item["state"], bool(item["sealed"])) == ("refused", True)
    assert steps(keeper, order_id, row) == ["at_shelter"]
    reporter.open("/phone/outbox")
    reporter.until("refused")
    assert "县里当时的状态：" in page.locator('[data-state="refused"]').inner_text()
    page.locator('[data-state="refused"] button').click()
    page.locator("[data-settle]").click()
    page.locator('.door-form [data-id][data-state="replaced"]').wait_for()
    assert page.locator(".refusal").count() == 0
    met(faults, 409)


def test_signing_out_leaves_no_household_and_no_step(phone, ordered):
    reporter = phone(OFFICER)
    opened(reporter)
    reporter.context.route("**/evacuation/acts/*", lambda route: route.abort())
    take(reporter, ordered[1][0], "refused", stands="refused", note=SAID)
    assert readable(reporter, "何*") == ["何*"]
    reporter.open("/phone")
    reporter.page.locator("#sign-out").click()
    reporter.page.locator("#sign-out.danger", has_text="1").wait_for()
    reporter.page.locator("#sign-out").click()
    reporter.page.wait_for_url("**/sign-in")

    assert readable(reporter, "何*", SAID) == []


def test_a_cadre_who_reports_nothing_has_the_doors_without_a_network(
    server, open_page, ordered, keeper, faults
):
    page = open_page(f"responsible_cadre@{VILLAGE}", width=360, height=740)
    cadre = Phone(page.context, server.url, faults)
    page.close()
    opened(cadre)
    cadre.page.wait_for_function(HELD)
    cadre.offline()
    cadre.reopen("/phone/doors")
    take(cadre, ordered[1][0], "not_found", stands="not_found")
    cadre.reopen("/phone/outbox")
    cadre.until("waiting")

    cadre.offline(False)
    cadre.until("sent")
    assert steps(keeper, ordered[0], ordered[1][0]) == ["not_found"]


def test_nobody_is_moved_by_force_without_names_for_it(phone, keeper, ordered):
    order_id, (row, *_others) = ordered
    act(keeper, order_id, [row], "refused")
    reporter = phone(OFFICER)
    opened(reporter)
    page = door(reporter, row)
    page.locator(".force > summary").click()
    page.locator("[data-force]").click()
    page.locator(".form-problem", has_text="强制转移").wait_for()
    assert reporter.items() == []
    page.locator("#d-decided_by").fill("试镇长")
    page.locator("#d-present").fill("试民警")
    page.locator("[data-force]").click()
    page.locator('.door-form [data-id][data-state="sent"]').wait_for()

    assert steps(keeper, order_id, row) == ["refused", "on_the_way"]


@pytest.mark.parametrize("width", [320, 360, 1000])
def test_every_target_is_44_pixels_and_nothing_moves_sideways(phone, keeper, ordered, width):
    order_id, (row, *_others) = ordered
    act(keeper, order_id, [row], "refused")
    reporter = phone(OFFICER, width=width, height=740)
    opened(reporter)
    for lang in ("zh", "en"):
        reporter.context.add_cookies([{"name": "lang", "value": lang, "url": reporter.url}])
        for path in ("/phone/doors", f"/phone/doors?household={row}"):
            page = reporter.open(path)
            page.locator("[data-household]").first.wait_for()
            if "?" in path:
                page.locator(".force > summary").click()
            assert (page.evaluate(SMALL), page.evaluate(SIDEWAYS)) == ([], 0), (path, lang)
