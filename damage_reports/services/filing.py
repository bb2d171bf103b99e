"""Filing a report: every revision is a new row, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from damage_reports import events, queries, rules, schemas
from damage_reports.models import Report, ReportValue
from damage_reports.queries import Field
from damage_reports.rules import ReportState
from damage_reports.services import placing
from damage_reports.services.guarding import no_round, over, too_high
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
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

Values = dict[str, Decimal | None]


@dataclass(frozen=True)
class Filing:
    """One report on its way in: what was sent, by whom, for where, and what stands there."""

    id: UUID
    order: schemas.PutReport
    values: Values
    area: AreaNode
    disaster: Disaster
    form: Mapping[str, Field]
    standing: Report | None
    base: UUID | None
    received_at: datetime
    actor_id: UUID
    code: str = ""
    carried: list[dict[str, Any]] | None = None

    @property
    def rival(self) -> bool:
        """Whether it was sent blind on a round that already has a report."""
        return self.standing is not None and self.base is None


AHEAD = timedelta(hours=1)


def put_report(
    session: Session, attempt: Attempt, order: schemas.PutReport, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID, code: str = "",
) -> Receipt:  # fmt: skip
    """File a revision of an area's figures for one round; `code` is the digits it came as.

    Raises StaleBase when `base` is no longer current, Invalid with every field that cannot
    be taken or breaks a hard rule. Without a base on a round that has a report, it is kept
    as a rival that counts in nothing until a person settles it; unless it is the full copy of
    one that was read out as digits, then it follows that one. A partial one takes over what it
    does not say, and is judged with that.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    order = _of_its_round(session, order, disaster, read_out=bool(code))
    form = queries.form_of(session, disaster.form_version)
    received_at = disasters.now_of(session, disaster)
    values = read_values(order.values, form)
    _check_time_and_place(session, order, area, received_at, disaster)
    standing = queries.current_on_grain(
        session, disaster_id=disaster.id, area_id=area.id, round_=order.round,
        known=order.base is not None,
    )  # fmt: skip
    _check_base(session, order, standing, values, form)
    base = order.base or _read_out_before(session, standing, values, form)
    filing = _take_over(session, Filing(
        attempt.id, order, values, area, disaster, form, standing, base, received_at, actor_id,
        code,
    ))  # fmt: skip
    _check_rules(session, filing)
    report = _store(session, filing)
    _say_filed(session, report, filing)
    rival_of = standing.id if filing.rival and standing else None
    return receipts.keep(session, attempt, revision=report.revision, rival_of=rival_of)


def _of_its_round(
    session: Session, order: schemas.PutReport, disaster: Disaster, *, read_out: bool
) -> schemas.PutReport:
    """Return the report as of the kind its round was opened as: what it says itself is a hint.

    Raises Invalid for a round that is none, where there are rounds and no report stands in it;
    what is read out as digits may come of a time between two rounds.
    """
    kind = queries.kind_of_round(session, disaster.id, order.round)
    if kind is None and order.base is None and not read_out:
        known = {each.code for each in queries.rounds(session, disaster)}
        if known and order.round not in known:
            raise Invalid(_("Some fields need another look."), [no_round()])
    return order if kind in (None, order.kind) else order.model_copy(update={"kind": kind})


def _read_out_before(
    session: Session, standing: Report | None, values: Values, form: Mapping[str, Field]
) -> UUID | None:
    """Return the id of a report that came as digits and says the same in every core figure."""
    if standing is None or not queries.came_by_code(standing):
        return None
    return standing.id if queries.is_known(session, standing, values, form) else None


def read_values(given: Mapping[str, Any], form: Mapping[str, Field]) -> Values:
    """Return the figures in their own units. Raises Invalid naming every bad field."""
    values: Values = {}
    problems = []
    for code, figure in given.items():
        try:
            values[code] = rules.parse_value(figure, scale=form[code].scale)
        except KeyError:
            problems.append(
                FieldError(
                    f"values.{code}", "unknown_indicator", _("This form does not ask for that.")
                )
            )
        except ValueError as error:
            problems.append(
                FieldError(f"values.{code}", str(error), rules.explain_figure(str(error)))
            )
    if problems:
        raise Invalid(_("Some figures need another look."), problems)
    return values


def _check_time_and_place(
    session: Session, order: schemas.PutReport, area: AreaNode, now: datetime, disaster: Disaster
) -> None:
    problems = [*disasters.outside(session, disaster, area), *over(disaster), *too_high(area)]
    if order.as_of > now + AHEAD:
        problems.append(
            FieldError("as_of", "future", _("The figures cannot be of a time still to come."))
        )
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
    seen = session.scalar(select(Report).where(Report.id == order.base))  # never another's
    if seen and seen.state == ReportState.WITHDRAWN and standing is None:
        raise StaleBase(
            _("The report this one corrects was withdrawn. Send it again as a new report."),
            current=None, fields=[],
        )  # fmt: skip
    base = queries.values_of(session, order.base, form) if seen else {}
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


def _take_over(session: Session, filing: Filing) -> Filing:
    """Return a partial report with what it does not say, marked with where that was said."""
    order, form = filing.order, filing.form
    if not order.partial:
        return filing
    place = queries.Place(
        disaster=filing.disaster, area=filing.area, round=order.round, as_of=order.as_of
    )
    source = queries.to_carry_from(session, place, filing.standing)
    if source is None:
        return filing
    before = queries.values_of(session, source.id, form)
    kept, unfit = rules.taken_over(filing.values, before)
    marks = rules.marks_of(kept, source.carried or (), queries.mark_of(source))
    reasons = dict.fromkeys(unfit, rules.unfit_words()) | order.reasons
    return replace(
        filing, values={**filing.values, **kept}, carried=marks or None,
        order=order.model_copy(update={"reasons": reasons}),
    )  # fmt: skip


