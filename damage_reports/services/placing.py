"""From what time a report counts: its round keeps its place among an area's other rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

from damage_reports.models import Report, ReportRound
from damage_reports.queries import rounds
from damage_reports.rules import ReportState
from relief_ops.disasters.models import Disaster

BEAT = timedelta(microseconds=1)
# Every filing asks this: it is built once, and only its values change.
_COUNTED = select(Report.round, Report.valid_from, Report.counted_to).where(
    Report.disaster_id == bindparam("disaster_id", type_=Uuid()),
    Report.area_id == bindparam("area_id"),
    Report.counted_from.is_not(None),
    Report.state != ReportState.WITHDRAWN,  # it was a mistake: it rules no place
)
_OPENED = select(ReportRound.code, ReportRound.as_of).where(
    ReportRound.disaster_id == bindparam("disaster_id", type_=Uuid()),
    ReportRound.code.in_(bindparam("codes", expanding=True)),
)


class _Placed(NamedTuple):
    round: str
    valid_from: datetime
    counted_to: datetime | None


def valid_from(
    session: Session, disaster: Disaster, area_id: UUID, *, round_: str, as_of: datetime
) -> datetime:
    """Return from what time a report of an area and round counts.

    A correction counts from where its round counted, however late its own time is: what was
    signed meanwhile shows it as a difference. A round filed late comes just before the area's
    later ones. One that said an earlier time than a round before it is freed of that by a
    correction.
    """
    rows = session.execute(_COUNTED, {"disaster_id": disaster.id, "area_id": area_id})
    placed = [_Placed(*row) for row in rows]
    mine = [each.valid_from for each in placed if each.round == round_]
    others = [each for each in placed if each.round != round_ and each.counted_to is None]
    earliest = min([as_of, *mine])
    near = [each for each in others if each.valid_from <= as_of]
    if not near or (mine and all(each.valid_from < earliest for each in near)):
        return earliest
    order = _order(session, disaster, {round_, *(each.round for each in near)})
    if round_ not in order:
        return earliest
    place = order[round_]
    if mine:
        before = _times(near, order, lambda other: other < place)
        return min(as_of, max([earliest, *(each + BEAT for each in before)]))
    after = _times(near, order, lambda other: other > place)
    return min([earliest, *(each - BEAT for each in after)])


def _order(session: Session, disaster: Disaster, codes: set[str]) -> dict[str, int]:
    """Return the place of these rounds among all; those owed by the calendar alone cost more."""
    rows = session.execute(_OPENED, {"disaster_id": disaster.id, "codes": sorted(codes)})
    opened = sorted((as_of, code) for code, as_of in rows)
    listed = [code for _as_of, code in opened]
    if len(listed) < len(codes):
        listed = [each.code for each in rounds(session, disaster)]
    return {code: number for number, code in enumerate(listed)}


def _times(
    placed: Iterable[_Placed], order: dict[str, int], asked: Callable[[int], bool]
) -> list[datetime]:
    return [each.valid_from for each in placed if each.round in order and asked(order[each.round])]
