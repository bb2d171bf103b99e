"""What the proofs share: a world on the test's own database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bench.world import World
from tests.conftest import MASTER, SECRET


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
