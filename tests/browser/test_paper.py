"""On A4 a paper is no phone: its tables keep their headings, and nothing is cut off."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.filled import filled_city
from tests.browser.test_accessibility import Who, opened

pytestmark = [pytest.mark.proof, pytest.mark.long(60)]
A4_WIDE = 718  # CSS pixels between margins of a centimetre
FAULTS = """() => {
  const lost = [...document.querySelectorAll("table.rows thead")].filter((each) =>
    getComputedStyle(each).position === "absolute");
  return { beyond: document.documentElement.scrollWidth - innerWidth, lost: lost.length };
}"""


def test_every_paper_keeps_its_headings_and_its_edges(the_app: Flask, browser: Browser) -> None:
    with filled_city(the_app) as city:
        papers = [each for each in city.pages if "print" in each[0] or "papers" in each[0]]
        assert len(papers) > 8
        page = opened(browser, city, "zh", Who.SIGNED_IN)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": A4_WIDE, "height": 1000})
        wrong = {}
        for name, path in papers:
            page.goto(city.url + path)
            found = page.evaluate(FAULTS)
            if found != {"beyond": 0, "lost": 0}:
                wrong[name] = found
        page.context.close()

    assert wrong == {}
