"""At the door of a shelter: seconds a household, the same without a network, never lost."""

from __future__ import annotations

from uuid import UUID

import pytest

from shelters.evacuation.rules import slip_code
from tests.browser.test_phone_rosters import SIDEWAYS, SMALL, met
from tests.conftest import new_id
from tests.factories.city import COUNTY, TOWNSHIP
from tests.factories.evacuation import household
from tests.factories.shelters import open_shelter
from tests.listing import readable
from tests.reporting import HELD, Phone
from tests.shelters.test_arrivals import arrive, standing

NUMBER = "330203194901010017"
READY = """async (count) => { const { facts } = await import("/static/js/reports/phone/facts.js");
  return facts()?.check_in?.households.length === count; }"""
# One household from the code to the receipt, timed by the browser itself, in milliseconds.
TIMED = """async (code) => {
  const pause = () => new Promise((done) => setTimeout(done, 20));
  const until = async (found) => { while (!found()) await pause(); };
  const started = performance.now();
  const input = document.getElementById("c-find");
  input.value = code;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  document.querySelector("[data-find]").click();
  await until(() => document.querySelector(".check-in-form .save-check-in"));
  document.querySelector(".save-check-in").click();
  await until(() => document.querySelector('.check-in-home [data-id][data-state="sent"]'));
  return performance.now() - started;
}"""


@pytest.fixture
def keeper(person):
    return person(f"township_reporter@{TOWNSHIP}")


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(manager, disaster)


@pytest.fixture
def rows(keeper):
    """Return three households of the list."""
    names = ("何试验", "孙试验", "范试验")
    return [household(keeper, name=each, id_number=NUMBER if each == names[0] else "")
            for each in names]  # fmt: skip


@pytest.fixture
def door(server, open_page, faults, shelter_id, rows):
    """Return the phone of a manager at the door, with all it carries away."""
    page = open_page(f"shelter_manager@{TOWNSHIP}", width=360, height=740)
    phone = Phone(page.context, server.url, faults)
    page.close()
    phone.open("/phone/check-in")
    phone.page.wait_for_function(HELD)
    until(phone, READY, len(rows))
    phone.page.locator("#c-find").wait_for()
    return phone


def until(phone, script, arg=None):
    from tests.browsing import became

    became(phone.page, script, arg)


def typed(phone, text):
    """Type what the household shows, and open what is found."""
    page = phone.page
    page.locator("#c-find").fill(text)
    page.locator("[data-find]").click()
    page.locator(".check-in-form").wait_for()
    return page


def saved(phone):
    phone.page.locator(".save-check-in").click()
    phone.page.locator(".check-in-home").wait_for()


def here(phone, state, count=1):
    phone.page.wait_for_function(
        "([state, count]) => document.querySelectorAll("
        "`.check-in-home [data-id][data-state='${state}']`).length === count",
        arg=[state, count], timeout=40_000,
    )  # fmt: skip


def test_a_household_with_its_slip_is_inside_in_less_than_ten_seconds(
    door, manager, shelter_id, rows
):
    took = door.page.evaluate(TIMED, slip_code(UUID(rows[0])))

    assert took < 10_000
    assert standing(manager, shelter_id)["registered"] == 3


def test_three_households_without_a_network_arrive_once_with_their_receipts(
    door, manager, shelter_id, rows
):
    door.offline()
    door.reopen("/phone/check-in")
    typed(door, slip_code(UUID(rows[0])).lower())
    door.page.locator('[data-member="3"]').click()
    saved(door)
    door.page.locator("#c-find").fill("孙")
    door.page.locator(f'[data-household="{rows[1]}"] a').click()
    saved(door)
    door.page.locator('a[href$="new=walk_in"]').click()
    door.page.locator("#c-people").fill("4")
    door.page.locator("#c-name").fill("王五试")
    door.page.locator("#c-id_number").fill(NUMBER[:-1] + "8")
    door.page.locator(".save-check-in").click()
    door.page.locator(".form-problem", has_text="校验位").wait_for()
    door.page.locator("#c-id_number").fill("")
    saved(door)
    here(door, "waiting", 3)
    assert standing(manager, shelter_id)["registered"] == 0
    assert readable(door, "王五试", "何试验", "孙试验", NUMBER) == []

    door.offline(False)
    here(door, "sent", 3)
    assert standing(manager, shelter_id)["registered"] == 2 + 3 + 4
    assert [each["sealed"] for each in door.items()] == [None] * 3
    assert all(each["receipt"]["seq"] for each in door.items())


