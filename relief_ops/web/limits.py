"""How often one may ask: counted per minute, in memory or in Redis when there is one.

Without Redis, or while it is away, each worker counts for itself: never open, never blocking.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from dataclasses import dataclass
from typing import Any

from flask import Flask, request

from relief_ops.auth import viewer
from relief_ops.errors import RateLimited
from relief_ops.i18n import gettext as _
from relief_ops.web import security

WINDOW = 60
MOST_KEYS = 20_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """So many requests a minute to the addresses that match, by account or by address."""

    name: str
    rule: re.Pattern[str]
    methods: frozenset[str]
    a_minute: int
    by_address: bool = False


ANY = frozenset({"GET", "HEAD", "POST", "PUT"})
LIMITS = (
    Limit(
        name="sign_in", rule=re.compile(r"^/sign-in"), methods=frozenset({"POST"}), a_minute=30,
        by_address=True,
    ),
    Limit(name="export", rule=re.compile(r"/export$|\.xlsx$|\.csv$"), methods=ANY, a_minute=10),
    Limit(name="reveal", rule=re.compile(r"/full$|/contact$|/numbers$"), methods=ANY, a_minute=30),
    Limit(name="look_up", rule=re.compile(r"/look-up$"), methods=frozenset({"POST"}), a_minute=10),
    Limit(  # behind one address there may be every phone of a village
        name="public", rule=re.compile(r"^/public/"), methods=ANY, a_minute=600, by_address=True,
    ),
    Limit(
        name="report", rule=re.compile(r"^/api/v1/reports/<[^>]+>$"), methods=frozenset({"PUT"}),
        a_minute=6000,
    ),
    Limit(
        name="upload", rule=re.compile(r"^/api/v1/files/|/photos$"),
        methods=frozenset({"PUT", "POST"}), a_minute=1200,
    ),
)  # fmt: skip


class Counter:
    """Counts in this process, and in Redis too when it answers."""

    def __init__(self, redis_url: str | None) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, int], int] = {}
        self._redis: Any = None
        if redis_url:
            import redis

            self._redis = redis.Redis.from_url(
                redis_url, socket_timeout=0.2, socket_connect_timeout=0.2
            )

    def count(self, key: str, window: int) -> int:
        """Count one more for this key in this minute and return how many there are."""
        if self._redis is not None:
            try:
                return self._shared(key, window)
            except Exception:
                log.warning("the broker does not count; this worker counts alone", exc_info=True)
        with self._lock:
            if len(self._counts) > MOST_KEYS:
                self._counts = {each: n for each, n in self._counts.items() if each[1] == window}
            found = self._counts.get((key, window), 0) + 1
            self._counts[key, window] = found
            return found

    def _shared(self, key: str, window: int) -> int:
        name = f"relief:limit:{key}:{window}"
        with self._redis.pipeline() as pipe:
            pipe.incr(name)
            pipe.expire(name, 2 * WINDOW)
            return int(pipe.execute()[0])

    def forget(self) -> None:
        """Begin again (another database is in use)."""
        with self._lock:
            self._counts.clear()


def register(app: Flask, *, redis_url: str | None) -> None:
    """Count from here on; `check` is called once the request's sender is known."""
    app.extensions["limits"] = Counter(redis_url)


def check(app: Flask) -> None:
    """Raise RateLimited for the request that is one too many this minute."""
    rule = request.url_rule.rule if request.url_rule else ""
    for limit in LIMITS:
        if request.method in limit.methods and limit.rule.search(rule):
            _check(app.extensions["limits"], limit)


def _check(counter: Counter, limit: Limit) -> None:
    who = viewer()
    key = str(who.id) if who and who.id and not limit.by_address else security.client_address()
    now = time.time()
    if counter.count(f"{limit.name}:{key}", int(now // WINDOW)) > limit.a_minute:
        left = int(WINDOW - now % WINDOW) + 1
        raise RateLimited(
            _("That was too often. Please wait %(seconds)d seconds.", seconds=left),
            retry_after=left,
        )
