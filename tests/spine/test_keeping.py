"""`verify`, `backup` and `restore` as the operator runs them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from relief_ops import audit, backup, db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.worker import Heads
from tests import databases
from tests.conftest import MASTER, MORNING, new_id
from tests.spine.test_heads import grown


@pytest.fixture
def flask(app, tmp_path, monkeypatch):
    """Return a caller of our own commands whose heads go to this test's folder."""
    heads = tmp_path / "heads.jsonl"
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], heads_file=heads))
    runner = app.test_cli_runner()

    def run(*arguments: object, fails: bool = False):
        done = runner.invoke(args=[str(each) for each in arguments])
        assert done.exit_code == (1 if fails else 0), done.output
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.output

    run.heads = heads
    return run


@pytest.fixture
def elsewhere(database, tmp_path):
    """Return a way to connect to an empty database of the same kind."""
    made = []

    def connect():
        if database.startswith("sqlite"):
            db.connect(f"sqlite:///{tmp_path / 'elsewhere.db'}")
            return
        server = database.rsplit("/", 1)[0]
        made.append(f"relief_elsewhere_{new_id().replace('-', '')}")
        databases.run_on_server(server, f"CREATE DATABASE {made[-1]}")
        db.connect(f"{server}/{made[-1]}")

    yield connect
    db.engine().dispose()
    for name in made:
        databases.run_on_server(database.rsplit("/", 1)[0], f"DROP DATABASE {name} WITH (FORCE)")


def put_disaster(officer):
    body = {"name": "大水", "kind": "flood", "started_at": MORNING.isoformat()}
    assert officer.put(f"/api/v1/disasters/{new_id()}", body).status_code == 201


def damage(session, *statements):
    for statement in statements:
        session.execute(text(statement))


def without_triggers():
    if db.is_sqlite():
        return [f"DROP TRIGGER {table}_no_{verb}" for table in ("event", "event_area")
                for verb in ("update", "delete")]  # fmt: skip
    return [f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only"
            for table in ("event", "event_area")]  # fmt: skip


CUT = (
    "DELETE FROM event_area WHERE seq > (SELECT max(seq) - 3 FROM event)",
    "DELETE FROM event WHERE seq > (SELECT max(seq) - 3 FROM event)",
    "UPDATE event_head SET seq = (SELECT max(seq) FROM event),"
    " hash = (SELECT hash FROM event ORDER BY seq DESC LIMIT 1)",
)


@pytest.fixture
def cut():
    """Return a way to cut the end off the log and to set the counter back."""

    def do():
        with act_as(SYSTEM), db.transaction() as session:
            damage(session, *without_triggers(), *CUT)

    return do


def test_verify_prints_the_head_and_says_that_all_agrees(flask):
    head = grown()
    said = flask("verify")

    assert f"Head of the log: {head} (epoch {head.epoch})" in said
    assert "Everything agrees" in said


def test_a_log_cut_short_with_its_counter_set_back_is_found_by_a_head_kept_elsewhere(
    flask, cut, tmp_path
):
    head = grown()
    kept = tmp_path / "usb" / "head.json"
    kept.parent.mkdir()
    kept.write_text(head.line())
    cut()

    assert "Everything agrees, 0 heads" in flask("verify")  # the chain is whole in itself
    for known in (str(head), kept):
        said = flask("verify", "--head", known, fails=True)
        assert f"head {head.seq} " in said and "its end was cut off" in said
        assert "Everything agrees" not in said


def test_the_installation_s_own_file_of_heads_is_compared_unasked(flask, cut):
    grown()
    with act_as(SYSTEM):
        Heads(flask.heads).step()
    assert "Everything agrees" in flask("verify")
    cut()

    assert "is not in the log" in flask("verify", fails=True)


def test_the_worker_tells_the_head_every_hour_and_goes_on_where_it_cannot(
    app, tmp_path, monkeypatch, caplog
):
    path, now = tmp_path / "heads.jsonl", [0.0]
    monkeypatch.setattr("relief_ops.worker.time.monotonic", lambda: now[0] + 1)
    heads = Heads(path)
    for hour in (0, 0.5, 1.1, 1.2, 2.3):
        now[0] = hour * 3600
        grown()
        assert heads.step() is False
    assert len(backup.told_heads(path)) == 3
    path.unlink()
    path.mkdir()
    now[0] = 4 * 3600

    assert heads.step() is False
    assert "could not be told" in caplog.text


@pytest.mark.parametrize("known", ["12", "rubbish", "1:abc"])
def test_a_head_that_is_none_is_refused_in_one_line(app, known):
    done = app.test_cli_runner().invoke(args=["verify", "--head", known])

    assert done.exit_code == 2
    assert "--head" in done.output and "Traceback" not in done.output


def test_a_file_of_heads_that_is_damaged_is_itself_a_finding(flask):
    flask.heads.write_text("something else\n")

    assert "heads.jsonl cannot be read" in flask("verify", fails=True)


def test_verify_ends_with_one_and_names_the_row_that_was_altered(flask):
    grown()
    with act_as(SYSTEM), db.transaction() as session:
        damage(session, *without_triggers(), "UPDATE event SET payload = '[]' WHERE seq = 3")

    assert "event 3: was altered" in flask("verify", fails=True)


