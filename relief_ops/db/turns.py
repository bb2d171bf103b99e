"""Whose turn it is to write, within one process."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """So many writers at a time; a turn given back goes to whoever has waited longest.

    A semaphore would let a busy thread take its own turn again before a waiting one has
    woken up, and under load the last in the queue would be refused.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[threading.Lock] = deque()
        self._guard = threading.Lock()

    def take(self, timeout: float) -> bool:
        """Wait for a turn, at most so many seconds; whether it came."""
        mine = threading.Lock()
        mine.acquire()
        with self._guard:
            if self._free:
                self._free -= 1
                return True
            self._waiting.append(mine)
        if mine.acquire(timeout=timeout):
            return True
        with self._guard:
            if mine not in self._waiting:  # it came in the last moment
                return True
            self._waiting.remove(mine)
            return False

    def give_back(self) -> None:
        """End a turn."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
