"""Run one command: find the drill that is on, or begin the next, and replay it."""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import UUID

import click

from relief_ops.config import Settings
from relief_ops.drill import director
from relief_ops.drill.api import Api
from relief_ops.drill.client import Clock, Ended, Replay
from relief_ops.drill.lanes import Journal
from relief_ops.drill.pace import stretches
from relief_ops.drill.plan import plan
from relief_ops.drill.requests import Ids
from relief_ops.drill.scenario import Scenario, load


def run(scenario: str, *, url: str, seed: int, act: str | None, **options: Any) -> None:
    """Replay a scenario, or pause, resume or reset the drill that is on."""
    script = _script(scenario)
    token = options.pop("token") or director.token(script.raw["director"])
    api = Api(url, token=token, say=_say)
    try:
        drill_id = options.pop("drill_id") or running(api, script, seed)
        if act:
            drill_id = _act(api, script, drill_id, act, seed)
        if act not in ("pause", "resume"):
            _replay(api, script, drill_id, seed=seed, **options)
    finally:
        api.close()


def running(api: Api, script: Scenario, seed: int) -> UUID:
    """Return the id of the drill that is not over, or of the next one to begin."""
    ids = Ids(UUID(int=0), seed, script.starts_at)
    for number in count(1):
        drill_id = ids.new(script.raw["key"], number)
        found = api.clock(drill_id)
        if found is None or not found["ended"]:
            return drill_id
    raise AssertionError("count() does not end")


def _act(api: Api, script: Scenario, drill_id: UUID, act: str, seed: int) -> UUID:
    clock = Clock(api, drill_id, [])
    try:
        clock.look()
    except Ended:
        raise click.ClickException("No drill is running.") from None
    if act != "reset":
        clock.set(clock.at, paused=act == "pause", speed=max(1, clock.speed))
        return drill_id
    api.set_clock(drill_id, revision=clock.revision, speed=clock.speed, paused=True, ended=True)
    return running(api, script, seed)


def _replay(api: Api, script: Scenario, drill_id: UUID, *, seed: int, **options: Any) -> None:
    planned = plan(drill_id, seed=seed, key=script.raw["key"])
    pace = stretches(script, planned.story, minutes=options["minutes"], speed=options["speed"])
    if options["log"]:
        options["log"].write_text("".join(f"{each.line}\n" for each in planned.requests))
    journal = Journal(Settings.from_environ().data_dir / "drill" / f"{drill_id}.acknowledged")
    replay = Replay(api, planned, pace, journal, say=_say)
    try:
        replay.run()
    except Ended:
        _say("the drill was ended")
        return
    refused = len(replay.lanes.refused)
    _say(f"{len(planned.requests)} writes, {refused} refused, request log {planned.sha256}")
    if refused:
        raise SystemExit(1)


def _script(key: str) -> Scenario:
    try:
        return load(key)
    except FileNotFoundError:
        raise click.ClickException(f"There is no scenario {key}.") from None


def _say(text: str) -> None:
    click.echo(f"演练 drill: {text}")
