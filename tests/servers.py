"""Real servers for the tests: a PostgreSQL with PostGIS and a Redis of our own.

Ask for `postgres_url()` or `redis_url()`. The first process to ask starts the server, all
share it, and the last to leave stops it: each holds a shared lock on the server's folder, and
whoever can turn it into an exclusive one is alone. A server left over by a killed run is found
and used again. `TEST_DATABASE_URL` and `TEST_REDIS_URL` name servers to use instead.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import psycopg
import redis
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "template_postgis"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "synchronous_commit": "on",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
}


def postgres_url() -> str:
    """Return the address of a PostgreSQL where we may create databases.

    It has a template database, `template_postgis`, to clone an empty PostGIS from.
    """
    return os.environ.get("TEST_DATABASE_URL") or _postgres.url()


def redis_url() -> str:
    """Return the address of a Redis that every test process of this checkout shares."""
    return os.environ.get("TEST_REDIS_URL") or _redis.url()


def ensure_template(url: str) -> None:
    """Create the PostGIS template unless it is there. Safe to call from several processes."""
    with psycopg.connect(plain(url), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(20131007)")
        there = "SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate"
        if admin.execute(there, [TEMPLATE]).fetchone():
            return
        name = sql.Identifier(TEMPLATE)
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        admin.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(name))
        with psycopg.connect(plain(url), dbname=TEMPLATE, autocommit=True) as fresh:
            fresh.execute("CREATE EXTENSION postgis")
        admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(name))


def plain(url: str) -> str:
    """Return `url` without SQLAlchemy's driver name, as psycopg reads it."""
    return url.replace("postgresql+psycopg:", "postgresql:", 1)


def free_port() -> int:
    """Return a TCP port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def release() -> None:
    """Leave the shared servers; the last one out stops them."""
    for server in (_postgres, _redis):
        server.release()


class OwnRedis:
    """A Redis for one test, which may stop and start it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(_redis_command(self.port, self._folder))
        _wait_for(lambda: _redis_folder(self.url) is not None, "redis-server")

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def own_redis(folder: Path) -> Iterator[OwnRedis]:
    """Start a Redis in `folder` that nobody else uses; gone at the end."""
    server = OwnRedis(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Shared(ABC):
    """A server that the test processes of one checkout share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._users: IO[bytes] | None = None
        self._url = ""

    def url(self) -> str:
        """Return its address, starting it if it does not run."""
        if self._users is None:
            self.prepare()
            with self._lock("start", fcntl.LOCK_EX):
                self._users = self._lock("users", fcntl.LOCK_SH)
                self._url = self.running() or self.start()
            atexit.register(self.release)
        return self._url

    def release(self) -> None:
        """Leave; stop the server if nobody else is using it."""
        if self._users is None:
            return
        with self._lock("start", fcntl.LOCK_EX):
            self._users.close()
            self._users = None
            with contextlib.suppress(BlockingIOError), self._lock("users", _EXCLUSIVE_OR_NOT):
                self.stop()

    def prepare(self) -> None:
        """Make the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)

    def port(self) -> int:
        """Return the port written down at the last start, 0 if there is none."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int((self.folder / "port").read_text())
        return 0

    def _lock(self, name: str, how: int) -> IO[bytes]:
        file = (self.folder / f"{name}.lock").open("ab")
        try:
            fcntl.flock(file, how)
        except BlockingIOError:
            file.close()
            raise
        return file

    @abstractmethod
    def running(self) -> str | None:
        """Return the address of the server if it answers."""

    @abstractmethod
    def start(self) -> str:
        """Start the server and return its address."""

    @abstractmethod
    def stop(self) -> None:
        """Stop the server."""


_EXCLUSIVE_OR_NOT = fcntl.LOCK_EX | fcntl.LOCK_NB


class _Postgres(Shared):
    """A cluster of our own; run as user postgres when we are root, which PostgreSQL refuses."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def prepare(self) -> None:
        super().prepare()
        if os.geteuid() == 0:
            if not _can_reach("postgres", self.folder):
                mark = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
                self.folder = Path(f"/tmp/relief-ops-pg-{mark}")
                super().prepare()
            shutil.chown(self.folder, "postgres")

    def running(self) -> str | None:
        if not self.port():
            return None
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(self._address(), connect_timeout=2) as connection,
        ):
            found = connection.execute("SHOW data_directory").fetchone()
            return self._address() if found == (str(self.data),) else None
        return None

    def start(self) -> str:
        if not (self.data / "PG_VERSION").exists():
            shutil.rmtree(self.data, ignore_errors=True)
            self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        (self.folder / "port").write_text(str(free_port()))
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        log = self.folder / "log"
        options += f" -c port={self.port()}"
        self._run("pg_ctl", "-w", "-t", "60", "-l", str(log), "-o", options, "start")
        ensure_template(self._address())
        return self._address()

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "fast", "-w", "stop")

    def _address(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port()}/postgres"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(_postgres_bin() / program), "-D", str(self.data), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        log = self.folder / f"{program}.out"
        with log.open("wb") as out:
            done = subprocess.run(command, cwd="/", stdout=out, stderr=out, check=False)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {log.read_text()[-2000:]}")


class _Redis(Shared):
    """A Redis without files: it forgets everything when it stops."""

    def running(self) -> str | None:
        ours = self.port() and _redis_folder(self._address()) == str(self.folder)
        return self._address() if ours else None

    def start(self) -> str:
        (self.folder / "port").write_text(str(free_port()))
        command = [*_redis_command(self.port(), self.folder), "--daemonize", "yes"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        _wait_for(lambda: _redis_folder(self._address()) is not None, "redis-server")
        return self._address()

    def stop(self) -> None:
        pid = int((self.folder / "redis.pid").read_text())
        os.kill(pid, signal.SIGTERM)

    def _address(self) -> str:
        return f"redis://127.0.0.1:{self.port()}/0"


def _redis_command(port: int, folder: Path) -> list[str]:
    binary = shutil.which("redis-server")
    if binary is None:
        raise RuntimeError("redis-server is missing: run `make setup`")
    return [
        *(binary, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)),
        *("--save", "", "--appendonly", "no", "--pidfile", str(folder / "redis.pid")),
        *("--logfile", str(folder / "redis.log")),
    ]


def _redis_folder(url: str) -> str | None:
    """Return the folder of the Redis at `url`: proof that it answers, and that it is ours."""
    with (
        contextlib.suppress(redis.ConnectionError, redis.TimeoutError),
        redis.Redis.from_url(url, socket_connect_timeout=1, decode_responses=True) as client,
    ):
        return str(client.config_get("dir")["dir"])
    return None


def _postgres_bin() -> Path:
    """Return the folder with initdb: the newest Debian keeps, else what pg_config says."""
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major)
    if kept:
        return kept[-1].parent
    config = shutil.which("pg_config")
    if config is None:
        raise RuntimeError("PostgreSQL is missing: run `make setup`")
    return Path(subprocess.check_output([config, "--bindir"], text=True).strip())


def _major(initdb: Path) -> int:
    return int(initdb.parent.parent.name)


def _can_reach(user: str, folder: Path) -> bool:
    command = ["runuser", "-u", user, "--", "test", "-x", str(folder)]
    return subprocess.run(command, check=False, cwd="/").returncode == 0


def _wait_for(ready: Callable[[], bool], what: str, *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not answer within {seconds:.0f} s")
        time.sleep(0.02)


_postgres = _Postgres(ROOT / "var" / "test-pg")
_redis = _Redis(ROOT / "var" / "test-redis")
