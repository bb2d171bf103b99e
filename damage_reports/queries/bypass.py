"""Counties that must report past the city, since when, and whom they have told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import (
    BypassReport,
    FigureClaim,
    OwnFigure,
    Report,
    ReportValue,
)
from damage_reports.queries import limits
from damage_reports.queries.form import Field, form_of
from damage_reports.queries.live import rollup
from damage_reports.queries.process import process_of
from damage_reports.queries.rounds import terms_of
from damage_reports.queries.units import Unit
from damage_reports.rules import Above, Basis, Word
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention, View

LOST = ("deaths", "missing")


@dataclass(frozen=True)
class Bypass:
    """A county that reports to province and ministry itself, or once did.

    `since` is when there were so many dead and missing, `due` when both had to know; None where
    there are not so many (any more).
    """

    node: AreaNode
    deaths: int
    missing: int
    many: int
    since: datetime | None
    due: datetime | None
    rows: tuple[BypassReport, ...]

    @property
    def lost(self) -> int:
        """Return how many are dead and missing together, as reported now."""
        return self.deaths + self.missing

    @property
    def told(self) -> dict[Above, Word]:
        """Return what each level was told last."""
        return rules.latest(
            Word(Above(each.above), each.at, each.deaths, each.missing) for each in self.rows
        )

    @property
    def untold(self) -> list[Above]:
        """Return who must know and does not know it all yet."""
        return rules.untold(self.told, self.lost) if self.lost >= self.many else []


def bypasses(session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode) -> list[Bypass]:
    """Return the counties of an area that must report past the city, or have, by code."""
    form = form_of(session, disaster.form_version)
    found = rollup(
        session, disaster_id=disaster.id, area=area, tree=tree, form=form, basis=Basis.REPORTED
    )
    many = limits.number(session, disaster, limits.BYPASS)
    told: dict[UUID, list[BypassReport]] = {}
    for row in bypass_reports(session, disaster.id):
        told.setdefault(row.area_id, []).append(row)
    counties = [
        each for each in (found.area, *found.children)
        if each.node.level == Level.COUNTY and (_lost(each) >= many or each.node.id in told)
    ]  # fmt: skip
    within = terms_of(session, disaster).initial.get("county", timedelta(0))
    made = []
    for unit in counties:
        asked = _Asked(disaster, tree, form, unit.node, many)
        since = _since(session, asked) if _lost(unit) >= many else None
        deaths, missing = (int(unit.values.get(code) or 0) for code in LOST)
        rows, due = tuple(told.get(unit.node.id, ())), since and since + within
        made.append(Bypass(unit.node, deaths, missing, many, since, due, rows))
    return made


def _lost(unit: Unit) -> int:
    return sum(int(unit.values.get(code) or 0) for code in LOST)


@dataclass(frozen=True)
class _Asked:
    disaster: Disaster
    tree: AreaTree
    form: Mapping[str, Field]
    county: AreaNode
    many: int


def _since(session: Session, asked: _Asked) -> datetime | None:
    """Return when there came to be so many, as the county's total was known then.

    Between two instants at which something came in, nothing changes: halve until one is left
    before which there were fewer.
    """
    instants = _instants(session, asked)
    fewer, enough = -1, len(instants) - 1
    while enough - fewer > 1:
        middle = (fewer + enough) // 2
        known = _lost_at(session, asked, instants[middle])
        fewer, enough = (fewer, middle) if known >= asked.many else (middle, enough)
    return instants[enough] if instants else None


def _lost_at(session: Session, asked: _Asked, known_at: datetime) -> int:
    found = rollup(
        session, disaster_id=asked.disaster.id, area=asked.county, tree=asked.tree,
        form=asked.form, basis=Basis.REPORTED, known_at=known_at,
    )  # fmt: skip
    return _lost(found.area)


def _instants(session: Session, asked: _Asked) -> list[datetime]:
    """Return when anything of the dead and missing of a county came in, the first first."""
    within = asked.tree.within(asked.county.id)
    ids = process_of(session, asked.disaster, asked.tree).ids  # the total has its parts in it
    lost = [asked.form[code].id for code in LOST if code in asked.form]
    of_reports = (
        select(Report.received_at)
        .join(ReportValue, ReportValue.report_id == Report.id)
        .where(
            Report.disaster_id.in_(ids), Report.area_id.in_(within),
            ReportValue.indicator_id.in_(lost), ReportValue.value > 0,
        )
        .distinct()
    )  # fmt: skip
    others = [
        select(at).where(
            each.disaster_id.in_(ids), each.area_id.in_(within),
            each.indicator_id.in_(lost),
        )
        for each, at in ((OwnFigure, OwnFigure.set_from), (FigureClaim, FigureClaim.received_at))
    ]  # fmt: skip
    return sorted({at for every in (of_reports, *others) for at in session.scalars(every)})


def bypass_reports(session: Session, disaster_id: UUID) -> Sequence[BypassReport]:
    """Return whom counties have told past the city, the first first."""
    return session.scalars(
        select(BypassReport)
        .where(BypassReport.disaster_id == disaster_id)
        .order_by(BypassReport.at, BypassReport.id)
    ).all()


def above_words() -> dict[Above, str]:
    """Return whom a county tells past the city, in words."""
    return {Above.PROVINCE: _("province"), Above.MINISTRY: _("ministry")}


def waiting(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, view: View
) -> Iterator[Attention]:
    """Yield the counties that have not told province and ministry all they know."""
    words = above_words()
    for each in bypasses(session, disaster, tree, area):
        if not each.untold:
            continue
        whom = _(", ").join(words[above] for above in each.untold)
        detail = _("From %(count)d on a county reports past the city.", count=each.many)
        if each.told:
            least = min(word.lost for word in each.told.values())
            detail = _("Told of %(count)d so far.", count=least)
        yield Attention(
            key=f"bypass:{disaster.id}:{each.node.code}",
            state="act",
            kind="bypass",
            title=_(
                "%(county)s: %(count)s dead and missing. Report to %(whom)s at once",
                county=each.node.name, count=each.lost, whom=whom,
            ),
            detail=detail,
            area_id=each.node.id,
            since=each.since or view.now,
            href=f"/reports/bypass?disaster={disaster.id}&area={each.node.code}",
        )  # fmt: skip


def shown_bypass(found: Bypass) -> dict[str, Any]:
    """Return a county's reporting past the city as the API shows it."""
    return {
        "area_code": found.node.code, "name": found.node.name, "deaths": found.deaths,
        "missing": found.missing, "since": found.since, "due": found.due,
        "untold": found.untold,
        "reports": [
            {
                "id": each.id, "above": each.above, "at": each.at, "means": each.means,
                "told_to": each.told_to, "deaths": each.deaths, "missing": each.missing,
            }
            for each in found.rows
        ],
    }  # fmt: skip
