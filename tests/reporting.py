"""A reporter's phone in a real browser: the app, its number keys, its outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import func, select

from damage_reports.models import Report
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.browsing import EXPECTED, listen
from tests.conftest import MORNING, new_id

# What the outbox is there for is no fault of the page: a bad line, and an answer that says no.
MET = (
    *EXPECTED,
    "net::ERR_",
    *(f"responded with a status of {status} " for status in (401, 412, 422, 502, 503)),
)
READY = "() => document.documentElement.dataset.ready"
# Only who waits for the worker is let in before it holds the whole app.
HELD = """async () => { await navigator.serviceWorker.ready;
  return (await caches.keys()).some((name) => name.startsWith("app-")); }"""
ITEMS = """async () => (await (await import("/static/js/outbox/store.js")).all("items"))
  .sort((a, b) => a.order - b.order)"""
KEEP = """async ({ disaster, area, rounds, as_of }) => {
  const { keepReport } = await import("/static/js/reports/offline.js");
  const { owner } = await import("/static/js/reports/phone/facts.js");
  for (const round of rounds) {
    const asked = { kind: "update", number: 0, code: round };
    await keepReport({
      about: { disaster, area, round, place: area, asked, count: 1 }, owner: owner(), base: null,
      body: (base) => ({ disaster_id: disaster, area_code: area, round, kind: "update", as_of,
                         values: { affected: 9 }, reasons: {}, base }),
    });
  }
}"""


class Phone:
    """One page of the app in a browser that keeps what the app keeps."""

    def __init__(self, context: BrowserContext, url: str, faults: list[str]) -> None:
        self.context, self.url, self.faults = context, url, faults
        self.page = self._page()

    def _page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(40_000)
        listen(page, self.faults, MET)
        return page

    def open(self, path: str = "/phone") -> Page:
        """Go to a view and wait until it is drawn."""
        self.page.goto(self.url + path)
        self.page.wait_for_function(READY)
        return self.page

    def install(self) -> Phone:
        """Open the app once with a network, until the phone holds all of it."""
        self.open()
        self.page.wait_for_function(HELD)
        self.page.locator("[data-round]").first.wait_for()
        return self

    def reopen(self, path: str = "/phone") -> Page:
        """Close the page and open another: nothing lives on but what lies on the disk."""
        self.page.close()
        self.page = self._page()
        return self.open(path)

    def offline(self, off: bool = True) -> None:
        """Cut the network of the whole phone, or mend it."""
        self.context.set_offline(off)

    def key(self, code: str, digits: str) -> None:
        """Give a figure with the number keys."""
        self.page.locator(f"#f-{code}").click()
        for digit in digits:
            self.page.locator(f'[data-key="{digit}"]').click()

    def save(self) -> None:
        """Press the one big button."""
        self.page.locator(".save").click()
        self.page.wait_for_url("**/phone/outbox")

    def file(self, code: str, digits: str) -> None:
        """Fill in one figure of the present round and save it."""
        self.open("/phone/report")
        self.key(code, digits)
        self.save()

    def keep(self, disaster: dict[str, Any], area: str, rounds: list[str]) -> None:
        """Save a report for each of these rounds, as the form does."""
        self.page.evaluate(
            KEEP,
            {
                "disaster": disaster["id"],
                "area": area,
                "rounds": rounds,
                "as_of": MORNING.isoformat(),
            },
        )

    def items(self) -> list[dict[str, Any]]:
        """Return what lies in the outbox, in the order it was saved."""
        found: list[dict[str, Any]] = self.page.evaluate(ITEMS)
        return found

    def until(self, state: str, count: int = 1, *, seconds: int = 40) -> None:
        """Wait until so many items on the screen of the outbox are in this state."""
        self.page.wait_for_function(
            "([state, count]) => document.querySelectorAll("
            "`#content [data-id][data-state='${state}']`).length === count",
            arg=[state, count],
            timeout=seconds * 1000,
        )


def stored() -> int:
    """Return how many revisions the server holds."""
    with act_as(SYSTEM), db.reading() as session:
        return session.scalar(select(func.count()).select_from(Report)) or 0


def body(disaster: dict[str, Any], area: str, values: dict[str, Any], **more: Any) -> dict:
    """Return a report as somebody else files it over the API."""
    return {
        "disaster_id": disaster["id"], "area_code": area, "as_of": MORNING.isoformat(),
        "values": values, "round": "r1",
    } | more  # fmt: skip


def open_round(
    person: Any, disaster: dict[str, Any], code: str = "r1", *, as_of: datetime = MORNING
) -> None:
    """Open a round of the disaster."""
    order = {"disaster_id": disaster["id"], "code": code, "as_of": as_of.isoformat()}
    answer = person("duty_officer").put(f"/api/v1/rounds/{new_id()}", order)
    assert answer.status_code == 201, answer.json
