"""The reporter's phone without a network: nothing is lost, nothing arrives twice (O-1 to O-5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.conftest import new_id
from tests.factories.city import TOWNSHIP
from tests.reporting import body, open_round, stored

MANY = [f"r{n}" for n in range(100)]
REPORTER = f"township_reporter@{TOWNSHIP}"


@pytest.mark.target("O-3")
def test_a_report_saved_without_a_network_survives_the_browser_and_arrives_once(
    phone, person, disaster
):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.file("affected", "1250")
    reporter.until("waiting")

    reporter.reopen("/phone/outbox")
    reporter.until("waiting")
    assert stored() == 0

    reporter.offline(False)
    reporter.until("sent")
    kept = reporter.items()[0]["receipt"]
    assert stored() == 1
    receipt = f"{kept['body_sha256'][:4].upper()}-{kept['seq']:04}"
    assert receipt in reporter.page.locator("#content").inner_text()
    sent = person("county_reviewer").get(f"/api/v1/reports/{kept['id']}").json
    assert sent["values"]["affected"] == 1250


def test_two_first_reports_of_one_round_are_both_kept_and_a_person_chooses(phone, person, disaster):
    open_round(person, disaster)
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.open("/phone/report")
    reporter.key("affected", "742")
    reporter.key("deaths", "0")
    reporter.save()
    theirs = new_id()
    other = person(f"township_reporter@{TOWNSHIP}")
    values = {"affected": 730, "deaths": 0}
    assert (
        other.put(f"/api/v1/reports/{theirs}", body(disaster, TOWNSHIP, values)).status_code == 201
    )

    reporter.offline(False)
    reporter.until("conflict")
    line = reporter.page.locator('.conflict [data-field="affected"]')
    line.wait_for()
    assert [each.strip() for each in line.locator("button").all_inner_texts()] == ["730", "742"]
    assert reporter.page.locator('.conflict [data-field="deaths"]').count() == 0
    line.locator('[data-side="mine"]').click()
    reporter.page.locator(".conflict .primary").click()
    reporter.until("sent")

    first, chosen = reporter.items()
    assert first["receipt"]["rival_of"] == theirs
    assert (first["state"], first["replaced_by"]) == ("replaced", chosen["id"])
    assert chosen["base"] == theirs
    assert stored() == 3
    assert other.get(f"/api/v1/reports/{chosen['id']}").json["values"]["affected"] == 742
    assert other.get(f"/api/v1/reports/{first['id']}").json["state"] == "rival"


@pytest.mark.target("O-4")
def test_a_newer_version_of_somebody_else_is_shown_line_by_line_before_anything_is_sent(
    phone, person, disaster
):
    open_round(person, disaster)
    other = person(f"township_reporter@{TOWNSHIP}")
    first, newer = new_id(), new_id()
    start = {"affected": 388, "collapsed_rooms": 5}
    other.put(f"/api/v1/reports/{first}", body(disaster, TOWNSHIP, start))
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.file("affected", "742")
    changed = body(disaster, TOWNSHIP, {"affected": 730, "collapsed_rooms": 9}, base=first)
    assert other.put(f"/api/v1/reports/{newer}", changed).status_code == 200

    reporter.offline(False)
    reporter.until("conflict")
    assert stored() == 2
    card = reporter.page.locator(".conflict")
    line = card.locator('[data-field="affected"]')
    assert line.locator('[role="cell"]').all_inner_texts() == ["388", "730", "742"]
    untouched = card.locator('[data-field="collapsed_rooms"] [data-side="theirs"]')
    assert untouched.get_attribute("aria-pressed") == "true"
    card.locator(".primary").click()
    reporter.until("sent")

    chosen = reporter.items()[-1]
    assert chosen["base"] == newer
    values = other.get(f"/api/v1/reports/{chosen['id']}").json["values"]
    assert (values["affected"], values["collapsed_rooms"]) == (742, 9)
    assert other.get(f"/api/v1/reports/{newer}").json["state"] == "superseded"


@pytest.mark.target("O-2")
def test_a_server_killed_while_it_receives_gets_everything_once(phone, server, disaster):
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.keep(disaster, TOWNSHIP, MANY)
    reporter.open("/phone/outbox")
    reporter.offline(False)
    reporter.page.locator('[data-state="sent"]').first.wait_for()
    server.kill()
    reporter.page.locator("#strip.watch").wait_for()
    assert any(each["state"] != "sent" for each in reporter.items())
    server.start()
    reporter.until("sent", len(MANY), seconds=150)

    assert stored() == len(MANY)


@pytest.mark.target("O-1")
def test_a_hundred_reports_of_a_long_night_arrive_once_and_in_the_order_they_were_saved(
    phone, disaster
):
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.keep(disaster, TOWNSHIP, MANY)
    reporter.reopen("/phone/outbox")
    reporter.offline(False)
    reporter.until("sent", len(MANY), seconds=150)

    numbers = [each["receipt"]["seq"] for each in reporter.items()]
    assert numbers == sorted(numbers)
    assert stored() == len(set(numbers)) == len(MANY)


def test_what_cannot_get_through_is_read_out_and_both_copies_become_one_report(
    phone, person, disaster
):
    # The digits say the minute of the week: the round is of the week the phone's clock is in.
    open_round(person, disaster, as_of=datetime.now(UTC))
    reporter = phone(REPORTER)
    reporter.offline()
    reporter.file("affected", "1250")
    reporter.until("waiting")
    reporter.page.locator(".other-ways summary").click()
    reporter.page.locator(".said-groups b").first.wait_for()
    digits = "".join(reporter.page.locator(".said-groups b").all_inner_texts())

    officer = person("duty_officer", "township_reporter")
    order = {"told_by": "镇值班员", "means": "satellite_phone"}
    entered = officer.put(f"/api/v1/report-codes/{digits}", order)
    assert entered.status_code == 201, entered.json
    assert officer.get(f"/api/v1/reports/{entered.json['id']}").json["values"]["affected"] == 1250

    reporter.offline(False)
    reporter.until("sent")
    sent = officer.get(f"/api/v1/reports/{reporter.items()[0]['receipt']['id']}").json
    assert (sent["state"], sent["revision"]) == ("submitted", 2)
    assert stored() == 2
