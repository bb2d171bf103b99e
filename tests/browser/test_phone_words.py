"""Words typed on a phone: kept on each key, sent with the figures or alone, never merged."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from damage_reports.models import Narrative
from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from tests.browser.test_phone_rosters import SIDEWAYS, met
from tests.browsing import became
from tests.conftest import new_id
from tests.factories.city import TOWNSHIP
from tests.reporting import open_round

REPORTER = f"township_reporter@{TOWNSHIP}"
WORDS = "姚江漫堤，沿江三个村进水，急需冲锋舟。"
FORM = "/phone/report?round=r1"
DRAFTS = """(await (await import("/static/js/outbox/store.js")).all("drafts"))
  .some((each) => each.kind === "narrative")"""

# The facts are fetched anew, and what hangs on them is drawn again.
NEWER = """async () => {
  const { refresh } = await import("/static/js/reports/phone/facts.js");
  const { say } = await import("/static/js/outbox/store.js");
  if (!await refresh()) throw new Error("nothing came");
  delete document.documentElement.dataset.ready;
  say();
}"""


@pytest.fixture
def reporter(phone, person, disaster):
    """Return a phone on which one round is due."""
    open_round(person, disaster)
    return phone(REPORTER)


def texts():
    with act_as(SYSTEM), db.reading() as session:
        rows = session.scalars(select(Narrative).order_by(Narrative.revision)).all()
        return [(each.words, each.revision, each.current) for each in rows]


def write(page, words):
    field = page.locator("#told-words:enabled")
    field.fill(words)
    return field


def send_alone(page, words):
    """Press the button, and wait until it has nothing more to send: then the text lies here."""
    write(page, words)
    button = page.locator(".told-section button")
    button.click()
    became(page, f"async () => !({DRAFTS})")
    button.wait_for(state="hidden")


def test_words_typed_without_a_network_outlive_the_page_and_go_with_the_figures(reporter):
    reporter.offline()
    page = reporter.open(FORM)
    write(page, WORDS)
    became(page, f"async () => {DRAFTS}")
    page = reporter.reopen(FORM)
    assert page.locator("#told-words:enabled").input_value() == WORDS

    reporter.key("affected", "120")
    reporter.save()
    reporter.until("waiting", 2)
    assert texts() == []
    reporter.offline(False)
    reporter.until("sent", 2)

    assert texts() == [(WORDS, 1, True)]


def test_words_go_alone_and_a_second_version_follows_the_first(reporter):
    page = reporter.open(FORM)
    send_alone(page, WORDS)
    reporter.open("/phone/outbox")
    reporter.until("sent", 1)
    page = reporter.open(FORM)
    send_alone(page, WORDS + "已转移 120 人。")
    reporter.open("/phone/outbox")
    reporter.until("sent", 2)

    assert [each[1:] for each in texts()] == [(1, False), (2, True)]


def test_whoever_stands_in_the_text_keeps_the_cursor_when_newer_facts_come(reporter):
    page = reporter.open(FORM)
    field = page.locator("#told-words:enabled")
    field.focus()
    field.evaluate("(field) => { field.dataset.mine = 'yes'; }")
    page.evaluate(NEWER)
    page.wait_for_function("() => document.documentElement.dataset.ready")
    page.keyboard.type(WORDS)

    assert page.locator("#told-words[data-mine=yes]").input_value() == WORDS


def test_two_texts_written_apart_are_both_shown_and_one_is_chosen(
    reporter, person, disaster, faults
):
    reporter.offline()
    page = reporter.open(FORM)
    send_alone(page, WORDS)
    theirs = {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1", "words": "水势平稳。",
    }  # fmt: skip
    answer = person(REPORTER).put(f"/api/v1/narratives/{new_id()}", theirs)
    assert answer.status_code == 201, answer.json
    page = reporter.open("/phone/outbox")
    reporter.offline(False)
    reporter.until("conflict", 1)

    card = page.locator(".card.conflict")
    assert "水势平稳。" in card.inner_text() and WORDS in card.inner_text()
    card.locator("button", has_text=WORDS).click()
    card.get_by_role("button", name="按选的再送").click()
    reporter.until("sent", 1)
    met(faults, 412)

    assert texts()[-1] == (WORDS, 2, True)


def test_what_the_county_has_is_there_to_go_on_from_and_a_narrow_phone_holds_it(
    reporter, person, disaster
):
    words = {"disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": "r1", "words": WORDS}
    assert person(REPORTER).put(f"/api/v1/narratives/{new_id()}", words).status_code == 201
    page = reporter.reopen(FORM)
    page.wait_for_function(
        "(words) => document.getElementById('told-words')?.value === words", arg=WORDS
    )
    page.set_viewport_size({"width": 320, "height": 640})

    assert page.evaluate(SIDEWAYS) == 0
