"""All kinds of writes of the drill against a real server: nothing refused, every figure exact."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID

import pytest

from relief_ops.drill.api import Api, Limiter
from relief_ops.drill.client import Replay
from relief_ops.drill.lanes import Journal
from relief_ops.drill.pace import stretches
from relief_ops.drill.plan import Plan, plan
from relief_ops.drill.requests import iso
from tests.drill.playing import flask, kind, part, read, shipped, working

DRILL = UUID("0192f5c8-0000-7000-8000-00000000d333")


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan(DRILL, seed=2013)


@pytest.fixture(scope="module")
def cut(planned) -> Plan:
    """One small county with everybody's stock, one township that is moved, and the families."""
    doors = {each.body["listed_id"] for each in planned.story if "/arrivals/" in each.path}
    moved = next(e.actor for e in planned.registers if e.path.rsplit("/", 1)[-1] in doors)
    orders = next(each.actor for each in planned.story if "/evacuation/orders/" in each.path)
    families = {
        each.actor
        for each in planned.requests
        if kind(each).split("/")[3] in ("intakes", "claims", "policies")
    }
    city = planned.scenario.codes[planned.scenario.rows("reports").__next__()["area"]]
    small = _smallest(planned, city)
    ours = {each.actor for each in planned.accounts if each.area_code[:6] in (small[:6], city[:6])}
    depots = {each.actor for each in planned.accounts if each.actor.startswith("depots:")}
    shelters = orders.replace("county:", "shelters:")
    short = {each.actor for each in planned.story if each.lane.startswith("shortage:")}
    return part(planned, ours | depots | families | short | {moved, orders, shelters})


def _smallest(planned: Plan, city: str) -> str:
    """Return the county with the fewest reports."""
    filed = {
        code: sum(
            each.body["area_code"][:6] == code[:6]
            for each in planned.story
            if "area_code" in each.body
        )
        for code in planned.scenario.codes.values()
        if code != city
    }
    return min(filed, key=lambda code: filed[code])


class Watched(Replay):
    """A replay that looks at the server while the clock stands at a published instant."""

    def __init__(self, *given, look, **more):
        super().__init__(*given, **more)
        self.look, self.looked = look, []

    def _tell(self, instant):
        super()._tell(instant)
        self.look(instant)
        self.looked.append(instant)


def replay(server, token, plan: Plan, journal: Journal, *, look, minutes=None, writes=200):
    api = Api(server.url, token=token, say=print)
    api.limiter = Limiter(writes)
    speed = None if minutes else 50_000
    pace = stretches(plan.scenario, plan.story, minutes=minutes or 1, speed=speed)
    run = Watched(api, plan, pace, journal, say=print, look=look)
    run.run()
    return run


def rollup(server, token, plan, area, at):
    return read(
        server, token, "/api/v1/rollup", disaster=plan.ids.disaster_id, area=area, at=iso(at),
        basis="reported",
    )  # fmt: skip


@pytest.mark.proof
def test_every_kind_of_write_is_taken_and_stands(server, token, planned, cut, tmp_path):
    assert {kind(each) for each in cut.requests} == {kind(each) for each in planned.requests}
    seen = []

    done = replay(server, token, cut, Journal(tmp_path / "done"), look=seen.append)

    assert done.lanes.refused == []
    assert seen == list(planned.scenario.instants)
    assert len(done.journal.done) == len(cut.requests)
    disaster = cut.ids.disaster_id
    counted = {
        "/api/v1/needs/*": "needs", "/api/v1/shipments/*": "shipments",
        "/api/v1/rounds/*": "rounds",
    }  # fmt: skip
    for asked, name in counted.items():
        sent = [each for each in cut.requests if kind(each) == asked]
        found = read(server, token, f"/api/v1/{name}", disaster=disaster, rows=500)[name]
        assert len(found) == len(sent), name
    _check_shelters(server, token, cut)
    _check_doors(server, token, cut)


def _check_doors(server, token, cut):
    """Who came in was sent home, and the plan is what the villages were told."""
    came = {each.path.split("/")[4] for each in cut.story if "/arrivals/" in each.path}
    for shelter in came:
        path = f"/api/v1/shelters/{shelter}"
        found = read(server, token, path, disaster=cut.ids.disaster_id)["status"]
        assert (found["registered"], found["on_the_way"]) == (0, 0)
    applied = read(server, token, cut.arranged[-1].ready)
    assert applied["state"] == "applied"
    book = read(server, token, f"/api/v1/shelters/{min(came)}/incidents",
                disaster=cut.ids.disaster_id)  # fmt: skip
    assert {each["state"] for each in book["incidents"]} <= {"handled", "open"}


