"""Pausing, resuming and resetting a drill from the command line, against a real server."""

from __future__ import annotations

from uuid import UUID

import pytest
from click.testing import CliRunner

from relief_ops.drill import run
from relief_ops.drill.api import Api
from relief_ops.drill.command import drill
from relief_ops.drill.requests import Ids, iso
from relief_ops.drill.scenario import load
from tests.drill.playing import read

pytestmark = pytest.mark.slow  # starts a server
SEED = 41


@pytest.fixture
def command(server, token, monkeypatch):
    """Return a way to run the command; what it would replay is told instead."""
    replayed = []
    monkeypatch.setattr(
        run, "_replay", lambda _api, _script, drill_id, **_more: replayed.append(drill_id)
    )

    def call(*options, seed=SEED):
        arguments = ["--url", server.url, "--token", token, "--seed", str(seed), *options]
        replayed.clear()
        done = CliRunner().invoke(drill, ["fitow-2013", *arguments])
        return done, list(replayed)

    return call


@pytest.fixture
def begun(server, token):
    """Return the id of a drill that runs 600 times as fast as the clock on the wall."""
    script = load()
    api = Api(server.url, token=token, say=print)
    drill_id = run.running(api, script, SEED)
    body = {"name": "演练", "seed": SEED, "drill_start": iso(script.starts_at)}
    api._send("PUT", f"/api/v1/drills/{drill_id}", actor="director", json=body)
    api.set_clock(drill_id, revision=1, drill_at=script.starts_at, speed=600, paused=False)
    api.close()
    return drill_id


def shown(server, token, drill_id):
    return read(server, token, f"/api/v1/drills/{drill_id}")


@pytest.mark.proof
def test_it_is_paused_and_goes_on_where_it_stood_as_fast_as_before(server, token, command, begun):
    paused, replayed = command("--pause")
    first, second = shown(server, token, begun), shown(server, token, begun)

    assert (paused.exit_code, replayed) == (0, [])
    assert first["paused"] and first["now"] == second["now"] > iso(load().starts_at)[:19]

    resumed, replayed = command("--resume")
    after = shown(server, token, begun)
    assert (resumed.exit_code, replayed) == (0, [])
    assert (after["paused"], after["speed"], after["ended"]) == (False, 600, False)
    assert first["now"] <= after["now"] < "2013-10-06T12"


def test_reset_ends_it_for_good_and_begins_the_next(server, token, command, begun):
    done, replayed = command("--reset")

    assert done.exit_code == 0, done.output
    assert shown(server, token, begun)["ended"]
    (following,) = replayed
    ids = Ids(UUID(int=0), SEED, load().starts_at)
    order = [ids.new(load().raw["key"], number) for number in range(1, 9)]
    assert order.index(following) == order.index(begun) + 1


def test_without_an_act_the_drill_that_is_on_is_played_on(command, begun):
    _done, replayed = command()

    assert replayed == [begun]


@pytest.mark.parametrize("act", ["--pause", "--resume", "--reset"])
def test_where_no_drill_runs_it_says_so(command, act):
    done, replayed = command(act, seed=SEED + 1)

    assert done.exit_code == 1
    assert "No drill is running." in done.output
    assert replayed == []


def test_an_unknown_scenario_is_named(command, server, token):
    done = CliRunner().invoke(drill, ["nothing", "--url", server.url, "--token", token])

    assert done.exit_code == 1
    assert "There is no scenario nothing." in done.output
