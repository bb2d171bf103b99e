"""What can happen to people's access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Audience, Code, Event


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


@dataclass(frozen=True)
class PasswordChanged(Event):
    """Somebody set their own password; all their other web sessions ended."""

    name: ClassVar[str] = "user.password_changed"
    permission: ClassVar[str] = "user.sign_in"

    user_id: UUID


@dataclass(frozen=True)
class SecondFactorSet(Event):
    """Somebody confirmed a second factor with a code of it."""

    name: ClassVar[str] = "user.second_factor_set"
    permission: ClassVar[str] = "user.sign_in"

    user_id: UUID


@dataclass(frozen=True)
class SessionsEnded(Event):
    """Somebody ended web sessions of their own."""

    name: ClassVar[str] = "user.sessions_ended"
    permission: ClassVar[str] = "user.sign_in"

    user_id: UUID
    count: int


@dataclass(frozen=True)
class UserDisabled(Event):
    """An account was disabled (its web sessions ended) or opened again."""

    name: ClassVar[str] = "user.disabled"
    permission: ClassVar[str] = "user.disable"

    user_id: UUID
    disabled: bool
    revision: int


@dataclass(frozen=True)
class LinkIssued(Event):
    """An administrator made a one-time sign-in link, perhaps taking away a lost second factor."""

    name: ClassVar[str] = "user.link_issued"
    permission: ClassVar[str] = "user.write"

    user_id: UUID
    without_second_factor: bool


@dataclass(frozen=True)
class DenialDigest(Event):
    """What was refused on one day: how much of each kind, and a hash over the rows."""

    name: ClassVar[str] = "denial.digest"
    permission: ClassVar[str] = "audit.read"

    day: date
    count: int
    unauthenticated: int
    forbidden: int
    not_found: int
    sha256: Code
