"""The public API as the drill uses it: bearer tokens, retries with the same id, a speed limit."""

from __future__ import annotations

import os
import random
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import uuid6

from relief_ops.drill.pace import WRITES_A_SECOND
from relief_ops.drill.plan import DIRECTOR
from relief_ops.drill.requests import Request, iso

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
WORKED_ON = "computing"
TOKENS_LAST = timedelta(days=7)


class Refused(Exception):
    """The server understood a write and will not have it."""

    def __init__(self, request: str, answer: httpx.Response) -> None:
        super().__init__(f"{answer.status_code} {request}: {answer.text[:400]}")
        self.status = answer.status_code
        said = _said(answer)
        self.fields = {each["field"] for each in said.get("errors", ())}
        self.known = said.get("code") == "body_differs"

    def without(self, spare: str) -> bool:
        """Whether it may be taken without a field: that is at fault, or was left out last time."""
        return bool(spare) and (spare in self.fields or self.known)


def _said(answer: httpx.Response) -> dict[str, Any]:
    """Return what a refusal says, if it says it in JSON."""
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


class Limiter:
    """Lets at most so many writes a second begin, evenly spaced, over all connections."""

    def __init__(self, writes_a_second: float = WRITES_A_SECOND) -> None:
        self.gap = 1 / writes_a_second
        self.next = 0.0
        self.lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next write may begin."""
        with self.lock:
            begin = max(time.monotonic(), self.next)
            self.next = begin + self.gap
        time.sleep(max(0.0, begin - time.monotonic()))


class Api:
    """One keep-alive connection per thread to one server."""

    def __init__(self, url: str, *, token: str, say: Callable[[str], None]) -> None:
        self.url = url.rstrip("/")
        self.tokens = {DIRECTOR: token}
        self.users: dict[str, UUID] = {}
        self.limiter = Limiter()
        self.say = say
        self.stopping = threading.Event()
        self.local = threading.local()
        self.clients: list[httpx.Client] = []
        self.complained = 0.0

    @property
    def client(self) -> httpx.Client:
        """Return this thread's connection; the machine's proxy has no part in it."""
        if not hasattr(self.local, "client"):
            trusted = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))
            self.local.client = httpx.Client(
                base_url=self.url, timeout=30, verify=trusted, trust_env=False
            )
            self.clients.append(self.local.client)
        client: httpx.Client = self.local.client
        return client

    def close(self) -> None:
        """Give every connection back."""
        self.stopping.set()
        for each in self.clients:
            each.close()

    def put(self, request: Request) -> None:
        """Send a planned write until it is acknowledged. Raises Refused."""
        if request.ready:
            self._wait_for(request)
        try:
            self._send("PUT", request.path, actor=request.actor, content=request.content)
        except Refused as refused:
            if not refused.without(request.spare):
                raise
            self.put(request.without(request.spare))

    def _wait_for(self, request: Request) -> None:
        """Return when the server has worked out what a write is about."""
        while not self.stopping.wait(FIRST_WAIT):
            answer = self._send("GET", request.ready, actor=request.actor)
            if answer.json()["state"] != WORKED_ON:
                return
            self._complain(answer)

    def clock(self, drill_id: UUID) -> dict[str, Any] | None:
        """Return a drill's clock as the server has it; None if there is no such drill."""
        path = f"/api/v1/drills/{drill_id}"
        try:
            answer = self._send("GET", path, actor=DIRECTOR)
        except Refused as refused:
            if refused.status == httpx.codes.NOT_FOUND:
                return None
            raise
        found: dict[str, Any] = answer.json()
        return found

    def set_clock(self, drill_id: UUID, *, revision: int, **wanted: Any) -> None:
        """Set a drill's clock. Raises Refused, with 412 when somebody else just set it."""
        body = {
            name: iso(value) if isinstance(value, datetime) else value
            for name, value in wanted.items()
        }
        path = f"/api/v1/drills/{drill_id}/clock"
        self._send("PUT", path, actor=DIRECTOR, json=body, headers={"If-Match": f'"{revision}"'})

    def _token(self, actor: str) -> str:
        """Return the actor's bearer token, fetched when they first have something to say."""
        if actor not in self.tokens:
            self._sign_in(actor)
        return self.tokens[actor]

    def _sign_in(self, actor: str) -> None:
        path = f"/api/v1/users/{self.users[actor]}/tokens/{uuid6.uuid7()}"
        body = {"expires_at": iso(datetime.now(UTC) + TOKENS_LAST)}
        self.tokens[actor] = self._send("PUT", path, actor=DIRECTOR, json=body).json()["token"]

    def _send(self, method: str, path: str, *, actor: str, **sent: Any) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self._token(actor)}",
            "Content-Type": "application/json",
            **sent.pop("headers", {}),
        }
        wait = FIRST_WAIT
        while not self.stopping.is_set():
            answer = self._once(method, path, headers, sent)
            if answer is not None and answer.is_success:
                return answer
            if answer is not None and not _is_passing(answer):
                raise Refused(f"{method} {path}", answer)
            if wait > FIRST_WAIT:
                self._complain(answer)
            self.stopping.wait(_asked_to_wait(answer) or wait * random.uniform(0.7, 1.3))
            wait = min(LONGEST_WAIT, wait * 2)
        raise KeyboardInterrupt

    def _once(
        self, method: str, path: str, headers: dict[str, str], sent: dict[str, Any]
    ) -> httpx.Response | None:
        if method != "GET":
            self.limiter.wait()
        try:
            return self.client.request(method, path, headers=headers, **sent)
        except httpx.TransportError:
            return None

    def _complain(self, answer: httpx.Response | None) -> None:
        if time.monotonic() - self.complained > 10:
            self.complained = time.monotonic()
            why = f"answered {answer.status_code}" if answer is not None else "cannot be reached"
            if answer is not None and answer.is_success:
                why = "is still at work"
            self.say(f"{self.url} {why}; trying again with the same ids")


def _is_passing(answer: httpx.Response) -> bool:
    """Whether trying again may help: the server is in trouble, or asks for patience."""
    return answer.status_code >= 500 or answer.status_code == httpx.codes.TOO_MANY_REQUESTS


def _asked_to_wait(answer: httpx.Response | None) -> float | None:
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    return min(LONGEST_WAIT, float(asked)) if asked.isdigit() else None
