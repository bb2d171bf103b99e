"""`make screenshots`: a picture of every screen of a running demo, in each language and theme.

All of them go to var/screenshots/; those that README.md shows are copied to docs/screenshots/.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import demo
import supervisor
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, sync_playwright

PICTURES = supervisor.ROOT / "var" / "screenshots"
SHOWN = supervisor.ROOT / "docs" / "screenshots"
README = supervisor.ROOT / "README.md"
LOOKS = [(lang, theme) for lang in ("zh", "en") for theme in ("light", "dark", "night")]
WIDE, PHONE = (1440, 900), (390, 844)
DESK_VIEWS = {"desk": "map", "tilemap": "tiles", "desk-list": "list"}
LARGEST = 400_000
SETTLE_MS = 2500
PATIENCE_MS = 20_000


def main() -> int:
    """Sign in as the duty officer once, then visit every screen in every look."""
    address = demo.last_address()["public"]
    if not supervisor.answers(f"{address}/readyz", demo.trusted(address)):
        supervisor.refuse(f"No demo runs at {address}. Start it in another terminal: make demo")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        session = sign_in(browser, address)
        for lang, theme in LOOKS:
            for size, place in ((WIDE, "wide"), (PHONE, "phone")):
                context = dressed(browser, session, address, lang=lang, theme=theme, size=size)
                for name, page in screens(context, address, phone=place == "phone"):
                    keep(page, f"{name}-{lang}-{theme}")
                context.close()
        browser.close()
    show()
    return 0


def chromium() -> str:
    """Return the browser the system has."""
    for name in ("chromium", "google-chrome", "chromium-browser"):
        if path := shutil.which(name):
            return path
    supervisor.refuse("There is no chromium: run `make setup`.")
    raise AssertionError


def sign_in(browser: Browser, address: str) -> list[dict[str, object]]:
    """Use up a fresh link of the duty officer and return the cookies it gave."""
    printed = demo.fresh_links(demo.environment(address))
    link = next(line.split()[-1] for line in printed.splitlines() if line.startswith("duty"))
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(link)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    cookies = [dict(each) for each in context.cookies()]
    context.close()
    return cookies


def dressed(
    browser: Browser,
    session: list[dict[str, object]],
    address: str,
    *,
    lang: str,
    theme: str,
    size: tuple[int, int],
) -> BrowserContext:
    """Return a signed-in window of one size, language and theme."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN" if lang == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
        ignore_https_errors=True,
    )
    choices = [
        {"name": n, "value": v, "url": address} for n, v in (("lang", lang), ("theme", theme))
    ]
    context.add_cookies([*session, *choices])  # type: ignore[list-item]
    return context


def screens(context: BrowserContext, address: str, *, phone: bool) -> Iterator[tuple[str, Page]]:
    """Yield each screen once it stands still: the desk in three views, then the rail."""
    page = context.new_page()
    page.goto(f"{address}/desk")
    if phone:
        yield settled(page, "phone-desk")
    else:
        for name, view in DESK_VIEWS.items():
            page.locator(f"button[data-view={view}]").click()
            yield settled(page, name)
    entries = page.locator("nav.rail a.entry").evaluate_all("all => all.map(a => a.pathname)")
    for path in entries:
        name = path.strip("/").replace("/", "-")
        if name and name != "desk":
            page.goto(address + path)
            yield settled(page, f"phone-{name}" if phone else name)


def settled(page: Page, name: str) -> tuple[str, Page]:
    """Wait until nothing is being fetched any more and the map has moved for the last time."""
    with contextlib.suppress(TimeoutError):
        page.wait_for_load_state("networkidle", timeout=PATIENCE_MS)
    page.evaluate("() => document.fonts.ready.then(() => null)")
    page.wait_for_timeout(SETTLE_MS)
    return name, page


def keep(page: Page, name: str) -> None:
    """Save one picture and say how large it is."""
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    size = path.stat().st_size
    supervisor.say(f"{name}.png {size // 1000} kB{' (large)' if size > LARGEST else ''}")


def show() -> None:
    """Copy the pictures that README.md names."""
    SHOWN.mkdir(parents=True, exist_ok=True)
    for name in re.findall(r"docs/screenshots/([\w-]+\.png)", README.read_text("utf-8")):
        shutil.copy(PICTURES / name, SHOWN / name)
        supervisor.say(f"docs/screenshots/{Path(name).name}")


if __name__ == "__main__":
    sys.exit(main())
