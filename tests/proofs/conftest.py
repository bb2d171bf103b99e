"""What the proofs share: figures that are printed, a world on the test's own database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bench.world import World
from tests.conftest import MASTER, SECRET

Told = Callable[..., None]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Told:
    """Return a printer of figures that shows them whether the proof holds or not."""
    began = time.monotonic()

    def say(**figures: Any) -> None:
        shown = ", ".join(f"{name} {_short(value)}" for name, value in figures.items())
        with capsys.disabled():
            print(f"\n  {request.node.name}: {shown} ({time.monotonic() - began:.0f} s)")

    return say


def _short(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def keys_in(folder: Path) -> None:
    """Lay the test's own keys where a server of this folder finds them."""
    (folder / "secret.key").write_bytes(SECRET)
    (folder / "master.key").write_bytes(MASTER)


@pytest.fixture
def made(app: Any, database: str, tmp_path: Path) -> Iterator[World]:
    """Yield the made-up city with people to make and servers to start."""
    keys_in(tmp_path)
    world = World(database, tmp_path)
    yield world
    for server in world.servers:
        server.kill()
