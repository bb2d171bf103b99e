"""A person's own account: password, second factor, web sessions; and recovery by others."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from relief_ops import clock, vault
from relief_ops.auth import passwords, services
from relief_ops.auth.events import (
    DenialDigest,
    LinkIssued,
    PasswordChanged,
    SecondFactorSet,
    SessionsEnded,
    UserDisabled,
)
from relief_ops.auth.models import Denial, RoleGrant, User, WebSession
from relief_ops.auth.viewers import Viewer
from relief_ops.errors import Invalid, NotFound
from relief_ops.events import Code, hold, record
from relief_ops.events.models import EventRow
from relief_ops.i18n import gettext as _

FRESH = timedelta(minutes=30)
SHOWN = 16  # characters of a web session's hash that name it on the person's own page


def sessions_of(session: Session, user_id: UUID) -> Sequence[WebSession]:
    """Return a person's web sessions that are not over, the latest first."""
    return session.scalars(
        select(WebSession)
        .where(WebSession.user_id == user_id, WebSession.expires_at > clock.now())
        .order_by(WebSession.created_at.desc())
    ).all()


def came_by_link(session: Session, who: Viewer) -> bool:
    """Whether this web session began with a one-time link less than thirty minutes ago."""
    row = session.get(WebSession, who.session_hash) if who.session_hash else None
    return row is not None and row.by_link and row.created_at > clock.now() - FRESH


def end_sessions(session: Session, who: Viewer, *, only: str | None = None) -> None:
    """End one of the person's web sessions (by the head of its hash), or all but this one.

    Raises NotFound. Their sockets are closed by the next heartbeat.
    """
    ended = [
        row
        for row in sessions_of(session, _id(who))
        if (row.id_hash.startswith(only) if only else row.id_hash != who.session_hash)
    ]
    if only and (len(only) != SHOWN or not ended):
        raise NotFound(_("There is no such web session."))
    for row in ended:
        session.delete(row)
    event = SessionsEnded(_id(who), len(ended))
    record(session, event, actor_id=who.id, subject=_id(who), areas=_areas(session, _id(who)))


def set_password(session: Session, who: Viewer, *, stored: str) -> None:
    """Give the person the password with this hash and end their other web sessions."""
    user = session.get_one(User, _id(who), with_for_update=True)
    user.password_hash = stored
    _end_all(session, user.id, besides=who.session_hash)
    event = PasswordChanged(user.id)
    record(session, event, actor_id=who.id, subject=user.id, areas=_areas(session, user.id))


def new_second_factor(user_id: UUID) -> tuple[str, str]:
    """Return a new TOTP secret to show, and the same sealed for the form that confirms it."""
    secret = pyotp.random_base32()
    return secret, vault.seal("user_account", "totp", user_id, secret).hex()


def offered_secret(user_id: UUID, sealed: str) -> str:
    """Return the secret a form brought back. Raises Invalid if it is not one of ours."""
    try:
        return vault.unseal("user_account", "totp", user_id, bytes.fromhex(sealed))
    except ValueError:
        raise Invalid(_("This form is too old. Begin again.")) from None


def confirm_second_factor(session: Session, who: Viewer, *, sealed: str, code: str) -> None:
    """Let a second factor count once a code of it was typed. Raises Unauthenticated."""
    user = session.get_one(User, _id(who), with_for_update=True)
    if user.totp_sealed is not None and not shown_second_factor(session, who):
        raise Invalid(_("Give a code of the second factor you have before you replace it."))
    offered_secret(user.id, sealed)
    user.totp_sealed, user.totp_last = bytes.fromhex(sealed), 0
    services.check_code(user, code)
    _mark(session, who)
    event = SecondFactorSet(user.id)
    record(session, event, actor_id=who.id, subject=user.id, areas=_areas(session, user.id))


def show_second_factor(session: Session, who: Viewer, *, code: str) -> None:
    """Note that this web session gave its second factor. Raises Unauthenticated."""
    user = session.get_one(User, _id(who), with_for_update=True)
    services.check_code(user, code)
    _mark(session, who)


def shown_second_factor(session: Session, who: Viewer) -> bool:
    """Whether this web session gave a code of the second factor."""
    row = session.get(WebSession, who.session_hash) if who.session_hash else None
    return row is not None and row.second_factor


def _mark(session: Session, who: Viewer) -> None:
    row = session.get(WebSession, who.session_hash) if who.session_hash else None
    if row is not None:
        row.second_factor = True


