"""A pipe on loopback that carries any bytes, sockets too, and can be cut or made a black hole."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from typing import Any


class Pipe:
    """Listens on `port` and carries every line to another port of this machine."""

    def __init__(self, target: int, *, seed: int = 0) -> None:
        self.target = target
        self.hole = False  # nothing arrives any more, and nobody is told
        self.port = self.resets = 0
        self.random = random.Random(seed)
        self._lines: set[asyncio.Task[None]] = set()
        self._writers: dict[asyncio.Task[None], list[Any]] = {}
        self._listening: asyncio.AbstractServer | None = None
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        """Return the address clients use."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Pipe:
        self._thread.start()
        self._started.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self.reset(1.0)
        asyncio.run_coroutine_threadsafe(self._rest(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def reset(self, part: float) -> None:
        """Cut such a part of all lines without a word, both ends."""
        asyncio.run_coroutine_threadsafe(self._reset(part), self._loop).result(10)

    async def _reset(self, part: float) -> None:
        for line in list(self._lines):
            if self.random.random() < part:
                self.resets += 1
                for writer in self._writers.get(line, ()):
                    writer.transport.abort()

    async def _rest(self) -> None:
        if self._listening is not None:
            self._listening.close()
        await asyncio.sleep(0.05)  # what was taken a moment ago is a line by now
        for line, writers in list(self._writers.items()):
            line.cancel()
            for each in writers:  # a task cancelled before its first step closes nothing itself
                each.transport.abort()
        await asyncio.gather(*self._lines, return_exceptions=True)
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

    def _serve(self, reader: Any, writer: Any) -> None:
        line = self._loop.create_task(self._line(reader, writer))
        self._lines.add(line)
        self._writers[line] = [writer]
        line.add_done_callback(self._ended)

    def _ended(self, line: asyncio.Task[None]) -> None:
        for each in self._writers.pop(line, ()):
            each.transport.abort()
        self._lines.discard(line)

    async def _line(self, reader: Any, writer: Any) -> None:
        line = asyncio.current_task()
        assert line is not None
        with contextlib.suppress(OSError):
            await self._carry(line, reader, writer)

    async def _carry(self, line: asyncio.Task[None], reader: Any, writer: Any) -> None:
        behind, beyond = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers[line].append(beyond)
        ways = [
            asyncio.create_task(self._one_way(reader, beyond)),
            asyncio.create_task(self._one_way(behind, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _one_way(self, source: Any, target: Any) -> None:
        while piece := await source.read(65536):
            while self.hole:
                await asyncio.sleep(0.05)
            target.write(piece)
            await target.drain()
