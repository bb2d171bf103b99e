"""Preparing a level's table for the one above, and signing it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import events, queries, schemas
from damage_reports.models import Summary, SummarySignature
from damage_reports.rules import Given, RoundKind, SignRole
from damage_reports.services.verifying import may_sign
from relief_ops import db, receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Forbidden, IllegalTransition, Invalid, StaleBase
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

SIGNING = (Level.TOWNSHIP, Level.COUNTY, Level.CITY)


def put_summary(
    session: Session, attempt: Attempt, order: schemas.PutSummary, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Freeze an area's table of a round as it stands now.

    Raises StaleBase when `base` is no longer the table that stands, Invalid for a round that
    was not opened, IllegalTransition for a final one while an area below still owes its own, or a
    township its verified report.
    """
    db.alone(session)
    if receipt := receipts.replay(session, attempt):
        return receipt
    _check_round(session, order, area, disaster)
    standing = queries.current_summary(
        session, disaster_id=disaster.id, area_id=area.id, round_=order.round
    )
    _check_base(order, standing)
    if standing is not None:
        standing.current = False
        session.flush()
    known_at = disasters.now_of(session, disaster)
    tree = disasters.division_tree(session, disaster)
    lines = queries.lines_of(
        session, disaster, tree, area, basis=order.basis, at=known_at, known_at=known_at
    )
    content = queries.written(lines)
    row = Summary(
        id=attempt.id, disaster_id=disaster.id, area_id=area.id, round=order.round,
        basis=order.basis, known_at=known_at, revision=standing.revision + 1 if standing else 1,
        base_id=order.base, current=True, content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(), prepared_by=actor_id,
    )  # fmt: skip
    session.add(row)
    event = events.ReportPrepared(
        row.id, disaster.id, Code(area.code), Code(order.round), row.revision
    )
    record(session, event, actor_id=actor_id, subject=row.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=row.revision)


def _check_round(
    session: Session, order: schemas.PutSummary, area: AreaNode, disaster: Disaster
) -> None:
    if area.level not in SIGNING:
        wrong = FieldError("area_code", "level", _("Townships, counties and the city sign tables."))
        raise Invalid(_("Some fields need another look."), [wrong])
    rounds = queries.rounds(session, disaster)
    opened = next((each for each in rounds if each.code == order.round), None)
    if opened is None:
        wrong = FieldError("round", "unknown", _("This disaster has no such round."))
        raise Invalid(_("Some fields need another look."), [wrong])
    if opened.kind != RoundKind.FINAL:
        return
    if area.level == Level.TOWNSHIP:
        may_sign(session, disaster, area, order.round)
    else:
        _refuse_while_missing(session, order, area, disaster)


def _refuse_while_missing(
    session: Session, order: schemas.PutSummary, area: AreaNode, disaster: Disaster
) -> None:
    tree = disasters.division_tree(session, disaster)
    missing = queries.missing_below(session, disaster, tree, area, order.round)
    if missing:
        raise IllegalTransition(waits_for(missing))


def waits_for(missing: Iterable[AreaNode]) -> str:
    """Return who keeps a level from verifying, in the reader's words."""
    return _(
        "The final table waits for every area below. These have not sent theirs, or sent it "
        "before disasters were joined or split there: %(names)s.",
        names="、".join(node.name for node in missing),
    )


def _check_base(order: schemas.PutSummary, standing: Summary | None) -> None:
    if order.base == (standing.id if standing else None):
        return
    current = {"id": str(standing.id), "revision": standing.revision} if standing else None
    raise StaleBase(_("Another table stands for this round. Look at it first."), current=current)


def put_signature(
    session: Session, attempt: Attempt, order: schemas.PutSignature, *, summary: Summary,
    disaster: Disaster, area: AreaNode, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Sign a table, or note who gave their word by telephone; the signature follows later.

    Raises Forbidden when the preparer signs, IllegalTransition for a table that was replaced or
    a role that has signed, Invalid for a word by telephone from nobody.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    kept = SummarySignature
    given = queries.signatures_of(session, kept, kept.summary_id == summary.id)
    check_signature(order, given.given if summary.current else None,
                    prepared_by=summary.prepared_by, actor_id=actor_id)  # fmt: skip
    session.add(
        SummarySignature(
            id=attempt.id, summary_id=summary.id, role=order.role,
            by_telephone=order.by_telephone, told_by=order.told_by.strip(), actor_id=actor_id,
            at=disasters.now_of(session, disaster),
        )
    )  # fmt: skip
    event = events.ReportSigned(
        summary.id, disaster.id, Code(area.code), Code(summary.round), Code(order.role),
        Code("telephone" if order.by_telephone else "in_person"),
    )  # fmt: skip
    record(session, event, actor_id=actor_id, subject=summary.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=1)


def check_signature(
    order: schemas.PutSignature, given: Sequence[Given] | None, *, prepared_by: UUID,
    actor_id: UUID,
) -> None:  # fmt: skip
    """Refuse a signature that cannot be given beside those that were; None of what is replaced.

    Raises as `put_signature` says.
    """
    if given is None:
        raise IllegalTransition(_("This table was replaced by a newer one. Sign that."))
    if not order.by_telephone and prepared_by == actor_id:
        raise Forbidden(_("Whoever prepares a table does not sign it."))
    if order.by_telephone and not order.told_by.strip():
        wrong = FieldError("told_by", "missing", _("Say who gave their word by telephone."))
        raise Invalid(_("Some fields need another look."), [wrong])
    same = [each for each in given if each.role == order.role]
    if any(not each.by_telephone or order.by_telephone for each in same):
        raise IllegalTransition(_("This has been signed already."))
    others = [each for each in given if each.role != order.role and not each.by_telephone]
    if not order.by_telephone and any(each.actor_id == actor_id for each in others):
        raise Forbidden(_("One person signs once; the other signature is somebody else's."))


def signing_permission(order: schemas.PutSignature, *, preparing: str = "report.prepare") -> str:
    """Return what a signature asks of its giver; a word by telephone is noted by a preparer."""
    if order.by_telephone:
        return preparing
    return "report.sign" if order.role == SignRole.UNIT_HEAD else "report.countersign"
