"""The reference for the live map: a raw asyncio server that sends bytes framed beforehand.

`python -m tests.bench.raw_sockets PORT RATE SECONDS SIZE` greets every WebSocket and sends each of
them RATE messages a second, which say only when they were sent.
"""

from __future__ import annotations

import asyncio
import os
import struct
import sys
import time

HELLO = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


def framed(text: bytes) -> bytes:
    """Return a text message as one frame."""
    return struct.pack("!BBH", 129, 126, len(text)) + text


async def main(port: int, rate: float, seconds: float, size: int) -> None:
    """Serve, send for so long, stop."""
    writers: list[asyncio.StreamWriter] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HELLO + b"\x81\x02" + b"40")
        writers.append(writer)
        await reader.read()

    server = await asyncio.start_server(greet, "127.0.0.1", port, backlog=2048)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    for _ in range(int(rate * seconds)):
        await asyncio.sleep(1 / rate)
        now = b'42["change",{"sent":%.6f,"fill":"' % time.time()
        message = framed(now + b"x" * max(size - len(now), 1) + b'"}]')
        for writer in writers:
            writer.write(message)
    await asyncio.sleep(1)
    server.close()
    os._exit(0)  # nobody waits for the open connections


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))
