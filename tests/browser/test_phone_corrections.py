"""A row the county has, corrected on the phone: masked, offline, under its base, both versions."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import update

from damage_reports.rosters.models import RosterRow
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.browsing import became
from tests.factories.city import TOWNSHIP, VILLAGE
from tests.factories.rosters import add, revise
from tests.listing import NUMBER, PERSON, fill, house, readable, rows, save

REPORTER = f"township_reporter@{TOWNSHIP}"
OWNER = "async () => (await import('/static/js/reports/phone/facts.js')).owner()"
HEARD = """async (count) => { const { facts } = await import("/static/js/reports/phone/facts.js");
  return facts()?.rosters?.rows?.length === count; }"""


@pytest.fixture
def reporter(phone, person, disaster):
    """Return a phone whose owner had a casualty received before, from another machine."""
    made = phone(REPORTER)
    made.row = add(person(REPORTER), disaster, **PERSON, no_number=None, status="missing")
    made.open("/phone/list")
    became(made.page, HEARD, 0)
    with act_as(SYSTEM), db.transaction() as session:
        session.execute(update(RosterRow).values(author_id=UUID(made.page.evaluate(OWNER))))
    made.open("/phone/list")
    became(made.page, HEARD, 1)
    return made


def correct(reporter, typed):
    """Open the received row from the list and type what is to be changed."""
    reporter.page.locator("[data-record] button", has_text="去改").click()
    reporter.page.locator(".row-form").wait_for()
    fill(reporter, typed)


def full(person, row_id):
    reviewer = person(f"township_reviewer@{TOWNSHIP}")
    return reviewer.get(f"/api/v1/roster-rows/{row_id}/full?purpose=contact").json


def test_a_received_row_is_listed_masked_and_opens_without_what_names_anybody(reporter):
    reporter.offline()
    reporter.reopen("/phone/list")
    listed = reporter.page.locator("[data-record]").inner_text()
    assert "陈*" in listed and "陈大伟" not in listed
    correct(reporter, {})

    page = reporter.page
    assert [page.locator(f"#r-{each}").input_value() for each in PERSON] == [""] * len(PERSON)
    assert page.locator('[data-value="missing"]').get_attribute("aria-pressed") == "true"
    assert page.locator("#r-happened_at").input_value()
    assert "县里已有" in page.locator("#n-name").inner_text()
    assert page.locator("#r-area").input_value() == VILLAGE
    assert readable(reporter) == []


def test_the_number_keys_never_lie_over_the_column_they_type_into(reporter):
    page = reporter.page
    page.set_viewport_size({"width": 360, "height": 740})
    correct(reporter, {})
    assert "改动：县里还没收到" in page.locator(".ends").inner_text()
    for code in ("id_number", "age"):
        page.locator(f"#r-{code}").click()
        page.locator(".keys").wait_for()
        field = page.locator(f'[data-field="{code}"]').bounding_box()
        keys = page.locator(".dock").bounding_box()
        assert field and keys
        assert field["y"] + field["height"] <= keys["y"]
        page.locator("#r-name").click()


def test_a_correction_made_offline_waits_locked_and_changes_only_what_was_typed(reporter, person):
    reporter.offline()
    correct(reporter, {"kin_contact": "陈大江测"})
    reporter.page.locator(".save").click()
    reporter.page.locator(".form-problem", has_text="更正原因").wait_for()
    fill(reporter, {"why": "家属来电"})
    assert reporter.page.locator(".form-problem").inner_text() == ""
    assert not reporter.page.locator('[data-field="name"] .needed').is_visible(), "it is there"
    assert reporter.page.locator('[data-field="why"] .needed').is_visible()
    save(reporter)
    reporter.page.wait_for_url("**/phone/outbox")
    reporter.until("waiting")
    [item] = reporter.items()
    assert (item["base"], item["about"]["masked"]) == (reporter.row, "陈*")
    assert readable(reporter, "陈大江测", "家属来电") == []
    reporter.reopen("/phone/list")
    assert reporter.page.locator("[data-record]").count() == 0

    reporter.offline(False)
    reporter.open("/phone/outbox")
    reporter.until("sent")
    first, second = rows()
    assert (first.current, second.current, second.revision) == (False, True, 2)
    kept = full(person, second.id)
    assert {code: kept[code] for code in PERSON} == PERSON | {"kin_contact": "陈大江测"}
    assert (kept["why"], kept["id_number"], kept["status"]) == ("家属来电", NUMBER, "missing")
    assert [each["sealed"] for each in reporter.items()] == [None]
    assert readable(reporter, "陈大江测", "家属来电", *PERSON.values()) == []


def test_a_correction_that_meets_another_shows_both_and_what_was_not_typed_stays_theirs(
    reporter, person, disaster
):
    reporter.offline()
    correct(reporter, {"name": "陈大山测", "why": "家属来电"})
    save(reporter)
    _row, answer = revise(
        person(REPORTER), disaster, reporter.row, name="陈大河测", kin_contact="陈大湖测"
    )
    assert answer.status_code == 200, answer.json
    reporter.offline(False)
    reporter.open("/phone/outbox")
    reporter.until("conflict")
    card = reporter.page.locator(".conflict")
    name = card.locator('[data-field="name"]')
    assert name.locator('[role="cell"]').all_inner_texts() == ["陈* ①", "陈* ②", "陈* ③"]
    assert card.locator('[data-field="happened_at"]').count() == 0, "nobody changed it"
    kin = card.locator('[data-field="kin_contact"]')
    assert kin.locator('[data-side="mine"]').is_disabled()
    assert kin.locator('[data-side="theirs"]').get_attribute("aria-pressed") == "true"
    asked = card.locator("[data-field]").evaluate_all(
        "all => all.map((each) => each.dataset.field)"
    )
    assert asked == ["name", "kin_contact"]  # an instant told in two zones is one
    assert readable(reporter, "陈大山测", "陈大河测", "陈大湖测") == []

    card.locator(".primary").click()
    reporter.until("sent")
    found = rows()
    assert [row.revision for row in found] == [1, 2, 3]
    kept = full(person, found[-1].id)
    assert (kept["name"], kept["kin_contact"]) == ("陈大山测", "陈大湖测")
    assert full(person, found[1].id)["name"] == "陈大河测"
    assert readable(reporter, "陈大山测", *PERSON.values()) == []


def test_a_correction_that_waits_can_be_changed_and_is_still_one(reporter, person):
    reporter.offline()
    correct(reporter, {"name": "陈大山测", "why": "家属来电"})
    save(reporter)
    reporter.open("/phone/list")
    reporter.page.locator("[data-line] button", has_text="改一改").click()
    reporter.page.locator(".row-form").wait_for()
    assert reporter.page.locator("#r-why").input_value() == "家属来电"
    fill(reporter, {"name": "陈大川测"})
    save(reporter)

    reporter.offline(False)
    reporter.open("/phone/outbox")
    reporter.until("sent")
    assert [row.revision for row in rows()] == [1, 2]
    kept = full(person, rows()[-1].id)
    assert (kept["name"], kept["why"]) == ("陈大川测", "家属来电")


def test_an_emptied_box_is_emptied_and_a_wrong_one_is_told_before(phone, person, disaster):
    reporter = phone(REPORTER)
    reporter.open("/phone/list")
    house(reporter)
    reporter.open("/phone/outbox")
    reporter.until("sent")
    reporter.open("/phone/list")
    became(reporter.page, HEARD, 1)
    correct(reporter, {"collapsed_rooms": "", "why": "复核"})
    reporter.page.locator("#r-collapsed_rooms").fill("1")
    reporter.page.locator(".save").click()
    reporter.page.locator(".form-problem").wait_for()
    assert len(rows()) == 1

    reporter.page.locator("#r-collapsed_rooms").fill("5")
    save(reporter)
    reporter.page.wait_for_url("**/phone/outbox")
    reporter.until("sent", 2)
    last = rows()[-1]
    assert (last.revision, last.collapsed_rooms, last.collapsed_dwelling_rooms) == (2, 5, 2)
    assert full(person, last.id)["phone"] == "13812345678"


def test_an_address_of_a_row_that_is_gone_adds_none(reporter, person, disaster):
    _row, answer = revise(person(REPORTER), disaster, reporter.row, removed=True)
    assert answer.status_code == 200, answer.json
    address = f"/phone/list?roster=casualties&row={reporter.row}&correct=1"
    reporter.open(address)
    became(reporter.page, HEARD, 0)

    page = reporter.open(address)
    page.locator('[data-roster="casualties"]').wait_for()
    assert page.locator(".row-form").count() == 0
