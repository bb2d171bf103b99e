"""A real browser on the real server; a console error, a CSP report or a dialog fails the test."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from relief_ops import cli, db
from relief_ops.auth import SYSTEM, act_as, services
from tests.factories import city

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
# What a test does on purpose (cutting the network) is not a fault of the page.
EXPECTED = ("net::ERR_INTERNET_DISCONNECTED", "WebSocket connection to", "GPU stall")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield one browser for the whole run."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """Collect what a page complains of; the test fails if there is anything at its end."""
    found: list[str] = []
    yield found
    assert not found, "\n".join(found)


@pytest.fixture
def open_page(browser: Browser, server: Any, faults: list[str]) -> Iterator[Callable[..., Page]]:
    """Return a maker of signed-in pages: open_page("duty_officer", width=390)."""
    contexts = []

    def make(*roles: str, width: int = 1000, height: int = 700, lang: str = "zh") -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        context.add_cookies([{"name": "lang", "value": lang, "url": server.url}])
        page = context.new_page()
        page.set_default_timeout(60_000)
        listen(page, faults)
        page.goto(server.url + link(*roles))
        page.locator("button[type=submit]").click()
        page.wait_for_url(server.url + "/")
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def phone(open_page: Callable[..., Page], server: Any, faults: list[str]) -> Callable[..., Any]:
    """Return a maker of reporters' phones: phone("township_reporter@…") has the app installed."""
    from tests.reporting import Phone

    def make(*roles: str, url: str = "", width: int = 390, height: int = 844) -> Phone:
        context = open_page(*roles, width=width, height=height).context
        context.pages[0].close()
        return Phone(context, url or server.url, faults).install()

    return make


def link(*roles: str) -> str:
    """Make an account with these roles and return its one-time sign-in address."""
    held = tuple(role if "@" in role else f"{role}@{city.CITY}" for role in roles)
    with act_as(SYSTEM), db.transaction() as session:
        user_id = cli.make_user(session, f"{'-'.join(roles)[:30]}", "试验员", held)
        return f"/sign-in/{services.make_link(session, user_id)}"


def became(page: Page, script: str, arg: Any = None, *, seconds: float = 40) -> Any:
    """Wait until an async function of the page returns something true, and return it.

    `Page.wait_for_function` takes the promise of one for its answer, and waits for nothing.
    """
    deadline, said = time.monotonic() + seconds, ""
    while time.monotonic() < deadline:
        try:
            if found := page.evaluate(script, arg):
                return found
        except Error as error:  # the page went to another address meanwhile
            said = str(error)
        page.wait_for_timeout(100)
    pytest.fail(f"not within {seconds} s: {script} {said}")


def listen(page: Page, faults: list[str], expected: tuple[str, ...] = EXPECTED) -> None:
    """Write down every error, warning of a style, refusal and dialog of a page."""

    def heard(message: Any) -> None:
        if message.type in ("error", "warning") and not any(e in message.text for e in expected):
            faults.append(f"{message.type}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(f"page error: {error} {error.stack}"))
    page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
