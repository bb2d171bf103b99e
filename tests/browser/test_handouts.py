"""A desk without a network: what was handed out is kept, sealed, sent once, and never lost."""

from __future__ import annotations

import pytest

from tests.browser.test_phone_rosters import SIDEWAYS, SMALL, met
from tests.browsing import became
from tests.factories import families, stock
from tests.factories import handouts as made
from tests.factories.city import TOWNSHIP
from tests.handouts.test_handing import listed
from tests.listing import readable
from tests.reporting import HELD, Phone

READY = """async () => { const { facts } = await import("/static/js/reports/phone/facts.js");
  return facts()?.handouts?.desks.length === 1; }"""
# The page is drawn twice at once, and the seal of what was refused is slow the second time.
DRAWN_TWICE = """(link) => {
  const open = crypto.subtle.decrypt.bind(crypto.subtle);
  let count = 0;
  globalThis.opened = 0;
  crypto.subtle.decrypt = async (...given) => {
    const clear = await open(...given);
    if (count++) await new Promise((done) => { setTimeout(done, 1000); });
    globalThis.opened += 1;
    return clear;
  };
  link.click();
  dispatchEvent(new PopStateEvent("popstate"));
}"""


@pytest.fixture
def manager(person):
    return person("logistics_manager")


@pytest.fixture
def desk(manager):
    return made.desk(manager)


@pytest.fixture
def phone_at(server, open_page, faults, disaster, desk):
    """Return the phone of a keeper at the desk, 320 points wide, with all it carries away."""
    page = open_page(f"depot_keeper@{TOWNSHIP}", width=320, height=640)
    phone = Phone(page.context, server.url, faults)
    page.close()
    phone.open("/phone/handouts")
    phone.page.wait_for_function(HELD)
    became(phone.page, READY)
    phone.page.locator(".handout-form").wait_for()
    return phone


def hand_out(phone, *, name="", number="", quilts=2, people=2):
    page = phone.page
    page.locator("#h-id_number").fill(number)
    page.locator("#h-name").fill(name)
    page.locator("#h-people").fill(str(people))
    page.locator("#h-q-quilt").fill(str(quilts))
    page.locator(".save-handout").click()


def stands(phone, state, count=1):
    phone.page.wait_for_function(
        "([state, count]) => document.querySelectorAll("
        "`.handout-home [data-id][data-state='${state}']`).length === count",
        arg=[state, count], timeout=40_000,
    )  # fmt: skip


def test_what_two_families_took_without_a_network_arrives_once_and_the_second_time_is_seen(
    phone_at, manager, disaster, desk
):
    phone_at.offline()
    phone_at.reopen("/phone/handouts")
    hand_out(phone_at, name="王五试", number=families.ID_MAN[:-1] + "8")
    phone_at.page.locator(".form-problem", has_text="身份证号有误").wait_for()
    hand_out(phone_at, name="王五试", number=families.ID_MAN)
    stands(phone_at, "waiting")
    phone_at.page.locator(".sign-pad").scroll_into_view_if_needed()
    box = phone_at.page.locator(".sign-pad").bounding_box()
    phone_at.page.mouse.move(box["x"] + 20, box["y"] + 20)
    phone_at.page.mouse.down()
    phone_at.page.mouse.move(box["x"] + 120, box["y"] + 50)
    phone_at.page.mouse.up()
    hand_out(phone_at, name="王五试", number=families.ID_MAN, quilts=1)
    stands(phone_at, "waiting", 2)
    assert stock.balance(manager, desk) == (100, 0)
    assert readable(phone_at, "王五试", families.ID_MAN) == []

    phone_at.offline(False)
    stands(phone_at, "sent", 2)
    rows = listed(manager, desk, disaster)
    assert [each["state"] for each in rows] == ["exception", "booked"]
    assert [each["signed"] for each in rows] == ["screen", "paper"]
    assert stock.balance(manager, desk) == (97, 0)
    assert [each["sealed"] for each in phone_at.items()] == [None] * 2
    assert phone_at.page.evaluate(SIDEWAYS) <= 0 and phone_at.page.evaluate(SMALL) == []


def test_what_the_county_does_not_take_is_kept_until_it_is_changed(
    phone_at, person, manager, disaster, desk, faults
):
    phone_at.page.evaluate(
        """async (place) => {
          const { keepHandout } = await import("/static/js/handouts/offline.js");
          const { facts, owner } = await import("/static/js/reports/phone/facts.js");
          const { send } = await import("/static/js/outbox/send.js");
          const body = { disaster_id: facts().disaster.id, place, id_number: "", name: "王五试",
            people: 2, lines: [{ item: "quilt", quantity: 0 }], offline: true,
            signed: "paper", drawing: "" };
          await keepHandout({ owner: owner(), about: { place: "x", name: "王*", people: 2,
            at: new Date().toISOString() }, body });
          send({ eager: true });
        }""",
        desk,
    )
    stands(phone_at, "refused")
    met(faults, 422)
    phone_at.page.locator('[data-state="refused"] a').evaluate(DRAWN_TWICE)
    phone_at.page.locator("#h-q-quilt").fill("2")
    phone_at.page.wait_for_function("() => globalThis.opened === 2")
    assert phone_at.page.locator("#h-name").input_value() == "王五试"
    phone_at.page.locator(".save-handout").click()
    stands(phone_at, "sent")
    assert [each["state"] for each in listed(manager, desk, disaster)] == ["booked"]