def test_a_queue_that_arrives_after_closing_is_kept_and_sent_where_there_is_room(
    door, manager, shelter_id, rows, disaster, faults
):
    near = open_shelter(manager, disaster, name="近处避灾点", point=[121.503, 29.802])
    door.offline()
    typed(door, slip_code(UUID(rows[0])))
    saved(door)
    for state in ("closing", "closed"):
        body = {"disaster_id": disaster["id"], "state": state}
        manager.put(f"/api/v1/shelters/{shelter_id}/state", body)
    door.offline(False)
    here(door, "refused")
    [item] = door.items()
    assert bool(item["sealed"])
    door.page.locator('[data-state="refused"] a').click()
    said = door.page.locator("[data-settle]").inner_text()
    assert "已关闭" in said and "近处避灾点" in said
    door.page.locator(f'[data-send="{near}"]').click()
    here(door, "sent")

    stood = standing(manager, near)
    assert (stood["registered"], stood["on_the_way"]) == (3, 3)
    met(faults, 409)


def test_who_truly_stayed_before_the_closing_is_recorded_from_the_phone(
    door, manager, shelter_id, rows, disaster, faults
):
    door.offline()
    typed(door, slip_code(UUID(rows[0])))
    saved(door)
    for state in ("closing", "closed"):
        body = {"disaster_id": disaster["id"], "state": state}
        manager.put(f"/api/v1/shelters/{shelter_id}/state", body)
    door.offline(False)
    here(door, "refused")
    door.page.locator('[data-state="refused"] a').click()
    door.page.locator('[data-stayed="home"]').click()
    here(door, "sent")

    page = manager.get(f"/api/v1/events?after=0&area={COUNTY}&limit=500").json["events"]
    assert [each["payload"]["left_to"] for each in page if each["name"] == "shelter.departed"] == [
        "home"
    ]
    assert standing(manager, shelter_id)["registered"] == 0
    met(faults, 409)


def test_who_is_registered_elsewhere_is_transferred_with_one_tap(
    door, manager, shelter_id, rows, disaster
):
    other = open_shelter(manager, disaster, name="近处避灾点", point=[121.503, 29.802])
    arrive(manager, other, disaster, 3, listed_id=rows[0])
    page = door.open("/phone/check-in")
    until(door, """async () => (await import("/static/js/reports/phone/facts.js")).facts()
      .check_in.shelters.length === 2""")  # fmt: skip
    page.locator("#c-shelter").select_option(shelter_id)
    page.locator("#c-find").wait_for()
    typed(door, slip_code(UUID(rows[0])))
    page.locator(".save-check-in", has_text="转到本点").wait_for()
    saved(door)
    here(door, "sent")

    found = (standing(manager, other)["registered"], standing(manager, shelter_id)["registered"])
    assert found == (0, 3)


@pytest.mark.parametrize("width", [320, 360, 1000])
def test_every_target_is_44_pixels_and_nothing_moves_sideways(door, rows, width):
    door.page.set_viewport_size({"width": width, "height": 740})
    for lang in ("zh", "en"):
        door.context.add_cookies([{"name": "lang", "value": lang, "url": door.url}])
        for path in ("", f"?household={rows[0]}", "?new=walk_in", "?new=group", "?out=list"):
            page = door.open(f"/phone/check-in{path}")
            page.locator("#content .check-in-home, #content .check-in-form").first.wait_for()
            assert (page.evaluate(SMALL), page.evaluate(SIDEWAYS)) == ([], 0), (path, lang)


def test_check_out_without_a_network_is_locked_waits_and_arrives_once(
    door, manager, shelter_id, rows
):
    typed(door, slip_code(UUID(rows[0])))
    saved(door)
    here(door, "sent")
    door.offline()
    door.reopen("/phone/check-in")
    page = door.page
    page.locator("a[href*='out=list']").click()
    page.locator("[data-out=list] [data-arrival] a").click()
    page.locator('[data-to="relatives"]').click()
    page.locator("#c-handed_to").fill("王五试")
    page.locator(".save-check-out").click()
    page.locator(".check-in-home").wait_for()
    here(door, "waiting")
    assert readable(door, "王五试") == []
    assert standing(manager, shelter_id)["registered"] == 3
    page.locator("a[href*='out=list']").click()
    page.locator("[data-out=list] .empty").wait_for()  # nobody is offered a second way out

    door.offline(False)
    page.locator("#back, [data-back], a[href='/phone/check-in']").first.click()
    here(door, "sent", 2)
    assert standing(manager, shelter_id)["registered"] == 0


