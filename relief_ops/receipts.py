"""Receipts: the proof that a write arrived, and the answer to every retry of it.

A receipt is keyed by the id of the write, the base it was made on and the hash of its
body. It is written in the transaction of the change, after the events, so it carries the
number of the last of them. Receipts never expire.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, bindparam, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from relief_ops import clock, db
from relief_ops.db import Base
from relief_ops.errors import BaseRequired, BodyDiffers, NotFound, StaleBase
from relief_ops.i18n import gettext as _

AFTER_EVENTS = 10


class ReceiptRow(Base):
    """One acknowledged write."""

    __tablename__ = "receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    base: Mapped[str] = mapped_column(String(40), primary_key=True)
    body_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    revision: Mapped[int]
    seq: Mapped[int]
    received_at: Mapped[datetime]
    rival_of: Mapped[UUID | None]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try of one write; `base` is its base id, its If-Match revision, or empty.

    `mutable` tells a record that is edited in place from one that is revised under new
    ids; `edit` is a write to the former that says its If-Match revision.
    """

    id: UUID
    base: str
    digest: str
    edit: bool = False
    mutable: bool = False


@dataclass(kw_only=True)
class Receipt:
    """What the sender is told; `seq` and `received_at` are known once it is committed."""

    id: UUID
    revision: int
    body_sha256: str
    seq: int = 0
    received_at: datetime | None = None
    rival_of: UUID | None = None
    replayed: bool = False

    def of(self, thing_id: UUID) -> Receipt:
        """Return it as that of the thing a step was done with: a step's own id says nobody much."""
        self.id = thing_id
        return self

    def json(self) -> dict[str, Any]:
        """Return the receipt as the API gives it."""
        answer = {
            "id": str(self.id),
            "revision": self.revision,
            "seq": self.seq,
            "body_sha256": self.body_sha256,
            "received_at": self.received_at.isoformat() if self.received_at else None,
        }
        return answer | ({"rival_of": str(self.rival_of)} if self.rival_of else {})

    @property
    def status(self) -> int:
        """Return 201 for a first write, 200 for a retry or an edit."""
        return 200 if self.replayed or self.revision > 1 else 201


_TABLE = ReceiptRow.__table__
_KEPT = select(_TABLE).where(_TABLE.c.id == bindparam("of"))


def replay(session: Session, attempt: Attempt) -> Receipt | None:
    """Return the first receipt of this very write, if it was ever acknowledged.

    Raises BodyDiffers when a create or revision with this id said something else.
    """
    db.serialise(session, attempt.id)
    rows = session.connection().execute(_KEPT, {"of": attempt.id}).all()
    for row in rows:
        if (row.base, row.body_sha256) == (attempt.base, attempt.digest):
            return Receipt(
                id=row.id,
                revision=row.revision,
                body_sha256=row.body_sha256,
                seq=row.seq,
                received_at=row.received_at,
                rival_of=row.rival_of,
                replayed=True,
            )
    if not rows or attempt.edit:
        return None
    if attempt.mutable and max(row.revision for row in rows) > 1:
        raise BaseRequired(_("Say which revision you changed (If-Match)."))
    raise BodyDiffers(_("This id was already used for another content. Nothing was changed."))


def keep(
    session: Session, attempt: Attempt, *, revision: int, rival_of: UUID | None = None
) -> Receipt:
    """Write the receipt of this attempt at the end of the transaction."""
    receipt = Receipt(
        id=attempt.id, revision=revision, body_sha256=attempt.digest, rival_of=rival_of
    )
    db.before_commit(session, AFTER_EVENTS, lambda s: _write(s, attempt, receipt))
    return receipt


def _write(session: Session, attempt: Attempt, receipt: Receipt) -> None:
    receipt.seq = session.info.get("seq", 0)
    receipt.received_at = session.info.get("at") or clock.now()
    row = {
        "id": attempt.id,
        "base": attempt.base,
        "body_sha256": attempt.digest,
        "revision": receipt.revision,
        "seq": receipt.seq,
        "received_at": receipt.received_at,
        "rival_of": receipt.rival_of,
    }
    session.connection().execute(insert(ReceiptRow), row)


def check_revision(attempt: Attempt, current: int, **stale: Any) -> None:
    """Raise StaleBase when an edit was not made on the current revision."""
    if attempt.base != str(current):
        raise StaleBase(
            _("Somebody changed this meanwhile. Compare both versions and send again."),
            current={"id": str(attempt.id), "revision": current},
            **stale,
        )


def next_revision(attempt: Attempt, current: int | None) -> int:
    """Return the number the record gets; `current` is None when there is none yet.

    Raises NotFound for an edit of nothing, BaseRequired for an edit that does not say its
    base, StaleBase for one made on an older revision.
    """
    if current is None:
        if attempt.edit:
            raise NotFound(_("There is no such thing, or not in your areas."))
        return 1
    if not attempt.edit:
        raise BaseRequired(_("Say which revision you changed (If-Match)."))
    check_revision(attempt, current)
    return current + 1
