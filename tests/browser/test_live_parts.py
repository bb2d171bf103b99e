"""A page follows what happens elsewhere, and takes nothing away from whoever works on it."""

from __future__ import annotations

import pytest

from tests.conftest import new_id
from tests.factories.city import COUNTY
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive


@pytest.fixture
def manager(person):
    return person(f"shelter_manager@{COUNTY}")


@pytest.fixture
def shelter_id(manager, disaster):
    return open_shelter(manager, disaster)


@pytest.fixture
def inside(manager, shelter_id, disaster, open_page, server):
    """Return the page of who is inside, with one household opened that is to leave."""
    family = new_id()
    arrive(manager, shelter_id, disaster, 3, arrival_id=family, name="何试验")
    page = open_page(f"shelter_manager@{COUNTY}")
    page.goto(f"{server.url}/shelters/{shelter_id}/people")
    page.wait_for_function("() => document.documentElement.dataset.age === 'live'")
    page.locator(f"#a-{family} summary").click()
    page.family = f"#a-{family}"
    return page


def away(page):
    """Leave the list with the pointer and the keyboard."""
    page.mouse.move(2, 2)
    page.evaluate("() => document.activeElement.blur()")


def registered(page, people):
    page.wait_for_function(
        "(people) => document.querySelector('[data-part=figures] .big').textContent"
        ".trim().startsWith(people)",
        arg=str(people),
    )


def test_a_household_that_was_opened_stays_open_while_others_come(
    inside, manager, shelter_id, disaster
):
    away(inside)
    arrive(manager, shelter_id, disaster, 2, name="孙试验")
    inside.locator("[data-part=people] details").nth(1).wait_for()

    assert inside.locator(f"{inside.family}[open] input[name=signed_by]").first.is_visible()


def test_what_is_half_typed_in_a_list_is_not_taken_away(inside, manager, shelter_id, disaster):
    field = inside.locator(f"{inside.family} input[name=signed_by]").first
    field.fill("何试儿子")
    away(inside)
    for people in (5, 7):  # once the second came, the list was looked at with the first
        arrive(manager, shelter_id, disaster, 2, name="孙试验")
        registered(inside, people)
    assert field.input_value() == "何试儿子"
    inside.locator("[data-waits]", has_text="已有变化").wait_for()

    field.fill("")
    away(inside)
    inside.locator("[data-part=people] details").nth(2).wait_for()
    inside.locator("[data-waits]").wait_for(state="detached")


def test_whoever_typed_takes_what_is_newer_with_one_press(inside, manager, shelter_id, disaster):
    inside.locator(f"{inside.family} input[name=signed_by]").first.fill("何试儿子")
    away(inside)
    arrive(manager, shelter_id, disaster, 2, name="孙试验")
    inside.locator("[data-take]").click()
    inside.locator("[data-part=people] details").nth(1).wait_for()

    assert inside.locator("[data-waits]").count() == 0
    field = inside.locator(f"{inside.family}[open] input[name=signed_by]").first
    assert field.input_value() == ""


def test_what_was_shut_stays_shut(inside, manager, shelter_id, disaster):
    inside.locator(f"{inside.family} summary").click()
    away(inside)
    arrive(manager, shelter_id, disaster, 2, name="孙试验")
    inside.locator("[data-part=people] details").nth(1).wait_for()

    assert inside.locator("[data-part=people] details[open]").count() == 0
