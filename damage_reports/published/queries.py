"""Reading what was published, and what the reports add up to as of the same instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.published import rules
from damage_reports.published.models import PublishedReport
from damage_reports.published.rules import Place, Standing
from damage_reports.queries import Asked, form_of
from damage_reports.queries.units import overlaid
from damage_reports.rules import Basis
from relief_ops import clock, geo, i18n
from relief_ops.auth import viewer
from relief_ops.disasters import queries as disasters
from relief_ops.errors import NotFound
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Proviso, View


@dataclass(frozen=True)
class Line:
    """One published figure in the reader's words; `here` is None where nothing can be said."""

    heading: str
    value: Decimal
    unit: str
    note: str
    here: Decimal | None
    compared: bool

    @property
    def difference(self) -> Decimal | None:
        """Return by how much the figure here is above the published one."""
        return None if self.here is None else self.here - self.value


@dataclass(frozen=True)
class Statement:
    """One published report with its lines.

    `came` is whether its instant has come; `readable` whether the reader may read the area's
    figures: only then something stands beside them.
    """

    row: PublishedReport
    area: AreaNode
    lines: tuple[Line, ...]
    came: bool
    readable: bool

    @property
    def source(self) -> str:
        """Return who published it, in the reader's language where that was given."""
        return i18n.told(self.row.source, self.row.source_en)


def instants(session: Session, disaster_id: UUID) -> list[datetime]:
    """Return for which instants something was published, in their order."""
    found = select(PublishedReport.as_of).where(PublishedReport.disaster_id == disaster_id)
    return list(session.scalars(found.distinct().order_by(PublishedReport.as_of)))


def one(session: Session, published_id: UUID) -> PublishedReport:
    """Return one published report. Raises NotFound, also for a disaster the reader cannot see."""
    found = session.get(PublishedReport, published_id)
    if found is None:
        raise NotFound(_("There is no such thing, or not in your areas."))
    disasters.disaster(session, found.disaster_id)
    return found


def statements(session: Session, seen: disasters.Looking) -> list[Statement]:
    """Return what was published of a disaster in order of time, each beside the system's own."""
    if seen.disaster is None:
        return []
    rows = session.scalars(
        select(PublishedReport)
        .where(PublishedReport.disaster_id == seen.disaster.id)
        .order_by(PublishedReport.id)
    )
    found = [_statement(session, seen, row) for row in rows]
    return sorted(found, key=lambda each: (each.row.as_of, each.area.code))


def _statement(session: Session, seen: disasters.Looking, row: PublishedReport) -> Statement:
    area, who = seen.tree.node(row.area_id), viewer()
    came = row.as_of <= seen.view.now
    readable = who is not None and who.may("report.read", area.id, seen.tree)
    totals = _Totals(session, seen, area, row.as_of) if came and readable else None
    return Statement(row, area, tuple(_line(each, totals) for each in row.figures), came, readable)


class _Totals:
    """The totals of one area at one instant, and of the areas in it."""

    def __init__(
        self, session: Session, seen: disasters.Looking, area: AreaNode, at: datetime
    ) -> None:
        assert seen.disaster is not None, "published figures are of a disaster"
        form = form_of(session, seen.disaster.form_version)
        asked = Asked(
            session, seen.disaster.id, area, seen.tree, form, Basis.REPORTED, at, known_at=None,
            only=None,
        )  # fmt: skip
        self.tree, self.area = seen.tree, area
        self.found = overlaid([each.now_counted() for each in asked.parts()])

    def whole(self) -> Mapping[str, Decimal]:
        return self.found.chosen(self.area).values

    def each(self, level: str) -> Sequence[Mapping[str, Decimal]]:
        nodes = self.tree.at_level(level, self.area.id)
        return [self.found.chosen(node).values for node in nodes]


def _line(said: Mapping[str, Any], totals: _Totals | None) -> Line:
    here = None
    if totals is not None:
        count = said["count"]
        here = rules.here(
            said["add"], Decimal(said["times"]), count, totals.whole(),
            totals.each(count) if count else (),
        )  # fmt: skip
    return Line(
        _told(said, "heading"), Decimal(said["value"]), _told(said, "unit"), _told(said, "note"),
        here, bool(said["add"]),
    )  # fmt: skip


def _told(said: Mapping[str, Any], name: str) -> str:
    return i18n.told(str(said[name]), str(said[f"{name}_en"]))


def proviso(session: Session, view: View) -> Proviso | None:
    """Return what a drill's figures are at the instant in view: published for it, or invented."""
    if view.drill_id is None or view.disaster_id is None:
        return None
    found = rules.standing(instants(session, view.disaster_id), view.at or view.now)
    if found is None:
        return None
    who = viewer()
    may_open = who is not None and who.may("report.read", None, geo.cached_tree())
    href = f"/published?disaster={view.disaster_id}" if may_open else ""
    return Proviso(words=in_words(found), href=href)


def in_words(found: Standing) -> str:
    """Return where an instant of a drill lies among the published ones, in words."""
    last, following = _when(found.last), _when(found.next)
    if found.place == Place.BEFORE:
        return _("Invented until the first figures published, of %(next)s", next=following)
    if found.place == Place.AT:
        return _("Figures were published for this instant, %(last)s: compare", last=last)
    if found.place == Place.AFTER:
        return _("Invented since the last figures published, of %(last)s", last=last)
    return _(
        "Invented between the figures published of %(last)s and of %(next)s",
        last=last, next=following,
    )  # fmt: skip


def _when(instant: datetime | None) -> str:
    return f"{clock.local(instant):%m-%d %H:%M}" if instant else ""


def shown(found: Statement) -> dict[str, Any]:
    """Return a published report as the API lists it: each figure beside the system's own."""
    return {
        "id": found.row.id,
        "area_code": found.area.code,
        "as_of": found.row.as_of,
        "source": found.source,
        "revision": found.row.revision,
        "figures": [
            {
                "heading": each.heading, "published": each.value, "unit": each.unit,
                "here": each.here, "difference": each.difference, "note": each.note,
            }
            for each in found.lines
        ],
    }  # fmt: skip
