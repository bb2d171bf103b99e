"""What an area said before a report: what it corrects, its last report, what was last known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, case, or_, select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import Report, ReportValue
from damage_reports.queries.form import Field
from damage_reports.queries.process import same_row
from damage_reports.queries.reports import latest_before, values_of
from damage_reports.queries.rounds import rounds
from damage_reports.rules import ReportState, unscaled
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode

Values = Mapping[str, Decimal | None]
NEVER_FALL: frozenset[str] = frozenset(
    code for rule in rules.corpus() if rule["op"] == "no_fall" for code in rule["fields"]
)


@dataclass(frozen=True)
class Earlier:
    """What the rules hold a report against; see `rules.check`."""

    previous: Values = field(default_factory=dict)
    base: Values | None = None
    known: Values = field(default_factory=dict)

    @property
    def open(self) -> frozenset[str]:
        """Return the figures that may not fall and are known neither in `base` nor before."""
        told = [*self.previous.items(), *(self.base or {}).items()]
        return NEVER_FALL.difference(code for code, value in told if value is not None)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Of which area, round and time a report is, and which revision it comes in place of.

    `rival`: it was sent blind, so nothing of its own round is held against it. `received_at`
    is of one that was filed already: what came later does not bear on it.
    """

    disaster: Disaster
    area: AreaNode
    round: str
    as_of: datetime
    base_id: UUID | None = None
    rival: bool = False
    received_at: datetime | None = None


def last_report(
    session: Session, disaster_id: UUID, area: AreaNode, *, as_of: datetime, other_than: str
) -> Report | None:
    """Return the area's last counted report of another round.

    Where it was split off and has none here, the one in the disaster it was split off.
    """

    def latest(one: UUID) -> Report | None:
        return latest_before(
            session, disaster_id=one, area_id=area.id, as_of=as_of, other_than=other_than
        )

    if (found := latest(disaster_id)) is not None:
        return found
    earlier = filter(None, map(latest, same_row(session, disaster_id, area)))
    return max(earlier, key=lambda each: each.valid_from, default=None)


def last_figures(
    session: Session, disaster: Disaster, area: AreaNode, form: Mapping[str, Field], *,
    as_of: datetime, round_: str,
) -> Values | None:  # fmt: skip
    """Return the figures of the area's last counted report of another round."""
    before = last_report(session, disaster.id, area, as_of=as_of, other_than=round_)
    return values_of(session, before.id, form) if before else None


def earlier(
    session: Session, place: Place, form: Mapping[str, Field], codes: Collection[str]
) -> Earlier:
    """Return what the area said before; what was last known only of the figures in `codes`."""
    previous = last_figures(
        session, place.disaster, place.area, form, as_of=place.as_of, round_=place.round
    )
    base = values_of(session, place.base_id, form) if place.base_id else None
    found = Earlier(previous or {}, base)
    wanted = found.open.intersection(codes)
    if not wanted or (previous is None and base is None):
        return found
    return Earlier(found.previous, base, last_known(session, place, form, wanted))


def last_known(
    session: Session, place: Place, form: Mapping[str, Field], codes: Iterable[str]
) -> dict[str, Decimal | None]:
    """Return the last known figure of some indicators: of earlier revisions of the round first.

    A figure that was unknown meanwhile is still the one that must not fall unseen.
    """
    fields = {form[code].id: form[code] for code in codes if code in form}
    same = Report.round == place.round
    counts = (Report.valid_from <= place.as_of) & Report.counted_to.is_(None) & ~same
    statement = (
        select(ReportValue.indicator_id, ReportValue.value)
        .join(Report, Report.id == ReportValue.report_id)
        .where(
            Report.disaster_id == place.disaster.id,
            Report.area_id == place.area.id,
            Report.counted_from.is_not(None),
            Report.state != ReportState.WITHDRAWN,
            counts if place.rival else or_(same, counts),
            ReportValue.indicator_id.in_(list(fields)),
            ReportValue.value.is_not(None),
        )
        .order_by(case((same, 0), else_=1), Report.valid_from.desc(), Report.received_at.desc())
    )
    if place.received_at is not None:
        statement = statement.where(Report.received_at < place.received_at)
    found: dict[str, Decimal | None] = {}
    for indicator_id, value in session.execute(statement):
        known = fields[indicator_id]
        found.setdefault(known.code, unscaled(int(value or 0), scale=known.scale))
    return found


_NEWER = select(Report.id, Report.round, Report.as_of).where(
    Report.disaster_id == bindparam("disaster_id", type_=Uuid()),
    Report.area_id == bindparam("area_id", type_=Uuid()),
    Report.as_of > bindparam("as_of"),
    Report.counted_from.is_not(None),
    Report.counted_to.is_(None),
)


def times(session: Session, place: Place) -> dict[str, int]:
    """Return the facts of rule V30, in minutes: this report's time, and that of a later one.

    A correction is held against what it corrects alone. A report of a round is not held against
    rounds after it: what is owed may come late. Nor is one sent blind held against its own
    round: that is for a person to settle.
    """
    if place.received_at is not None:
        return {}
    grain = {"disaster_id": place.disaster.id, "area_id": place.area.id, "as_of": place.as_of}
    newer = [
        each for each in session.execute(_NEWER, grain)
        if (each.id == place.base_id if place.base_id else each.round != place.round)
    ]  # fmt: skip
    if not newer:
        return {}
    opened = {each.code: each.as_of for each in rounds(session, place.disaster)}
    mine = opened.get(place.round)
    held = [
        each.as_of for each in newer
        if mine is None or each.round not in opened or opened[each.round] <= mine
    ]  # fmt: skip
    if not held:
        return {}
    return {"as_of": _minute(place.as_of), "last_as_of": _minute(max(held))}


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


def for_the_rules(
    session: Session, place: Place, form: Mapping[str, Field]
) -> dict[str, Values | None]:
    """Return what a page needs to hold figures against, as `rules.check` and its twin take it."""
    found = earlier(session, place, form, form)
    return {"previous": found.previous, "base": found.base, "known": found.known}


def to_carry_from(session: Session, place: Place, standing: Report | None) -> Report | None:
    """Return the report a partial one takes over from: that of its round, else the area's last."""
    if standing is not None and standing.counted_from and standing.counted_to is None:
        return standing
    return last_report(session, place.disaster.id, place.area, as_of=place.as_of, other_than="")


def mark_of(report: Report) -> dict[str, Any]:
    """Return a report as the mark on what is carried from it says it."""
    return {
        "report_id": str(report.id), "round": report.round,
        "as_of": report.as_of.isoformat(), "codes": [],
    }  # fmt: skip
