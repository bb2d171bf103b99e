"""Who has not reported though they could: for the last round whose time is up, or for hours.

Hours of silence count where no round was opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from damage_reports.models import Report, Verdict
from damage_reports.queries.contact import out_of_contact
from damage_reports.queries.live import last_filed
from damage_reports.queries.process import owing
from damage_reports.queries.rounds import Round, last_due, rounds
from damage_reports.queries.stability import calms, excused
from damage_reports.rules import WITHDRAWAL, ReportState
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, AreaTree

SILENCE = timedelta(hours=3)


@dataclass(frozen=True)
class Overdue:
    """The townships that owe a report and can be reached, and the round they owe.

    Without a round none was opened.
    `since` is when it was due; without a round, a township's last figures, None if it never filed.
    """

    round: Round | None
    since: dict[UUID, datetime | None]
    townships: tuple[AreaNode, ...]


def overdue(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, *, now: datetime,
    at: datetime | None = None, known_at: datetime | None = None,
    patience: timedelta = timedelta(0),
) -> Overdue:  # fmt: skip
    """Return who is overdue in an area at an instant, `now` by default.

    `known_at` leaves out what was received after it. Who is out of contact now is not late now;
    who was in the past nobody kept. With `patience` only who owes for longer than that, of the last
    round that is over for so long.
    """
    moment = at or known_at or now
    past = at is not None or known_at is not None
    out = {} if past else out_of_contact(session, disaster, tree, area, now=now)
    owes = [node for node in owing(session, disaster.id, tree, area.id) if node.id not in out]
    opened = rounds(session, disaster)
    if not opened:
        last = last_filed(session, disaster=disaster, area=area, tree=tree, at=at)
        return _silent(disaster, owes, last, moment)
    latest, later = last_due(opened, "township", moment - patience)
    if latest is None:
        return Overdue(opened[0], {}, ())
    filed = _filed(session, disaster, later, known_at or now)
    stable = calms(session, disaster.id)
    late = tuple(
        node for node in owes if node.id not in filed and not excused(tree, node, latest, stable)
    )
    return Overdue(latest, {node.id: latest.due["township"] for node in late}, late)


def _filed(session: Session, disaster: Disaster, codes: list[str], until: datetime) -> set[UUID]:
    gone = aliased(Report)
    withdrawn_since = (
        exists()
        .where(
            gone.disaster_id == Report.disaster_id, gone.area_id == Report.area_id,
            gone.round == Report.round, gone.state == ReportState.WITHDRAWN,
            gone.counted_from.is_not(None), Verdict.report_id == gone.id,
            Verdict.action == WITHDRAWAL, Verdict.at <= until, Verdict.at >= Report.received_at,
        )
        .correlate(Report)
    )  # fmt: skip
    return set(
        session.scalars(
            select(Report.area_id)
            .where(
                Report.disaster_id == disaster.id,
                Report.round.in_(codes),
                Report.received_at <= until,
                Report.counted_from.is_not(None),
                ~withdrawn_since,
            )
            .distinct()
        )
    )


def _silent(
    disaster: Disaster, owing: list[AreaNode], last: dict[UUID, datetime], now: datetime
) -> Overdue:
    silent = [node for node in owing if now - last.get(node.id, disaster.started_at) > SILENCE]
    silent.sort(key=lambda node: (node.id in last, last.get(node.id, now), node.code))
    return Overdue(None, {node.id: last.get(node.id) for node in silent}, tuple(silent))
