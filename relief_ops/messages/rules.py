"""What a message may become, when it is tried again, and how it is signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# How long after a failed try the next one comes; after the last the message is given up.
PAUSES = (
    timedelta(seconds=20),
    timedelta(minutes=1),
    timedelta(minutes=4),
    timedelta(minutes=15),
    timedelta(hours=1),
)
# A worker that was silent for so long is taken for dead, and its message is tried again.
LEASE = timedelta(minutes=2)
STALE = timedelta(minutes=5)
TRY_AGAIN = frozenset({408, 425, 429})


class Channel(StrEnum):
    """The ways to a person."""

    IN_APP = "in_app"
    EMAIL = "email"
    WEBHOOK = "webhook"
    SMS = "sms"


class State(StrEnum):
    """What is known of a message.

    `sent` was taken by the server or gateway; `delivered` was confirmed by the other end.
    """

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    REFUSED = "refused"
    FAILED = "failed"
    GIVEN_UP = "given_up"


WAITING = frozenset({State.QUEUED, State.FAILED})
SETTLED = frozenset(State) - WAITING


@dataclass(frozen=True)
class Words:
    """A message in one language; `path` leads to the page it is about."""

    subject: str
    text: str
    path: str


@dataclass(frozen=True)
class Outcome:
    """What a try came to; `error` is a short code that never holds an address."""

    state: State
    reference: str = ""
    error: str = ""


def after(outcome: Outcome, *, attempts: int) -> tuple[State, timedelta | None]:
    """Return the state after a try, and how long to wait before the next one (None: no more)."""
    if outcome.state != State.FAILED:
        return outcome.state, None
    if attempts > len(PAUSES):
        return State.GIVEN_UP, None
    return State.FAILED, PAUSES[attempts - 1]


def after_receipt(before: State, told: State) -> State:
    """Return the state after the gateway told how it went: a delivery is never taken back."""
    return before if before == State.DELIVERED else told


def of_smtp(code: int) -> State:
    """Return what a reply of a mail server means: 5xx is final, anything else may pass."""
    return State.REFUSED if 500 <= code < 600 else State.FAILED


def of_http(status: int) -> State:
    """Return what an HTTP answer means: the other end has it, refuses it, or may take it later."""
    if 200 <= status < 300:
        return State.DELIVERED
    later = status >= 500 or status in TRY_AGAIN
    return State.FAILED if later else State.REFUSED


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body under a shared secret, as Standard Webhooks writes it."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.digest(secret.encode(), signed, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode()


def is_signed(secret: str, given: str, message_id: str, timestamp: str, body: bytes) -> bool:
    """Whether one of the signatures given is that of the body; compared in constant time."""
    wanted = signature(secret, message_id, timestamp, body).encode()
    return any(hmac.compare_digest(wanted, each.encode()) for each in given.split())


def masked(channel: Channel, address: str) -> str:
    """Return an address so that its owner knows it again and nobody else learns it."""
    if channel == Channel.SMS:
        return f"{address[:3]}****{address[-4:]}" if len(address) > 8 else "****"
    if channel == Channel.EMAIL:
        name, _at, domain = address.partition("@")
        return f"{name[:1]}***@{domain}"
    return address.split("/")[2] if address.count("/") > 1 else "***"
