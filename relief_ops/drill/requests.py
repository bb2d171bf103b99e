"""What the drill sends: requests as plain data, with ids that follow from the drill."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Body = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """Somebody of the drill: who files what, and where."""

    actor: str
    name: str
    role: str
    area_code: str


@dataclass(frozen=True)
class Request:
    """One write: by whom, where, what, and at what drill time (None: before the clock).

    `ready` is the address of what the server has to work out before this is sent. `spare` is a
    field left out where the server finds fault with it: on a slow machine a truck leaves later
    than planned, and nobody then says it comes before it left.
    """

    at: datetime | None
    actor: str
    path: str
    body: Body
    after: str = ""
    ready: str = ""
    spare: str = ""

    @property
    def lane(self) -> str:
        """Return what this is about: writes about one thing are sent one after the other."""
        return self.after or str(self.body.get("area_code", "") or self.path.split("/")[4])

    @property
    def first(self) -> bool:
        """Whether what comes after may name it: a round is there before anybody reports in it.

        So is an order before anybody moves under it.
        """
        return self.path.startswith(("/api/v1/rounds/", "/api/v1/evacuation/orders/"))

    def without(self, field: str) -> Request:
        """Return this without one field."""
        left = {key: value for key, value in self.body.items() if key != field}
        return replace(self, body=left, spare="")

    @property
    def content(self) -> bytes:
        """Return the bytes of the body, the same each time."""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()

    @property
    def line(self) -> str:
        """Return the request's line in the log."""
        at = self.at.astimezone(UTC).isoformat() if self.at else "-"
        return f"{at} {self.actor} PUT {self.path} {hashlib.sha256(self.content).hexdigest()}"


@dataclass(frozen=True)
class Ids:
    """Ids that look like UUIDv7 and follow from (drill id, seed, kind, ordinal)."""

    drill_id: UUID
    seed: int
    began: datetime

    def new(self, kind: str, ordinal: object) -> UUID:
        """Return the id of the thing of this kind with this ordinal."""
        text = f"{self.drill_id}:{self.seed}:{kind}:{ordinal}"
        digest = hashlib.sha256(text.encode()).digest()
        number = int.from_bytes(digest[:16], "big") & ((1 << 80) - 1)
        number |= int(self.began.timestamp() * 1000) << 80
        number = number & ~(0xF << 76) | 0x7 << 76
        return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)

    @property
    def disaster_id(self) -> UUID:
        """Return the id of the drill's disaster."""
        return self.new("disaster", 0)


def sha256_of(requests: Iterable[Request]) -> str:
    """Return the SHA-256 of the log of these requests, in their order."""
    log = hashlib.sha256()
    for each in requests:
        log.update(each.line.encode() + b"\n")
    return log.hexdigest()


def iso(instant: datetime) -> str:
    """Return an instant as the API takes it."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
