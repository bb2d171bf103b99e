"""Disk, database, broker and processes fail: honest words, nothing lost, back by themselves."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import socketio
from sqlalchemy import make_url

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as, services
from relief_ops.auth.models import User
from tests import databases, servers
from tests.conftest import MASTER, MORNING, SECRET, new_id
from tests.factories.city import CITY, TOWNSHIP
from tests.running import Server

pytestmark = [pytest.mark.proof, pytest.mark.target("F-1")]


def report(disaster: dict[str, Any], round_: str) -> dict[str, Any]:
    return {
        "disaster_id": disaster["id"], "area_code": TOWNSHIP, "round": round_,
        "as_of": MORNING.isoformat(), "values": {"affected": 5},
    }  # fmt: skip


class Phone:
    """Somebody who files reports and writes down what was acknowledged."""

    def __init__(self, url: str, token: str, disaster: dict[str, Any]):
        self.client = httpx.Client(
            base_url=url, timeout=15, headers={"Authorization": f"Bearer {token}"}
        )
        self.disaster = disaster
        self.acknowledged: list[str] = []
        self.turn = 0

    def close(self) -> None:
        self.client.close()

    def file(self) -> httpx.Response:
        self.turn += 1
        report_id = new_id()
        body = report(self.disaster, f"r{self.turn}")
        answer = self.client.put(f"/api/v1/reports/{report_id}", json=body)
        if answer.status_code == 201:
            self.acknowledged.append(report_id)
        return answer

    def all_there(self) -> bool:
        answers = (self.client.get(f"/api/v1/reports/{each}") for each in self.acknowledged)
        return all(answer.status_code == 200 for answer in answers)

    def recovers(self, seconds: float = 60) -> bool:
        """File until it works again; whether it did in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                if self.file().status_code == 201:
                    return True
            time.sleep(0.3)
        return False


@pytest.fixture
def phone(server, person, disaster):
    with contextlib.closing(
        Phone(server.url, person(f"township_reporter@{TOWNSHIP}").token, disaster)
    ) as phone:
        yield phone


