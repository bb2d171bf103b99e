"""Deciding whether two rows are one. Nothing is merged: the row that is not kept stops counting."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports.rosters import events, queries, schemas
from damage_reports.rosters.models import RosterMatch, RosterRow
from relief_ops import db, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Invalid, StaleBase
from relief_ops.events import record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_match(
    session: Session, attempt: Attempt, order: schemas.PutMatch, *, left: RosterRow,
    right: RosterRow, disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Record that two rows are one, with the one that counts on, or that they are not.

    Raises StaleBase when somebody decided meanwhile.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    db.serialise(session, disaster.id)  # two decisions at once could leave nobody counted
    left, right = sorted((left, right), key=lambda each: each.record_id)
    _check_rows(left, right)
    before = queries.decision(session, left.record_id, right.record_id)
    _check_base(order, before)
    _apply(session, left, right, keep=order.keep if order.same else None)
    if before is not None:
        before.current = False
        session.flush()
    row = RosterMatch(
        id=attempt.id, disaster_id=disaster.id, area_id=left.area_id, left_id=left.record_id,
        right_id=right.record_id, same=order.same, kept_id=order.keep if order.same else None,
        revision=before.revision + 1 if before else 1, base_id=order.base, current=True,
        actor_id=actor_id, at=disasters.now_of(session, disaster),
    )  # fmt: skip
    session.add(row)
    event = events.RowsMatched(
        row.id, disaster.id, row.left_id, row.right_id, row.kept_id, row.revision
    )
    areas = list(dict.fromkeys([left.area_id, right.area_id]))
    record(session, event, actor_id=actor_id, subject=row.id, areas=areas)
    return receipts.keep(session, attempt, revision=row.revision)


def _check_rows(left: RosterRow, right: RosterRow) -> None:
    if (left.disaster_id, left.roster) != (right.disaster_id, right.roster):
        raise _refused("right", "other_roster", _("Both rows must be of one roster."))
    if left.removed or right.removed:
        raise _refused("right", "removed", _("A removed row counts in nothing anyway."))


def _check_base(order: schemas.PutMatch, before: RosterMatch | None) -> None:
    if order.base == (before.id if before else None):
        return
    current = {"id": str(before.id), "revision": before.revision} if before else None
    raise StaleBase(_("Somebody decided about these two rows meanwhile."), current=current)


def _apply(session: Session, left: RosterRow, right: RosterRow, *, keep: UUID | None) -> None:
    """Let one of two rows count, or both. No row is ever the same as one that does not count."""
    if keep is None:
        for row, other in ((left, right), (right, left)):
            if row.same_as == other.record_id:
                row.same_as = None
        return
    kept, other = (left, right) if keep == left.record_id else (right, left)
    if kept.same_as == other.record_id:
        kept.same_as = None
    if kept.same_as is not None or other.same_as not in (None, kept.record_id):
        raise _refused(
            "keep", "settled", _("One of these was settled with a third row: take that back first.")
        )
    session.flush()
    if queries.same_as(session, other.record_id):
        raise _refused(
            "keep", "settled", _("A third row was settled to be the one set aside: keep that one.")
        )
    other.same_as = kept.record_id


def _refused(field: str, code: str, message: str) -> Invalid:
    return Invalid(_("Some fields need another look."), [FieldError(field, code, message)])
