"""Which counties are stable, since when, and what is owed by the calendar until then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import ReportRound, Stability
from damage_reports.queries.process import process_of
from damage_reports.rules import Calm, StableState
from relief_ops import clock, parameters
from relief_ops.auth import lookup
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.rules import GRAVE, Kind, Ladder, State
from relief_ops.errors import NotFound
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention

# What holds where no version of the parameter is in force; the unit is in the key.
LONGEST = timedelta(days=366)  # of a disaster nobody ever ended, the last year is asked for
GAPS = {"report.followup_hours": 24, "report.drought_followup_days": 10}


def declaration(session: Session, stability_id: UUID, *, lock: bool = False) -> Stability:
    """Return one by its id. Raises NotFound for a strange one, or one out of sight."""
    asked = select(Stability).where(Stability.id == stability_id)
    row = session.scalar(asked.with_for_update() if lock else asked)
    if row is None:
        raise NotFound(_("There is no such declaration."))
    return row


def stabilities(session: Session, disaster: Disaster, areas: Iterable[UUID]) -> list[Stability]:
    """Return what was declared for these counties, the latest first."""
    of_these = (Stability.disaster_id == disaster.id, Stability.area_id.in_(list(areas)))
    return list(
        session.scalars(
            select(Stability).where(*of_these).order_by(Stability.declared_at.desc(), Stability.id)
        )
    )


def stable_since(session: Session, disaster_id: UUID) -> dict[UUID, datetime]:
    """Return by county since when it is stable by a declaration that was accepted.

    Read for the whole disaster, whoever looks: what is owed must not depend on that.
    """
    accepted = (Stability.disaster_id == disaster_id, Stability.state == StableState.ACCEPTED)
    rows = session.execute(
        select(Stability.area_id, Stability.stable_at).where(*accepted),
        execution_options={"scope": "shared"},
    )
    return {area_id: stable_at for area_id, stable_at in rows}


def calms(session: Session, disaster_id: UUID) -> dict[UUID, list[Calm]]:
    """Return by county when it is or was stable, by the declarations that were ever accepted."""
    held = (StableState.ACCEPTED, StableState.REOPENED)
    rows = session.execute(
        select(Stability.area_id, Stability.state, Stability.stable_at, Stability.judged_at).where(
            Stability.disaster_id == disaster_id, Stability.state.in_(held)
        ),
        execution_options={"scope": "shared"},
    )
    found: dict[UUID, list[Calm]] = {}
    for area_id, state, stable_at, judged_at in rows:
        until = judged_at if state == StableState.REOPENED else None
        found.setdefault(area_id, []).append(Calm(stable_at, until))
    return found


class _Round(Protocol):
    """What of a round decides whether it is owed."""

    @property
    def kind(self) -> rules.RoundKind: ...
    @property
    def daily(self) -> bool: ...
    @property
    def as_of(self) -> datetime: ...


def excused(
    tree: AreaTree, node: AreaNode, asked: _Round, stable: Mapping[UUID, Sequence[Calm]]
) -> bool:
    """Whether an area owes no report for such a round because its county is or was stable."""
    county = tree.ancestor_at(node.id, Level.COUNTY) if stable else None
    calm = stable.get(county.id, ()) if county else ()
    return rules.is_excused(kind=asked.kind, daily=asked.daily, as_of=asked.as_of, calm=calm)


def series(
    session: Session, disaster: Disaster, opened: Iterable[ReportRound], *, now: datetime
) -> list[rules.Opened]:
    """Return the rounds that are owed by the calendar and that nobody opened by hand."""
    since = _since(session, disaster, opened)
    if since is None:
        return []
    until = _until(session, disaster, opened, now)
    asked_from = max(since, until - LONGEST)
    held = parameters.values(
        session, GAPS, on=clock.local_date(disaster.started_at), area_id=disaster.area_id
    )
    gap = {key: int(held[key].value) if key in held else GAPS[key] for key in GAPS}
    drought = disaster.kind == Kind.DROUGHT
    instants = (
        rules.steps(
            since, until, timedelta(days=gap["report.drought_followup_days"]), after=asked_from
        )
        if drought
        else rules.midnights(
            asked_from, until, clock.local, timedelta(hours=gap["report.followup_hours"])
        )
    )
    by_hand = {row.as_of for row in opened}
    return [
        rules.Opened(rules.RoundKind.UPDATE, not drought, at, at)
        for at in instants
        if at not in by_hand
    ]


def _since(session: Session, disaster: Disaster, opened: Iterable[ReportRound]) -> datetime | None:
    """Return when the series began: a drought, a relief response, a grave disaster, or by hand.

    A grave one (重大, 特别重大) is to be reported on daily from its first report on.
    """
    if disaster.kind == Kind.DROUGHT:
        return disaster.started_at
    begun = [row.as_of for row in opened if row.daily]
    if disaster.grade in GRAVE:
        begun += [row.as_of for row in opened if row.kind == rules.RoundKind.INITIAL][:1]
    begun += [
        each.from_at
        for each in disasters.responses(session, disaster.id)
        if each.ladder == Ladder.RELIEF and each.level > 0
    ]
    return max(min(begun), disaster.started_at) if begun else None


def _until(
    session: Session, disaster: Disaster, opened: Iterable[ReportRound], now: datetime
) -> datetime:
    """Return up to when reports are owed: until now, or until all was stable."""
    if disaster.state == State.ACTIVE:
        return now
    stable = stable_since(session, disaster.id).values()
    ends: list[datetime] = [*stable, *((disaster.ended_at,) if disaster.ended_at else ())]
    return max(ends or [row.as_of for row in opened] or [disaster.started_at])


@dataclass(frozen=True)
class County:
    """One county and its declarations, the latest first."""

    node: AreaNode
    rows: tuple[Stability, ...]

    @property
    def standing(self) -> Stability | None:
        """Return the one that is declared or accepted now."""
        return next((row for row in self.rows if row.state in rules.STANDING), None)


def counties(session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode) -> list[County]:
    """Return the counties of an area (or the one it lies in) with what they declared."""
    above = [node for node in tree.ancestors(area.id) if node.level == Level.COUNTY]
    nodes = above or [each for each in tree.at_level(Level.COUNTY, area.id) if not each.pseudo]
    rows = stabilities(session, disaster, [node.id for node in nodes])
    return [County(node, tuple(row for row in rows if row.area_id == node.id)) for node in nodes]


def not_stable(session: Session, disaster: Disaster, tree: AreaTree) -> list[AreaNode]:
    """Return the counties of a disaster whose stability is not accepted."""
    stable = stable_since(session, disaster.id)
    process = process_of(session, disaster, tree)
    found = tree.at_level(Level.COUNTY, disaster.area_id)
    owing = [node for node in found if not node.pseudo and not process.left(node)]
    return [node for node in owing if node.id not in stable]


def waiting(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode
) -> list[Attention]:
    """Return what the level above should look at: declarations nobody has judged."""
    return [
        Attention(
            key=f"stable:{row.id}",
            state="watch",
            kind="stability",
            title=_("%(county)s says its situation is stable", county=each.node.name),
            detail=_("Accepted, it ends the daily report there."),
            area_id=each.node.id,
            since=row.declared_at,
            href=f"/reports/stability?disaster={disaster.id}&area={area.code}",
        )
        for each in counties(session, disaster, tree, area)
        if (row := each.standing) is not None and row.state == StableState.DECLARED
    ]


def shown_stability(session: Session, row: Stability, node: AreaNode) -> dict[str, Any]:
    """Return a declaration as the API shows it."""
    people = lookup.names(session, [row.declared_by, row.judged_by])
    return {
        "id": row.id,
        "area_code": node.code,
        "stable_at": row.stable_at,
        "note": row.note,
        "state": row.state,
        "declared_at": row.declared_at,
        "declared_by": people.get(row.declared_by, ""),
        "judged_at": row.judged_at,
        "judged_by": people.get(row.judged_by, ""),
        "reason": row.reason,
    }
