"""Findings at dwellings on a phone: locked, with no network, sent once, refused in plain words."""

from __future__ import annotations

import os

import pytest

from tests.browser.test_phone_rosters import SIDEWAYS, SMALL, met
from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.evacuation import API, act, household, order
from tests.listing import readable
from tests.reporting import HELD, Phone

LOOKS = os.environ.get("LOOKS", "")  # a folder: what the pages look like is kept there
FRESH = """async (count) => { const { facts } = await import("/static/js/reports/phone/facts.js");
  return facts()?.dwellings?.households.length === count; }"""
SAID = "后墙裂到屋顶"


@pytest.fixture
def keeper(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def away(keeper, person, disaster):
    """Return an order whose storm has struck, and two households that are away under it."""
    rows = [household(keeper, name=name) for name in ("何试验", "孙试验")]
    order_id = order(person(f"duty_leader@{COUNTY}"), disaster)
    act(keeper, order_id, rows, "with_relatives", at="2013-10-06T08:00:00+00:00")
    return order_id, rows


@pytest.fixture
def reporter(server, open_page, faults, away):
    """Return the phone of who looks at the dwellings, with all it carries away."""
    from tests.browsing import became

    page = open_page(f"township_reporter@{TOWNSHIP}", width=360, height=740)
    phone = Phone(page.context, server.url, faults)
    page.close()
    phone.open("/phone/dwellings")
    phone.page.wait_for_function(HELD)
    became(phone.page, FRESH, 2)
    phone.page.locator("li[data-household]").first.wait_for()
    return phone


def look(phone, row, found, note=""):
    page = phone.page
    page.locator(f'li[data-household="{row}"] a').click()
    if note:
        page.locator("#d-finding-note").fill(note)
    page.locator(f'.door-acts [data-found="{found}"]').click()
    page.locator(f'.door-form[data-dwelling="{found}"]').wait_for()


def found(keeper, disaster):
    answer = keeper.get(f"{API}/away?disaster={disaster['id']}&area={TOWNSHIP}")
    return {each["id"]: each["found"] for each in answer.json["households"]}


def test_findings_without_a_network_lie_locked_and_arrive_once(reporter, keeper, disaster, away):
    _order, (first, second) = away
    reporter.offline()
    reporter.reopen("/phone/dwellings")
    look(reporter, first, "severe", note=SAID)
    assert readable(reporter, SAID) == []
    reporter.page.locator("#bar .back").click()
    reporter.page.locator("ul.doors").wait_for()
    look(reporter, second, "habitable")
    assert set(found(keeper, disaster).values()) == {None}

    reporter.offline(False)
    reporter.page.locator('[data-id][data-state="sent"]').wait_for(timeout=40_000)
    reporter.page.wait_for_function("() => !document.querySelector('[data-state=waiting]')")
    items = reporter.items()
    assert [each["state"] for each in items] == ["sent", "sent"]
    assert [each["sealed"] for each in items] == [None, None]
    assert found(keeper, disaster) == {first: "severe", second: "habitable"}


def test_a_finding_for_a_household_that_left_the_list_is_refused_and_put_away(
    reporter, keeper, disaster, away, faults
):
    _order, (first, _second) = away
    reporter.offline()
    reporter.reopen("/phone/dwellings")
    row = keeper.get(f"{API}/households/{first}").json
    keeper.put(
        f"{API}/households/{first}",
        {key: row[key] for key in ("kind", "people", "area_code", "destination")}
        | {"removed": True, "name": "何试验"},
        If_Match=str(row["revision"]),
    )
    look(reporter, first, "collapsed")
    reporter.offline(False)
    refused = reporter.page.locator('.refusal[data-state="refused"]')
    refused.wait_for(timeout=40_000)
    reporter.reopen("/phone/dwellings")  # its household is on the list no more
    refused = reporter.page.locator('.refusal[data-state="refused"]')
    refused.wait_for(timeout=40_000)
    assert "清单" in refused.inner_text()
    assert [bool(each["sealed"]) for each in reporter.items()] == [True], "what was seen is kept"
    refused.locator("[data-settle]").click()
    refused.wait_for(state="detached")
    assert [each["state"] for each in reporter.items()] == ["replaced"]
    met(faults, 409)


@pytest.mark.parametrize("width", [320, 1000])
def test_every_target_is_44_pixels_and_nothing_moves_sideways(reporter, away, width):
    reporter.page.set_viewport_size({"width": width, "height": 740})
    for lang in ("zh", "en"):
        reporter.context.add_cookies([{"name": "lang", "value": lang, "url": reporter.url}])
        for path in ("", f"?household={away[1][0]}"):
            page = reporter.open(f"/phone/dwellings{path}")
            page.locator("#content ul.doors, #content .door-form").first.wait_for()
            if LOOKS:
                page.screenshot(path=f"{LOOKS}/dwelling-{lang}-{width}-{len(path)}.png")
            assert (page.evaluate(SMALL), page.evaluate(SIDEWAYS)) == ([], 0), (path, lang)