def keys_in(folder: Path) -> None:
    (folder / "secret.key").write_bytes(SECRET)
    (folder / "master.key").write_bytes(MASTER)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own with little room; only root may mount one."""
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small tmpfs")
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)], check=False
    )
    if made.returncode:
        pytest.skip("this machine lets nobody mount a tmpfs")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.target("D-9")
def test_a_full_disk_refuses_writes_keeps_reading_and_resumes(
    small_disk, app, database, person, disaster
):
    token = person(f"township_reporter@{TOWNSHIP}").token
    db.engine().dispose()
    path = small_disk / "relief.db"
    shutil.copyfile(make_url(database).database, path)
    keys_in(small_disk)
    server = Server(f"sqlite:///{path}", small_disk, PYTHONDONTWRITEBYTECODE="1").start()
    with contextlib.ExitStack() as stack:
        stack.callback(server.kill)
        phone = stack.enter_context(contextlib.closing(Phone(server.url, token, disaster)))
        assert phone.file().status_code == 201
        filler = small_disk / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 65536):
                pass
        statuses = [phone.file().status_code for _ in range(60)]

        refused = [each for each in statuses if each != 201]
        assert refused and set(refused) <= {503, 507} and 507 in refused, statuses
        assert phone.client.get("/api/v1/disasters").status_code == 200
        assert phone.all_there()

        filler.unlink()
        assert phone.recovers()
        assert phone.all_there()


def test_a_killed_worker_is_replaced_and_nothing_is_lost(server, phone):
    for _ in range(5):
        assert phone.file().status_code == 201
        [worker] = psutil.Process(server.process.pid).children()
        worker.kill()
        assert phone.recovers()

    assert phone.all_there()


def test_a_frozen_server_goes_on_where_it_was(server, phone):
    assert phone.file().status_code == 201
    server.pause()
    with pytest.raises(httpx.TimeoutException):
        phone.client.get("/api/v1/disasters", timeout=1)
    server.resume()

    assert phone.recovers()
    assert phone.all_there()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_another_writer_on_the_file_means_busy_not_frozen(server, phone, database):
    import pysqlite3.dbapi2 as sqlite

    other = sqlite.connect(make_url(database).database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    answer = phone.file()

    assert answer.status_code == 503, answer.text
    assert answer.json()["code"] == "busy" and answer.headers["Retry-After"]
    assert time.monotonic() - began < 10
    assert phone.client.get("/api/v1/disasters").status_code == 200
    other.execute("ROLLBACK")
    other.close()
    assert phone.recovers()


@pytest.fixture
def own_postgres():
    """A PostgreSQL that nobody else uses, so that it may be stopped."""
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # the server runs as another user when we are root
        cluster = servers._Postgres(Path(folder) / "cluster")
        url = cluster.url()
        assert str(cluster.folder).startswith(folder), "never the shared one"
        yield cluster, url
        cluster.release()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_stopped_postgres_means_503_and_recovers(own_postgres, app, tmp_path):
    cluster, url = own_postgres
    base = url.rsplit("/", 1)[0]
    databases.run_on_server(base, "CREATE DATABASE stopped")
    databases.fill(f"{base}/stopped")
    db.connect(f"{base}/stopped")
    token, disaster = _people_on_it(app)
    keys_in(tmp_path)
    server = Server(f"{base}/stopped", tmp_path).start()
    with contextlib.ExitStack() as stack:
        stack.callback(server.kill)
        phone = stack.enter_context(contextlib.closing(Phone(server.url, token, disaster)))
        assert phone.file().status_code == 201
        db.engine().dispose()
        cluster.stop()
        answer = phone.file()
        assert answer.status_code == 503, answer.text
        assert answer.headers["Retry-After"]
        assert httpx.get(f"{server.url}/readyz").status_code == 503
        assert httpx.get(f"{server.url}/healthz").status_code == 200

        cluster._run("pg_ctl", "-w", "-l", str(cluster.folder / "log"), "restart")
        assert phone.recovers()
        assert phone.all_there()


def _people_on_it(app) -> tuple[str, dict[str, Any]]:
    from relief_ops import cli, geo

    geo.forget()
    with act_as(SYSTEM), db.transaction() as session:
        geo.tree(session)
        user_id = cli.make_user(session, "both", "both", ("township_reporter", "duty_officer"))
        token = cli.make_token(session, user_id, days=1)
    disaster = {"id": new_id()}
    body = {"name": "试验", "kind": "flood", "started_at": MORNING.isoformat()}
    headers = {"Authorization": f"Bearer {token}"}
    made = app.test_client().put(f"/api/v1/disasters/{disaster['id']}", json=body, headers=headers)
    assert made.status_code == 201, made.json
    return token, disaster


class Ear:
    """A socket that remembers what it heard."""

    def __init__(self, url: str, cookie: str):
        self.heard: list[dict[str, Any]] = []
        self.client = socketio.Client(reconnection=False)
        self.client.on("change", self.heard.append)
        self.client.connect(url, headers={"Cookie": f"session={cookie}"}, transports=["websocket"])
        self.client.call("follow", {"area": CITY}, timeout=10)

    def hears(self, seq: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if any(each["seq"] == seq for each in self.heard):
                return True
            time.sleep(0.02)
        return False


def cookie_of(caller) -> str:
    with act_as(SYSTEM), db.transaction() as session:
        user = session.get_one(User, caller.user_id)
        return services.start_session(session, user, by_link=False, second_factor=False)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_two_web_processes_tell_each_other_with_redis_and_without(
    app, database, person, disaster, tmp_path
):
    cookie = cookie_of(person("city_reviewer"))
    token = person(f"township_reporter@{TOWNSHIP}").token
    keys_in(tmp_path)
    with servers.own_redis(tmp_path) as redis:
        one = Server(database, tmp_path, REDIS_URL=redis.url).start()
        two = Server(database, tmp_path, REDIS_URL=redis.url).start()
        try:
            phone, ear = Phone(one.url, token, disaster), Ear(two.url, cookie)
            assert ear.hears(phone.file().json()["seq"], 3)

            redis.stop()
            assert ear.hears(phone.file().json()["seq"], 5), "with Redis dead the tail polls"

            redis.start()
            redis._process.send_signal(signal.SIGSTOP)
            assert ear.hears(phone.file().json()["seq"], 5), "with Redis frozen the tail polls"
            redis._process.send_signal(signal.SIGCONT)
            assert ear.hears(phone.file().json()["seq"], 5)
            ear.client.disconnect()
            phone.close()
        finally:
            one.kill()
            two.kill()
