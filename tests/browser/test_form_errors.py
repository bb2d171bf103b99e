"""A-9: whatever form is sent wrong says so at the top, with a heading, the focus and the ways back.

Every form with a field that a person fills in is found on the pages themselves and sent with
empty, unreadable or endless answers, so a new form is in this test before anybody thinks of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browser.filled import Filled, filled_city
from tests.browser.test_accessibility import Who, for_whom, opened

pytestmark = [pytest.mark.proof, pytest.mark.long(200), pytest.mark.target("A-9")]
FORMS = Path(__file__).with_name("forms.js")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b\d{4,}\b")
# Forms that take whatever is chosen or typed: a choice out of a list, a number brought in range.
NEVER_WRONG = {
    "/admin/users/*/tokens", "/admin/users/*/link", "/cases/persons/*/full",
    "/shelters/*/arrivals/*/departure", "/shelters/import/*/application", "/reports/summaries",
    "/shelters/*/people/*/departure", "/shelters/*/people/*/full",
    # searches that find nothing
    "/rosters/casualties", "/evacuation/list", "/stock/handouts/search", "/shelters/*/people",
}  # fmt: skip


@dataclass
class Sent:
    """What came of the forms: what was wrong with the answers, and who took anything."""

    wrong: dict[str, list[str]] = field(default_factory=dict)
    took: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def city(the_app: Flask) -> Iterator[Filled]:
    with filled_city(the_app) as filled:
        yield filled


@pytest.fixture(scope="module")
def sent(city: Filled, browser: Browser) -> Sent:
    """Send every form of every page wrong, once each."""
    found = Sent()
    for who in Who:
        page = opened(browser, city, "zh", who)
        page.add_init_script(path=FORMS)
        for name, path in city.pages:
            if for_whom(name) is who:
                send_all(page, city.url + path, found)
        page.context.close()
    return found


def send_all(page: Page, address: str, found: Sent) -> None:
    page.goto(address)
    # The last first: what stands above may take what is below it away, as people who leave do.
    for place, action, asks in reversed(page.evaluate("forms.found()")):
        form = ID.sub("*", action)
        if form in found.seen or not asks:
            continue
        found.seen.add(form)
        if not any(refused(page, address, place, long) for long in (False, True)):
            found.took.add(form)
            continue
        if faults := faults_of(page):
            found.wrong[form] = faults


def refused(page: Page, address: str, place: int, long: bool) -> bool:
    """Send a form wrong from a fresh page; return whether it was not taken."""
    page.goto(address)
    if page.locator("form[method=post]").count() <= place:
        return False
    with page.expect_navigation() as moved:
        page.evaluate("forms.send", [place, long])
    return moved.value.status >= 400


def faults_of(page: Page) -> list[str]:
    """Return what the page that answers does not do."""
    page.wait_for_load_state()
    summary = page.evaluate("forms.summary()")
    if summary is None:
        return [f"no summary: {page.title()}"]
    return [
        *([] if page.title().startswith("错误") else [f"title {page.title()}"]),
        *([] if summary["heading"] else ["no heading"]),
        *([] if summary["focus"] else ["the focus is elsewhere"]),
        *([] if summary["links"] else ["no way to a field"]),
        *(f"no field {each}" for each in summary["lost"]),
        *(f"nothing said beside {each}" for each in summary["bare"]),
    ]


def test_every_form_sent_wrong_says_so_at_the_top(sent: Sent):
    assert len(sent.seen) > 20
    assert not sent.wrong, "\n".join(f"{form}: {faults}" for form, faults in sent.wrong.items())


def test_only_forms_that_cannot_be_wrong_take_anything(sent: Sent):
    assert sent.took <= NEVER_WRONG


def test_the_title_says_it_in_english_too(city: Filled, browser: Browser):
    page = opened(browser, city, "en", Who.ANYBODY)
    page.goto(f"{city.url}/sign-in")
    page.fill("#login", "nobody")
    page.fill("#password", "wrong")
    page.locator("form.panel button[type=submit]").click()
    page.locator(".error-summary").wait_for()

    assert page.title().startswith("Error: ")
    page.locator(".error-summary a").click()
    assert page.evaluate("document.activeElement.id") == "login"
    page.context.close()


def test_what_was_typed_is_there_beside_what_is_wrong(city: Filled, browser: Browser):
    page = opened(browser, city, "zh", Who.SIGNED_IN)
    page.goto(city.url + dict(city.pages)["stock.shipment_page"])
    page.fill("#note", "箱子湿了")
    page.locator('input[name^="received."]').first.fill("-1")
    page.evaluate("document.querySelector('form.form').noValidate = true")
    page.locator("form.form button.primary").click()
    page.locator(".error-summary").wait_for()

    assert page.input_value("#note") == "箱子湿了"
    assert page.locator('input[name^="received."]').first.input_value() == "-1"
    page.context.close()