def test_a_backup_is_restored_into_an_empty_database_and_verified(
    flask, person, elsewhere, tmp_path
):
    put_disaster(person("duty_officer"))
    said = flask("backup", tmp_path / "copy")
    head = backup.head()
    assert f"{head.seq} events, up to {head.hash}" in said
    elsewhere()

    assert f"Restored and verified: {head.seq} events" in flask("restore", tmp_path / "copy")
    assert str(backup.head()) == str(head)
    assert backup.head().epoch != head.epoch
    assert "Everything agrees" in flask("verify", "--head", tmp_path / "copy.json")


def test_a_filled_database_is_refused_unless_it_may_be_replaced(flask, person, tmp_path):
    officer = person("duty_officer")
    flask("backup", tmp_path / "copy")
    put_disaster(officer)
    before = backup.head()

    said = flask("restore", tmp_path / "copy", fails=True)
    assert "Nothing was written" in said and "--replace" in said
    assert (str(backup.head()), backup.head().epoch) == (str(before), before.epoch)

    assert "Restored and verified" in flask("restore", "--replace", tmp_path / "copy")
    assert backup.head().seq == before.seq - 1


def test_what_a_restore_takes_back_is_no_finding_but_a_later_cut_is(flask, person, cut, tmp_path):
    officer = person("duty_officer")
    flask("backup", tmp_path / "copy")
    put_disaster(officer)
    lost = backup.tell_head(flask.heads)
    flask("restore", "--replace", tmp_path / "copy")

    assert "Everything agrees" in flask("verify")
    assert "is not in the log" in flask("verify", "--head", lost, fails=True)
    cut()
    assert "is not in the log" in flask("verify", fails=True)


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def shorten(path):
    path.write_bytes(path.read_bytes()[:-4096])


def no_manifest(path):
    path.with_name(f"{path.name}.json").unlink()


def half_a_manifest(path):
    manifest = path.with_name(f"{path.name}.json")
    manifest.write_text(manifest.read_text()[:40])


@pytest.mark.parametrize("harm", [flip, shorten, no_manifest, half_a_manifest])
def test_a_damaged_backup_is_refused_before_anything_is_written(flask, person, tmp_path, harm):
    put_disaster(person("duty_officer"))
    flask("backup", tmp_path / "copy")
    harm(tmp_path / "copy")
    before = backup.head()

    said = flask("restore", "--replace", tmp_path / "copy", fails=True)
    assert "damaged" in said
    assert (str(backup.head()), backup.head().epoch) == (str(before), before.epoch)


def test_a_backup_that_was_forged_with_its_manifest_is_found_once_restored(
    flask, person, elsewhere, cut, tmp_path
):
    put_disaster(person("duty_officer"))
    grown()
    true_head = backup.head()
    cut()
    flask("backup", tmp_path / "copy")
    manifest = json.loads((tmp_path / "copy.json").read_text())
    assert manifest["seq"] == true_head.seq - 3
    manifest |= {"hash": true_head.hash}
    (tmp_path / "copy.json").write_text(json.dumps(manifest))
    elsewhere()

    said = flask("restore", tmp_path / "copy", fails=True)
    assert "Restored, but not whole" in said and "it was rewritten" in said


def test_a_restore_with_another_key_or_of_another_kind_writes_nothing(flask, tmp_path):
    from relief_ops import vault

    flask("backup", tmp_path / "copy")
    vault.unlock(b"x" * 32)
    try:
        assert "another master key" in flask("restore", "--replace", tmp_path / "copy", fails=True)
    finally:
        vault.unlock(MASTER)
    path = tmp_path / "copy.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"dialect": "oracle"}))

    assert "a backup of oracle" in flask("restore", "--replace", tmp_path / "copy", fails=True)


def test_a_backup_that_cannot_be_written_is_said_in_one_line(flask, tmp_path):
    said = flask("backup", tmp_path / "nowhere" / "copy", fails=True)

    assert "Error:" in said and "Traceback" not in said


def test_the_auditor_s_page_shows_the_head_gives_it_out_and_compares_one(signed_in_auditor, cut):
    head = grown()
    page = signed_in_auditor.get("/log/verification").text
    kept = audit.read_heads(signed_in_auditor.get("/log/head").text)

    assert str(head) in page and "哈希链完整" in page
    assert [str(each) for each in kept] == [str(head)]
    assert "哈希链完整" in signed_in_auditor.get(f"/log/verification?head={head}").text
    cut()
    assert "its end was cut off" in signed_in_auditor.get(f"/log/verification?head={head}").text
    assert signed_in_auditor.get("/log/verification?head=x").status_code == 422


@pytest.fixture
def signed_in_auditor(flask, app, person):
    """Return the browser of an auditor."""
    from relief_ops.auth import services
    from relief_ops.auth.models import User

    auditor = person("auditor")
    with act_as(SYSTEM), db.transaction() as session:
        user = session.get_one(User, auditor.user_id)
        secret = services.start_session(session, user, by_link=False, second_factor=True)
    client = app.test_client()
    client.set_cookie("session", secret)
    return client


def test_nobody_but_the_auditor_gets_the_head(person, client):
    assert client.get("/log/head").status_code == 302
    assert person("duty_officer").get("/log/head").status_code == 403
