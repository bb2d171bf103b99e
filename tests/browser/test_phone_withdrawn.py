"""A report sent from the phone, withdrawn meanwhile: its item says so, its round is owed again."""

from __future__ import annotations

import pytest

from tests.browsing import became
from tests.conftest import new_id
from tests.factories.city import TOWNSHIP
from tests.reporting import open_round

REPORTER = f"township_reporter@{TOWNSHIP}"
HEARD = """async () => { const { facts } = await import("/static/js/reports/phone/facts.js");
  return facts()?.form?.rounds?.some((each) => each.withdrawn?.length); }"""


@pytest.fixture
def reporter(phone, person, disaster):
    """Return a phone from which the round's report went."""
    open_round(person, disaster)
    made = phone(REPORTER)
    made.file("affected", "5")
    made.until("sent")
    return made


def withdraw(person, report_id):
    order = {"id": new_id(), "reason": "报错了村"}
    answer = person(REPORTER).put(f"/api/v1/reports/{report_id}/withdrawal", order)
    assert answer.status_code == 201, answer.json


def test_the_item_says_so_and_the_next_report_is_one_of_its_own(reporter, person):
    [sent] = reporter.items()
    withdraw(person, sent["id"])
    reporter.open()
    became(reporter.page, HEARD)

    reporter.open()
    reporter.page.locator("[data-round='r1'] .button.primary").wait_for()
    reporter.open("/phone/outbox")
    said = reporter.page.locator(f"[data-id='{sent['id']}']").inner_text()
    assert "已撤回：报错了村" in said

    reporter.file("affected", "7")
    reporter.until("sent", 2)
    assert [each.get("base") for each in reporter.items()] == [None, None]


def test_a_correction_that_waited_is_told_and_goes_again_as_a_new_report(reporter, person):
    [sent] = reporter.items()
    reporter.offline()
    reporter.file("affected", "6")
    withdraw(person, sent["id"])
    reporter.offline(False)
    reporter.until("refused")

    item = reporter.page.locator("[data-state='refused']")
    assert "已经撤回" in item.inner_text()
    item.locator("button").click()
    reporter.page.locator("#f-affected").wait_for()
    reporter.save()
    reporter.until("sent", 2)
    assert reporter.items()[-1]["base"] is None


# What the page asks for by itself, once it hears the server, has come.
ASKED = """async () => { const { facts } = await import("/static/js/reports/phone/facts.js");
  return facts()?.fetched_at > performance.timeOrigin; }"""
# And nobody waits for it.
REFRESH = """() => { import("/static/js/reports/phone/facts.js").then((m) => m.refresh())
  .then((came) => { document.body.dataset.refreshed = came; }); }"""


def test_a_correction_keeps_its_base_though_the_facts_were_asked_for_before_it_was_sent(
    phone, person, disaster
):
    open_round(person, disaster)
    made, held = phone(REPORTER), []
    made.open("/phone/outbox")
    became(made.page, ASKED)
    made.page.route("**/api/v1/shelters?*", lambda route: held.append(route))
    made.page.evaluate(REFRESH)
    while not held:
        made.page.wait_for_timeout(50)
    made.keep(disaster, TOWNSHIP, ["r1"])
    made.page.evaluate("() => import('/static/js/outbox/send.js').then((m) => m.send())")
    made.until("sent")
    held[0].continue_()  # what is asked for after it was sent never comes
    made.page.locator("body[data-refreshed='true']").wait_for()

    [sent] = made.items()
    made.offline()
    made.file("affected", "6")
    assert made.items()[-1]["base"] == sent["id"]
