"""The outbox is sent by the worker when the network is back, though no page is open."""

from __future__ import annotations

import time

from tests.browsing import became
from tests.factories.city import TOWNSHIP
from tests.listing import casualty, events, readable, rows
from tests.reporting import open_round, stored

REPORTER = f"township_reporter@{TOWNSHIP}"
WORKER = """async () => (await navigator.serviceWorker.getRegistration("/")).active.scriptURL"""
ASKED = """async () => (await (await navigator.serviceWorker.getRegistration("/")).sync.getTags())
  .join()"""


def until(true, *, seconds: float = 40) -> None:
    """Wait for something no page can tell of."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)


def away(reporter) -> None:
    """Close the last page of the app, once the worker is asked to be woken."""
    became(reporter.page, f"async () => (await ({ASKED})()) === 'outbox'")
    reporter.page.close()


def test_a_report_and_a_row_go_out_once_with_every_page_closed(phone, person, disaster):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.file("affected", "1250")
    reporter.open("/phone/list")
    casualty(reporter)
    assert reporter.page.evaluate(WORKER).endswith("/sw.js?sending=1")
    away(reporter)
    assert (stored(), rows()) == (0, [])

    reporter.offline(False)
    until(lambda: (stored(), len(rows())) == (1, 1))
    reporter.page = reporter._page()
    reporter.open("/phone/outbox")
    reporter.until("sent", 2)
    assert (stored(), len(rows()), len(events("roster.written"))) == (1, 1, 1)
    assert [each.get("sealed") for each in reporter.items()] == [None, None]
    assert readable(reporter) == []


def test_whose_session_has_ended_waits_and_is_told_at_the_next_opening(phone, disaster):
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.keep(disaster, TOWNSHIP, ["r1"])
    reporter.open("/phone/outbox")
    away(reporter)
    cookies = reporter.context.cookies()
    reporter.context.clear_cookies(name="session")

    reporter.offline(False)
    reporter.page = reporter._page()
    reporter.open("/phone/outbox")
    reporter.page.locator('#strip a[href^="/sign-in"]').wait_for()
    reporter.until("waiting")
    assert "重新登录后自动送出" in reporter.page.locator("#content").inner_text()
    assert stored() == 0
    reporter.context.add_cookies(cookies)
    reporter.open("/phone/outbox")
    reporter.until("sent")
    assert stored() == 1


def test_a_page_and_the_worker_never_send_the_same_thing_twice(phone, disaster):
    reporter = phone(REPORTER)
    for night in range(3):
        reporter.offline()
        reporter.keep(disaster, TOWNSHIP, [f"n{night}r{n}" for n in range(12)])
        reporter.open("/phone/outbox")
        became(reporter.page, f"async () => (await ({ASKED})()) === 'outbox'")
        reporter.offline(False)
        reporter.until("sent", 12 * (night + 1))

    assert stored() == 36
    assert {each["attempts"] for each in reporter.items()} <= {1, 2, 3}
    seqs = [each["receipt"]["seq"] for each in reporter.items()]
    assert seqs == sorted(set(seqs))


def test_a_browser_that_cannot_be_woken_keeps_the_app_and_sends_while_it_is_open(phone, disaster):
    reporter = phone(REPORTER)
    reporter.context.add_init_script("delete globalThis.SyncManager")
    reporter.page.evaluate(
        "async () => (await navigator.serviceWorker.getRegistration('/')).unregister()"
    )
    reporter.reopen()
    became(
        reporter.page,
        f"async () => (await ({WORKER})().catch(() => '')).endsWith('/sw.js')",
    )
    reporter.offline()
    reporter.keep(disaster, TOWNSHIP, ["r1"])
    reporter.reopen("/phone/outbox")
    reporter.until("waiting")
    reporter.page.close()
    reporter.offline(False)
    time.sleep(2)
    assert stored() == 0

    reporter.page = reporter._page()
    reporter.open("/phone/outbox")
    reporter.until("sent")
    assert stored() == 1


def test_a_second_worker_of_the_same_version_leaves_what_the_first_keeps(phone, disaster):
    reporter = phone(REPORTER)
    kept = reporter.page.evaluate("""async () => {
      const [name] = (await caches.keys()).filter((each) => each.startsWith("app-"));
      const cache = await caches.open(name);
      await cache.put("/phone", new Response("kept", { headers: { "Content-Type": "text/html" } }));
      await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
      const found = await navigator.serviceWorker.getRegistration("/");
      while (!found.active.scriptURL.endsWith("/sw.js")) {
        await new Promise((yes) => setTimeout(yes, 50));
      }
      return (await cache.match("/phone")).text();
    }""")

    assert kept == "kept"