def set_disabled(session: Session, user_id: UUID, *, disabled: bool, actor_id: UUID) -> None:
    """Disable an account, which ends its web sessions, or open it again. Raises NotFound."""
    user = _user(session, user_id)
    user.disabled, user.revision = disabled, user.revision + 1
    if disabled:
        _end_all(session, user_id)
    event = UserDisabled(user_id, disabled, user.revision)
    record(session, event, actor_id=actor_id, subject=user_id, areas=_areas(session, user_id))


def issue_link(
    session: Session, user_id: UUID, *, without_second_factor: bool, actor_id: UUID
) -> str:
    """Return a one-time link's secret, shown once; a lost second factor may go with it."""
    user = _user(session, user_id)
    if user.disabled:
        raise Invalid(_("This account is disabled."))
    if without_second_factor:
        user.totp_sealed = None
    event = LinkIssued(user_id, without_second_factor)
    record(session, event, actor_id=actor_id, subject=user_id, areas=_areas(session, user_id))
    return services.make_link(session, user_id)


def next_digest(session: Session) -> date:
    """Return the local day whose refusals are to be put into the chain next; it may not be over.

    The day after the last one that is there. Before the first digest it is the day of the
    first refusal, or yesterday.
    """
    last = session.scalar(
        select(EventRow.payload)
        .where(EventRow.name == DenialDigest.name)
        .order_by(EventRow.seq.desc())
        .limit(1)
    )
    if last:
        return date.fromisoformat(json.loads(last)["day"]) + timedelta(days=1)
    first = session.scalar(select(func.min(Denial.at)))
    yesterday = clock.local_date(clock.now()) - timedelta(days=1)
    return min(clock.local_date(first), yesterday) if first else yesterday


def digest_denials(session: Session, day: date) -> bool:
    """Put one day's refusals into the chain as counts and a hash; once for each day.

    The counter of the log is held from here on, so two workers do not write a day twice.
    """
    hold(session)
    subject = uuid5(NAMESPACE_URL, f"denial-digest:{day.isoformat()}")
    if session.scalar(select(EventRow.seq).where(EventRow.subject == subject).limit(1)):
        return False
    begin = datetime.combine(day, time(), clock.LOCAL).astimezone(UTC)
    end = begin + timedelta(days=1)
    rows = session.scalars(
        select(Denial).where(Denial.at >= begin, Denial.at < end).order_by(Denial.id)
    ).all()
    counts = Counter(row.code for row in rows)
    event = DenialDigest(
        day=day,
        count=len(rows),
        unauthenticated=counts["unauthenticated"],
        forbidden=counts["forbidden"],
        not_found=counts["not_found"],
        sha256=Code(denials_hash(rows)),
    )
    record(session, event, actor_id=None, subject=subject)
    return True


def denials_hash(rows: Sequence[Denial]) -> str:
    """Return the SHA-256 over refusals in order of their numbers, one a line."""
    lines = [
        f"{row.id}\t{row.at.isoformat()}\t{row.actor_id or ''}\t{row.code}"
        f"\t{row.endpoint}\t{row.address}"
        for row in rows
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def weaknesses(password: str, *, login: str, profile: str) -> list[str]:
    """Return in words what is wrong with a new password."""
    said = {
        "length": _("A password has 12 to 128 characters."),
        "complexity": _("Mix three of: small letters, capitals, digits, other signs."),
        "contains_login": _("The sign-in name may not be part of it."),
        "common": _(
            "This is one of the passwords that are tried first, or nearly one. "
            "Take several words that do not belong together."
        ),
    }
    found = passwords.weaknesses(password, login=login, profile=profile)
    return [said[each] for each in found]


def _end_all(session: Session, user_id: UUID, *, besides: str | None = None) -> None:
    others = WebSession.id_hash != besides if besides else WebSession.id_hash.is_not(None)
    session.execute(delete(WebSession).where(WebSession.user_id == user_id, others))


def _user(session: Session, user_id: UUID) -> User:
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound(_("There is no such account."))
    return user


def _id(who: Viewer) -> UUID:
    if who.id is None:
        raise NotFound(_("There is no such account."))
    return who.id


def _areas(session: Session, user_id: UUID) -> list[UUID]:
    held = session.scalars(select(RoleGrant.area_id).where(RoleGrant.user_id == user_id))
    return list(dict.fromkeys(held))[:4]
