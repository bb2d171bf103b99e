"""The real server in its own process group, for tests that need sockets, browsers or kills."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from relief_ops.config import ROOT
from tests.cradle import Forked, cradle


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """gunicorn with one gevent worker (or more) on a free port.

    A `quick` one is forked from what has imported everything (`tests/cradle.py`).
    """

    def __init__(
        self, database_url: str, data_dir: Path, *, workers: int = 1, app: str = "wsgi:app",
        quick: bool = False, **environ: str,
    ):  # fmt: skip
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data_dir = data_dir
        self.workers = workers
        self.app = app
        self.quick = quick
        self.environ = os.environ | {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(data_dir),
            "PUBLIC_URL": self.url,
            "SECOND_FACTOR": "off",
        } | environ  # fmt: skip
        self.process: subprocess.Popen[bytes] | Forked | None = None
        self.log = data_dir / f"server-{self.port}.log"

    def start(self, *, seconds: float = 30) -> Server:
        """Start and wait until it is ready."""
        arguments = [
            "-k", "gevent", "--worker-connections", "4000",
            "--no-control-socket", "--graceful-timeout", "1", "--workers", str(self.workers),
            "--bind", f"127.0.0.1:{self.port}", self.app,
        ]  # fmt: skip
        if self.quick:
            self.process = cradle().start(arguments, dict(self.environ), str(self.log))
        else:
            self.process = self._started([sys.executable, "-m", "gunicorn", *arguments])
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        self.kill()  # or whoever collects it later is blamed
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")

    def _started(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """kill -9 the whole process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """Stop and wait."""
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def pause(self) -> None:
        """Freeze every process (SIGSTOP)."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let them go on."""
        os.killpg(self.process.pid, signal.SIGCONT)