def test_a_bus_sent_on_is_taken_in_with_one_tap_without_a_network_and_counted_once(
    door, manager, shelter_id, disaster
):
    bus = new_id()
    arrive(manager, shelter_id, disaster, 30, arrival_id=bus, group=True, on_the_way=True)
    page = door.open("/phone/check-in")
    page.locator('[data-expected="30"]').wait_for()
    door.offline()
    page.locator("[data-expected]").click()
    page.locator(f'[data-here="{bus}"]').click()
    page.locator(f'[data-here="{bus}"]').wait_for(state="detached")
    door.open("/phone/check-in")
    here(door, "waiting")
    stood = standing(manager, shelter_id)
    assert (stood["registered"], stood["on_the_way"]) == (30, 30)

    door.offline(False)
    here(door, "sent")
    stood = standing(manager, shelter_id)
    assert (stood["registered"], stood["on_the_way"]) == (30, 0)


def test_who_came_and_left_without_a_network_arrives_in_that_order(door, manager, shelter_id, rows):
    door.offline()
    typed(door, slip_code(UUID(rows[1])))
    saved(door)
    door.page.locator("a[href*='out=list']").click()
    door.page.locator("[data-out=list] [data-arrival] a").click()
    door.page.locator(".save-check-out").click()
    here(door, "waiting", 2)
    door.offline(False)
    here(door, "sent", 2)

    assert standing(manager, shelter_id)["registered"] == 0


def test_a_bus_and_its_households_without_a_network_are_never_counted_twice(
    door, manager, shelter_id, rows
):
    door.offline()
    door.page.locator('a[href$="new=group"]').click()
    door.page.locator("#c-people").fill("30")
    saved(door)
    door.page.locator('a[href$="new=walk_in"]').click()
    door.page.locator("#c-people").fill("4")
    door.page.locator("#c-group_id").select_option(index=1)
    saved(door)
    typed(door, slip_code(UUID(rows[0])))
    assert "26" in door.page.locator("#c-group_id").inner_text()  # and the bus is chosen still
    saved(door)
    here(door, "waiting", 3)
    door.offline(False)
    here(door, "sent", 3)

    assert standing(manager, shelter_id)["registered"] == 30


def test_a_bus_no_shelter_has_room_for_is_divided_with_one_tap(
    door, manager, shelter_id, disaster, faults
):
    near = open_shelter(manager, disaster, name="近处避灾点", point=[121.503, 29.802])
    door.page.locator('a[href$="new=group"]').click()
    door.page.locator("#c-people").fill("90")
    saved(door)
    here(door, "refused")
    door.page.locator('[data-state="refused"] a').click()
    said = door.page.locator("[data-division]").inner_text()
    assert "50" in said and "40" in said and "近处避灾点" in said
    door.page.locator("[data-divide]").click()
    here(door, "sent")

    assert standing(manager, shelter_id)["registered"] == 50
    assert standing(manager, near)["on_the_way"] == 40
    met(faults, 409)


def test_an_elder_alone_leaves_only_to_a_name_and_a_refusal_is_settled(
    door, manager, shelter_id, disaster, faults
):
    arrive(manager, shelter_id, disaster, 1, name="试老人", alone=1)
    page = door.open("/phone/check-in")
    until(door, """async () => (await import("/static/js/reports/phone/facts.js")).facts()
      .check_in.inside.length === 1""")  # fmt: skip
    page.locator("a[href*='out=list']").click()
    page.locator("[data-out=list] [data-arrival] a").click()
    page.locator(".save-check-out").click()
    page.locator(".form-problem", has_text="交接人").wait_for()
    page.locator("#c-handed_to").fill("试女儿")
    door.offline()
    page.locator(".save-check-out").click()
    here(door, "waiting")
    [row] = inside(manager, shelter_id, disaster)
    manager.put(f"/api/v1/shelters/{shelter_id}/arrivals/{row}/departure",
                {"to": "home", "handed_to": "试儿子"})  # fmt: skip
    door.offline(False)
    here(door, "refused")
    page.locator('[data-state="refused"] a').click()
    assert "已经离开" in page.locator("[data-settle]").inner_text()
    page.locator("[data-away]").click()
    page.locator(".check-in-home").wait_for()
    assert [each["state"] for each in door.items()] == ["replaced"]
    met(faults, 409)


def inside(manager, shelter_id, disaster):
    """Return the registrations of those inside."""
    from relief_ops import db, geo
    from relief_ops.auth import SYSTEM, act_as
    from shelters.check_in import queries

    with act_as(SYSTEM), db.reading() as session:
        tree = geo.tree(session)
        rows = queries.carried_inside(session, UUID(shelter_id), UUID(disaster["id"]), tree)
        return [each["arrival_id"] for each in rows]
