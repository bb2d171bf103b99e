"""Reading single reports and their revisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, exists, func, select
from sqlalchemy.orm import Session

from damage_reports.models import Report, ReportValue, Verdict
from damage_reports.queries.form import Field
from damage_reports.queries.process import Process
from damage_reports.rules import WITHDRAWAL, ReportState, unscaled
from relief_ops.db.sessions import standing
from relief_ops.errors import NotFound
from relief_ops.geo import AreaTree
from relief_ops.i18n import gettext as _


def report(session: Session, report_id: UUID, *, lock: bool = False) -> Report:
    """Return one revision within the viewer's areas. Raises NotFound."""
    statement = select(Report).where(Report.id == report_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound(_("There is no such report, or not in your areas."))
    return found


# Every filing asks these: they are built once, and only their values change.
_ON_GRAIN = (
    select(Report)
    .where(
        Report.disaster_id == bindparam("disaster_id", type_=Uuid()),
        Report.area_id == bindparam("area_id"),
        Report.round == bindparam("round_"),
        Report.current,
    )
    .with_for_update()
)
_BEFORE = (
    select(Report)
    .where(
        Report.disaster_id == bindparam("disaster_id", type_=Uuid()),
        Report.area_id == bindparam("area_id"),
        Report.round != bindparam("other_than"),
        Report.valid_from <= bindparam("as_of"),
        Report.counted_from.is_not(None),
        Report.counted_to.is_(None),
    )
    .order_by(Report.valid_from.desc(), Report.received_at.desc())
    .limit(1)
)
_LAST = select(func.max(Report.revision)).where(
    Report.disaster_id == bindparam("disaster_id", type_=Uuid()),
    Report.area_id == bindparam("area_id"),
    Report.round == bindparam("round_"),
    Report.counted_from.is_not(None),
)
_FIGURE = ReportValue.__table__.c
_VALUES = select(_FIGURE.indicator_id, _FIGURE.value).where(
    _FIGURE.report_id == bindparam("report_id", type_=Uuid())
)


def current_on_grain(
    session: Session, *, disaster_id: UUID, area_id: UUID, round_: str, known: bool = False
) -> Report | None:
    """Return and lock the revision that stands for (disaster, area, round), if any.

    Who says that one is `known` looks once more before it finds none (`db.sessions.standing`); a
    first report does not, for every village's of a bad night passes here.
    """
    grain = {"disaster_id": disaster_id, "area_id": area_id, "round_": round_}
    if known:
        return standing(session, _ON_GRAIN.params(**grain))
    return session.scalar(_ON_GRAIN, grain)


def accepted_on_grain(session: Session, found: Report) -> bool:
    """Whether a revision of its (disaster, area, round) is accepted and stays so."""
    accepted = (Report.accepted_from.is_not(None), Report.accepted_to.is_(None))
    return bool(session.scalar(select(exists().where(*same_grain(found), *accepted))))


def following_revision(session: Session, *, disaster_id: UUID, area_id: UUID, round_: str) -> int:
    """Return the number of the next revision where none stands: one, unless one was withdrawn."""
    grain = {"disaster_id": disaster_id, "area_id": area_id, "round_": round_}
    return (session.scalar(_LAST, grain) or 0) + 1


def same_grain(found: Report) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for the revisions of its area and round."""
    return (
        Report.disaster_id == found.disaster_id,
        Report.area_id == found.area_id,
        Report.round == found.round,
    )


def latest_before(
    session: Session, *, disaster_id: UUID, area_id: UUID, as_of: datetime, other_than: str
) -> Report | None:
    """Return the area's last counted report of an earlier round."""
    wanted = {"disaster_id": disaster_id, "area_id": area_id, "as_of": as_of}
    return session.scalar(_BEFORE, wanted | {"other_than": other_than})


def values_of(
    session: Session, report_id: UUID, form: Mapping[str, Field]
) -> dict[str, Decimal | None]:
    """Return a revision's figures by indicator, in their own units; None is unknown."""
    fields = {field.id: field for field in form.values()}
    return {
        fields[indicator_id].code: None
        if value is None
        else unscaled(value, scale=fields[indicator_id].scale)
        for indicator_id, value in session.connection().execute(_VALUES, {"report_id": report_id})
        if indicator_id in fields
    }


def latest_of_many(
    session: Session, *, disaster_id: UUID, area_ids: Collection[UUID], as_of: datetime,
    other_than: str,
) -> dict[UUID, UUID]:  # fmt: skip
    """Return area → its last counted report of an earlier round, as `latest_before` finds it."""
    rows = session.execute(
        select(Report.area_id, Report.id)
        .where(
            Report.disaster_id == disaster_id,
            Report.area_id.in_(list(area_ids)),
            Report.round != other_than,
            Report.valid_from <= as_of,
            Report.counted_from.is_not(None),
            Report.counted_to.is_(None),
        )
        .order_by(Report.valid_from, Report.received_at)
    )
    return {area_id: report_id for area_id, report_id in rows}


def current_of_many(
    session: Session, *, disaster_id: UUID, area_ids: Collection[UUID], round_: str
) -> dict[UUID, UUID]:
    """Return area → the revision that stands for a round."""
    rows = session.execute(
        select(Report.area_id, Report.id).where(
            Report.disaster_id == disaster_id,
            Report.area_id.in_(list(area_ids)),
            Report.round == round_,
            Report.current,
        )
    )
    return {area_id: report_id for area_id, report_id in rows}


def values_of_many(
    session: Session, report_ids: Iterable[UUID], form: Mapping[str, Field]
) -> dict[UUID, dict[str, Decimal | None]]:
    """Return many revisions' figures, as `values_of` does for one."""
    fields = {field.id: field for field in form.values()}
    wanted = list(report_ids)
    found: dict[UUID, dict[str, Decimal | None]] = {each: {} for each in wanted}
    rows = session.connection().execute(
        select(_FIGURE.report_id, _FIGURE.indicator_id, _FIGURE.value).where(
            _FIGURE.report_id.in_(wanted)
        )
    )
    for report_id, indicator_id, value in rows:
        if indicator_id in fields:
            field = fields[indicator_id]
            known = None if value is None else unscaled(value, scale=field.scale)
            found[report_id][field.code] = known
    return found


def reasons_of_many(session: Session, report_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """Return the reasons many revisions gave, by indicator; those without any are left out."""
    rows = session.execute(select(Report.id, Report.reasons).where(Report.id.in_(list(report_ids))))
    return {report_id: reasons for report_id, reasons in rows if reasons}


def revisions(session: Session, found: Report) -> list[Report]:
    """Return every revision on the same grain, latest received first, rivals included."""
    return list(
        session.scalars(
            select(Report)
            .where(*same_grain(found))
            .order_by(Report.received_at.desc(), Report.id.desc())
        )
    )


def rivals(session: Session, process: Process) -> list[Report]:
    """Return the reports that wait for a person to settle which one counts."""
    rows = session.scalars(
        select(Report)
        .where(Report.disaster_id.in_(process.ids), Report.state == ReportState.RIVAL)
        .order_by(Report.received_at)
    )
    return process.only(rows)


def verdicts(session: Session, report_id: UUID) -> list[Verdict]:
    """Return what was said of a revision, latest first."""
    return list(
        session.scalars(
            select(Verdict).where(Verdict.report_id == report_id).order_by(Verdict.at.desc())
        )
    )


def withdrawals(
    session: Session, disaster_id: UUID, area_id: UUID, rounds: Collection[str]
) -> dict[str, list[Verdict]]:
    """Return by round the withdrawals of an area's reports, the first first."""
    rows = session.execute(
        select(Report.round, Verdict)
        .join(Verdict, Verdict.report_id == Report.id)
        .where(
            Report.disaster_id == disaster_id, Report.area_id == area_id,
            Report.round.in_(rounds), Verdict.action == WITHDRAWAL,
        )
        .order_by(Verdict.at)
    )  # fmt: skip
    found: dict[str, list[Verdict]] = {}
    for round_, each in rows:
        found.setdefault(round_, []).append(each)
    return found


def shown(
    session: Session, found: Report, form: Mapping[str, Field], tree: AreaTree
) -> dict[str, Any]:
    """Return a revision as the API shows it."""
    return {
        "id": found.id,
        "disaster_id": found.disaster_id,
        "area_code": tree.node(found.area_id).code,
        "round": found.round,
        "kind": found.kind,
        "no_change": found.no_change,
        "as_of": found.as_of,
        "received_at": found.received_at,
        "revision": found.revision,
        "base": found.base_id,
        "state": found.state,
        "current": found.current,
        "entered_for": found.entered_for,
        "reasons": found.reasons,
        "carried": found.carried or [],
        "values": values_of(session, found.id, form),
        "verdicts": [
            {"action": each.action, "reason": each.reason, "at": each.at}
            for each in verdicts(session, found.id)
        ],
    }


def received(
    session: Session, process: Process, *, within: frozenset[UUID], most: int = 40
) -> list[Report]:
    """Return the latest revisions received in some areas, of a disaster and its parts."""
    rows = session.scalars(
        select(Report)
        .where(Report.disaster_id.in_(process.ids))
        .order_by(Report.received_at.desc(), Report.id.desc())
        .limit(most * 4)
    )
    return [each for each in process.only(rows) if each.area_id in within][:most]
