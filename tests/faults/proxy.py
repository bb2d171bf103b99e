"""A TCP proxy on loopback that misbehaves on purpose, by a seeded script.

Each request of a keep-alive connection meets the next fault of the script: `script(n)` is
asked with the number of the request and answers with a Fault (or None for a good network).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What can go wrong with one request."""

    DELAY = "delay"  # the request arrives `seconds` late
    JITTER = "jitter"  # each piece of the answer is late by up to `seconds`
    DROP = "drop"  # the request never arrives, the line closes
    RESET_REQUEST = "reset_request"  # cut in the middle of the request
    RESET_RESPONSE = "reset_response"  # cut in the middle of the answer
    SWALLOW = "swallow"  # the server answers, nobody hears it
    BLACK_HOLE = "black_hole"  # nothing comes back, for `seconds`
    HALF_OPEN = "half_open"  # the server side is gone, the client is not told, for `seconds`
    BYTEWISE = "bytewise"  # the request arrives one byte at a time
    REPEAT = "repeat"  # the request arrives twice
    LATE = "late"  # it arrives once more after `seconds`, when others have gone past
    SLOW = "slow"  # `bits` per second


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, and how badly."""

    kind: Kind
    seconds: float = 0.05
    bits: int = 64_000


Script = Callable[[int], Fault | None]


def good(_number: int) -> Fault | None:
    """Let everything through."""
    return None


def seeded(seed: int, *, kinds: tuple[Kind, ...] = tuple(Kind), part: float = 0.2) -> Script:
    """Return a script in which such a part of all requests meets one of these faults."""
    random_ = random.Random(seed)
    plan: dict[int, Fault | None] = {}

    def script(number: int) -> Fault | None:
        while number >= len(plan):
            strikes = random_.random() < part
            plan[len(plan)] = Fault(random_.choice(kinds)) if strikes else None
        return plan[number]

    return script


class Proxy:
    """Listens on `port` and forwards to another port of this machine, as the script has it."""

    def __init__(self, target: int, script: Script = good, *, seed: int = 0) -> None:
        self.target, self.script = target, script
        self.random = random.Random(seed)
        self.met: Counter[Kind] = Counter()
        self.requests = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._listening: asyncio.Server | None = None
        self._lines: dict[_Line, asyncio.Task[None]] = {}
        self._stragglers: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Return the address clients use."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Proxy:
        self._thread.start()
        self._started.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._part(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _part(self) -> None:
        """Take no more lines, cut every one there is, and wait until the sockets are closed."""
        if self._listening is not None:
            self._listening.close()
            await asyncio.sleep(0.05)  # what was taken a moment ago is a line by now
        lines, self._lines = self._lines, {}
        for line, task in lines.items():
            task.cancel()
            line.close()  # a task cancelled before its first step closes nothing itself
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 5)
        await asyncio.sleep(0.05)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        start = asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=512)
        server = self._listening = self._loop.run_until_complete(start)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def straggle(self, message: bytes, seconds: float) -> None:
        """Deliver a request once more, later and on a line of its own; nobody hears the answer."""
        task = self._loop.create_task(self._deliver(message, seconds))
        self._stragglers.add(task)
        task.add_done_callback(self._stragglers.discard)

    async def _deliver(self, message: bytes, seconds: float) -> None:
        await asyncio.sleep(self.random.random() * 2 * seconds)
        with contextlib.suppress(OSError, EOFError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
            writer.write(message)
            await _message(reader)
            writer.close()

    def _serve(self, reader: Any, writer: Any) -> None:
        line = _Line(self, reader, writer)
        task = self._loop.create_task(line.serve())
        self._lines[line] = task
        task.add_done_callback(lambda _task: self._lines.pop(line, None))


class _Line:
    """One client's connection and the server's behind it."""

    def __init__(self, proxy: Proxy, reader: Any, writer: Any) -> None:
        self.proxy, self.reader, self.writer = proxy, reader, writer
        self.behind: tuple[Any, Any] | None = None

    async def serve(self) -> None:
        """Carry requests until the line is cut."""
        try:
            with contextlib.suppress(OSError, EOFError, asyncio.IncompleteReadError):
                while await self.one_request():
                    pass
        finally:
            self.close()

    async def one_request(self) -> bool:
        """Carry one request and its answer; whether the line is still good."""
        message = await _message(self.reader)
        number, self.proxy.requests = self.proxy.requests, self.proxy.requests + 1
        fault = self.proxy.script(number)
        if fault is None:
            return await self._carry(message, None)
        self.proxy.met[fault.kind] += 1
        return await self._strike(message, fault)

    async def _strike(self, message: bytes, fault: Fault) -> bool:
        kind = fault.kind
        if kind in (Kind.DROP, Kind.RESET_REQUEST):
            return await self._never_whole(message, kind)
        if kind in (Kind.BLACK_HOLE, Kind.HALF_OPEN):
            await asyncio.sleep(fault.seconds)
            return False
        if kind == Kind.DELAY:
            await asyncio.sleep(fault.seconds)
        if kind == Kind.REPEAT:
            await self._ask(message, None)
        if kind == Kind.LATE:
            self.proxy.straggle(message, fault.seconds)
        return await self._carry(message, fault)

    async def _never_whole(self, message: bytes, kind: Kind) -> bool:
        if kind == Kind.RESET_REQUEST:
            _reader, writer = await self._server()
            writer.write(message[: len(message) * 2 // 3])
            await writer.drain()
        return False

    async def _carry(self, message: bytes, fault: Fault | None) -> bool:
        answer = await self._ask(message, fault)
        if fault and fault.kind == Kind.SWALLOW:
            return False
        if fault and fault.kind == Kind.RESET_RESPONSE:
            self.writer.write(answer[: len(answer) // 2])
            await self.writer.drain()
            return False
        await self._give(answer, fault)
        return b"connection: close" not in answer[:2000].lower()

    async def _ask(self, message: bytes, fault: Fault | None) -> bytes:
        reader, writer = await self._server()
        if fault and fault.kind in (Kind.BYTEWISE, Kind.SLOW):
            pause = 0.0 if fault.kind == Kind.BYTEWISE else 8 * 64 / fault.bits
            step = 1 if fault.kind == Kind.BYTEWISE else 64
            for at in range(0, len(message), step):
                writer.write(message[at : at + step])
                await writer.drain()
                await asyncio.sleep(pause)
        else:
            writer.write(message)
            await writer.drain()
        return await _message(reader)

    async def _give(self, answer: bytes, fault: Fault | None) -> None:
        if fault is None or fault.kind != Kind.JITTER:
            self.writer.write(answer)
        else:
            for at in range(0, len(answer), 256):
                await asyncio.sleep(self.proxy.random.random() * fault.seconds)
                self.writer.write(answer[at : at + 256])
        await self.writer.drain()

    async def _server(self) -> tuple[Any, Any]:
        if self.behind is not None and self.behind[0].at_eof():
            self.behind[1].close()
            self.behind = None
        if self.behind is None:
            self.behind = await asyncio.open_connection("127.0.0.1", self.proxy.target)
        return self.behind

    def close(self) -> None:
        """Cut both halves without ceremony."""
        for writer in (self.writer, *((self.behind[1],) if self.behind else ())):
            with contextlib.suppress(OSError, RuntimeError):
                writer.transport.abort()


async def _message(reader: Any) -> bytes:
    """Return one whole HTTP message, request or answer. Raises IncompleteReadError."""
    head: bytes = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    if head.startswith((b"HTTP/1.1 304", b"HTTP/1.1 204")):
        length = 0
    return head + await reader.readexactly(length)
