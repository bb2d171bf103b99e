"""Servers that start quickly: everything is imported once, each server is a fork of that.

`python -m tests.cradle` takes one order a line and answers with one: `start` with the environment
and the arguments of gunicorn answers the process number, `poll` whether it has ended. What is
forked loads `wsgi:app` as any server does; only the import of a thousand modules is spared.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import subprocess
import sys
import threading
import time
from typing import Any

from relief_ops.config import ROOT


class Forked:
    """One server; behaves as `subprocess.Popen` does where tests ask."""

    def __init__(self, cradle: Cradle, pid: int) -> None:
        self.cradle, self.pid = cradle, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""
        if self.returncode is None:
            self.returncode = self.cradle.ask({"poll": self.pid})
        return self.returncode

    def wait(self, timeout: float = 60) -> int:
        """Wait until it has ended. Raises subprocess.TimeoutExpired."""
        deadline = time.monotonic() + timeout
        while (ended := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("gunicorn", timeout)
            time.sleep(0.02)
        return ended


class Cradle:
    """The process that has imported everything, one for each process of tests."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.cradle"], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        atexit.register(self.close)

    def ask(self, order: dict[str, Any]) -> Any:
        """Send one order and return what is answered."""
        assert self.process.stdin is not None and self.process.stdout is not None
        with self.lock:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("the cradle has ended")
        return json.loads(answer)

    def start(self, arguments: list[str], environ: dict[str, str], log: str) -> Forked:
        """Fork a server; `arguments` are gunicorn's."""
        return Forked(self, self.ask({"start": arguments, "environ": environ, "log": log}))

    def close(self) -> None:
        """Let it end."""
        self.process.communicate(timeout=30)


_cradles: list[Cradle] = []


def cradle() -> Cradle:
    """Return this process's own, started when first asked for."""
    if not _cradles:
        _cradles.append(Cradle())
    return _cradles[0]


def main() -> None:
    """Import everything, then fork on order until the input ends."""
    from gevent import monkey

    monkey.patch_all(os=False, signal=False)  # children and signals are the system's
    import relief_ops.app  # noqa: F401

    gc.collect()
    gc.freeze()  # or each server's first collection would copy all of it
    for line in sys.stdin:
        order = json.loads(line)
        if "poll" in order:
            pid, status = os.waitpid(order["poll"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        else:
            answer = os.fork()
            if not answer:
                _live(order)
        print(json.dumps(answer), flush=True)


def _live(order: dict[str, Any]) -> None:
    """Be a server, in a session of its own."""
    from gunicorn.app.wsgiapp import WSGIApplication

    os.setsid()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, theirs)
    os.environ.clear()
    os.environ.update(order["environ"])
    sys.argv = ["gunicorn", *order["start"]]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()
    os._exit(0)


if __name__ == "__main__":
    main()