def _check_rules(session: Session, filing: Filing) -> None:
    """Refuse what breaks a hard rule, or falls without a reason (V20)."""
    order, form = filing.order, filing.form
    found = queries.findings(
        session,
        queries.Checked(
            disaster=filing.disaster, area=filing.area, form=form, values=filing.values,
            round=order.round, as_of=order.as_of, kind=order.kind, no_change=order.no_change,
            reasons=order.reasons, base_id=filing.base, rival=filing.rival,
        ),
    )  # fmt: skip
    names = queries.indicator_names(dict(form))
    problems = [
        FieldError(
            f"values.{each.field}" if each.field in form else each.field,
            each.rule, rules.said(each, names),
        )
        for each in rules.blocking(found)
    ]  # fmt: skip
    if problems:
        raise Invalid(_("These figures contradict each other."), problems)


def _store(session: Session, filing: Filing) -> Report:
    order, standing, received_at = filing.order, filing.standing, filing.received_at
    rival = filing.rival
    if standing is not None and not rival:
        supersede(session, standing, received_at)
    row: dict[str, Any] = dict(
        id=filing.id,
        disaster_id=filing.disaster.id,
        area_id=filing.area.id,
        round=order.round,
        kind=order.kind,
        no_change=order.no_change,
        as_of=order.as_of,
        valid_from=placing.valid_from(
            session, filing.disaster, filing.area.id, round_=order.round, as_of=order.as_of
        ),
        received_at=received_at,
        revision=_revision(session, filing),
        base_id=filing.base,
        current=not rival,
        state=ReportState.RIVAL if rival else ReportState.SUBMITTED,
        counted_from=None if rival else received_at,
        form_version=filing.disaster.form_version,
        author_id=filing.actor_id,
        entered_for=_entered_for(filing),
        reasons=dict(order.reasons),
        carried=filing.carried,
    )
    # Plain inserts: every village's report of a bad night passes here.
    session.connection().execute(_REPORT, row)
    _store_values(session, filing)
    return Report(**row)


def _revision(session: Session, filing: Filing) -> int:
    if filing.rival:
        return 1
    if filing.standing is not None:
        return filing.standing.revision + 1
    return queries.following_revision(
        session, disaster_id=filing.disaster.id, area_id=filing.area.id,
        round_=filing.order.round,
    )  # fmt: skip


def _entered_for(filing: Filing) -> dict[str, str] | None:
    if filing.order.entered_for is None:
        return None
    told: dict[str, str] = filing.order.entered_for.model_dump(mode="json")
    return told | ({"code": filing.code} if filing.code else {})


_REPORT, _VALUE = insert(Report), insert(ReportValue)


def _store_values(session: Session, filing: Filing) -> None:
    rows = [
        {
            "report_id": filing.id,
            "indicator_id": filing.form[code].id,
            "value": None if value is None else rules.scaled(value, scale=filing.form[code].scale),
        }
        for code, value in filing.values.items()
    ]
    if rows:
        session.connection().execute(_VALUE, rows)


def supersede(session: Session, report: Report, at: datetime) -> None:
    """Let a revision stop counting on the reported basis; what was accepted stays so.

    One that was returned stopped then: nothing it was later replaced by moves that. But the
    accepted one that counted in its stead stops with it.
    """
    if report.state == ReportState.RETURNED:
        ended = {"counted_to": at, "state": ReportState.SUPERSEDED}
        counting = (Report.counted_from.is_not(None), Report.counted_to.is_(None))
        session.execute(update(Report).where(*_others(report), *counting).values(ended))
    report.current = False
    if report.counted_from and report.counted_to is None:
        report.counted_to = at
    report.state = ReportState.SUPERSEDED
    session.flush()


def fall_back(session: Session, returned: Report) -> None:
    """Let the accepted revision of a round count again where a later one was returned.

    Its span of counting is open again, over the time in which the later one counted: whoever
    asks as known then is told the later one (`totals.latest`).
    """
    stood: ColumnElement[bool] = Report.accepted_to.is_(None)
    if returned.accepted_from is not None:  # it was accepted too: who counted until then, again
        stood |= Report.accepted_to == returned.accepted_from
    again = {"counted_to": None, "accepted_to": None, "state": ReportState.ACCEPTED}
    accepted = (Report.accepted_from.is_not(None), stood)
    session.execute(update(Report).where(*_others(returned), *accepted).values(again))


def _others(report: Report) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for the other revisions of its area and round."""
    return (*queries.same_grain(report), Report.id != report.id)


def _say_filed(session: Session, report: Report, filing: Filing) -> None:
    code, round_ = Code(filing.area.code), Code(report.round)
    event: events.ReportSubmitted | events.ReportRivalled
    if filing.rival and filing.standing:
        event = events.ReportRivalled(
            report.id, filing.standing.id, report.disaster_id, code, round_
        )
    else:
        event = events.ReportSubmitted(
            report.id, report.disaster_id, code, round_, report.as_of, report.revision
        )
    record(session, event, actor_id=filing.actor_id, subject=report.id, areas=[filing.area.id])
