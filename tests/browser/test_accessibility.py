"""Every page a person can open, seen as people see it: in both languages and all three themes.

A-1: axe-core finds nothing. A-5: at 320 pixels no page moves sideways and no word is cut off,
also when the reader sets the text apart. One server, one browser and one look at each page a
language serve all of it; what a page does does not depend on the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from relief_ops.config import ROOT
from tests.browser.filled import Filled, filled_city

pytestmark = [pytest.mark.proof, pytest.mark.long(400)]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LOOKING = Path(__file__).with_name("looking.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What depends on colours; the rest of a page is the same in every theme.
COLOURS = ["color-contrast", "link-in-text-block"]
RUN = """async (only) => (await axe.run(document, {runOnly: only, resultTypes: ['violations']}))
  .violations.map(each => `${each.id}: ${each.nodes.slice(0, 3).map(
    node => node.html.slice(0, 120) + ' ' + (node.any[0]?.message ?? '')).join(' | ')}`)"""
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 320, "height": 640}
Findings = dict[str, dict[str, list[str]]]


@pytest.fixture(scope="module")
def city(the_app: Flask) -> Iterator[Filled]:
    with filled_city(the_app) as filled:
        yield filled


@pytest.fixture(scope="module", params=["zh", "en"])
def seen(request: pytest.FixtureRequest, city: Filled, browser: Browser) -> Findings:
    """Walk every page once in a language and write down what is wrong with it, by kind."""
    found: Findings = defaultdict(dict)
    for who in Who:
        page = opened(browser, city, request.param, who)
        for name, path in city.pages:
            if for_whom(name) is who:
                look_at(page, city.url + path, name, found)
        page.context.close()
    return found


class Who(Enum):
    """Whom a page is for."""

    SIGNED_IN = "session"
    DRIVER = "errand"
    ANYBODY = ""


def for_whom(name: str) -> Who:
    """Return whom a page is for."""
    if name == "drive.page":
        return Who.DRIVER
    outside = name.startswith("sign_in.") or name in {"shelters.public_shelters", "drive.link"}
    return Who.ANYBODY if outside else Who.SIGNED_IN


def opened(browser: Browser, city: Filled, lang: str, who: Who) -> Page:
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    held = {Who.SIGNED_IN: city.cookie, Who.DRIVER: city.errand, Who.ANYBODY: ""}[who]
    cookies = {"lang": lang} | ({who.value: held} if held else {})
    context.add_cookies([{"name": k, "value": v, "url": city.url} for k, v in cookies.items()])
    context.add_init_script(path=LOOKING)
    return context.new_page()


def look_at(page: Page, address: str, name: str, found: Findings) -> None:
    answer = page.goto(address)
    assert answer is not None
    if answer.status != (404 if name == "nothing there" else 200):
        found["open"][name] = [str(answer.status)]
    if name.startswith("maps.desk"):
        settled(page)
    elif name.startswith(("report_pages.phone", "rosters.phone")):
        settled_phone(page)
    page.evaluate(AXE.read_text("utf-8") + ";0")
    note(found["axe"], name, page.evaluate(RUN, TAGS))
    for theme in ("dark", "night"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
        note(found["axe"], f"{name} {theme}", page.evaluate(RUN, COLOURS))
    page.set_viewport_size(PHONE)
    narrow(page, name, found)
    page.evaluate("looking.spaced()")
    narrow(page, f"{name} spaced", found)
    page.set_viewport_size(WIDE)


def settled(page: Page) -> None:
    page.wait_for_function("() => document.documentElement.dataset.seq !== undefined")
    page.wait_for_load_state("networkidle")


def settled_phone(page: Page) -> None:
    page.wait_for_function("() => document.documentElement.dataset.ready !== undefined")
    page.wait_for_load_state("networkidle")
    page.locator("[data-round], [data-field], [data-roster], .empty").first.wait_for(timeout=10_000)


def narrow(page: Page, name: str, found: Findings) -> None:
    over = page.evaluate("looking.sideways()")
    note(found["sideways"], name, [f"{over} pixels"] if over else [])
    cut = page.evaluate("looking.cut()")
    for _again in range(10):  # the desk draws its timeline again for the new width
        if not cut or not name.startswith("maps.desk"):
            break
        page.wait_for_timeout(300)
        cut = page.evaluate("looking.cut()")
    note(found["cut"], name, cut)


def note(found: dict[str, list[str]], name: str, wrong: Any) -> None:
    if wrong:
        found[name] = wrong


def said(found: dict[str, list[str]]) -> str:
    return "\n".join(f"{name}: {each}" for name, all_ in found.items() for each in all_)


def test_every_page_opens(seen: Findings):
    assert not seen["open"], said(seen["open"])


@pytest.mark.target("A-1")
def test_axe_finds_nothing_on_any_page_in_any_theme(seen: Findings):
    assert not seen["axe"], said(seen["axe"])


@pytest.mark.target("A-5")
def test_no_page_moves_sideways_at_320_pixels(seen: Findings):
    assert not seen["sideways"], said(seen["sideways"])


@pytest.mark.target("A-5")
def test_no_word_is_cut_off_at_320_pixels_even_set_apart(seen: Findings):
    assert not seen["cut"], said(seen["cut"])