def _check_shelters(server, token, cut):
    """Every shelter holds as many as were counted in it last."""
    last = {}
    for each in cut.story:
        if "/headcounts/" in each.path:
            last[each.path.split("/")[4]] = each.body["total"]
    assert len(last) > 20
    for shelter, total in last.items():
        path = f"/api/v1/shelters/{shelter}"
        found = read(server, token, path, disaster=cut.ids.disaster_id)["status"]
        assert found["counted"] == total


@pytest.mark.proof
@pytest.mark.long(480)
def test_every_published_figure_comes_out_of_the_api_at_its_instant(
    tmp_path_factory, planned, tmp_path
):
    """The whole drill at the pace of `make demo`, on a server of its own."""
    with a_server(tmp_path_factory) as (fresh, key):
        looked = []

        def look(at):
            looked.extend(cells_at(fresh, key, planned, at))
            check_units(fresh, key, planned, at)

        done = replay(fresh, key, planned, Journal(tmp_path / "done"), look=look, minutes=8)

        assert done.lanes.refused == []
        assert done.looked == list(planned.scenario.instants)
        assert len(done.journal.done) == len(planned.requests)
        assert len(looked) == len(planned.scenario.cells) == 18
        assert [found for found in looked if found[1] != found[2]] == []
        check_published(fresh, key, planned)


def cells_at(server, token, plan, at):
    """Return (cell, published, what the API adds up to now) of what was published for `at`."""
    cells = [each for each in plan.scenario.cells if each.at == at]
    totals = {
        area: rollup(server, token, plan, area, at)["values"]
        for area in {each.area_code for each in cells}
    }
    for each in cells:
        found = sum(Decimal(str(totals[each.area_code][code])) for code in each.indicators)
        yield each, each.value, found


def check_units(server, token, plan, at):
    """As many townships have people affected as were published; the zones have filed nothing."""
    wanted = plan.scenario.raw["affected_townships"][plan.scenario.instants.index(at)]
    if wanted is None:
        return
    city = next(each.area_code for each in plan.scenario.cells if each.at == at)
    counties = rollup(server, token, plan, city, at)["children"]
    townships = [
        each
        for county in counties
        for each in rollup(server, token, plan, county["area_code"], at)["children"]
        if each["expected"]
    ]
    assert len(counties) == 10
    assert len(townships) == 156
    assert sum(each["values"]["affected"] > 0 for each in townships) == wanted


def check_published(server, token, plan):
    """What was published is listed beside the same figures, but for the counties of then."""
    rows = read(server, token, "/api/v1/published-figures", disaster=plan.ids.disaster_id)
    differing = [
        (each["heading"], each["published"], each["here"])
        for row in rows["published"]
        for each in row["figures"]
        if each["difference"] != 0
    ]
    counties = plan.scenario.raw["columns"]["counties"]["heading"]
    assert differing == [(counties, 11, 10), (counties, 11, 10)]


@contextmanager
def a_server(tmp_path_factory):
    """Yield a server of a test's own, with a director's token."""
    running = shipped(tmp_path_factory.mktemp("own"))
    flask(running, "create-user", "director", "--role", "drill_director")
    key = flask(running, "token", "director").splitlines()[-1]
    running.start()
    try:
        with working(running):
            yield running, key
    finally:
        running.stop()


@pytest.mark.proof
@pytest.mark.long(70)
def test_the_server_is_killed_during_the_drill_and_nothing_acknowledged_is_gone(
    tmp_path_factory, cut, tmp_path
):
    with a_server(tmp_path_factory) as (fresh, key):
        journal = Journal(tmp_path / "done")
        told, killing = [], threading.Event()

        def kill() -> None:
            for share in (0.2, 0.5, 0.8):
                while len(journal.done) < len(cut.requests) * share:
                    if killing.wait(0.02):
                        return
                fresh.kill()
                told.append(set(journal.done))
                time.sleep(0.5)
                fresh.start()

        thread = threading.Thread(target=kill)
        thread.start()
        try:
            done = replay(fresh, key, cut, journal, look=lambda _at: None)
        finally:
            killing.set()
            thread.join()

        assert len(told) == 3
        assert done.lanes.refused == []
        assert len(journal.done) == len(cut.requests)
        assert all(len(each) < len(journal.done) for each in told)
        check_nothing_is_missing(fresh, key, cut)


def check_nothing_is_missing(server, token, cut):
    """Send everything once more: it is all known, so nothing happens but the clock being set."""
    head = read(server, token, "/api/v1/events", after=0, limit=1)["head"]
    again = replay(server, token, cut, Journal(None), look=lambda _at: None)
    assert again.lanes.refused == []
    since = []
    while rows := read(server, token, "/api/v1/events", after=head, limit=500)["events"]:
        since += [each["name"] for each in rows]
        head = rows[-1]["seq"]
    assert set(since) <= {"drill.clock_set", "token.issued"}
