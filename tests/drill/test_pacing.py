"""The replay keeps the drill's time: it stands still when the server is behind or somebody says."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest

from relief_ops.drill import client
from relief_ops.drill.api import Api, Refused
from relief_ops.drill.client import Ended, Replay
from relief_ops.drill.lanes import Journal
from relief_ops.drill.pace import Stretch
from relief_ops.drill.plan import Plan
from relief_ops.drill.requests import Ids, Request
from relief_ops.drill.scenario import load

HOUR = timedelta(hours=1)


class Network:
    """Stands for the API: a clock anybody may set, and writes that take a while."""

    def __init__(self, start: datetime, *, takes: float) -> None:
        self.users: dict[str, UUID] = {}
        self.stopping = threading.Event()
        self.takes = takes
        self.at, self.real, self.speed = start, time.monotonic(), 1
        self.paused, self.ended, self.revision = True, False, 1
        self.written: list[tuple[Request, datetime]] = []
        self.stops: list[datetime] = []
        self.standing: list[Request] = []

    @property
    def now(self) -> datetime:
        passed = 0.0 if self.paused else time.monotonic() - self.real
        return self.at + timedelta(seconds=passed * self.speed)

    def clock(self, _drill_id):
        return {
            "revision": self.revision,
            "speed": self.speed,
            "paused": self.paused,
            "ended": self.ended,
            "now": self.now.isoformat(),
        }

    def set_clock(self, _drill_id, *, revision, drill_at, speed, paused):
        assert revision == self.revision
        if paused:
            self.stops.append(drill_at)
        self.revision += 1
        self.at, self.real, self.speed, self.paused = drill_at, time.monotonic(), speed, paused

    def somebody_sets(self, *, paused: bool = False, ended: bool = False) -> None:
        self.at, self.real = self.now, time.monotonic()
        self.paused, self.ended = paused or ended, ended
        self.revision += 1

    def put(self, request: Request) -> None:
        time.sleep(self.takes)
        self.written.append((request, self.now))
        if self.paused and not request.at:
            self.standing.append(request)

    def close(self) -> None:
        """Nothing to close."""


def replay(
    network: Network, hours: list[float], *, speed: int = 36_000, registers: int = 0
) -> Replay:
    scenario = load()
    start, end = scenario.starts_at, scenario.ends_at
    story = tuple(
        Request(start + each * HOUR, "x", f"/api/v1/reports/{number}", {"area_code": "one"})
        for number, each in enumerate(hours)
    )
    ids = Ids(UUID(int=1), 1, start)
    nothing = tuple(Request(None, "x", f"/api/v1/users/{n}", {}) for n in range(2))
    register = tuple(
        Request(None, "x", f"/api/v1/shelters/{number}", {}) for number in range(registers)
    )
    planned = Plan(scenario, ids, (), nothing, register, story)
    pace = [Stretch(start, end, speed)]
    return Replay(network, planned, pace, Journal(None), say=lambda _text: None)


@pytest.fixture
def start() -> datetime:
    return load().starts_at.astimezone(UTC)


@pytest.mark.proof
def test_the_clock_waits_for_a_server_that_is_behind(start, monkeypatch):
    monkeypatch.setattr(client, "BACKLOG", timedelta(seconds=0.1))  # an hour of the drill
    network = Network(start, takes=0.02)
    hours = [each / 20 for each in range(100)]

    replay(network, hours).run()

    written = [(request, now) for request, now in network.written if request.at]
    assert len(network.stops) > 2
    assert [request.at for request, _ in written] == sorted(request.at for request, _ in written)
    assert (
        max(now - request.at for request, now in written) < 8 * HOUR
    )  # 15 hours if it did not wait


@pytest.mark.proof
def test_nothing_is_filed_before_its_time_and_a_quick_server_stops_no_clock(start):
    network = Network(start, takes=0)

    replay(network, [0.5, 1, 2, 4, 4.5]).run()

    written = [(request, now) for request, now in network.written if request.at]
    assert len(written) == 5
    assert all(now >= request.at - timedelta(minutes=10) for request, now in written)
    assert network.stops == [load().instants[0]]


@pytest.mark.proof
def test_somebody_pauses_and_the_replay_waits_until_the_clock_goes_on(start, monkeypatch):
    monkeypatch.setattr(client, "LOOK_AT_THE_CLOCK_EVERY", 0.05)
    network = Network(start, takes=0)
    threading.Timer(0.15, network.somebody_sets, kwargs={"paused": True}).start()
    threading.Timer(0.9, network.somebody_sets).start()
    began = time.monotonic()

    replay(network, [0.5, 6, 6.5]).run()

    assert len(network.written) == 5
    assert time.monotonic() - began > 0.9


def test_somebody_ends_the_drill_and_the_replay_says_so(start, monkeypatch):
    monkeypatch.setattr(client, "LOOK_AT_THE_CLOCK_EVERY", 0.05)
    network = Network(start, takes=0)
    threading.Timer(0.15, network.somebody_sets, kwargs={"ended": True}).start()

    with pytest.raises(Ended):
        replay(network, [0.5, 50]).run()


def test_the_clock_stands_at_a_published_instant_until_every_report_up_to_it_is_acknowledged(start):
    first, last = load().instants[0], load().instants[-1]
    network = Network(start, takes=0.15)  # 15 hours of the drill at this speed
    before = [(each - start) / HOUR - ahead for each in (first, last) for ahead in (0.4, 0.2, 0)]
    after = (first - start) / HOUR + 1

    replay(network, sorted([*before, after]), speed=360_000).run()

    written = [(request, now) for request, now in network.written if request.at]
    assert len(written) == 7
    for instant in (first, last):
        due = [now for request, now in written if request.at <= instant]
        assert max(due) == instant, "the clock went past it before all was in"
    assert [instant for instant in network.stops if instant in (first, last)] == [first, last]
    later = next(now for request, now in written if request.at > first)
    assert later > first


def test_registers_are_filed_before_the_clock_starts(start):
    network = Network(start, takes=0.02)

    replay(network, [0.5], registers=30).run()

    filed = [request for request in network.standing if "/shelters/" in request.path]
    assert len(filed) == 30
    assert all(now == start for request, now in network.written if request in filed)


class Ramp(BaseHTTPRequestHandler):
    """A server that lets no truck arrive before it left."""

    taken: dict[str, dict] = {}

    def do_PUT(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = self.path in self.taken and self.taken[self.path] != body
        wrong = [{"field": "eta", "code": "before", "message": "-"}] if "eta" in body else []
        said = {"code": "body_differs"} if known else {"errors": wrong}
        answer = json.dumps(said).encode()
        self.send_response(409 if known else 422 if wrong else 201)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        if not wrong:
            self.taken[self.path] = body

    def log_message(self, *_args):
        """Say nothing."""


def test_a_truck_that_leaves_late_on_a_slow_machine_leaves_without_its_time_of_arrival():
    with ThreadingHTTPServer(("127.0.0.1", 0), Ramp) as ramp:
        threading.Thread(target=ramp.serve_forever, daemon=True).start()
        api = Api(f"http://127.0.0.1:{ramp.server_port}", token="-", say=print)
        api.tokens["depots:1"] = "-"
        body = {"depot": "1", "eta": "2013-10-07T00:00:00Z"}

        late = Request(None, "depots:1", "/api/v1/shipments/1", body, spare="eta")
        api.put(late)
        api.put(late)  # a second run begins with what was planned
        with pytest.raises(Refused):
            api.put(Request(None, "depots:1", "/api/v1/shipments/2", body))

        api.close()
        ramp.shutdown()
    assert Ramp.taken == {"/api/v1/shipments/1": {"depot": "1"}}
