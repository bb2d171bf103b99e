"""The outbox in a browser: a bad line, a dead one, a stranger's page, a no, another person."""

from __future__ import annotations

import pytest
import uuid6
from sqlalchemy import update

from relief_ops import db
from relief_ops.events.models import EventHead
from tests.conftest import new_id
from tests.factories.city import TOWNSHIP
from tests.faults.proxy import Fault, Kind, Proxy, seeded
from tests.reporting import READY, body, open_round, stored

REPORTER = f"township_reporter@{TOWNSHIP}"
ROUNDS = [f"r{n}" for n in range(12)]


@pytest.mark.parametrize("kind", [Kind.SWALLOW, Kind.REPEAT, Kind.RESET_RESPONSE, Kind.DELAY])
def test_a_bad_line_loses_nothing_and_doubles_nothing(phone, server, disaster, kind):
    with Proxy(server.port) as proxy:
        reporter = phone(REPORTER, url=proxy.url)
        proxy.script = seeded(3, kinds=(kind,), part=0.25)
        reporter.keep(disaster, TOWNSHIP, ROUNDS)
        reporter.open("/phone/outbox")
        reporter.until("sent", len(ROUNDS), seconds=150)  # after each fault a pause, doubled
        items = reporter.items()
        proxy.script = lambda _number: None

    assert proxy.met[kind] > 0
    assert stored() == len(ROUNDS)
    assert len({each["receipt"]["seq"] for each in items}) == len(ROUNDS)
    assert [each["receipt"]["id"] for each in items] == [each["id"] for each in items]


def test_a_line_that_is_up_but_dead_is_called_dead(phone, server, disaster):
    with Proxy(server.port) as proxy:
        reporter = phone(REPORTER, url=proxy.url)
        proxy.script = lambda _number: Fault(Kind.DROP)
        reporter.keep(disaster, TOWNSHIP, ["r1"])
        reporter.open("/phone/outbox")
        reporter.page.locator("#strip.watch").wait_for()
        assert reporter.page.evaluate("() => navigator.onLine") is True
        assert reporter.items()[0]["state"] == "waiting"
        proxy.script = lambda _number: None
        reporter.until("sent")

    assert stored() == 1


def test_the_page_of_a_hotel_is_no_receipt(phone, disaster):
    reporter = phone(REPORTER)
    asked = []

    def welcome(route) -> None:
        asked.append(route.request.method)
        route.fulfill(status=200, content_type="text/html", body="<h1>Welcome</h1>")

    reporter.context.route("**/api/v1/reports/*", welcome)
    reporter.keep(disaster, TOWNSHIP, ["r1"])
    reporter.open("/phone/outbox")
    reporter.page.locator("#content [data-state=waiting]", has_text="试过 2").wait_for()
    assert asked[:2] == ["PUT", "PUT"]
    reporter.context.unroute("**/api/v1/reports/*")
    reporter.until("sent")

    assert stored() == 1


def test_after_a_restore_what_was_received_goes_again_and_is_kept_once(phone, disaster):
    reporter = phone(REPORTER)
    reporter.keep(disaster, TOWNSHIP, ["r1", "r2"])
    reporter.open("/phone/outbox")
    reporter.until("sent", 2)
    before = {each["id"]: each["attempts"] for each in reporter.items()}
    with db.transaction() as session:  # what a restore does last
        session.execute(update(EventHead).values(epoch=uuid6.uuid7()))

    reporter.reopen("/phone/outbox")
    reporter.page.wait_for_function(
        """() => import('/static/js/outbox/store.js').then(({ all }) => all('items'))
          .then((items) => items.every((each) => each.state === 'sent' && each.epoch
                                                 && each.attempts > 1))""",
    )

    assert stored() == 2 and set(before) == {each["id"] for each in reporter.items()}


def test_two_tabs_send_each_thing_once(phone, server, disaster):
    reporter = phone(REPORTER)
    other = reporter.context.new_page()
    other.goto(f"{server.url}/phone/outbox")
    other.wait_for_function(READY)
    reporter.offline()
    reporter.keep(disaster, TOWNSHIP, ROUNDS)
    reporter.open("/phone/outbox")
    reporter.offline(False)
    reporter.until("sent", len(ROUNDS))

    assert stored() == len(ROUNDS)
    assert {each["attempts"] for each in reporter.items() if each["problem"] is None} <= {1, 2}


def test_what_the_county_refuses_is_kept_with_the_reason_and_corrected_under_a_new_id(
    phone, person, disaster
):
    open_round(person, disaster, "r0")
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.file("affected", "10")
    earlier = body(disaster, TOWNSHIP, {"affected": 500}, round="r0")
    assert person(REPORTER).put(f"/api/v1/reports/{new_id()}", earlier).status_code == 201

    reporter.offline(False)
    reporter.until("refused")
    refused = reporter.page.locator('[data-state="refused"]')
    assert "500" in refused.inner_text()
    refused.locator("button").click()
    field = reporter.page.locator("#f-affected")
    field.wait_for()
    assert field.input_value() == "10"
    for _ in range(2):
        reporter.page.locator('[data-key="delete"]').click()
    reporter.key("affected", "510")
    reporter.save()
    reporter.until("sent")

    first, second = reporter.items()
    assert first["state"] == "replaced"
    assert first["id"] != second["id"]
    assert stored() == 2


def test_a_tap_is_not_lost_while_the_list_changes_under_the_finger(phone, disaster):
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.keep(disaster, TOWNSHIP, ["r1"])
    page = reporter.open("/phone/outbox")
    reporter.until("waiting")
    page.locator(".other-ways summary").hover()
    page.mouse.down()
    reporter.keep(disaster, TOWNSHIP, ["r2"])
    page.wait_for_timeout(500)  # as long as it takes to draw, which must wait for the finger
    page.mouse.up()

    page.locator(".other-ways[open]").wait_for()
    reporter.until("waiting", 2)


def test_an_ended_session_keeps_everything_and_asks_for_a_sign_in(phone, server, disaster):
    reporter = phone(REPORTER)
    cookies = reporter.context.cookies()
    reporter.context.clear_cookies(name="session")
    reporter.keep(disaster, TOWNSHIP, ["r1"])
    reporter.open("/phone/outbox")
    reporter.page.locator('#strip a[href^="/sign-in"]').wait_for()
    reporter.until("waiting")

    reporter.context.add_cookies(cookies)
    reporter.open("/phone/outbox")
    reporter.until("sent")
    assert stored() == 1


def test_nobody_sends_what_somebody_else_saved_on_the_same_phone(phone, open_page, disaster):
    reporter = phone(REPORTER)
    reporter.context.clear_cookies(name="session")
    reporter.keep(disaster, TOWNSHIP, ["r1"])
    colleague = open_page("village_officer@990101001000")
    cookies = [each for each in colleague.context.cookies() if each["name"] == "session"]
    reporter.context.add_cookies(cookies)
    reporter.open("/phone/outbox")
    reporter.page.locator("#strip.ok").wait_for()
    reporter.until("waiting")

    assert stored() == 0
    assert "另一个人" in reporter.page.locator("#content").inner_text()
