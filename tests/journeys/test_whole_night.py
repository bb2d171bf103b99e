"""A whole night on two phones and a wall: from the order to the last household at home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.boards.models import FigureProposal
from shelters.evacuation.rules import slip_code
from shelters.models import Arrival
from tests.browser.test_phone_rosters import met
from tests.browsing import became
from tests.conftest import MORNING, new_id
from tests.factories.city import COUNTY, TOWNSHIP, VILLAGE
from tests.factories.evacuation import household
from tests.factories.rosters import id_number
from tests.factories.shelters import make_shelter
from tests.reporting import HELD, Phone

NAMES = ("何试验", "孙试验", "范试验", "许试验")
NUMBER, TELEPHONE = "330203194901010017", "13912345678"
GRANNY = id_number(Random("granny"))
FACTS = """async ([part, count]) => {
  const { facts, refresh } = await import("/static/js/reports/phone/facts.js");
  if (facts()?.[part]?.households?.length === count) return true;
  await refresh();
  return false;
}"""
INSIDE = """async (count) => {
  const { facts, refresh } = await import("/static/js/reports/phone/facts.js");
  if (facts()?.check_in?.inside.length === count) return true;
  await refresh();
  return false;
}"""
WALL = """([id, words]) => document.querySelector(`[data-headline="${id}"] .number strong`)
  ?.textContent === words"""
# A camera that shows one slip: this browser has neither a camera nor its own reader of codes.
CAMERA = """(code) => {
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement("canvas");
    const paper = canvas.getContext("2d");
    setInterval(() => paper.fillRect(Math.random() * 100, 0, 9, 9), 50);
    return canvas.captureStream();
  };
  globalThis.BarcodeDetector = class { async detect() { return [{ rawValue: code }]; } };
}"""


@pytest.fixture
def night(person):
    """Return the disaster of a drill, and a way to set its clock: hours after the morning."""
    director, drill_id, disaster_id = person("drill_director"), new_id(), new_id()
    start = {"name": "演练", "seed": 7, "drill_start": MORNING.isoformat()}
    assert director.put(f"/api/v1/drills/{drill_id}", start).status_code == 201
    body = {
        "name": "演练台风", "kind": "typhoon", "drill_id": drill_id, "storm": "1323",
        "started_at": MORNING.isoformat(), "division_date": "2013-10-06",
    }  # fmt: skip
    assert director.put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201

    def move(hours):
        known = director.get(f"/api/v1/drills/{drill_id}").json
        at = (MORNING + timedelta(hours=hours)).isoformat()
        clock = {"drill_at": at, "speed": 1, "paused": True}
        path = f"/api/v1/drills/{drill_id}/clock"
        answer = director.put(path, clock, If_Match=str(known["revision"]))
        assert answer.status_code == 200, answer.json

    move(1)
    return {"id": disaster_id, "drill_id": drill_id, "move": move}


@pytest.fixture
def listed(person, night):
    """Return four households of three people each, all of one village."""
    keeper = person(f"township_reporter@{TOWNSHIP}")
    more = [{"id_number": NUMBER}, {"phone": TELEPHONE}, {}, {"destination": "relatives"}]
    return [household(keeper, name=name, drill_id=night["drill_id"], **each)
            for name, each in zip(NAMES, more, strict=True)]  # fmt: skip


@pytest.fixture
def places(person, night):
    """Return a small shelter with six places and a larger one near it; none is open."""
    manager = person(f"shelter_manager@{COUNTY}")
    drill = {"drill_id": night["drill_id"]}
    small = make_shelter(manager, capacity_max=6, **drill)
    near = make_shelter(manager, name="近处避灾点", point=[121.503, 29.802], **drill)
    return small, near


@pytest.fixture
def wall(open_page, server, night):
    """Return the wall of the county, at the question who is not moved."""
    page = open_page(f"wall_display@{COUNTY}", width=1920, height=1080)
    page.goto(f"{server.url}/wall?disaster={night['id']}&area={COUNTY}")
    return page


def signed_in(open_page, server, faults, *roles):
    """Return the phone of somebody who has opened the app once with a network."""
    page = open_page(*roles, width=360, height=740)
    phone = Phone(page.context, server.url, faults)
    page.close()
    phone.open("/phone/check-in")
    phone.page.wait_for_function(HELD)
    return phone


def carries(phone, part, count):
    """Wait until the phone holds what it is to work with, as the county has it now."""
    became(phone.page, FACTS, [part, count])


def shows(wall, headline, words):
    became(wall, WALL, [headline, words])


def stands(desk, state):
    desk.locator('[data-part="steps"] li', has_text=state).first.wait_for()


def give_order(desk, url, night):
    """Sign the order on its form; two in the morning means everybody away by 18:00."""
    desk.goto(f"{url}/evacuation/orders/new?disaster={night['id']}&area={COUNTY}")
    desk.locator(f'input[name="area_codes"][value="{TOWNSHIP}"]').check()
    said = {"number": "东防指〔7〕号", "trigger": "十二级台风夜间登陆", "signed_by": "试签发",
            "impact_at": "2013-10-07T02:00"}  # fmt: skip
    for name, text in said.items():
        desk.locator(f"#{name}").fill(text)
    desk.locator("form .button.primary").click()
    desk.locator(".paper .signed", has_text="试签发").wait_for()
    assert "2013-10-06 18:00" in desk.locator(".paper .big").inner_text()
    return desk.url.split("?")[0]


def at_the_door(phone, row, *states):
    """Take the steps of one household, one tap each."""
    page = phone.open(f"/phone/doors?household={row}")
    page.locator(f'.door-form[data-household="{row}"]').wait_for()
    for state in states:
        if state == "told":
            page.locator("#d-read_back").click()
        page.locator(f'.door-acts [data-state="{state}"]').click()
        page.locator(f'.door-form[data-standing="{state}"]').wait_for()
    page.wait_for_function(
        "(n) => document.querySelectorAll('.door-form [data-id][data-state=sent]').length >= n",
        arg=len(states),
    )


def choose(phone, shelter_id):
    page = phone.open("/phone/check-in")
    page.locator("#c-shelter").select_option(shelter_id)
    page.locator(".check-in-home[data-out], .check-in-home #c-find").first.wait_for()
    carries(phone, "check_in", len(NAMES))
    return phone.open("/phone/check-in")


def look_for(phone, text):
    phone.page.locator("#c-find").fill(text)
    phone.page.locator("[data-find]").click()


def save(phone):
    phone.page.locator(".save-check-in").click()
    phone.page.locator(".check-in-home").wait_for()


def said(phone, state, count):
    phone.page.wait_for_function(
        "([state, count]) => document.querySelectorAll("
        "`.check-in-home [data-id][data-state='${state}']`).length === count",
        arg=[state, count], timeout=40_000,
    )  # fmt: skip


def check_out(phone, shelter_id, to, count):
    """Let everybody in a shelter go, one household after the other."""
    choose(phone, shelter_id)
    became(phone.page, INSIDE, count)
    for left in range(count, 0, -1):
        phone.open("/phone/check-in?out=list")
        rows = phone.page.locator("[data-out=list] [data-arrival] a")
        assert rows.count() == left
        rows.first.click()
        phone.page.locator(f'[data-to="{to}"]').click()
        phone.page.locator(".save-check-out").click()
        phone.page.locator(".check-in-home").wait_for()
        became(
            phone.page,
            "() => !document.querySelector('[data-state=waiting], [data-state=sending]')",
        )
    assert {each["state"] for each in phone.items()} <= {"sent", "replaced"}


def look_at(phone, row, found):
    page = phone.open(f"/phone/dwellings?household={row}")
    page.locator(f'.door-acts [data-found="{found}"]').click()
    page.locator(f'.door-form[data-dwelling="{found}"] [data-state="sent"]').wait_for()


def stayed():
    """Return (shelter, people, how it stands) of every registration."""
    with act_as(SYSTEM), db.reading() as session:
        rows = session.scalars(
            select(Arrival)
            .order_by(Arrival.arrived_at, Arrival.id)
            .execution_options(any_drill=True)
        ).all()
        return [(str(each.shelter_id), each.people, str(each.stay)) for each in rows]


def proposed():
    with act_as(SYSTEM), db.reading() as session:
        rows = session.query(FigureProposal).where(FigureProposal.source == "evacuation")
        return {each.indicator: each.value for each in rows}


@dataclass
class People:
    """Who is awake this night: desks, phones and the wall, and what they are about."""

    url: str
    manager: Page
    leader: Page
    one: Phone
    two: Phone
    wall: Page
    night: dict[str, Any]
    listed: list[str]
    small: str
    near: str

    def step(self, shelter_id: str, state: str) -> None:
        """Take a shelter one step from its page, having seen to all that it asks for."""
        page = f"{self.url}/shelters/{shelter_id}?disaster={self.night['id']}"
        self.manager.goto(page)
        for point in self.manager.locator("#points input").all():
            point.check()
        self.manager.locator(f'#life button[value="{state}"]').click()


@pytest.fixture
def awake(open_page, server, faults, night, listed, places, wall):
    """Return everybody, signed in; both phones hold the app."""
    village = (f"village_officer@{VILLAGE}", f"shelter_manager@{TOWNSHIP}")
    return People(
        server.url, open_page(f"shelter_manager@{COUNTY}"), open_page(f"duty_leader@{COUNTY}"),
        signed_in(open_page, server, faults, f"shelter_manager@{TOWNSHIP}"),
        signed_in(open_page, server, faults, *village), wall, night, listed, *places,
    )  # fmt: skip


def test_everybody_is_moved_in_time_sleeps_in_a_bed_and_goes_home(awake, faults):
    order_page = shelters_open_and_the_order_is_signed(awake)
    the_village_is_told_and_on_its_way(awake)
    the_first_shelter_fills(awake)
    the_third_household_is_sent_on(awake)
    the_network_fails_and_comes_back(awake)
    the_storm_is_over(awake, order_page)
    everybody_goes_home(awake)
    met(faults, 409)


def shelters_open_and_the_order_is_signed(awake):
    for shelter_id in (awake.small, awake.near):
        for state, words in (("preparing", "准备"), ("open", "开放")):
            awake.step(shelter_id, state)
            stands(awake.manager, words)
    order_page = give_order(awake.leader, awake.url, awake.night)
    shows(awake.wall, "not_reached", "12")
    shows(awake.wall, "free", "56")
    return order_page


def the_village_is_told_and_on_its_way(awake):
    awake.night["move"](2)
    carries(awake.two, "doors", 4)
    for row in awake.listed:
        at_the_door(awake.two, row, "told", "ready", "on_the_way")
    at_the_door(awake.two, awake.listed[3], "with_relatives")
    shows(awake.wall, "not_reached", "0")
    shows(awake.wall, "on_the_way", "9")


def the_first_shelter_fills(awake):
    """By the code of a slip, before the camera, and by a telephone number."""
    awake.night["move"](4)
    one, listed = awake.one, awake.listed
    choose(one, awake.small)
    one.page.evaluate(CAMERA, slip_code(UUID(listed[0])))
    one.page.locator("[data-scan]").click()
    one.page.locator(f'.check-in-form[data-household="{listed[0]}"]').wait_for()
    save(one)
    look_for(one, TELEPHONE)
    one.page.locator(f'.check-in-form[data-household="{listed[1]}"]').wait_for()
    one.page.locator(".family-names summary").click()
    one.page.locator("#c-member-name-1").fill("祝奶奶试")
    one.page.locator("#c-member-number-1").fill(GRANNY)
    save(one)
    said(one, "sent", 2)
    shows(awake.wall, "on_the_way", "3")
    awake.manager.goto(f"{awake.url}/shelters/{awake.small}?disaster={awake.night['id']}")
    stands(awake.manager, "已满")
    awake.manager.goto(f"{awake.url}/evacuation/look-up?disaster={awake.night['id']}")
    awake.manager.fill("#name", "祝奶奶试")
    awake.manager.fill("#id_number", GRANNY)
    awake.manager.select_option("#inquiry", "family")
    awake.manager.locator("form.form button.primary").click()
    awake.manager.locator("#answer .state.ok").wait_for()


def the_third_household_is_sent_on(awake):
    """It finds no bed in the full shelter, which names the next best and keeps its places there."""
    one, third = awake.one, awake.listed[2]
    look_for(one, NAMES[2])
    one.page.locator(f'[data-household="{third}"] a').click()
    save(one)
    said(one, "refused", 1)
    one.page.locator('[data-state="refused"] a').click()
    one.page.locator(f'[data-send="{awake.near}"]', has_text="近处避灾点").click()
    said(one, "sent", 3)


def the_network_fails_and_comes_back(awake):
    """Who arrives meanwhile is inside all the same; the county hears of it later, and once."""
    two, small, near = awake.two, awake.small, awake.near
    choose(two, near)
    two.offline()
    look_for(two, NAMES[2])
    two.page.locator(f'[data-household="{awake.listed[2]}"] a').click()
    save(two)
    two.page.locator('a[href$="new=walk_in"]').click()
    two.page.locator("#c-people").fill("4")
    save(two)
    said(two, "waiting", 2)
    assert stayed()[2:] == [(near, 3, "on_the_way")]
    two.offline(False)
    said(two, "sent", 2)
    shows(awake.wall, "on_the_way", "0")
    awake.wall.keyboard.press("3")
    shows(awake.wall, "inside", "13")
    small_ones, came = [(small, 3, "arrived")] * 2, [(near, 3, "arrived"), (near, 4, "arrived")]
    assert sorted(stayed()) == sorted([*small_ones, *came, (near, 3, "cancelled")])


def the_storm_is_over(awake, order_page):
    """The order is lifted, dwellings are looked at, and only then the way home is open."""
    awake.night["move"](28)
    leader, listed = awake.leader, awake.listed
    leader.goto(order_page)
    leader.locator("#reason").fill("台风已过境")
    leader.locator("form[action$='/lift'] .button").click()
    leader.locator(".paper .notice.ok", has_text="台风已过境").wait_for()
    carries(awake.two, "dwellings", 4)
    for row, found in zip(
        listed, ("habitable", "habitable", "collapsed", "habitable"), strict=True
    ):
        look_at(awake.two, row, found)
    assert proposed()["relocated_rt"] == 3
    leader.goto(order_page)
    leader.locator("#safety_check").fill("房屋、边坡已逐户查看")
    leader.locator("form .button.primary").click()
    leader.locator(".paper .notice.ok", has_text="已逐户查看").wait_for()


def everybody_goes_home(awake):
    """No shelter closes on people inside; its page goes on following what happens."""
    manager, small, near = awake.manager, awake.small, awake.near
    awake.step(small, "closing")
    awake.step(small, "closed")
    manager.locator("[role=alert]", has_text="6").first.wait_for()
    check_out(awake.one, small, "home", 2)
    manager.locator('[data-part="figures"] strong.big', has_text="0 / 6").wait_for()
    check_out(awake.two, near, "relatives", 2)
    at_the_door(awake.two, awake.listed[3], "returned")
    awake.step(near, "closing")
    for shelter_id in (small, near):
        awake.step(shelter_id, "closed")
        stands(manager, "已关闭")
    shows(awake.wall, "inside", "0")
