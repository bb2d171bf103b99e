"""A web session ends after a while without use, and after hours whatever happens (V7 7.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event, select

from relief_ops import cli, db
from relief_ops.auth import SYSTEM, act_as, idle, services
from relief_ops.auth.models import User, WebSession
from relief_ops.config import Settings
from relief_ops.realtime import sockets
from tests.conftest import MORNING, new_id
from tests.factories import city

START = datetime(2031, 3, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def sign_in(app):
    """Return a maker of browsers signed in at the start, as seen at any minute after it."""

    def make(role):
        with time_machine.travel(START, tick=False), act_as(SYSTEM), db.transaction() as session:
            user_id = cli.make_user(session, role, role, (f"{role}@{city.CITY}",))
            user = session.get_one(User, user_id)
            secret = services.start_session(session, user, by_link=False, second_factor=True)
        client = app.test_client()
        client.set_cookie("session", secret)

        def looks(minutes, path="/account"):
            with time_machine.travel(START + timedelta(minutes=minutes), tick=False):
                return client.get(path).status_code == 200

        return looks

    return make


def open_disaster(person):
    body = {"name": "大水", "kind": "flood", "started_at": MORNING.isoformat()}
    answer = person("duty_officer").put(f"/api/v1/disasters/{new_id()}", body)
    assert answer.status_code == 201, answer.json


def test_who_does_nothing_is_signed_out_at_the_idle_limit(sign_in):
    looks = sign_in("township_reporter")

    assert looks(149)
    assert not looks(149 + 150)
    assert not looks(149 + 151)


def test_a_use_begins_the_rest_anew_until_the_absolute_limit(sign_in):
    looks = sign_in("township_reporter")

    assert [looks(minutes) for minutes in range(100, 720, 100)] == [True] * 7
    assert not looks(720)


def test_whoever_needs_a_second_factor_rests_half_an_hour(sign_in):
    looks = sign_in("auditor")

    assert looks(29)
    assert not looks(29 + 30)


def test_a_use_of_the_api_by_cookie_counts_and_a_stale_cookie_is_refused(sign_in):
    looks = sign_in("duty_leader")

    assert looks(25, "/api/v1/disasters")
    assert looks(50, "/api/v1/disasters")
    assert not looks(300, "/api/v1/disasters")


def test_a_use_is_written_down_at_most_every_five_minutes(sign_in):
    looks, written = sign_in("township_reporter"), []

    def note(_connection, _cursor, statement, *_more):
        if "UPDATE web_session" in statement:
            written.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        for minutes in (1, 2, 3, 4, 4.9, 5, 6, 7, 9.9, 10, 12):
            assert looks(minutes)
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)

    assert len(written) == 2


def test_a_use_that_cannot_be_written_down_is_no_failure(sign_in, monkeypatch):
    looks = sign_in("township_reporter")

    def busy(*_given, **_more):
        raise db._busy()

    monkeypatch.setattr(idle, "note_use", busy)

    assert looks(60)


def test_a_wall_is_never_idle_and_not_signed_out_while_a_disaster_is_under_way(sign_in, person):
    day = 24 * 60
    looks = sign_in("wall_display")
    assert looks(6 * day)
    open_disaster(person)
    for number in range(60):  # the wall asks for its figures all the time
        assert looks(13 * day + number * day / 2), number

    assert not looks(13 * day + 31 * day)


def test_without_a_disaster_a_wall_too_reaches_its_absolute_limit(sign_in):
    looks = sign_in("wall_display")

    assert looks(13 * 24 * 60 + 1400)
    assert not looks(14 * 24 * 60)


def test_the_socket_of_a_web_session_that_is_over_is_closed_by_the_heartbeat(app, sign_in):
    sign_in("township_reporter")
    with act_as(SYSTEM), db.reading() as session:
        row = session.scalars(select(WebSession)).one()
        from relief_ops.auth.lookup import viewer_of

        with time_machine.travel(START + timedelta(minutes=1), tick=False):
            who = viewer_of(session, row.user_id, session_hash=row.id_hash)
            assert sockets._again(session, who) is not None
        with time_machine.travel(START + timedelta(minutes=150), tick=False):
            assert sockets._again(session, who) is None


@pytest.mark.parametrize("given", ["0", "14", "-1", "1.5", "soon"])
def test_a_limit_nobody_could_work_under_is_refused_at_start(given, tmp_path):
    with pytest.raises(ValueError, match="IDLE_MINUTES"):
        Settings.from_environ({"DATA_DIR": str(tmp_path), "IDLE_MINUTES": given})


def test_the_installation_chooses_the_limit(sign_in, tmp_path):
    chosen = Settings.from_environ({"DATA_DIR": str(tmp_path), "IDLE_MINUTES": "20"})
    idle.allow(chosen.idle_minutes)
    try:
        looks = sign_in("auditor")
        assert looks(19)
        assert not looks(39)
    finally:
        idle.allow(Settings().idle_minutes)
