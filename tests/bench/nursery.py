"""A server that is born quickly: imported once, each of its lives is a fork of that.

What is forked is the whole of it, gunicorn's master and its worker in a process group of
their own, so that a kill takes all of it; only the import of a thousand modules is spared.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from relief_ops.config import ROOT
from tests.running import free_port


class Life:
    """One server, from its fork to its kill."""

    def __init__(self, nursery: Nursery, pid: int, port: int) -> None:
        self.nursery, self.pid, self.port = nursery, pid, port

    def kill(self) -> None:
        """kill -9 the whole process group, and see it gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.nursery.ask(f"gone {self.pid}")


class Nursery:
    """Keeps the imported application and forks servers on one database."""

    def __init__(self, database_url: str, data_dir: Path, **environ: str) -> None:
        self.log = data_dir / "nursery.log"
        told = {"DATABASE_URL": database_url, "DATA_DIR": str(data_dir), "SECOND_FACTOR": "off"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.bench.nursery"], cwd=ROOT, env=os.environ | told
                | environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.communicate(timeout=30)

    def ask(self, order: str) -> str:
        """Send one order and return what is answered."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def start(self, *, kill_after: int = 0, seconds: float = 60) -> Life:
        """Fork a server and wait until it is ready."""
        port = free_port()
        answer = self.ask(f"live {port} {kill_after}")
        if not answer:
            raise RuntimeError(f"the nursery ended:\n{self.log.read_text()[-4000:]}")
        life = Life(self, int(answer), port)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if answers(port):
                return life
            time.sleep(0.02)
        life.kill()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")


def answers(port: int) -> bool:
    """Whether the server on this port says it is ready."""
    line = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


def main() -> None:
    """Import everything, then fork on order until the input ends."""
    from gevent import monkey

    monkey.patch_all()
    from tests.bench import wsgi

    gc.collect()
    gc.freeze()  # or each server's first collection would copy all of it
    for line in sys.stdin:
        order, number, *rest = line.split()
        if order == "gone":
            with contextlib.suppress(ChildProcessError):
                os.waitpid(int(number), 0)
            print("gone", flush=True)
            continue
        pid = os.fork()
        if not pid:
            _live(wsgi, int(number), int(rest[0]))
        print(pid, flush=True)


def _live(wsgi: Any, port: int, kill_after: int) -> None:
    """Be a server, in a process group of its own."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in {
                "bind": f"127.0.0.1:{port}", "worker_class": "gevent", "preload_app": True,
                "worker_connections": 1000, "graceful_timeout": 1, "control_socket_disable": True,
            }.items():  # fmt: skip
                self.cfg.set(name, value)

        def load(self) -> Any:
            return wsgi.app

    os.setsid()
    os.dup2(2, 1)
    wsgi.die_after(kill_after)
    Server().run()
    os._exit(0)


if __name__ == "__main__":
    main()
