"""Small clients that cost little: HTTP with keep-alive, and Socket.IO over a raw WebSocket."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the parsed body."""
        return orjson.loads(self.body)


class Http:
    """One keep-alive connection; a broken one is opened again at the next call."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self.port = port
        self.headers = headers or {}
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send one request and read its answer. Raises OSError or EOFError when cut off."""
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        try:
            reader, writer = await self._open()
            writer.write(self._head(method, path, data, headers or {}) + data)
            return await _read_answer(reader)
        except BaseException:
            self.close()
            raise

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is not None and self._streams[0].at_eof():
            self.close()  # the server parts with connections that were idle for two seconds
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        return self._streams

    def _head(self, method: str, path: str, data: bytes, headers: dict[str, str]) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        if data or method != "GET":
            lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
        lines += [f"{name}: {value}" for name, value in (self.headers | headers).items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.close()
        await asyncio.sleep(0)  # so that the loop really closes it

    def close(self) -> None:
        """Part with the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _read_answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    status = int(first.split(" ", 2)[1])
    length = 0 if status in (204, 304) else int(headers.get("content-length", 0))
    return Answer(status, headers, await reader.readexactly(length))


class Socket(asyncio.Protocol):
    """A WebSocket speaking Engine.IO 4 and Socket.IO 5 by hand; `heard(name, body)` is called."""

    def __init__(self, heard: Callable[[str, Any, float], None]) -> None:
        self.heard = heard
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._buffer = bytearray()
        self._open = False
        self._transport: Any = None

    @classmethod
    async def connect(
        cls, port: int, heard: Callable[[str, Any, float], None], *, cookie: str = ""
    ) -> Socket:
        """Open a socket and greet; returns when the server has let us in."""
        loop = asyncio.get_running_loop()
        _transport, made = await loop.create_connection(lambda: cls(heard), "127.0.0.1", port)
        made._transport.write(
            (
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                f"Host: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
                f"Sec-WebSocket-Version: 13\r\nCookie: {cookie}\r\n\r\n"
            ).encode()
        )
        await asyncio.wait_for(asyncio.shield(made.ready), 30)
        return made

    def connection_made(self, transport: Any) -> None:
        """Keep the transport."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        for waiting in (self.ready, *self._acks.values()):
            if not waiting.done():
                waiting.set_exception(exc or EOFError("the server closed the socket"))
        if not self.closed.done():
            self.closed.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Take frames out of the stream."""
        self._buffer += data
        if not self._open:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.abort()
                return
            self._open, self._buffer = True, bytearray(rest)
        self._frames()

    def _frames(self) -> None:
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 2:
            length, start = buffer[at + 1] & 127, at + 2
            if length == 126:
                length, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif length == 127:
                length, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            if len(buffer) < start + length:
                break
            self._frame(buffer[at] & 15, bytes(buffer[start : start + length]))
            at = start + length
        del buffer[:at]

    def _frame(self, kind: int, data: bytes) -> None:
        if kind == CLOSE or data[:2] == b"44":  # gone, or refused: nobody we know
            self.abort()
        elif kind == PING:
            self.send(data, kind=PONG)
        elif data[:1] == b"0":
            self.send(b"40")
        elif data[:1] == b"2":
            self.send(b"3")
        else:
            self._packet(data)

    def _packet(self, data: bytes) -> None:
        if data[:2] == b"40" and not self.ready.done():
            self.ready.set_result(None)
        elif data[:2] == b"42":
            name, body = orjson.loads(data[2:])
            self.heard(name, body, time.time())
        elif data[:2] == b"43":
            number, _, rest = data[2:].partition(b"[")
            self._acks.pop(int(number)).set_result(orjson.loads(b"[" + rest)[0])

    def send(self, data: bytes, *, kind: int = TEXT) -> None:
        """Send one masked frame."""
        size = len(data)
        head = (
            struct.pack("!BB", 128 | kind, 128 | size)
            if size < 126
            else struct.pack("!BBH", 128 | kind, 128 | 126, size)
        )
        self._transport.write(head + b"\0\0\0\0" + data)

    async def call(self, name: str, body: Any) -> Any:
        """Send an event and return what the server says to it."""
        number = len(self._acks) + 1
        self._acks[number] = asyncio.get_running_loop().create_future()
        waiting = self._acks[number]
        self.send(f"42{number}".encode() + orjson.dumps([name, body]))
        return await asyncio.wait_for(waiting, 30)

    def abort(self) -> None:
        """Cut the line."""
        self._transport.abort()
