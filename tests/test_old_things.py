"""What nobody has touched for long says so wherever it is shown: verify before acting (T8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.needs import rules as needs
from relief_ops.disasters.needs.models import Need
from shelters import rules as shelters
from shelters.models import ShelterStatus
from tests.factories import stock as made
from tests.factories.city import TOWNSHIP
from tests.factories.shelters import open_shelter

NOW = datetime(2013, 10, 8, tzinfo=UTC)
MARK = "先核实再行动"


def rest(disaster: dict, *, hours: int) -> None:
    """Have nobody touch anything of the disaster for so long."""
    then = datetime.now(UTC) - timedelta(hours=hours)
    key = UUID(disaster["id"])
    with act_as(SYSTEM), db.transaction() as session:
        session.execute(update(Need).where(Need.disaster_id == key).values(changed_at=then))
        standing = update(ShelterStatus).where(ShelterStatus.disaster_id == key)
        session.execute(standing.values(since_at=then, counted=20, counted_at=then))


@pytest.mark.parametrize(
    ("state", "hours", "old"),
    [("open", 5, False), ("open", 7, True), ("full", 48, True), ("closing", 48, True),
     ("standby", 48, False), ("closed", 48, False)],
)  # fmt: skip
def test_a_count_grows_old_only_while_people_come_and_go(state, hours, old):
    assert shelters.is_old(state, NOW - timedelta(hours=hours), NOW) is old


@pytest.mark.parametrize(
    ("state", "hours", "old"),
    [("open", 23, False), ("open", 25, True), ("shipped", 48, True), ("received", 48, False)],
)
def test_a_need_grows_old_until_it_is_met(state, hours, old):
    assert needs.is_old(state, NOW - timedelta(hours=hours), NOW) is old


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_after_two_days_every_page_asks_to_verify_first(person, disaster, lang):
    manager = person("shelter_manager", "logistics_manager")
    shelter_id = open_shelter(manager, disaster)
    need_id = made.need(manager, disaster)
    pages = ("/shelters", f"/shelters/{shelter_id}", "/stock/needs", f"/stock/needs/{need_id}",
             f"/areas/{TOWNSHIP}/panel")  # fmt: skip
    mark = MARK if lang == "zh" else "verify before acting"
    manager.client.set_cookie("lang", lang)

    def marked() -> list[bool]:
        texts = [manager.get(page).text.split('id="words"')[0] for page in pages]
        return [mark in text for text in texts]

    assert not any(marked())
    rest(disaster, hours=48)
    assert all(marked()), dict(zip(pages, marked(), strict=True))


def test_the_map_is_told_when_a_thing_grows_old(person, disaster):
    manager = person("shelter_manager", "logistics_manager")
    open_shelter(manager, disaster)
    made.need(manager, disaster)

    def hours(layer: str) -> list[int | None]:
        answer = manager.get(f"/api/v1/layers/{layer}?disaster={disaster['id']}").json
        return [each["properties"]["old_after_hours"] for each in answer["features"]]

    assert hours("shelters") == [shelters.OLD_HOURS]
    assert hours("needs") == [needs.OLD_HOURS]
