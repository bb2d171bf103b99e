"""Sockets are a hint, the log is the carrier: nothing is missed, nothing leaks."""

from __future__ import annotations

import time

import httpx
import pytest
import socketio

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as, services
from tests.conftest import MORNING, new_id
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP


def cookie_of(caller) -> str:
    """Sign a person in as a browser would hold it."""
    from relief_ops.auth.models import User

    with act_as(SYSTEM), db.transaction() as session:
        user = session.get_one(User, caller.user_id)
        return services.start_session(session, user, by_link=False, second_factor=True)


class Listener:
    """A browser's socket: what it heard, in order."""

    def __init__(self, url: str, cookie: str | None):
        self.heard: list[dict] = []
        self.beats: list[dict] = []
        self.client = socketio.Client(reconnection=False)
        self.client.on("change", self.heard.append)
        self.client.on("beat", self.beats.append)
        headers = {"Cookie": f"session={cookie}"} if cookie else {}
        self.client.connect(url, headers=headers, transports=["websocket"])

    def follow(self, area: str | None) -> dict:
        return self.client.call("follow", {"area": area}, timeout=5)

    def reports(self) -> list[dict]:
        return [each for each in self.heard if each["name"].startswith("report.")]

    def wait(self, count: int, seconds: float = 3) -> list[str]:
        deadline = time.monotonic() + seconds
        while len(self.reports()) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return [each["name"] for each in self.reports()]


@pytest.fixture
def listen(server):
    listeners = []

    def start(cookie):
        listeners.append(Listener(server.url, cookie))
        return listeners[-1]

    yield start
    for each in listeners:
        each.client.disconnect()


def put(server, caller, path, body):
    headers = {"Authorization": f"Bearer {caller.token}"}
    answer = httpx.put(f"{server.url}{path}", json=body, headers=headers)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def report(disaster, area):
    return {
        "disaster_id": disaster["id"], "area_code": area, "round": "r1",
        "as_of": MORNING.isoformat(), "values": {"affected": 5},
    }  # fmt: skip


def test_nobody_listens_without_a_sign_in(server):
    with pytest.raises(socketio.exceptions.ConnectionError):
        Listener(server.url, None)


def test_a_report_is_heard_by_those_above_and_by_nobody_beside(server, person, disaster, listen):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    city = listen(cookie_of(person("city_reviewer")))
    beside = listen(cookie_of(person(f"county_reviewer@{OTHER_COUNTY}")))
    assert "head" in city.follow(CITY)
    assert "head" in beside.follow(OTHER_COUNTY)
    assert beside.follow(COUNTY) == {"error": "not_found"}

    receipt = put(server, reporter, f"/api/v1/reports/{new_id()}", report(disaster, TOWNSHIP))

    assert city.wait(1) == ["report.submitted"]
    assert city.reports()[0]["seq"] == receipt["seq"]
    time.sleep(0.5)
    assert beside.reports() == []


def test_what_was_missed_is_caught_up_in_order(server, person, disaster, listen):
    reporter = person(f"township_reporter@{TOWNSHIP}")
    reviewer = person("city_reviewer")
    start = listen(cookie_of(reviewer)).follow(CITY)["head"]
    put(server, reporter, f"/api/v1/reports/{new_id()}", report(disaster, TOWNSHIP))
    put(
        server,
        person(f"township_reporter@{NEIGHBOUR}"),
        f"/api/v1/reports/{new_id()}",
        report(disaster, NEIGHBOUR),
    )

    headers = {"Authorization": f"Bearer {reviewer.token}"}
    asked = f"{server.url}/api/v1/events?area={CITY}&after={start}&limit=100"
    page = httpx.get(asked, headers=headers).json()
    rows = [each for each in page["events"] if each["name"] == "report.submitted"]

    assert len(rows) == 2 and rows[0]["seq"] < rows[1]["seq"]
    chain = [(each["prev_seq"], each["seq"]) for each in page["events"]]
    assert chain[0][0] == start
    assert all(chain[n + 1][0] == chain[n][1] for n in range(len(chain) - 1))
    assert page["up_to_seq"] == page["head"] == chain[-1][1]


def test_a_foreign_epoch_or_a_number_ahead_means_fetch_afresh(person):
    reviewer = person("city_reviewer")
    epoch = reviewer.get("/api/v1/events").json["epoch"]

    assert reviewer.get(f"/api/v1/events?epoch={new_id()}&after=0").status_code == 410
    assert reviewer.get(f"/api/v1/events?epoch={epoch}&after=999999").status_code == 410


@pytest.mark.sqlite_first
def test_the_heartbeat_tells_the_head_and_ends_a_signed_out_socket(server, person, listen):
    from sqlalchemy import delete

    from relief_ops.auth.models import WebSession

    reviewer = person("city_reviewer")
    listener = listen(cookie_of(reviewer))
    listener.follow(CITY)
    deadline = time.monotonic() + 8
    while not listener.beats and time.monotonic() < deadline:
        time.sleep(0.05)
    assert listener.beats and "epoch" in listener.beats[0]

    with act_as(SYSTEM), db.transaction() as session:
        session.execute(delete(WebSession))
    deadline = time.monotonic() + 8
    while listener.client.connected and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not listener.client.connected


def test_long_polling_is_refused(server):
    answer = httpx.get(f"{server.url}/socket.io/?EIO=4&transport=polling")

    assert answer.status_code == 400
