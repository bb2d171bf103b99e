"""Several connections at once, yet one thing's writes stay in their order."""

from __future__ import annotations

import queue
import threading
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

from relief_ops.drill.api import Api, Refused
from relief_ops.drill.requests import Request

CONNECTIONS = 6
PATIENCE = 5.0
Numbered = tuple[int, Request]


class Journal:
    """Which requests were acknowledged, by number: a second run sends only the others."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.done: set[int] = set()
        self.file: IO[str] | None = None
        self.lock = threading.Lock()

    def open(self, *, fresh: bool) -> None:
        """Read what an earlier run wrote; `fresh` forgets it (the server knows no such drill)."""
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and not fresh:
            self.done = {int(line) for line in self.path.read_text().split() if line.isdigit()}
        self.file = self.path.open("w" if fresh else "a", encoding="ascii")

    def add(self, number: int) -> None:
        """Note an acknowledgement."""
        with self.lock:
            self.done.add(number)
            if self.file:
                self.file.write(f"{number}\n")
                self.file.flush()

    def close(self) -> None:
        """Close the file."""
        if self.file:
            self.file.close()


class Lanes:
    """Threads with one connection each; what belongs together goes down the same lane."""

    def __init__(self, api: Api, journal: Journal, *, say: Callable[[str], None]) -> None:
        self.api = api
        self.journal = journal
        self.say = say
        self.refused: list[str] = []
        self.failure: BaseException | None = None
        self.queues: list[queue.Queue[Numbered | None]] = [
            queue.Queue() for _ in range(CONNECTIONS)
        ]
        self.heads: dict[int, datetime | None] = {}
        self.threads = [
            threading.Thread(target=self._work, args=(number,), daemon=True)
            for number in range(CONNECTIONS)
        ]
        for thread in self.threads:
            thread.start()

    def send(self, number: int, request: Request) -> None:
        """Hand a request over; it is sent after those of the same lane."""
        lane = zlib.crc32(request.lane.encode()) % CONNECTIONS
        self.queues[lane].put((number, request))

    @property
    def oldest(self) -> datetime | None:
        """Return the drill time of the oldest request that is not yet acknowledged."""
        return min((at for at in list(self.heads.values()) if at), default=None)

    def drain(self) -> None:
        """Return when everything handed over was answered. Raises what broke a lane."""
        for each in self.queues:
            each.join()
        if self.failure:
            raise self.failure

    def close(self) -> None:
        """End the threads, once each has its answer."""
        for each in self.queues:
            each.put(None)
        for thread in self.threads:
            thread.join(PATIENCE)

    def _work(self, number: int) -> None:
        lane = self.queues[number]
        while True:
            item = lane.get()
            try:
                if item is None:
                    return
                self.heads[number] = item[1].at
                if self.failure is None and not self.api.stopping.is_set():
                    self._one(*item)
            except BaseException as error:  # noqa: BLE001 - told to the main thread by drain()
                self.failure = error
            finally:
                self.heads[number] = None
                lane.task_done()

    def _one(self, number: int, request: Request) -> None:
        try:
            self.api.put(request)
        except Refused as refused:
            self.refused.append(str(refused))
            self.say(f"REFUSED {refused}")
        self.journal.add(number)
