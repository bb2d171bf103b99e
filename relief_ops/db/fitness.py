"""The self-check: at the first connection what must be there is there, on every one its settings.

What is missing is said in one sentence, with the command that mends it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SPATIALITE = "mod_spatialite"
PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "busy_timeout": 20,
    "trusted_schema": 1,
    "cache_size": -1000,  # kB a connection; the system keeps the file's pages anyway
}
MENDED = {(3, 44): 6, (3, 50): 7, (3, 51): 3}
WITHDRAWN = (3, 52, 0)
POSTGRES, POSTGIS = 15, (3, 3)
SPATIAL = "SELECT ST_Contains(BuildMbr(0, 0, 2, 2, 4326), MakePoint(1, 1, 4326))"
_INSTALLED = "SELECT extversion FROM pg_extension WHERE extname = 'postgis'"
_OFFERED = "SELECT default_version FROM pg_available_extensions WHERE name = 'postgis'"


class Unfit(RuntimeError):
    """The database, or a part it needs, cannot be worked with; the message says what to do."""


def at_first(check: Callable[[Any], None]) -> Callable[[Any, Any], None]:
    """Return a listener that checks connections until one has passed, and none after it."""
    passed: list[bool] = []

    def listen(connection: Any, _record: Any) -> None:
        if not passed:
            check(connection)
            passed.append(True)

    return listen


def check_parts(_connection: Any = None) -> None:
    """Raise Unfit where workbooks would be read without protection from XML bombs."""
    if find_spec("defusedxml") is None:
        raise Unfit("The Python package defusedxml is missing. Install it: make setup")


def check_sqlite(connection: Any) -> None:
    """Raise Unfit for a SQLite that may corrupt a file in WAL mode."""
    check_parts()
    [version] = connection.execute("SELECT sqlite_version()").fetchone()
    if not is_mended(version):
        raise Unfit(
            f"SQLite {version} can corrupt a database in WAL mode. Needed is 3.51.3 or newer "
            "(or 3.50.7, 3.44.6). Install the one that is pinned: make setup"
        )


def check_spatialite(connection: Any) -> None:
    """Raise Unfit where a spatial question is not answered."""
    try:
        [answer] = connection.execute(SPATIAL).fetchone()
    except Exception as error:
        raise Unfit(_reinstall(str(error))) from error
    if answer != 1:
        raise Unfit(_reinstall(f"a point in a box was answered with {answer}"))


def is_mended(version: str) -> bool:
    """Whether a release of SQLite has the fix for two connections that race a checkpoint."""
    major, minor, patch = (int(each) for each in (*version.split("."), "0")[:3])
    if (major, minor) in MENDED:
        return patch >= MENDED[major, minor]
    return (major, minor) > max(MENDED) and (major, minor, patch) != WITHDRAWN


def load_spatialite(connection: Any) -> None:
    """Load the extension. Raises Unfit with the line that installs it."""
    try:
        connection.enable_load_extension(True)
        connection.load_extension(SPATIALITE)
        connection.enable_load_extension(False)
    except Exception as error:
        raise Unfit(
            f"SpatiaLite cannot be loaded ({error}). "
            "Install it: sudo apt-get install libsqlite3-mod-spatialite"
        ) from error


def _reinstall(why: str) -> str:
    line = "sudo apt-get install --reinstall libsqlite3-mod-spatialite"
    return f"SpatiaLite does not work ({why}). Install it again: {line}"


@cache
def load_proj_first() -> None:
    """Load the PROJ library that pyproj carries, before SpatiaLite loads the system's.

    The other way round one frees the other's memory when the process ends. Only the library: most
    web processes never use pyproj itself, which weighs five megabytes more.
    """
    found = find_spec("pyproj")
    assert found is not None
    assert found.origin is not None
    [extension] = Path(found.origin).parent.glob("_geod.*.so")
    ctypes.CDLL(str(extension))


def set_pragmas(connection: Any) -> None:
    """Give a connection its settings, and read back that they hold. Raises Unfit."""
    for name, wanted in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={wanted}").fetchall()
        [found] = connection.execute(f"PRAGMA {name}").fetchone()
        if found != wanted:
            raise Unfit(
                f"SQLite keeps {name} at {found} instead of {wanted}. "
                "The file must lie on a local disk that this user may write."
            )


def check_postgres(connection: Any) -> None:
    """Raise Unfit for a PostgreSQL or PostGIS that is missing or too old."""
    check_parts()
    major = connection.info.server_version // 10000
    if major < POSTGRES:
        raise Unfit(
            f"PostgreSQL {major} is too old; needed is {POSTGRES} or newer. "
            "Install one and move the database: sudo apt-get install postgresql"
        )
    found = connection.execute(_INSTALLED).fetchone() or connection.execute(_OFFERED).fetchone()
    name = connection.info.dbname
    connection.rollback()
    package = f"sudo apt-get install postgresql-{major}-postgis-3"
    if found is None:
        raise Unfit(f"PostGIS is not installed on the database server. Install it: {package}")
    if tuple(int(each) for each in found[0].split(".")[:2]) < POSTGIS:
        raise Unfit(
            f"PostGIS {found[0]} is too old; needed is 3.3 or newer: {package} && "
            f"sudo -u postgres psql -d {name} -c 'ALTER EXTENSION postgis UPDATE'"
        )


def no_right(name: str | None) -> Unfit:
    """Return what to say when this account may not create the extension."""
    line = f"sudo -u postgres psql -d {name} -c 'CREATE EXTENSION postgis'"
    return Unfit(f"PostGIS is not yet in this database and this account may not add it: {line}")
