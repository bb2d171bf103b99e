"""Fifty screens over a bad line, a server that dies: each ends with what its rights show (L-1)."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from typing import Any

import pytest
import uuid6

from tests.bench import data
from tests.bench.live import SCOPES, Screen, visible_numbers
from tests.bench.wire import Http
from tests.bench.world import World, areas, bearer, world
from tests.conftest import KINDS
from tests.faults.pipe import Pipe
from tests.running import Server

pytestmark = [pytest.mark.proof, pytest.mark.target("L-1")]
SCREENS, WRITERS, BEAT_SECONDS = 50, 4, 5


class Watcher(Screen):
    """A browser that comes back whenever it was cut off, and catches up at every hole."""

    cuts = 0

    async def watch(self, port: int, token: str, over: asyncio.Event) -> None:
        """Stay connected until it is over."""
        async with Http(port, bearer(token)) as client:
            while not over.is_set():
                with contextlib.suppress(OSError, EOFError, TimeoutError):
                    await self._sit(port, client, over)
                self.cuts += 1
                await asyncio.sleep(random.random() * 0.5)

    async def _sit(self, port: int, client: Http, over: asyncio.Event) -> None:
        await self.connect(port)
        assert self.socket is not None
        while not over.is_set() and not self.socket.closed.done():
            if self.holes:
                await self.catch_up(client)
            await asyncio.sleep(0.1)

    def wrongs(self, wanted: dict[str, set[int]]) -> tuple[int, int, int, bool]:
        """Count what it missed, applied twice and should not have seen; whether in order."""
        missed = twice = foreign = 0
        ordered = True
        for room, seen in self.seen.items():
            see = wanted["shared" if room == "shared" else self.scope]
            must = {seq for seq in see if seq > self.began[room]}
            missed += len(must - set(seen))
            twice += sum(n - 1 for n in seen.values())
            foreign += len(set(seen) - see)
            ordered = ordered and list(seen) == sorted(must)
        return missed, twice, foreign, ordered


class Trusting(Watcher):
    """The mutant: believes the socket alone, and never asks for what it missed."""

    async def catch_up(self, client: Http) -> None:
        self.holes.clear()

    def hear(self, name: str, body: Any, at: float) -> None:
        if name == "change":
            for room in body["prev"]:
                if room in self.heads and body["seq"] > self.heads[room]:
                    self.apply(room, body["seq"])
        elif name == "changes":
            for change in body:
                self.hear("change", change, at)


class Storm:
    """The city under change while lines are cut and the server dies once."""

    def __init__(self, made: World, kind: type[Watcher], *, seed: int) -> None:
        self.made, self.random = made, random.Random(seed)
        self.disaster = data.disaster()
        self.villages = [node.code for node in areas("village")]
        self.shelters = data.shelter_ids()
        self.token = made.token("writer", "township_reporter", "duty_officer", "shelter_manager")
        cookies = {code: made.cookie(f"eye-{code}", f"duty_officer@{code}") for code in SCOPES}
        self.tokens = {code: made.token(f"eye-{code}") for code in SCOPES}
        self.screens = [kind(SCOPES[n % 3], cookies[SCOPES[n % 3]]) for n in range(SCREENS)]
        self.number = self.sent = self.resets = self.errors = 0

    async def rage(self, server: Server, seconds: float) -> None:
        """Run it all, and end with everybody back and a heartbeat heard."""
        over, calm = asyncio.Event(), asyncio.Event()
        with Pipe(server.port) as pipe:
            watching = [
                asyncio.create_task(each.watch(pipe.port, self.tokens[each.scope], over))
                for each in self.screens
            ]
            await asyncio.sleep(3)
            harm = [
                asyncio.create_task(each)
                for each in (self._cut(calm), self._reset(pipe, calm), self._die(server, seconds))
            ]
            await asyncio.gather(*(self._write(server.port, seconds) for _ in range(WRITERS)))
            calm.set()
            await asyncio.gather(*harm)
            await asyncio.sleep(2 * BEAT_SECONDS + 2)
            over.set()
            await asyncio.gather(*watching)
            self.resets = pipe.resets
        for each in self.screens:
            if each.socket is not None:
                each.socket.abort()
        await asyncio.sleep(0.1)

    async def _write(self, port: int, seconds: float) -> None:
        async with Http(port, bearer(self.token)) as client:
            began = time.monotonic()
            while time.monotonic() - began < seconds:
                path, body = self._next()
                answered = False
                while not answered and time.monotonic() - began < seconds + 60:
                    try:
                        answer = await client.call("PUT", path, body)
                    except (OSError, EOFError):
                        await asyncio.sleep(0.2)
                        continue
                    answered = answer.status != 503
                    self.errors += answer.status not in (200, 201, 409, 503)
                    self.sent += answer.status in (200, 201)

    def _next(self) -> tuple[str, Any]:
        self.number += 1
        if self.number % 5 == 4:
            shelter = self.shelters[self.number // 5]
            body = {"disaster_id": self.disaster, "state": "preparing", "reason": "演练"}
            return f"/api/v1/shelters/{shelter}/state", body
        code = self.random.choice(self.villages)
        body = data.report_body(self.disaster, code, {"affected": 5}, round=f"r{self.number}")
        return f"/api/v1/reports/{uuid6.uuid7()}", body

    async def _cut(self, calm: asyncio.Event) -> None:
        while not calm.is_set():
            await asyncio.sleep(0.4)
            socket = self.random.choice(self.screens).socket
            if socket is not None:
                socket.abort()

    async def _reset(self, pipe: Pipe, calm: asyncio.Event) -> None:
        while not calm.is_set():
            await asyncio.sleep(4)
            await asyncio.to_thread(pipe.reset, 0.2)

    async def _die(self, server: Server, seconds: float) -> None:
        await asyncio.sleep(seconds / 2)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start, seconds=60)


def storm(kind: str, screens: type[Watcher], seconds: float, tell: Any) -> tuple[int, ...]:
    with world(kind) as made:
        raging = Storm(made, screens, seed=5)
        asyncio.run(raging.rage(made.serve(), seconds))
        wanted = visible_numbers()
        wrongs = [each.wrongs(wanted) for each in raging.screens]
    missed, twice, foreign, ordered = (list(each) for each in zip(*wrongs, strict=True))
    applied = sum(
        n for each in raging.screens for seen in each.seen.values() for n in seen.values()
    )
    tell(
        screens=SCREENS, events=raging.sent, applied=applied, resets=raging.resets,
        cuts=sum(each.cuts for each in raging.screens), missed=sum(missed), twice=sum(twice),
        out_of_scope=sum(foreign), in_order=sum(ordered),
    )  # fmt: skip
    assert raging.errors == 0
    assert raging.sent > 100
    assert raging.resets > 0
    return sum(missed), sum(twice), sum(foreign), sum(ordered)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.long(85)
def test_fifty_screens_end_with_what_the_log_says(kind, tell):
    assert storm(kind, Watcher, 60, tell) == (0, 0, 0, SCREENS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_screen_that_never_catches_up_is_caught(kind, tell):
    missed, *_rest = storm(kind, Trusting, 10, tell)

    assert missed > 0
