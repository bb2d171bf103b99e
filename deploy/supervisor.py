"""Keeps a few programs running in the foreground: starts, restarts, and stops them together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from ssl import SSLContext
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
STEADY_SECONDS = 30
LONGEST_PAUSE = 10.0
ATTEMPTS = 4
STOP_SECONDS = 10
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


@dataclass
class Program:
    """One program and how it is doing.

    A `once` program may end well and then stays ended; it is given up after a few failures.
    """

    name: str
    command: list[str]
    once: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 0.5
    due_at: float = 0.0
    failures: int = 0
    ended: bool = False


@dataclass
class Supervisor:
    """Runs programs with one environment; their output goes to a log each, or to the screen."""

    environ: Mapping[str, str]
    logs: Path
    programs: list[Program] = field(default_factory=list)

    def start(self, name: str, *command: str, once: bool = False, screen: bool = False) -> None:
        """Start a program and keep it running until `stop`."""
        program = Program(name=name, command=list(command), once=once)
        self.programs.append(program)
        self._launch(program, screen=screen)

    def tick(self) -> None:
        """Restart what has died, each time after a longer pause while it keeps dying."""
        now = time.monotonic()
        for program in self.programs:
            if program.process is None:
                if not program.ended and now >= program.due_at:
                    self._launch(program, screen=program.once)
            elif program.process.poll() is not None:
                self._note_end(program, now)

    def wait(self) -> None:
        """Watch over the programs until interrupted."""
        while True:
            self.tick()
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask every program to end, latest first; insist after ten seconds."""
        running = [each.process for each in reversed(self.programs) if each.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def last_words(self, name: str, *, lines: int = 20) -> str:
        """Return the end of a program's log."""
        log = self.logs / f"{name}.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])

    def _launch(self, program: Program, *, screen: bool) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        output: IO[bytes] | None = None
        if not screen:
            output = (self.logs / f"{program.name}.log").open("ab")
        # A session of its own: Ctrl-C reaches us alone, and we stop the others in order.
        program.process = subprocess.Popen(
            program.command,
            cwd=ROOT,
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        program.started_at = time.monotonic()
        if output:
            output.close()

    def _note_end(self, program: Program, now: float) -> None:
        assert program.process
        status = program.process.returncode
        program.process = None
        program.failures += status != 0
        if program.once and (status == 0 or program.failures == ATTEMPTS):
            program.ended = True
            if status:
                say(f"{program.name} ended ({_cause(status)}) and is given up; the rest goes on.")
            return
        steady = now - program.started_at > STEADY_SECONDS
        program.pause = 0.5 if steady else min(program.pause * 2, LONGEST_PAUSE)
        program.due_at = now + program.pause
        say(f"{program.name} ended ({_cause(status)}); starting it again.")


def say(*lines: str) -> None:
    """Print for the person at the terminal, at once."""
    print(*lines, sep="\n", flush=True)


def refuse(reason: str) -> None:
    """End with one line that says why."""
    sys.exit(reason)


def environment(*, drop: tuple[str, ...] = (), **settings: str) -> dict[str, str]:
    """Return our own environment with `settings` added and the names in `drop` left out."""
    kept = {name: value for name, value in os.environ.items() if name not in drop}
    return {**kept, "PYTHONUNBUFFERED": "1", **settings}


def flask(*arguments: str) -> list[str]:
    """Return the command line of one of the application's own commands."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]


def run(
    command: list[str], environ: Mapping[str, str], *, read: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, out of reach of Ctrl-C, which ends it with us all the same."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env=dict(environ),
        stdout=subprocess.PIPE if read else None,
        text=True,
        start_new_session=True,
        preexec_fn=_die_with_parent,
        check=False,
    )


def gunicorn(host: str, port: int, *options: str) -> list[str]:
    """Return the command line of the web server."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    serve = ["-k", "gevent", "--worker-connections", "4000", "--graceful-timeout", "5"]
    # Chatty settings of gunicorn's own: no control socket, and heartbeats in memory.
    quiet = ["--no-control-socket", "--worker-tmp-dir", "/dev/shm"]  # nosec B108  # noqa: S108
    command = [sys.executable, "-m", "gunicorn", *serve, *quiet, "--bind", address]
    return [*command, *options, "wsgi:app"]


def worker() -> list[str]:
    """Return the command line of the background worker."""
    return [sys.executable, "-m", "relief_ops.worker"]


def refuse_taken_port(host: str, port: int) -> None:
    """Say in one line that somebody else listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            refuse(f"Cannot listen on {host}:{port} ({error.strerror}). Try: PORT={port + 1} …")


def wait_until_ready(
    supervisor: Supervisor, url: str, *, seconds: float, tls: SSLContext | None = None
) -> None:
    """Wait for `/readyz`; when it does not come, show why and end."""
    deadline = time.monotonic() + seconds
    while not answers(f"{url}/readyz", tls):
        if time.monotonic() > deadline:
            supervisor.stop()
            refuse(f"{url}/readyz did not answer:\n{supervisor.last_words('web')}")
        supervisor.tick()
        time.sleep(0.1)


def on_terminate() -> None:
    """Let SIGTERM end us as Ctrl-C does, also where a shell started us with Ctrl-C ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def answers(url: str, tls: SSLContext | None = None) -> bool:
    """Whether `url` answers 200 within two seconds."""
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=tls)
    )
    try:
        with opener.open(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _die_with_parent() -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _cause(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
