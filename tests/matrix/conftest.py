"""One database for the whole walk: refusals change nothing, and successes use fresh ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from relief_ops import db, vault
from tests import databases
from tests.conftest import KINDS, MASTER
from tests.matrix.stage import Stage, known_area


@pytest.fixture(scope="module", params=KINDS)
def stage(request: pytest.FixtureRequest, the_app: Flask) -> Iterator[Stage]:
    """Yield the stage on a database of this kind."""
    request.node.add_marker("database")
    if request.param == "sqlite":
        with databases.in_memory() as folder:
            yield _stage(the_app, databases.sqlite_copy(folder))
            db.engine().dispose()
        return
    with databases.postgres_clone(databases.postgres_server()) as url:
        yield _stage(the_app, url)


def _stage(app: Any, url: str) -> Stage:
    db.connect(url)
    vault.unlock(MASTER)
    known_area(app)
    return Stage(app)


@pytest.fixture(autouse=True)
def _on_this_database(stage: Stage) -> None:
    """Other tests connect elsewhere; the walk comes back to its own."""
    known_area(stage.app)
