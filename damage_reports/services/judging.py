"""Judging a report from above, and settling rivals."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from damage_reports import events, queries, rules, schemas
from damage_reports.models import OwnFigure, Report, Verdict
from damage_reports.queries import reminders
from damage_reports.rules import ReportState
from damage_reports.services.filing import fall_back, read_values
from damage_reports.services.guarding import must_be_open, must_be_taken
from damage_reports.services.holding import release
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, Forbidden, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.messages import Channel, Letter, send
from relief_ops.receipts import Attempt, Receipt


def put_verdict(
    session: Session, attempt: Attempt, order: schemas.PutVerdict, *, report: Report,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Accept a revision, return it with a reason, or accept it with own figures beside it.

    Raises Forbidden for one's own report, IllegalTransition for one that does not stand,
    Invalid for a return or own figure without a reason, and for a closed disaster.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if report.author_id == actor_id:
        raise Forbidden(_("Whoever files a report does not judge it."))
    must_be_open(disaster)
    if order.action == "own":
        area = disasters.division_tree(session, disaster).node(report.area_id)
        must_be_taken(session, disaster, area)
    release(session, report, actor_id)
    wanted = ReportState.RETURNED if order.action == "return" else ReportState.ACCEPTED
    again = order.action == "own" and report.state == ReportState.ACCEPTED
    if not (again or rules.may_become(ReportState(report.state), wanted)):
        raise IllegalTransition(
            _(
                "A report that is “%(state)s” cannot be judged so.",
                state=rules.state_words()[report.state],
            )
        )
    if order.action != "accept" and not order.reason.strip():
        missing = FieldError("reason", "missing", _("Say why, so that it can be put right."))
        raise Invalid(_("A reason is required."), [missing])
    now = disasters.now_of(session, disaster)
    session.add(
        Verdict(
            id=order.id, report_id=report.id, action=order.action, reason=order.reason,
            actor_id=actor_id, at=now,
        )
    )  # fmt: skip
    if wanted == ReportState.ACCEPTED and report.state != ReportState.ACCEPTED:
        _end_own(session, report, now)
    own = (
        _set_own(session, order, report, disaster=disaster, now=now, actor_id=actor_id)
        if order.action == "own"
        else 0
    )
    _judge(session, report, wanted, now)
    if wanted == ReportState.RETURNED:
        _tell_returned(session, order, report, disaster, now)
    _say_judged(session, report, wanted, own=own, disaster=disaster, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=report.revision)


def _tell_returned(
    session: Session, order: schemas.PutVerdict, report: Report, disaster: Disaster, now: datetime
) -> None:
    """Leave a message for whoever reports for the area: it is owed again."""
    area = disasters.division_tree(session, disaster).node(report.area_id)
    known = {each.code: each.number for each in queries.rounds(session, disaster)}
    said = {
        "area": area.name, "area_code": area.code, "disaster": str(disaster.id),
        "round": report.round, "kind": report.kind, "number": known.get(report.round, 0),
    }  # fmt: skip
    people = reminders.people_of(session, [area.id], drill_id=disaster.drill_id)
    for each in people.get(area.id, ()):
        letter = Letter(
            user_id=each.user.id, area_id=area.id, drill_id=disaster.drill_id,
            subject_id=order.id, template=reminders.RETURNED, at=now, parameters=said,
        )  # fmt: skip
        send(session, letter, Channel.IN_APP, to="")


def _judge(session: Session, report: Report, wanted: ReportState, now: datetime) -> None:
    if wanted == ReportState.RETURNED:
        report.counted_to = now
        report.accepted_to = now if report.accepted_from else None
        fall_back(session, report)
        _own_again(session, report, now)
    elif report.state != ReportState.ACCEPTED:
        session.execute(
            update(Report)
            .where(
                Report.disaster_id == report.disaster_id,
                Report.area_id == report.area_id,
                Report.round == report.round,
                Report.id != report.id,
                Report.accepted_from.is_not(None),
                Report.accepted_to.is_(None),
            )
            .values(accepted_to=now)
        )
        report.accepted_from = now
    report.state = wanted


def _end_own(session: Session, report: Report, now: datetime) -> None:
    """End the own figures beside the revision that was accepted before: they judged that one."""
    judged = select(Report.as_of).where(
        *queries.same_grain(report), Report.id != report.id, Report.accepted_from.is_not(None)
    )
    session.execute(
        update(OwnFigure)
        .where(
            OwnFigure.disaster_id == report.disaster_id,
            OwnFigure.area_id == report.area_id,
            OwnFigure.as_of.in_(judged),
            OwnFigure.set_to.is_(None),
        )
        .values(set_to=now)
    )


def _own_again(session: Session, report: Report, now: datetime) -> None:
    """Let the own figures count again that accepting a revision ended, now that it is returned.

    As new ones: what was known meanwhile stays as it was.
    """
    if report.accepted_from is None:
        return
    mine = (OwnFigure.disaster_id == report.disaster_id, OwnFigure.area_id == report.area_id)
    standing = select(OwnFigure.indicator_id).where(*mine, OwnFigure.set_to.is_(None))
    ended = select(OwnFigure).where(
        *mine, OwnFigure.set_to == report.accepted_from, OwnFigure.indicator_id.not_in(standing)
    )
    for each in session.scalars(ended).all():
        session.add(
            OwnFigure(
                id=uuid5(each.id, f"again:{now.isoformat()}"), disaster_id=each.disaster_id,
                area_id=each.area_id, indicator_id=each.indicator_id, value=each.value,
                reason=each.reason, as_of=each.as_of, set_from=now, set_to=None,
                actor_id=each.actor_id,
            )
        )  # fmt: skip


def _set_own(
    session: Session, order: schemas.PutVerdict, report: Report, *, disaster: Disaster,
    now: datetime, actor_id: UUID,
) -> int:  # fmt: skip
    """Set 本级核定数 beside the reported figures; an earlier one on the same ends now."""
    form = queries.form_of(session, disaster.form_version)
    values = {code: v for code, v in read_values(order.values, form).items() if v is not None}
    if not values:
        missing = FieldError("values", "missing", _("Give at least one figure of your own."))
        raise Invalid(_("Some fields need another look."), [missing])
    if twice := rules.counted_twice(values):
        names = queries.indicator_names(form)
        raise Invalid(
            _("Some figures need another look."),
            [FieldError(f"values.{each.field}", each.rule, rules.said(each, names))
             for each in twice],
        )  # fmt: skip
    for number, (code, value) in enumerate(values.items()):
        session.execute(
            update(OwnFigure)
            .where(
                OwnFigure.disaster_id == report.disaster_id,
                OwnFigure.area_id == report.area_id,
                OwnFigure.indicator_id == form[code].id,
                OwnFigure.as_of == report.as_of,
                OwnFigure.set_to.is_(None),
            )
            .values(set_to=now)
        )
        session.add(
            OwnFigure(
                id=UUID(int=(order.id.int + number + 1) % 2**128),
                disaster_id=report.disaster_id,
                area_id=report.area_id,
                indicator_id=form[code].id,
                value=rules.scaled(value, scale=form[code].scale),
                reason=order.reason,
                as_of=report.as_of,
                set_from=now,
                set_to=None,
                actor_id=actor_id,
            )
        )
    return len(values)


def _say_judged(
    session: Session, report: Report, wanted: ReportState, *, own: int, disaster: Disaster,
    actor_id: UUID,
) -> None:  # fmt: skip
    area = disasters.division_tree(session, disaster).node(report.area_id)
    grain = (report.id, report.disaster_id, Code(area.code), Code(report.round))
    event = (
        events.ReportReturned(*grain)
        if wanted == ReportState.RETURNED
        else events.ReportAccepted(*grain, own)
    )
    record(session, event, actor_id=actor_id, subject=report.id, areas=[area.id])
