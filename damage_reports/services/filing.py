"""Filing a report: every revision is a new row, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from damage_reports import events, queries, rules, schemas
from damage_reports.models import Report, ReportValue
from damage_reports.queries import Field
from damage_reports.rules import ReportState
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import (
    FieldConflict,
    FieldError,
    Invalid,
    StaleBase,
)
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

REPORTING = (Level.TOWNSHIP, Level.VILLAGE)
AHEAD = timedelta(hours=1)
Values = dict[str, Decimal | None]


def put_report(
    session: Session, attempt: Attempt, order: schemas.PutReport, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """File a revision of an area's figures for one round.

    Raises StaleBase when `base` is no longer current, Invalid with every field that cannot
    be taken or breaks a hard rule. Without a base on a round that has a report, it is kept
    as a rival that counts in nothing until a person settles it.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    form = queries.form_of(session, disaster.form_version)
    received_at = disasters.now_of(session, disaster)
    values = read_values(order.values, form)
    _check_time_and_place(order, area, received_at, disaster)
    standing = queries.current_on_grain(
        session, disaster_id=disaster.id, area_id=area.id, round_=order.round
    )
    _check_base(session, order, standing, values, form)
    _check_rules(session, order, values, area=area, disaster=disaster, form=form)
    rival = standing is not None and order.base is None
    report = _store(
        session, attempt.id, order, values, area=area, disaster=disaster, form=form,
        standing=standing, received_at=received_at, actor_id=actor_id,
    )  # fmt: skip
    _say_filed(session, report, standing if rival else None, area, actor_id)
    rival_of = standing.id if rival and standing else None
    return receipts.keep(session, attempt, revision=report.revision, rival_of=rival_of)


def read_values(given: Mapping[str, Any], form: Mapping[str, Field]) -> Values:
    """Return the figures in their own units. Raises Invalid naming every bad field."""
    values: Values = {}
    problems = []
    for code, figure in given.items():
        try:
            values[code] = rules.parse_value(figure, scale=form[code].scale)
        except KeyError:
            problems.append(FieldError(f"values.{code}", "unknown_indicator", _("This form does not ask for that.")))
        except ValueError as error:
            problems.append(FieldError(f"values.{code}", str(error), explain_figure(str(error))))
    if problems:
        raise Invalid(_("Some figures need another look."), problems)
    return values


def explain_figure(code: str) -> str:
    """Say what is wrong with a figure and what to do."""
    return {
        "negative": _("A figure cannot be negative. Write 0, or leave it as not yet known."),
        "too_large": _("This figure is too large. Check the unit."),
        "too_many_decimals": _("Too many decimals for this unit."),
    }.get(code, _("This is not a number. Write digits only, or leave it as not yet known."))


def _check_time_and_place(
    order: schemas.PutReport, area: AreaNode, now: datetime, disaster: Disaster
) -> None:
    problems = []
    if area.level not in REPORTING:
        problems.append(FieldError("area_code", "level", _("Townships and villages report; others add up.")))
    if order.as_of > now + AHEAD:
        problems.append(FieldError("as_of", "future", _("The figures cannot be of a time still to come.")))
    if order.as_of < disaster.started_at - timedelta(days=3):
        problems.append(FieldError("as_of", "V23", _("This is long before the disaster began.")))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def _check_base(
    session: Session, order: schemas.PutReport, standing: Report | None, values: Values,
    form: Mapping[str, Field],
) -> None:  # fmt: skip
    if order.base is None or (standing and standing.id == order.base):
        return
    base = queries.values_of(session, order.base, form)
    theirs = queries.values_of(session, standing.id, form) if standing else {}
    differing = [
        FieldConflict(code, base.get(code), theirs.get(code), values.get(code))
        for code in form
        if len({base.get(code), theirs.get(code), values.get(code)}) > 1
    ]
    current = {"id": str(standing.id), "revision": standing.revision} if standing else None
    raise StaleBase(
        _("Somebody filed a newer version meanwhile. Compare both and send again."),
        current=current,
        fields=differing,
    )


def _check_rules(
    session: Session, order: schemas.PutReport, values: Values, *, area: AreaNode,
    disaster: Disaster, form: Mapping[str, Field],
) -> None:  # fmt: skip
    """Refuse what breaks a hard rule, or falls without a reason (V20)."""
    before = queries.latest_before(
        session, disaster_id=disaster.id, area_id=area.id, as_of=order.as_of, other_than=order.round
    )
    findings = rules.check(
        values,
        previous=queries.values_of(session, before.id, form) if before else None,
        reasons=order.reasons,
        context={"kind": order.kind, "hazard": disaster.kind, "no_change": order.no_change},
    )
    names = queries.indicator_names(dict(form))
    problems = [
        FieldError(f"values.{each.field}", each.rule, rules.said(each, names))
        for each in rules.blocking(findings)
    ]
    if problems:
        raise Invalid(_("These figures contradict each other."), problems)


def _store(
    session: Session, report_id: UUID, order: schemas.PutReport, values: Values, *,
    area: AreaNode, disaster: Disaster, form: Mapping[str, Field], standing: Report | None,
    received_at: datetime, actor_id: UUID,
) -> Report:  # fmt: skip
    rival = standing is not None and order.base is None
    if standing is not None and not rival:
        supersede(standing, received_at)
        session.flush()
    report = Report(
        id=report_id,
        disaster_id=disaster.id,
        area_id=area.id,
        round=order.round,
        kind=order.kind,
        no_change=order.no_change,
        as_of=order.as_of,
        received_at=received_at,
        revision=1 if standing is None or rival else standing.revision + 1,
        base_id=order.base,
        current=not rival,
        state=ReportState.RIVAL if rival else ReportState.SUBMITTED,
        counted_from=None if rival else received_at,
        form_version=disaster.form_version,
        author_id=actor_id,
        entered_for=order.entered_for.model_dump(mode="json") if order.entered_for else None,
        reasons=dict(order.reasons),
    )
    session.add(report)
    session.flush()
    if values:
        session.execute(
            insert(ReportValue),
            [
                {
                    "report_id": report_id,
                    "indicator_id": form[code].id,
                    "value": None if value is None else rules.scaled(value, scale=form[code].scale),
                }
                for code, value in values.items()
            ],
        )
    return report


def supersede(report: Report, at: datetime) -> None:
    """Let a revision stop counting on the reported basis; what was accepted stays so."""
    report.current = False
    report.counted_to = at if report.counted_from else None
    report.state = ReportState.SUPERSEDED


def _say_filed(
    session: Session, report: Report, rival_of: Report | None, area: AreaNode, actor_id: UUID
) -> None:
    code, round_ = Code(area.code), Code(report.round)
    event: events.ReportSubmitted | events.ReportRivalled
    if rival_of is None:
        event = events.ReportSubmitted(
            report.id, report.disaster_id, code, round_, report.as_of, report.revision
        )
    else:
        event = events.ReportRivalled(report.id, rival_of.id, report.disaster_id, code, round_)
    record(session, event, actor_id=actor_id, subject=report.id, areas=[area.id])
