"""Signing in and out, accounts, tokens and one-time links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
import uuid6
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from relief_ops import clock, vault
from relief_ops.auth import passwords
from relief_ops.auth.events import SignedIn, SignedOut, TokenIssued, TokenRevoked, UserChanged
from relief_ops.auth.models import (
    Denial,
    RoleGrant,
    SignInFailure,
    SignInLink,
    Token,
    User,
    WebSession,
)
from relief_ops.auth.viewers import Grant, Viewer, roles, wants_second_factor
from relief_ops.errors import Invalid, NotFound, RateLimited, Unauthenticated
from relief_ops.events import record
from relief_ops.i18n import gettext as _

SESSION_HOURS = 12
WALL_SESSION_HOURS = 24 * 14
LOCK_AFTER, LOCK_MINUTES = 5, 15
BACK_OFF_AFTER = 20
APART = frozenset({"system_admin", "security_admin", "auditor"})


def sign_in(session: Session, *, login: str, code: str) -> str:
    """Check the second factor and return the new cookie's secret.

    The password was compared before, outside of any transaction. Raises Unauthenticated,
    with the same words for an unknown account; the caller counts the failure in a
    transaction of its own.
    """
    user = session.scalar(select(User).where(User.login == login).with_for_update())
    if user is None or user.disabled:
        raise Unauthenticated(_wrong())
    if user.totp_sealed is not None:
        check_code(user, code)
    session.execute(delete(SignInFailure).where(SignInFailure.account == account_key(login)))
    return start_session(session, user, by_link=False, second_factor=user.totp_sealed is not None)


def check_code(user: User, code: str) -> None:
    """Use up a code of the person's second factor. Raises Unauthenticated, also for a used one."""
    secret = vault.unseal("user_account", "totp", user.id, user.totp_sealed or b"")
    moment = clock.now()
    counter = int(moment.timestamp()) // 30
    totp = pyotp.TOTP(secret)
    for step in (counter, counter - 1):
        if passwords.same(totp.at(step * 30), code.strip()) and step > user.totp_last:
            user.totp_last = step
            return
    raise Unauthenticated(_("The six-digit code is wrong or was already used."))


def _wrong() -> str:
    return _("The name or the password is wrong.")


def password_hash_of(session: Session, login: str) -> str | None:
    """Return the stored hash for the comparison made outside the transaction."""
    return session.scalar(select(User.password_hash).where(User.login == login))


def needs_second_factor(session: Session, login: str) -> bool:
    """Whether one of the person's roles demands a second factor they have not set up."""
    user = session.scalar(select(User).where(User.login == login))
    if user is None or user.totp_sealed is not None:
        return False
    held = session.scalars(select(RoleGrant.role).where(RoleGrant.user_id == user.id))
    return wants_second_factor(held)


def start_session(session: Session, user: User, *, by_link: bool, second_factor: bool) -> str:
    """Open a new web session for a person and return its secret."""
    secret = passwords.new_secret()
    now = clock.now()
    grants = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)).all()
    wall = any(grant.role == "wall_display" for grant in grants)
    hours = WALL_SESSION_HOURS if wall else SESSION_HOURS
    session.add(
        WebSession(
            id_hash=passwords.secret_hash(secret),
            user_id=user.id,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
            seen_at=now,
            second_factor=second_factor,
            by_link=by_link,
        )
    )
    areas = [grant.area_id for grant in grants][:4]
    record(session, SignedIn(user.id, by_link), actor_id=user.id, subject=user.id, areas=areas)
    return secret


def sign_in_by_link(session: Session, secret: str) -> str:
    """Use up a one-time link and return the new cookie's secret."""
    link = session.scalar(
        select(SignInLink)
        .where(SignInLink.id_hash == passwords.secret_hash(secret))
        .with_for_update()
    )
    if link is None or link.used_at or link.expires_at <= clock.now():
        raise Unauthenticated(_("This link was used or is too old. Ask for a new one."))
    link.used_at = clock.now()
    user = session.get_one(User, link.user_id)
    if user.disabled:
        raise Unauthenticated(_("This link was used or is too old. Ask for a new one."))
    return start_session(session, user, by_link=True, second_factor=False)


def make_link(session: Session, user_id: UUID, *, hours: float = 24) -> str:
    """Return the secret of a new one-time sign-in link."""
    secret = passwords.new_secret()
    expires_at = clock.now() + timedelta(hours=hours)
    session.add(
        SignInLink(
            id_hash=passwords.secret_hash(secret),
            user_id=user_id,
            expires_at=expires_at,
            used_at=None,
        )
    )
    return secret


def sign_out(session: Session, who: Viewer) -> None:
    """End the web session in use."""
    session.execute(delete(WebSession).where(WebSession.id_hash == who.session_hash))
    if who.id:
        areas = list(who.area_ids)[:4]
        record(session, SignedOut(who.id), actor_id=who.id, subject=who.id, areas=areas)


def account_key(login: str) -> str:
    """Return the keyed hash under which failures of an account are counted."""
    return vault.blind(login).hex()


