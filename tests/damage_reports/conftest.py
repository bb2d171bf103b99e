"""A drill whose clock a test moves; browsers without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import MORNING, new_id


@pytest.fixture
def drill(person):
    """Return a drill's director, its disaster, and a way to move its clock."""
    director, drill_id, disaster_id = person("drill_director"), new_id(), new_id()
    start = {"name": "演练", "seed": 7, "drill_start": MORNING.isoformat()}
    assert director.put(f"/api/v1/drills/{drill_id}", start).status_code == 201
    body = {
        "name": "演练大水", "kind": "flood", "drill_id": drill_id,
        "started_at": MORNING.isoformat(), "division_date": "2013-10-06",
    }  # fmt: skip
    assert director.put(f"/api/v1/disasters/{disaster_id}", body).status_code == 201

    def move(hours):
        known = director.get(f"/api/v1/drills/{drill_id}").json
        at = (MORNING + timedelta(hours=hours)).isoformat()
        clock = {"drill_at": at, "speed": 1, "paused": True}
        answer = director.put(
            f"/api/v1/drills/{drill_id}/clock", clock, If_Match=str(known["revision"])
        )
        assert answer.status_code == 200, answer.json

    return disaster_id, move


@pytest.fixture
def browse(app, person):
    """Return a maker of signed-in browsers: pages by GET, forms by POST with their token."""
    from tests.spine.test_live import cookie_of

    def make(*roles):
        client = app.test_client()
        client.set_cookie("session", cookie_of(person(*roles)))
        return client

    return make
