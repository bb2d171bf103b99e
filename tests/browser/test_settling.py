"""A check-in the county did not take is settled on the phone, and nobody is counted twice."""

from __future__ import annotations

from uuid import UUID

from shelters.evacuation.rules import slip_code
from tests.browser.test_check_in import (
    NUMBER,
    door,  # noqa: F401
    here,
    keeper,  # noqa: F401
    manager,  # noqa: F401
    rows,  # noqa: F401
    saved,
    shelter_id,  # noqa: F401
    typed,
)
from tests.browser.test_phone_rosters import met
from tests.factories.shelters import open_shelter
from tests.shelters.test_arrivals import arrive, standing

# ruff: noqa: F811  fixtures


def test_whose_number_a_household_elsewhere_gave_is_registered_without_it(
    door, manager, shelter_id, disaster, faults
):
    other = open_shelter(manager, disaster, name="近处避灾点", point=[121.503, 29.802])
    grandmother = {"name": "试奶奶", "id_number": NUMBER}
    arrive(manager, other, disaster, 3, name="李试", members=[grandmother])
    door.page.locator('a[href$="new=walk_in"]').click()
    door.page.locator("#c-people").fill("2")
    door.page.locator("#c-name").fill("王五试")
    door.page.locator(".family-names summary").click()
    door.page.locator("#c-member-name-1").fill("试奶奶")
    door.page.locator("#c-member-number-1").fill(NUMBER)
    saved(door)
    here(door, "refused")
    door.page.locator('[data-state="refused"] a').click()
    assert "近处避灾点" in door.page.locator("[data-transfer]").inner_text()
    door.page.locator("[data-unnumbered]").click()
    here(door, "sent")

    found = (standing(manager, other)["registered"], standing(manager, shelter_id)["registered"])
    assert found == (3, 2)
    met(faults, 409)


def test_an_elder_alone_is_transferred_once_it_is_said_to_whom_they_were_handed(
    door, manager, shelter_id, rows, disaster, faults
):
    other = open_shelter(manager, disaster, name="近处避灾点", point=[121.503, 29.802])
    door.offline()
    typed(door, slip_code(UUID(rows[0])))
    saved(door)
    arrive(manager, other, disaster, 3, listed_id=rows[0], alone=1)
    door.offline(False)
    here(door, "refused")
    door.page.locator('[data-state="refused"] a').click()
    door.page.locator("[data-transfer]").click()
    here(door, "refused")
    door.page.locator('[data-state="refused"] a').click()
    door.page.locator("#c-handed_to").fill("试女儿")
    door.page.locator("[data-settle] [data-again]").click()
    here(door, "sent")

    found = (standing(manager, other)["registered"], standing(manager, shelter_id)["registered"])
    assert found == (0, 3)
    met(faults, 409), met(faults, 422)
