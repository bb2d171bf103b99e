"""Counties that must report past the city, since when, and whom they have told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.models import BypassReport, Report, ReportValue
from damage_reports.queries import limits
from damage_reports.queries.form import form_of
from damage_reports.queries.live import rollup
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
    """A county with so many dead and missing that it reports to province and ministry itself."""

    node: AreaNode
    deaths: int
    missing: int
    many: int
    since: datetime
    due: datetime
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
        """Return who does not know it all yet."""
        return rules.untold(self.told, self.lost)


def bypasses(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, *, now: datetime
) -> list[Bypass]:
    """Return the counties of an area that must report past the city, by code."""
    form = form_of(session, disaster.form_version)
    found = rollup(
        session, disaster_id=disaster.id, area=area, tree=tree, form=form, basis=Basis.REPORTED
    )
    many = limits.number(session, disaster, limits.BYPASS)
    units = [each for each in (found.area, *found.children) if _lost(each) >= many]
    asked = _Asked(disaster, tree, [form[code].id for code in LOST if code in form], many, now)
    return [
        _bypass(session, asked, each) for each in units if each.node.level == Level.COUNTY
    ]  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    disaster: Disaster
    tree: AreaTree
    indicators: list[int]
    many: int
    now: datetime


def _lost(unit: Unit) -> int:
    return sum(int(unit.values.get(code) or 0) for code in LOST)


def _bypass(session: Session, asked: _Asked, unit: Unit) -> Bypass:
    since = _since(session, asked, unit.node) or unit.newest_as_of or asked.now
    within = terms_of(session, asked.disaster).initial.get("county", timedelta(0))
    deaths, missing = (int(unit.values.get(code) or 0) for code in LOST)
    rows = tuple(bypass_reports(session, asked.disaster.id, unit.node.id))
    return Bypass(unit.node, deaths, missing, asked.many, since, since + within, rows)


def _since(session: Session, asked: _Asked, county: AreaNode) -> datetime | None:
    """Return when the reports that count now had told of so many; None where others told it."""
    rows = session.execute(
        select(Report.received_at, ReportValue.value)
        .join(ReportValue, ReportValue.report_id == Report.id)
        .where(
            Report.disaster_id == asked.disaster.id,
            Report.area_id.in_(asked.tree.within(county.id)),
            Report.counted_from.is_not(None), Report.counted_to.is_(None),
            ReportValue.indicator_id.in_(asked.indicators), ReportValue.value > 0,
        )
        .order_by(Report.received_at)
    )  # fmt: skip
    known = 0
    for received_at, value in rows:
        known += int(value or 0)
        if known >= asked.many:
            return received_at
    return None


def bypass_reports(session: Session, disaster_id: UUID, area_id: UUID) -> Sequence[BypassReport]:
    """Return whom a county has told past the city, the first first."""
    return session.scalars(
        select(BypassReport)
        .where(BypassReport.disaster_id == disaster_id, BypassReport.area_id == area_id)
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
    for each in bypasses(session, disaster, tree, area, now=view.now):
        if not each.untold:
            continue
        whom = "、".join(words[above] for above in each.untold)
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
            since=each.since,
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
