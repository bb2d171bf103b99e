"""The live map in Chromium: how much it loads, how soon it answers, how long it holds still."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench import data
from tests.bench.report import Report
from tests.bench.world import CITY, world
from tests.running import Server

CHROMIUM = "/usr/bin/chromium"
LOADS, SMALL_LOADS = 3, 2
APART = (".woff2", ".pbf", "/tiles/")
LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.longTasks.push(Math.round(entry.duration));
}).observe({ type: "longtask", buffered: true });

new MutationObserver(() => {
  if (document.querySelector("#drawer:not([hidden]) h2")) window.opened ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


def run(report: Report) -> None:
    """Load the desk three times cold and three times warm, with 5,000 shelters on it."""
    with world(report.database) as made, sync_playwright() as playwright:
        disaster = data.disaster()
        server = made.serve(core=0)
        cookie = made.cookie("desk", "duty_officer", "city_reviewer")
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        point = data.point_of(data.shelter_ids()[17])
        times = SMALL_LOADS if report.small else LOADS
        loads = [_Load(browser, server, cookie, disaster, point) for _ in range(times)]
        for load in loads:
            load.cold()
            load.whole_city()
            load.warm()
        browser.close()
    report.say("; ".join(f"{name} {size // 1024} kB" for name, size in loads[-1].largest()))
    report.figure(
        cold_kb=statistics.median(each.cold_bytes for each in loads) / 1024,
        warm_kb=statistics.median(each.warm_bytes for each in loads) / 1024,
        interactive_ms=statistics.median(each.interactive_ms for each in loads),
        warm_interactive_ms=statistics.median(each.warm_ms for each in loads),
        longest_task_ms=statistics.median(max(each.tasks, default=0) for each in loads),
        markers=loads[-1].markers,
    )


class _Load:
    """One browser profile: a first and a second visit."""

    def __init__(
        self, browser: Browser, server: Server, cookie: str, disaster: str,
        point: tuple[float, float],
    ) -> None:  # fmt: skip
        self.context = browser.new_context(viewport={"width": 1440, "height": 900})
        name, value = cookie.split("=", 1)
        self.context.add_cookies([{"name": name, "value": value, "url": server.url}])
        self.looking = f"?disaster={disaster}&area={CITY}"
        self.city_url = f"{server.url}/desk{self.looking}"
        lon, lat = point
        self.url = f"{self.city_url}&centre={lon:.5f},{lat:.5f}&zoom=15"
        self.sizes: dict[str, int] = {}
        self.markers = 0

    def cold(self) -> None:
        """Visit for the first time."""
        self.interactive_ms, self.cold_bytes, self.tasks = self._visit()

    def warm(self) -> None:
        """Visit again, with what the browser kept."""
        kept = dict(self.sizes)
        self.warm_ms, self.warm_bytes, _tasks = self._visit()
        self.sizes = kept
        self.context.close()

    def _visit(self) -> tuple[float, int, list[int]]:
        self.sizes = {}
        page = self.context.new_page()
        page.add_init_script(LONG_TASKS)
        self._count_bytes(page)
        page.goto(self.url, wait_until="commit")
        took = self._until_a_shelter_answers(page)
        page.wait_for_timeout(1500)
        tasks = page.evaluate("() => window.longTasks")
        page.close()
        counted = sum(n for url, n in self.sizes.items() if not any(a in url for a in APART))
        return took, counted, tasks

    def _count_bytes(self, page: Page) -> None:
        """Add up what the network log says came over the wire."""
        client = self.context.new_cdp_session(page)
        urls: dict[str, str] = {}
        client.send("Network.enable")
        client.on(
            "Network.requestWillBeSent",
            lambda e: urls.update({e["requestId"]: e["request"]["url"]}),
        )

        def loaded(event: dict[str, Any]) -> None:
            url = urls.get(event["requestId"], "?")
            self.sizes[url] = self.sizes.get(url, 0) + int(event["encodedDataLength"])

        client.on("Network.loadingFinished", loaded)

    def _until_a_shelter_answers(self, page: Page) -> float:
        """Click where a shelter is drawn until its panel opens; milliseconds since navigation."""
        drawer = page.locator("#drawer h2")
        for _ in range(400):
            box = page.locator("#map").bounding_box() if page.locator("#map").count() else None
            if box:
                page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            if drawer.count() and drawer.first.is_visible():
                return float(page.evaluate("() => window.opened"))
            page.wait_for_timeout(25)
        raise RuntimeError("no shelter's panel opened in ten seconds")

    def whole_city(self) -> None:
        """Look at the whole city with every shelter on the map."""
        page = self.context.new_page()
        page.add_init_script(LONG_TASKS)
        page.goto(self.city_url, wait_until="load")
        page.wait_for_function("() => document.documentElement.dataset.age === 'live'")
        page.wait_for_timeout(2000)
        self.tasks += page.evaluate("() => window.longTasks")
        asked = "(url) => fetch(url).then((a) => a.json()).then((layer) => layer.features.length)"
        self.markers = page.evaluate(asked, "/api/v1/layers/shelters" + self.looking)
        page.close()

    def largest(self) -> list[tuple[str, int]]:
        """Return what weighed most on the first visit."""
        counted = [each for each in self.sizes.items() if not any(a in each[0] for a in APART)]
        ordered = sorted(counted, key=lambda each: -each[1])
        return [(Path(url.split("?")[0]).name, size) for url, size in ordered[:12]]