def check_not_locked(session: Session, *, login: str, address: str) -> None:
    """Raise RateLimited while an account is locked for an address or backs off altogether."""
    rows = session.scalars(
        select(SignInFailure).where(SignInFailure.account == account_key(login))
    ).all()
    now = clock.now()
    for row in rows:
        until = row.last_at + timedelta(minutes=LOCK_MINUTES)
        if row.address == address and row.failures >= LOCK_AFTER and until > now:
            raise RateLimited(
                _("Too many failed tries. Please wait %(minutes)d minutes.", minutes=LOCK_MINUTES),
                retry_after=int((until - now).total_seconds()) + 1,
            )
    failures = sum(row.failures for row in rows if row.last_at > now - timedelta(hours=1))
    if failures >= BACK_OFF_AFTER:
        wait = min(2 ** (failures - BACK_OFF_AFTER), 60)
        last = max(row.last_at for row in rows)
        if last + timedelta(seconds=wait) > now:
            raise RateLimited(_("Too many failed tries. Please wait a moment."), retry_after=wait)


def count_failure(session: Session, *, login: str, address: str) -> None:
    """Remember one failed try."""
    key = (account_key(login), address)
    row = session.get(SignInFailure, key, with_for_update=True)
    if row is None:
        row = SignInFailure(account=key[0], address=address, failures=0, last_at=clock.now())
        session.add(row)
    if row.last_at < clock.now() - timedelta(minutes=LOCK_MINUTES):
        row.failures = 0
    row.failures += 1
    row.last_at = clock.now()


def put_user(
    session: Session,
    user_id: UUID,
    *,
    login: str,
    name: str,
    grants: Sequence[Grant],
    actor_id: UUID | None,
    password: str | None = None,
    drill_id: UUID | None = None,
) -> User:
    """Create or change an account and what it holds.

    Raises Invalid for a taken login or roles that must stay apart.
    """
    check_apart([grant.role for grant in grants])
    taken = session.scalar(select(User.id).where(User.login == login, User.id != user_id))
    if taken:
        raise Invalid(_("This sign-in name is taken."))
    user = session.get(User, user_id)
    if user is None:
        user = User(id=user_id, login=login, name=name, revision=0, drill_id=drill_id)
        session.add(user)
    user.login, user.name, user.revision = login, name, (user.revision or 0) + 1
    if password:
        user.password_hash = password
    session.flush()
    session.execute(delete(RoleGrant).where(RoleGrant.user_id == user_id))
    for grant in dict.fromkeys(grants):
        if grant.role not in roles():
            raise Invalid(_("There is no role %(role)s.", role=grant.role))
        session.add(
            RoleGrant(
                id=uuid6.uuid7(),
                user_id=user_id,
                role=grant.role,
                area_id=grant.area_id,
                programme=grant.programme,
                valid_to=None,
            )
        )
    areas = list(dict.fromkeys(grant.area_id for grant in grants))[:4]
    record(
        session,
        UserChanged(user_id, user.revision),
        actor_id=actor_id,
        subject=user_id,
        areas=areas,
    )
    return user


def check_apart(roles: Sequence[str]) -> None:
    """Raise Invalid when one person would hold two of the three administrators' roles."""
    if len(APART.intersection(roles)) > 1:
        raise Invalid(
            _(
                "System administrator, security administrator and auditor are three people: "
                "nobody holds two of these roles."
            )
        )


def issue_token(
    session: Session, token_id: UUID, *, user_id: UUID, expires_at: datetime, actor_id: UUID | None
) -> str:
    """Issue a bearer token and return it; it cannot be read again. Raises NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(_("There is no such account."))
    secret = passwords.new_secret()
    session.add(
        Token(
            id=token_id,
            id_hash=passwords.secret_hash(secret),
            user_id=user_id,
            created_at=clock.now(),
            expires_at=expires_at,
            revoked_at=None,
        )
    )
    areas = session.scalars(select(RoleGrant.area_id).where(RoleGrant.user_id == user_id)).all()
    record(
        session,
        TokenIssued(user_id, token_id),
        actor_id=actor_id,
        subject=token_id,
        areas=list(dict.fromkeys(areas))[:4],
    )
    return secret


def revoke_token(session: Session, token_id: UUID, *, actor_id: UUID) -> None:
    """Revoke a token; it fails from the next request on. Raises NotFound."""
    token = session.get(Token, token_id, with_for_update=True)
    if token is None:
        raise NotFound(_("There is no such token."))
    token.revoked_at = token.revoked_at or clock.now()
    areas = session.scalars(
        select(RoleGrant.area_id).where(RoleGrant.user_id == token.user_id)
    ).all()
    record(
        session,
        TokenRevoked(token.user_id, token_id),
        actor_id=actor_id,
        subject=token_id,
        areas=list(dict.fromkeys(areas))[:4],
    )


def note_denial(
    session: Session, *, actor_id: UUID | None, code: str, endpoint: str, address: str
) -> None:
    """Write down what was refused, outside the chain; the digest goes into it daily."""
    session.add(
        Denial(
            at=clock.now(), actor_id=actor_id, code=code, endpoint=endpoint[:120], address=address
        )
    )
