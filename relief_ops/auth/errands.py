"""Errands: what somebody without an account does about one thing, given by a link that works once.

Whoever holds an errand has no areas and no permission: only views marked `web.on_errand` see them.
Times are real ones, also in a drill.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from relief_ops import clock, vault
from relief_ops.auth.models import Errand
from relief_ops.auth.passwords import new_secret, secret_hash
from relief_ops.errors import Gone, NotFound
from relief_ops.i18n import gettext as _


def give(
    session: Session, errand_id: UUID, kind: str, subject_id: UUID, *, given_by: UUID, hours: int
) -> str:
    """Give an errand and return the secret of its link; what was given before about it ends."""
    end(session, kind, subject_id)
    secret, now = link_secret(errand_id), clock.now()
    session.add(
        Errand(
            id=errand_id, kind=kind, subject_id=subject_id, link_hash=secret_hash(secret),
            given_by=given_by, given_at=now, expires_at=now + timedelta(hours=hours),
        )
    )  # fmt: skip
    session.flush()
    return secret


def link_secret(errand_id: UUID) -> str:
    """Return the secret of an errand's link: whoever gave it can be told again after a lost answer.

    It follows from the id and the vault's key, so nothing that opens the link is kept.
    """
    return vault.keyed_digest(f"errand {errand_id}".encode())[:32]


def end(session: Session, kind: str, subject_id: UUID) -> None:
    """End whatever was given about something: neither link nor device opens anything any more."""
    session.execute(
        update(Errand)
        .where(Errand.kind == kind, Errand.subject_id == subject_id, Errand.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def offered(session: Session, kind: str, secret: str, *, lock: bool = False) -> Errand:
    """Return the errand a link offers while nobody took it.

    Raises NotFound for a link that never was, Gone for one that is used, ended or too old.
    """
    wanted = select(Errand).where(Errand.kind == kind, Errand.link_hash == secret_hash(secret))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound(_("There is no such link. Check it, or ask for a new one."))
    if found.taken_at or found.ended_at or found.expires_at <= clock.now():
        raise Gone(_("This link was used or is too old. Ask for a new one."))
    return found


def take(session: Session, kind: str, secret: str) -> tuple[Errand, str]:
    """Take an errand for the device that opens its link; return it and the device's secret.

    The link is dead from here on. Raises as `offered` does.
    """
    found = offered(session, kind, secret, lock=True)
    held = new_secret()
    found.device_hash, found.taken_at = secret_hash(held), clock.now()
    session.flush()
    return found, held
