"""What a reporter's phone carries away: the rounds one area owes, and the form as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import Report, Verdict
from damage_reports.queries.earlier import Earlier, Place, Values, earlier
from damage_reports.queries.form import Field
from damage_reports.queries.reports import values_of, verdicts
from damage_reports.queries.rounds import Round, current_round, rounds
from damage_reports.rules import ReportState, Standing
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode

BACK = 3
AHEAD = timedelta(days=4)  # longer than the 72 hours a phone works without a network
FIELD = ("code", "group", "scale", "pair", "nature", "part_of", "core")


@dataclass(frozen=True)
class Owed:
    """One round of one area: when it is due there, what stands, and the figures before it.

    `returned` is why it was sent back, where it is to be sent again.
    """

    round: Round
    due: datetime
    standing: Standing
    report: Report | None
    values: Values
    before: Earlier
    rival: bool
    returned: str = ""


def owed(
    session: Session, disaster: Disaster, area: AreaNode, form: Mapping[str, Field],
    found: Sequence[Round], *, now: datetime,
) -> list[Owed]:  # fmt: skip
    """Return the round an area reports for now and the few before it, the latest first."""
    present = current_round(list(found), now)
    if present is None:
        return []
    place = list(found).index(present)
    near = found[max(0, place - BACK) : place + 1]
    filed = _filed(session, disaster, area, [each.code for each in near])
    return [
        _owed(session, disaster, area, form, found=each, filed=filed.get(each.code, []), now=now)
        for each in reversed(near)
    ]


def ahead(session: Session, disaster: Disaster, level: str, *, now: datetime) -> list[Any]:
    """Return the rounds of the days ahead whose figures do not exist yet, as the phone keeps them.

    A phone without a network opens them by the clock.
    """
    found = rounds(session, disaster, ahead=AHEAD)
    present = current_round(found, now)
    return [
        _shown_round(each, each.due.get(level) or each.due["township"])
        for each in found
        if each.as_of > now and each != present
    ]


def _filed(
    session: Session, disaster: Disaster, area: AreaNode, codes: Sequence[str]
) -> dict[str, list[Report]]:
    rows = session.scalars(
        select(Report).where(
            Report.disaster_id == disaster.id,
            Report.area_id == area.id,
            Report.round.in_(codes),
            or_(Report.current, Report.state == ReportState.RIVAL),
        )
    )
    filed: dict[str, list[Report]] = {}
    for each in rows:
        filed.setdefault(each.round, []).append(each)
    return filed


def _owed(
    session: Session, disaster: Disaster, area: AreaNode, form: Mapping[str, Field],
    *, found: Round, filed: Sequence[Report], now: datetime,
) -> Owed:  # fmt: skip
    report = next((each for each in filed if each.current), None)
    rival = any(each.state == ReportState.RIVAL for each in filed)
    due = found.due.get(area.level) or found.due["township"]
    state = ReportState(report.state) if report else None
    standing = rules.standing(state, rival=rival, was_returned=False, due=due, now=now)
    values = values_of(session, report.id, form) if report else {}
    place = Place(
        disaster=disaster,
        area=area,
        round=found.code,
        as_of=now,
        base_id=report.id if report else None,
    )
    before = earlier(session, place, form, form)
    returned = _why(session, report) if standing == Standing.RETURNED and report else ""
    return Owed(found, due, standing, report, values, before, rival, returned)


def _why(session: Session, report: Report) -> str:
    said = (each.reason for each in verdicts(session, report.id) if each.action == "return")
    return next(said, "")


def shown_withdrawals(each: Iterable[Verdict]) -> list[dict[str, Any]]:
    """Return which reports of a round were withdrawn, as the phone that sent one keeps it."""
    return [{"id": one.report_id, "at": one.at, "reason": one.reason} for one in each]


def shown_owed(each: Owed) -> dict[str, Any]:
    """Return a round that is owed as the phone keeps it."""
    report = each.report
    return _shown_round(each.round, each.due) | {
        "standing": each.standing,
        "rival": each.rival,
        "returned": each.returned,
        "previous": each.before.previous,
        "known": each.before.known,
        "report": report and {
            "id": report.id,
            "revision": report.revision,
            "as_of": report.as_of,
            "received_at": report.received_at,
            "values": each.values,
        },
    }  # fmt: skip


def _shown_round(found: Round, due: datetime) -> dict[str, Any]:
    return {
        "code": found.code,
        "kind": found.kind,
        "daily": found.daily,
        "number": found.number,
        "as_of": found.as_of,
        "due": due,
    }


def shown_field(field: Field) -> dict[str, Any]:
    """Return an indicator as the phone keeps it: in both languages, for it may change offline."""
    told = {name: getattr(field, name) for name in FIELD}
    return told | {
        "name": {"zh": field.name_zh, "en": field.name_en},
        "unit": {"zh": field.unit_zh, "en": field.unit_en},
        "help": {"zh": field.help_zh, "en": field.help_en},
    }
