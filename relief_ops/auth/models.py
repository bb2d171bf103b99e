"""People who sign in, what they hold, and what was refused."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from relief_ops.db import Base


class User(Base):
    """A person who may sign in; staff, not a victim. Without a password only tokens work.

    The three addresses are where messages reach them; each is encrypted.
    """

    __tablename__ = "user_account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_sealed: Mapped[bytes | None]
    totp_last: Mapped[int] = mapped_column(default=0)
    disabled: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    drill_id: Mapped[UUID | None]
    email_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    webhook_sealed: Mapped[bytes | None]


class RoleGrant(Base):
    """A role held for an area, for departments in one programme."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "area_id", "programme"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    programme: Mapped[str] = mapped_column(String(40), default="")
    valid_to: Mapped[datetime | None]


class WebSession(Base):
    """A signed-in browser: the cookie holds a random value, the table only its hash.

    `seen_at` is coarse: it is written at most every few minutes.
    """

    __tablename__ = "web_session"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    second_factor: Mapped[bool] = mapped_column(default=False)
    by_link: Mapped[bool] = mapped_column(default=False)


class Token(Base):
    """A bearer token for a script or device; only its hash is kept."""

    __tablename__ = "token"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link that signs one person in once."""

    __tablename__ = "sign_in_link"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Errand(Base):
    """Something one person without an account may do about one thing, given by a link.

    The link works once: the device that opens it takes the errand, and holds a secret of its own
    from then on. Of both only the hashes are kept. `kind` says what may be done, `subject_id`
    about what.
    """

    __tablename__ = "errand"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    given_by: Mapped[UUID]
    given_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class SignInFailure(Base):
    """Failed tries of one account from one address; the account name only as a keyed hash."""

    __tablename__ = "sign_in_failure"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class Denial(Base):
    """Something that was refused; rate-limited, its daily digest goes into the chain."""

    __tablename__ = "denial"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None]
    code: Mapped[str] = mapped_column(String(40))
    endpoint: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(64))
