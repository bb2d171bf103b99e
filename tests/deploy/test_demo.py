"""`make demo` plays drills: it refuses a database that holds anything real."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import uuid6
from sqlalchemy import text

from relief_ops import clock, db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.config import ROOT
from relief_ops.disasters.models import Disaster, Drill
from tests.conftest import MORNING
from tests.databases import sqlite_copy

pytestmark = pytest.mark.slow  # starts the application's commands


@pytest.fixture
def demo(monkeypatch, tmp_path):
    """Return deploy/demo.py, at home in a folder of the test."""
    monkeypatch.syspath_prepend(str(ROOT / "deploy"))
    import demo

    monkeypatch.setattr(demo, "HOME", tmp_path)
    monkeypatch.setattr(demo, "STATE", tmp_path / "address.json")
    demo.STATE.write_text('{"public": "http://127.0.0.1:1", "here": "http://127.0.0.1:1"}')
    return demo


@pytest.fixture
def kept(tmp_path):
    """Return a way to leave a database with one disaster where the demo looks for its own."""

    def leave(*, drill: bool) -> Path:
        made = Path(sqlite_copy(tmp_path).removeprefix("sqlite:///"))
        path = shutil.move(made, tmp_path / "relief.db")
        db.connect(f"sqlite:///{path}")
        geo.forget()
        with act_as(SYSTEM), db.transaction() as session:
            session.add(_disaster(session, _drill(session) if drill else None))
        db.engine().dispose()
        return path

    return leave


def _drill(session):
    now = clock.now()
    row = Drill(id=uuid6.uuid7(), name="演练", seed=1, drill_start=now, real_start=now, speed=1,
                paused_at=now, revision=1)  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _disaster(session, drill_id):
    return Disaster(
        id=uuid6.uuid7(), name="真台风", kind="typhoon", storm_code="1323", drill_id=drill_id,
        area_id=geo.tree(session).root.id, state="active", started_at=MORNING,
        division_date=date(2013, 10, 6), form_version="2013", revision=1,
    )  # fmt: skip


def test_a_database_with_a_real_disaster_is_refused_before_anything_is_done_to_it(
    demo, kept, capfd
):
    path = kept(drill=False)
    before = path.read_bytes()

    with pytest.raises(SystemExit) as ended:
        demo.prepare(demo.environment("http://127.0.0.1:1"), *demo.PREPARE)

    assert str(path.parent) in ended.value.code and "make serve" in ended.value.code
    assert "1 real disaster(s): 真台风" in capfd.readouterr().err
    assert path.read_bytes() == before


def test_no_sign_ins_are_handed_out_for_it_either(demo, kept, monkeypatch, capfd):
    kept(drill=False)
    monkeypatch.setattr("sys.argv", ["demo.py", "--logins"])

    with pytest.raises(SystemExit) as ended:
        demo.main()

    assert "make serve" in ended.value.code
    assert "/sign-in/" not in capfd.readouterr().out


def test_one_that_holds_drills_only_goes_on(demo, kept, capfd):
    path = kept(drill=True)

    demo.prepare(demo.environment("http://127.0.0.1:1"), *demo.PREPARE)

    assert "The database is ready." in capfd.readouterr().out
    db.connect(f"sqlite:///{path}")
    with db.engine().connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM disaster")).scalar() == 1
    db.engine().dispose()


def test_the_demo_looks_before_it_starts_anything(demo, kept, monkeypatch):
    kept(drill=False)
    started = []
    monkeypatch.setattr(demo.supervisor, "on_terminate", lambda: None)
    monkeypatch.setattr(demo.Supervisor, "start", lambda *given, **_more: started.append(given))

    with pytest.raises(SystemExit) as ended:
        demo.run("127.0.0.1", 18_999)

    assert "make serve" in ended.value.code
    assert started == []
