"""A drill whose clock a test moves, browsers without scripts, and townships that report."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import MORNING, new_id
from tests.damage_reports.conftest import browse, drill  # noqa: F401  used by name


@pytest.fixture
def report(person):
    """Return a way to file figures of a township as of so many hours after the morning."""

    def send(disaster_id, area, hours=0, **values):
        body = {
            "disaster_id": disaster_id, "area_code": area, "round": f"r{hours}-{area[-6:]}",
            "as_of": (MORNING + timedelta(hours=hours)).isoformat(), "values": values,
        }  # fmt: skip
        answer = person(f"township_reporter@{area}").put(f"/api/v1/reports/{new_id()}", body)
        assert answer.status_code == 201, answer.json

    return send
