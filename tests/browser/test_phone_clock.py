"""A phone whose clock is wrong: steadily, set back, or set ahead while it had no network."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from damage_reports.models import Report
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.browsing import became
from tests.conftest import new_id
from tests.factories.city import TOWNSHIP

REPORTER = f"township_reporter@{TOWNSHIP}"
# A phone whose clock is three days off: what it does is stamped by the clock of the server.
OFF = """(() => { const Real = Date, more = DAYS * 86400_000;
  globalThis.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + more); }
    static now() { return Real.now() + more; }
  }; })()"""
HEARD = """async (since) => { const { facts } = await import("/static/js/reports/phone/facts.js");
  return facts()?.fetched_at > since; }"""


def set_clock(reporter, days):
    reporter.context.add_init_script(OFF.replace("DAYS", str(days)))


def only_report():
    with act_as(SYSTEM), db.reading() as session:
        [filed] = session.scalars(select(Report))
        return filed.as_of, filed.received_at


def test_a_clock_three_days_wrong_files_figures_of_now(phone, disaster):
    reporter = phone(REPORTER)
    set_clock(reporter, 3)
    reporter.open()
    became(reporter.page, HEARD, (time.time() + 2 * 86_400) * 1000)
    reporter.offline()
    reporter.file("affected", "7")
    reporter.offline(False)
    reporter.until("sent")

    as_of, received_at = only_report()
    assert abs(as_of - received_at) < timedelta(minutes=2)


def test_a_round_that_begins_without_a_network_can_be_filed_on_what_was_saved_before(
    phone, person, disaster
):
    """Midnight comes on an island: the next zero report is there, carried from the last one."""
    now = datetime.now(UTC)
    midnight = now.replace(hour=16, minute=0, second=0, microsecond=0) - timedelta(days=1)
    order = {"disaster_id": disaster["id"], "code": "r1", "as_of": midnight.isoformat(),
             "daily": True}  # fmt: skip
    assert person("duty_officer").put(f"/api/v1/rounds/{new_id()}", order).status_code == 201
    reporter = phone(REPORTER)
    reporter.open()
    first = reporter.page.locator("[data-round]").first.get_attribute("data-round")
    reporter.offline()
    reporter.file("affected", "7")

    set_clock(reporter, 1.1)
    reporter.reopen()
    later = """(first) => document.querySelector("[data-round]")?.dataset.round !== first"""
    became(reporter.page, later, first)
    reporter.page.locator("[data-round] a.button.primary").first.click()
    reporter.page.locator(".save").wait_for()
    assert reporter.page.locator("#f-affected").input_value() == "7"
    reporter.save()
    assert len({each["about"]["round"] for each in reporter.items()}) == 2


def test_a_clock_set_back_without_a_network_makes_no_figures_of_three_days_ago(phone, disaster):
    reporter = phone(REPORTER)
    reporter.offline()
    set_clock(reporter, -3)
    reporter.reopen()
    reporter.file("affected", "7")
    reporter.offline(False)
    reporter.until("sent")

    as_of, received_at = only_report()
    assert abs(as_of - received_at) < timedelta(minutes=2)


def test_a_clock_set_ahead_without_a_network_is_told_and_nothing_is_lost(phone, disaster):
    reporter = phone(REPORTER)
    reporter.offline()
    set_clock(reporter, 3)
    reporter.reopen()
    reporter.file("affected", "7")
    reporter.offline(False)
    reporter.until("refused")
    assert "数据时点不能在将来" in reporter.page.locator("#content").inner_text()

    became(reporter.page, HEARD, (time.time() + 2 * 86_400) * 1000)
    reporter.page.locator("[data-id] button, [data-id] a", has_text="去改").first.click()
    reporter.page.locator(".save").wait_for()
    assert reporter.page.locator("#f-affected").input_value() == "7"
    reporter.save()
    reporter.until("sent")
    as_of, received_at = only_report()
    assert abs(as_of - received_at) < timedelta(minutes=2)
