"""A real server to play a drill on, and the parts of a plan that stand on their own."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from relief_ops.config import ROOT
from relief_ops.drill.plan import DIRECTOR, Plan
from relief_ops.drill.requests import Request
from tests import databases
from tests.running import Server

ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def shipped(folder: Path) -> Server:
    """Return a server, not yet started, with the shipped areas and nothing else."""
    made = databases.SCRATCH / f"shipped-{databases.fingerprint()}"
    with databases.locked("shipped"):
        if not made.exists():
            for old in databases.SCRATCH.glob("shipped-*"):
                shutil.rmtree(old)
            making = databases.SCRATCH / "shipped-making"
            making.mkdir()
            first = Server(f"sqlite:///{making / 'relief.db'}", making)
            for command in ("init-db", "import-areas"):
                flask(first, command)
            making.rename(made)
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return Server(f"sqlite:///{folder / 'relief.db'}", folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Yield a server with the shipped areas and nothing else."""
    running = shipped(tmp_path_factory.mktemp("drill")).start()
    with working(running):
        yield running
    running.stop()


@contextmanager
def working(server: Server) -> Iterator[None]:
    """Have a worker beside a server, for what is worked out in the background."""
    command = [sys.executable, "-m", "relief_ops.worker"]
    with server.log.open("ab") as log:
        worker = subprocess.Popen(command, cwd=ROOT, env=server.environ, stdout=log, stderr=log)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)


@pytest.fixture(scope="module")
def token(server) -> str:
    """Return the token of somebody who directs drills there."""
    flask(server, "create-user", "director", "--role", "drill_director")
    return flask(server, "token", "director").splitlines()[-1]


def flask(server: Server, *arguments: str) -> str:
    """Run a command on the server's database and return what it prints."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=server.environ, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def read(server: Server, token: str, path: str, **query: Any) -> Any:
    """Return what a GET answers."""
    answer = httpx.get(
        f"{server.url}{path}?{urlencode(query)}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def kind(request: Request) -> str:
    """Return what sort of write a request is: its path without ids."""
    return ID.sub("*", request.path)


def part(planned: Plan, actors: set[str]) -> Plan:
    """Return what these actors and the director do, as far as it hangs on nothing left out.

    It goes down one lane: sent in its order, however fast the clock runs.
    """
    actors = actors | {DIRECTOR}
    accounts = tuple(each for each in planned.accounts if each.actor in actors)
    users = {f"/api/v1/users/{planned.user_id(each.actor)}" for each in accounts}
    everything = {made for each in planned.requests if (made := _made(each))}
    known: set[str] = set()

    def stands(each: Request) -> bool:
        named = set(ID.findall(each.path)) | set(ID.findall(json.dumps(each.body)))
        if (named & everything) - known - {_made(each)}:
            return False
        known.add(_made(each))
        return True

    def kept(requests: tuple[Request, ...], lane: str) -> tuple[Request, ...]:
        return tuple(
            dataclasses.replace(each, after=lane or each.after)
            for each in requests
            if each.actor in actors
            and ("/users/" not in each.path or each.path in users)
            and stands(each)
        )

    return dataclasses.replace(
        planned, accounts=accounts, opening=kept(planned.opening, ""),
        registers=kept(planned.registers, ""), arranged=kept(planned.arranged, ""),
        story=kept(planned.story, "one"),
    )  # fmt: skip


def _made(request: Request) -> str:
    """Return the id a request makes, empty for an act on what is there."""
    last = request.path.rsplit("/", 1)[-1]
    return last if ID.fullmatch(last) else ""
