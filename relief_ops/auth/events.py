"""What can happen to people's access."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Audience, Event


@dataclass(frozen=True)
class UserChanged(Event):
    """An account was created or changed; what it holds is read from the register."""

    name: ClassVar[str] = "user.changed"
    permission: ClassVar[str] = "user.write"
    audience: ClassVar[Audience] = Audience.AREA

    user_id: UUID
    revision: int


@dataclass(frozen=True)
class TokenIssued(Event):
    """A bearer token was issued for an account."""

    name: ClassVar[str] = "token.issued"
    permission: ClassVar[str] = "user.write"

    user_id: UUID
    token_id: UUID


@dataclass(frozen=True)
class TokenRevoked(Event):
    """A bearer token was revoked."""

    name: ClassVar[str] = "token.revoked"
    permission: ClassVar[str] = "user.write"

    user_id: UUID
    token_id: UUID


@dataclass(frozen=True)
class SignedIn(Event):
    """Somebody signed in: with a password, or with a one-time link."""

    name: ClassVar[str] = "user.signed_in"
    permission: ClassVar[str] = "user.sign_in"

    user_id: UUID
    by_link: bool


@dataclass(frozen=True)
class SignedOut(Event):
    """Somebody signed out."""

    name: ClassVar[str] = "user.signed_out"
    permission: ClassVar[str] = "user.sign_in"

    user_id: UUID
