"""One published instant of the drill, over the real API of a real server, twice."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest

from relief_ops.drill.api import Api, Limiter
from relief_ops.drill.client import Replay
from relief_ops.drill.lanes import Journal
from relief_ops.drill.pace import A_DAY, stretches
from relief_ops.drill.plan import DIRECTOR, Plan, plan
from relief_ops.drill.requests import iso
from tests.drill.playing import read

pytestmark = pytest.mark.slow  # plans nine days and starts a server

DRILL = UUID("0192f5c8-0000-7000-8000-00000000d222")


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan(DRILL, seed=7)


@pytest.fixture(scope="module")
def one_instant(planned) -> Plan:
    """The part of the plan that is filed for the figures published of one county."""
    at, county = planned.scenario.instants[1], planned.scenario.raw["apart"]
    busy = [
        dataclasses.replace(each, at=at, after="rounds")  # its lane has the others to send first
        for each in planned.story
        if each.first and "/rounds/" in each.path and each.at <= at
    ]
    assert any(each.at == at for each in busy), "sent with its reports"
    story = (*busy, *(e for e in planned.story if e.at == at and "/reports/" in e.path))
    actors = {each.actor for each in story if not each.first}
    accounts = tuple(each for each in planned.accounts if each.actor in actors)
    users = {f"/api/v1/users/{planned.user_id(each.actor)}" for each in accounts}
    opening = tuple(
        each for each in planned.opening if "/users/" not in each.path or each.path in users
    )
    assert all(each.area_code[:6] == county[:6] for each in accounts)
    return dataclasses.replace(
        planned, accounts=accounts, opening=opening, registers=(), arranged=(), story=story
    )


def replay(server, token, plan: Plan, journal: Journal) -> Replay:
    api = Api(server.url, token=token, say=print)
    run = Replay(
        api,
        plan,
        stretches(plan.scenario, plan.story, minutes=1, speed=100_000),
        journal,
        say=print,
    )
    run.run()
    return run


@pytest.mark.proof
def test_the_published_figures_come_out_of_the_api_and_a_second_run_adds_nothing(
    server, token, one_instant, tmp_path
):
    first = replay(server, token, one_instant, Journal(tmp_path / "acknowledged"))
    head = read(server, token, "/api/v1/events", after=0, limit=1)["head"]
    reopened = Journal(tmp_path / "acknowledged")
    second = replay(server, token, one_instant, reopened)
    forgetful = replay(server, token, one_instant, Journal(None))

    assert first.lanes.refused == second.lanes.refused == forgetful.lanes.refused == []
    assert len(reopened.done) == len(one_instant.requests)
    for cell in one_instant.scenario.cells:
        if cell.at == one_instant.scenario.instants[1]:
            found = read(
                server, token, "/api/v1/rollup", disaster=one_instant.ids.disaster_id,
                area=cell.area_code, at=iso(cell.at), known_at=iso(cell.at), basis="reported",
            )  # fmt: skip
            assert Decimal(str(found["values"][cell.indicators[0]])) == cell.value
    reports = [
        each
        for each in read(server, token, "/api/v1/events", after=head, limit=500)["events"]
        if each["name"] == "report.submitted"
    ]
    assert reports == []


def test_a_lane_starts_no_write_before_its_turn():
    limiter, waited = Limiter(1000), []
    for _ in range(20):
        limiter.wait()
        waited.append(limiter.next)

    gaps = [b - a for a, b in pairwise(waited)]
    assert min(gaps) >= 0.00099


def test_half_of_the_minutes_are_the_first_day(planned):
    pace = stretches(planned.scenario, planned.story, minutes=8)

    seconds = [(each.ends - each.begins).total_seconds() / each.speed for each in pace]
    assert pace[0].ends - pace[0].begins == A_DAY
    assert seconds[0] == pytest.approx(240, rel=0.01)
    assert sum(seconds[1:]) == pytest.approx(240, rel=0.3)
    assert [each.actor for each in planned.opening[:2]] == [DIRECTOR, DIRECTOR]


@pytest.fixture(scope="module")
def moving(planned) -> Plan:
    """The part of the plan that moves one township by its cadres alone, without its shelters."""
    lists = [each for each in planned.registers if "/evacuation/" in each.path]
    township = lists[-1].actor
    duty = next(each.actor for each in planned.story if "/evacuation/orders/" in each.path)
    ours = {township, duty}
    accounts = tuple(each for each in planned.accounts if each.actor in ours)
    users = {f"/api/v1/users/{planned.user_id(each.actor)}" for each in accounts}
    homeless = [
        dataclasses.replace(
            each, body={name: said for name, said in each.body.items() if name != "shelter_id"}
        )
        for each in lists
        if each.actor == township
    ]
    return dataclasses.replace(
        planned,
        accounts=accounts,
        opening=tuple(e for e in planned.opening if "/users/" not in e.path or e.path in users),
        registers=tuple(homeless),
        arranged=(),
        story=tuple(  # one after the other: this clock leaves no time between them
            dataclasses.replace(each, after="moving")
            for each in planned.story
            if "/evacuation/" in each.path and each.actor in ours
        ),
    )


@pytest.mark.proof
def test_everybody_of_the_list_is_moved_in_time_and_goes_home(server, token, moving, tmp_path):
    done = replay(server, token, moving, Journal(tmp_path / "moved"))

    assert done.lanes.refused == []
    area = next(each.area_code for each in moving.accounts if each.role == "township_reporter")
    board = read(
        server, token, "/api/v1/evacuation/board", disaster=moving.ids.disaster_id, area=area
    )["whole"]
    rows = [each for each in moving.registers if "/households/" in each.path]
    assert board["households"] == len(rows) == 27
    assert board["should_move"] == sum(each.body["people"] for each in rows)
    assert board["states"]["returned"] == board["safe"] == board["should_move"]


def test_the_risk_points_hold_everybody_of_the_list(planned):
    held = {
        kind: [each.body for each in planned.registers if f"/evacuation/{kind}/" in each.path]
        for kind in ("risk-points", "households")
    }

    people = {kind: sum(body["people"] for body in bodies) for kind, bodies in held.items()}
    assert people["risk-points"] == people["households"] > 0


def test_everybody_who_is_moved_is_named_as_invented(planned):
    for each in planned.registers:
        if "/evacuation/" in each.path:
            assert "演练" in each.body["name"]
            assert not each.body.get("id_number") and not each.body.get("phone")
