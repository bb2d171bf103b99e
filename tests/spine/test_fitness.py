"""The self-check: what is missing is said in one line, with the command that mends it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib.util import find_spec

import openpyxl
import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError

from relief_ops import app as whole
from relief_ops import db
from relief_ops.config import ROOT
from relief_ops.db import fitness
from tests import databases
from tests.running import free_port

INSTALL = "sudo apt-get install libsqlite3-mod-spatialite"


@pytest.fixture
def fresh(tmp_path):
    """Connect to an embedded database that does not exist yet."""
    db.connect(f"sqlite:///{tmp_path / 'new.db'}")
    yield tmp_path / "new.db"
    db.engine().dispose()


def opened():
    with db.reading() as session:
        return db.scalar(session, "SELECT 1")


@pytest.mark.parametrize("version", ["3.51.3", "3.51.10", "3.50.7", "3.44.6", "3.53.0", "3.60.1"])
def test_a_sqlite_with_the_fix_is_taken(version):
    assert fitness.is_mended(version)


@pytest.mark.parametrize(
    "version",
    ["3.51.2", "3.51.0", "3.50.6", "3.49.9", "3.45.0", "3.44.5", "3.40.1", "3.52.0", "3.7.0"],
)
def test_a_sqlite_that_can_corrupt_a_file_is_not(version):
    assert not fitness.is_mended(version)


def test_an_affected_sqlite_is_refused_before_the_file_is_in_wal_mode(fresh, monkeypatch):
    monkeypatch.setattr(fitness, "is_mended", lambda _version: False)
    for _again in range(2):
        with pytest.raises(db.Unfit, match=r"3.51.3 or newer .* make setup"):
            opened()

    assert not fresh.exists() or fresh.read_bytes()[18:20] != b"\x02\x02"


def test_a_missing_spatialite_is_said_with_the_line_that_installs_it(fresh, monkeypatch):
    monkeypatch.setattr(fitness, "SPATIALITE", "mod_that_is_not_there")

    with pytest.raises(db.Unfit, match=INSTALL):
        opened()


@pytest.mark.parametrize("question", ["SELECT 0", "SELECT ST_NoSuchThing(1)"])
def test_a_spatialite_that_answers_wrongly_is_refused(fresh, monkeypatch, question):
    monkeypatch.setattr(fitness, "SPATIAL", question)

    with pytest.raises(db.Unfit, match="apt-get install --reinstall"):
        opened()


REFUSED = {"journal_mode": "nonsense", "synchronous": 9, "foreign_keys": 9, "trusted_schema": 9}


@pytest.mark.parametrize("name", REFUSED)
def test_a_setting_that_does_not_hold_is_refused_on_every_connection(fresh, monkeypatch, name):
    assert opened() == 1
    monkeypatch.setitem(fitness.PRAGMAS, name, REFUSED[name])
    db.engine().dispose()

    with pytest.raises(db.Unfit, match=name):
        opened()


def test_the_self_check_asks_the_first_connection_only(fresh, monkeypatch):
    asked = []
    monkeypatch.setattr(fitness, "is_mended", lambda version: asked.append(version) or True)
    connections = [db.engine().connect() for _number in range(4)]
    for each in connections:
        each.close()

    assert len(asked) == 1


def test_a_workbook_library_without_its_shield_is_refused(fresh, monkeypatch):
    assert openpyxl.DEFUSEDXML is True
    monkeypatch.setattr(fitness, "find_spec", lambda name: None if name == "defusedxml" else name)

    with pytest.raises(db.Unfit, match="defusedxml"):
        opened()


class Postgres:
    """A connection of psycopg as far as the self-check asks."""

    def __init__(self, version, installed=None, offered=None):
        self.info = self
        self.server_version, self.dbname = version, "relief"
        self.known = {fitness._INSTALLED: installed, fitness._OFFERED: offered}
        self.rolled_back = False

    def execute(self, question):
        self.asked = self.known[question]
        return self

    def fetchone(self):
        return (self.asked,) if self.asked else None

    def rollback(self):
        self.rolled_back = True


@pytest.mark.parametrize(
    ("connection", "says"),
    [
        (Postgres(140012, "3.4.2"), "PostgreSQL 14 is too old.*apt-get install postgresql"),
        (Postgres(150004), "apt-get install postgresql-15-postgis-3"),
        (Postgres(160001, "3.2.9"), "PostGIS 3.2.9.*postgresql-16-postgis-3.*psql -d relief"),
        (Postgres(150004, None, "3.1.0"), "PostGIS 3.1.0 is too old"),
    ],
)
def test_a_postgres_that_is_too_old_or_without_postgis_is_refused(connection, says):
    with pytest.raises(db.Unfit, match=says):
        fitness.check_postgres(connection)


@pytest.mark.parametrize(
    "connection", [Postgres(150004, "3.3.2"), Postgres(180001, None, "3.10.0")]
)
def test_a_postgres_that_will_do_is_taken_and_left_without_a_transaction(connection):
    fitness.check_postgres(connection)

    assert connection.rolled_back


def test_an_account_that_may_not_add_postgis_is_told_who_can():
    server = databases.postgres_server()
    name, role = f"relief_bare_{os.getpid()}", f"relief_weak_{os.getpid()}"
    databases.run_on_server(
        server, f"CREATE ROLE {role} LOGIN PASSWORD 'weak'", f"CREATE DATABASE {name} OWNER {role}"
    )
    host = server.rsplit("@", 1)[-1].removeprefix("postgresql://")
    try:
        db.connect(f"postgresql://{role}:weak@{host}/{name}")  # pragma: allowlist secret
        with pytest.raises(db.Unfit, match=r"psql -d .*CREATE EXTENSION postgis"):
            db.migrate()
    finally:
        db.engine().dispose()
        databases.run_on_server(server, f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE {role}")


def test_a_database_that_is_fit_passes_on_both(app):
    db.connect(db.engine().url.render_as_string(hide_password=False))

    assert opened() == 1


@pytest.fixture
def without_spatialite(tmp_path):
    """Return the settings of a machine whose mod_spatialite cannot be loaded."""
    (tmp_path / "mod_spatialite.so").write_text("not a library")
    return os.environ | {
        "DATA_DIR": str(tmp_path), "LD_LIBRARY_PATH": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ("-m", "flask", "--app", "wsgi", "init-db"),
        ("-m", "deploy.commands", "init-db", "import-areas"),
        ("-m", "relief_ops.worker"),
    ],
)
def test_the_operator_reads_one_line_and_no_traceback(without_spatialite, command):
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=without_spatialite, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert INSTALL in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_the_web_process_says_it_to_the_operator_and_503_to_everybody(app, monkeypatch, caplog):
    def unfit():
        raise db.Unfit(INSTALL)

    monkeypatch.setattr(db, "reading", unfit)
    client = app.test_client()
    page, call, ready = (client.get(path) for path in ("/desk", "/api/v1/disasters", "/readyz"))

    assert [page.status_code, call.status_code, ready.status_code] == [503, 503, 503]
    assert call.json["code"] == "busy" and call.headers["Retry-After"]
    assert INSTALL not in page.text + call.text + ready.text
    assert caplog.text.count(INSTALL) == 3
    assert "Traceback" not in caplog.text


def test_a_harmful_package_stops_the_application_by_name(monkeypatch, caplog):
    for name in whole.HARMFUL:
        monkeypatch.setattr(
            whole, "find_spec", lambda each, name=name: each if each == name else None
        )
        with pytest.raises(SystemExit):
            whole.create_app()
        assert f"Uninstall {name}" in caplog.text


@pytest.mark.slow
def test_gunicorn_does_not_serve_beside_a_package_that_breaks_its_sockets(tmp_path):
    (tmp_path / "geventwebsocket").mkdir()
    (tmp_path / "geventwebsocket" / "__init__.py").touch()
    environ = os.environ | {"PYTHONPATH": str(tmp_path), "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "gunicorn", "-k", "gevent", "--no-control-socket",
               "--bind", f"127.0.0.1:{free_port()}", "wsgi:app"]  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 3
    assert done.stderr.count("Uninstall geventwebsocket") == 1
    assert "Traceback" not in done.stderr


def test_neither_of_them_is_installed_here():
    assert [name for name in whole.HARMFUL if find_spec(name)] == []


def test_the_self_check_costs_next_to_nothing_and_imports_nothing_heavy(fresh):
    before = set(sys.modules)
    db.connect(db.engine().url)
    db.engine().connect().close()
    raw = db.engine().raw_connection()
    began = time.perf_counter()
    for check in (fitness.check_sqlite, fitness.check_spatialite, fitness.set_pragmas):
        check(raw.driver_connection)
    took = time.perf_counter() - began
    raw.close()

    assert took < 0.05, f"{took * 1000:.1f} ms"
    assert {each.split(".")[0] for each in set(sys.modules) - before} == set()


BOTH_PROJS = """
import sys
from relief_ops import db
from relief_ops.geo.predicates import metres_between
db.connect(f"sqlite:///{sys.argv[1]}")
cursor = db.engine().raw_connection().cursor()
cursor.execute("SELECT InitSpatialMetaData(1)")
print(*cursor.execute("SELECT ST_X(Transform(MakePoint(121, 29, 4326), 3857))").fetchone())
assert "pyproj" not in sys.modules
print(metres_between((121, 29), (121.1, 29)))
"""


def test_a_process_that_uses_both_copies_of_proj_ends_in_peace(tmp_path):
    command = [sys.executable, "-c", BOTH_PROJS, str(tmp_path / "new.db")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert [round(float(each)) for each in done.stdout.split()] == [13_469_658, 9_744]


def test_a_database_that_is_away_is_not_taken_for_an_unfit_one():
    db.connect(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    with pytest.raises(OperationalError):
        opened()
    db.engine().dispose()
    assert not issubclass(ProgrammingError, db.Unfit)
