"""A village keeps the lists of a night without a network: locked, kept, sent once, gone."""

from __future__ import annotations

from damage_reports.rosters.rules import Roster
from tests.factories.city import TOWNSHIP, VILLAGE
from tests.listing import CANARIES, NUMBER, PERSON, casualty, events, house, readable, rows
from tests.reporting import open_round

REPORTER = f"township_reporter@{TOWNSHIP}"


def test_a_casualty_and_a_house_added_without_a_network_arrive_once_and_are_read_by_nobody_here(
    phone, person, disaster
):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.open("/phone/list")
    reporter.offline()
    reporter.reopen("/phone/list")
    casualty(reporter)
    reporter.open("/phone/list")
    house(reporter)
    reporter.reopen("/phone/outbox")
    reporter.until("waiting", 2)
    assert readable(reporter) == []
    assert "陈*" in reporter.page.locator("#content").inner_text()
    assert rows() == []

    reporter.offline(False)
    reporter.until("sent", 2)
    assert [each["sealed"] for each in reporter.items()] == [None, None]
    assert readable(reporter) == []
    assert [row.roster for row in rows()] == [Roster.CASUALTIES, Roster.HOUSES]
    assert len(events("roster.written")) == 2
    assert not [word for word in CANARIES for each in events("roster.written") if word in each]

    reviewer = person(f"township_reviewer@{TOWNSHIP}")
    kept = reviewer.get(f"/api/v1/roster-rows/{rows()[0].id}/full?purpose=contact").json
    assert {code: kept[code] for code in PERSON} == PERSON
    assert (kept["area_code"], kept["id_number"]) == (VILLAGE, NUMBER)
    both = f"/api/v1/reconciliation?disaster={disaster['id']}&area={TOWNSHIP}"
    counted = {each["indicator"]: each["counted"] for each in reviewer.get(both).json["lines"]}
    assert (counted["missing"], counted["collapsed_dwelling_rooms"]) == (1, 2)


def test_signing_out_says_what_is_lost_and_leaves_neither_a_row_nor_a_draft_nor_the_key(
    phone, person, disaster
):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.context.route("**/api/v1/roster-rows/*", lambda route: route.abort())
    reporter.open("/phone/list")
    casualty(reporter)
    reporter.page.locator("#r-name").fill("钱半途测")
    reporter.page.locator(".ends .ok").wait_for()
    assert readable(reporter, "钱半途测") == []
    reporter.open("/phone")
    reporter.page.locator("#sign-out").click()
    reporter.page.locator("#sign-out.danger", has_text="2").wait_for()  # one kept, one begun
    assert len(reporter.items()) == 1

    reporter.page.locator("#sign-out").click()
    reporter.page.wait_for_url("**/sign-in")
    left = reporter.page.evaluate("""async () => {
      const { all } = await import("/static/js/outbox/store.js");
      const stores = ["items", "drafts", "facts", "keys", "files"];
      return Promise.all(stores.map(async (name) => (await all(name)).length));
    }""")
    assert left == [0] * 5
    assert readable(reporter, "陈*", "钱*", "陈大伟测") == []
    assert rows() == []
