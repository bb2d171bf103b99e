"""`flask --app wsgi drill SCENARIO`: replay a storm as a labelled drill."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command("drill")
@click.argument("scenario", default="fitow-2013")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True)
@click.option("--minutes", default=8.0, show_default=True, help="How long the replay takes.")
@click.option("--speed", type=click.IntRange(1, 100_000), help="Drill seconds per second instead.")
@click.option("--seed", default=2013, show_default=True)
@click.option("--drill-id", type=click.UUID, help="Go on with this drill, or begin it.")
@click.option("--token", envvar="DRILL_TOKEN", help="The director's bearer token.")
@click.option("--log", type=click.Path(path_type=Path), help="Write the request log here.")
@click.option("--pause", "act", flag_value="pause", help="Let the clock stand still.")
@click.option("--resume", "act", flag_value="resume", help="Let the clock go on.")
@click.option("--reset", "act", flag_value="reset", help="End the drill and begin a new one.")
def drill(scenario: str, url: str, seed: int, act: str | None, **options: Any) -> None:
    """Replay SCENARIO over the public API, or go on where the last run stopped."""
    # The web process knows this command, and must not carry the client it never runs.
    from relief_ops.drill.run import run

    run(scenario, url=url, seed=seed, act=act, **options)
