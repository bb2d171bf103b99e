"""What wakes the tail: a commit in this process, or Redis telling of one in another.

Redis carries nothing that matters. When it is away the tail polls the log.
"""

from __future__ import annotations

import logging
import threading

CHANNEL = "relief_ops:wake"
log = logging.getLogger(__name__)


class Wakers:
    """A bell for this process, rung through Redis for the others where there is one."""

    def __init__(self, redis_url: str | None) -> None:
        self._bell = threading.Event()
        self._url = redis_url
        self._client = _client(redis_url) if redis_url else None
        self._listening = False

    def wake(self) -> None:
        """Ring here at once, and elsewhere if Redis answers."""
        self._bell.set()
        if self._client is not None:
            threading.Thread(target=self._publish, daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Wait until the bell rings, at most so many seconds."""
        if self._client is not None and not self._listening:
            self._listening = True
            threading.Thread(target=self._listen, daemon=True).start()
        self._bell.wait(seconds)
        self._bell.clear()

    def _publish(self) -> None:
        import redis

        try:
            self._client.publish(CHANNEL, "1")  # type: ignore[union-attr]
        except redis.RedisError as error:
            log.warning("redis is away; the others poll: %s", type(error).__name__)

    def _listen(self) -> None:
        import time

        import redis

        while True:
            try:
                with _client(self._url or "").pubsub() as pubsub:
                    pubsub.subscribe(CHANNEL)
                    for _message in pubsub.listen():
                        self._bell.set()
            except (redis.RedisError, OSError):
                time.sleep(1)


def _client(url: str):  # type: ignore[no-untyped-def]
    import redis

    return redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=None)
