"""Reading sources, single claims and rules of choice, and how their names stand on a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.models import FigureClaim, FigureSource, SourceRule
from damage_reports.queries.choices import SHARED
from damage_reports.queries.form import Field, indicators
from damage_reports.queries.process import Process
from damage_reports.queries.units import Unit
from damage_reports.rules import unscaled
from relief_ops import i18n
from relief_ops.db.sessions import standing
from relief_ops.disasters.parts import queries as regrouped
from relief_ops.errors import NotFound
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Source:
    """Who may say a figure."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    position: int
    active: bool
    source: str
    confidence: str
    revision: int

    @property
    def name(self) -> str:
        """Return the name in the reader's language."""
        return self.name_zh if i18n.language() == "zh" else self.name_en

    def json(self) -> dict[str, Any]:
        """Return the source as the API lists it."""
        return {each: getattr(self, each) for each in self.__slots__} | {"name": self.name}


def sources(session: Session) -> dict[str, Source]:
    """Return every source by code, the report first."""
    columns = [getattr(FigureSource, each) for each in Source.__slots__]
    rows = session.execute(
        select(*columns).order_by(FigureSource.position, FigureSource.code)
    )  # fmt: skip
    return {each.code: each for each in (Source(*row) for row in rows)}


def source_names(session: Session) -> dict[str, str]:
    """Return the sources' names in the reader's language."""
    return {code: each.name for code, each in sources(session).items()}


def names_for(session: Session, units: Iterable[Unit]) -> dict[str, str]:
    """Return the names where a figure is another source's than the report's; else none."""
    marked = any(unit.source or unit.mixed for unit in units)
    return source_names(session) if marked else {}


def mark_words(mark: str, names: Mapping[str, str]) -> str:
    """Return a mark (`Unit.marks`) in words: the source, or how many figures of a sum are whose."""
    parts = [each.partition(":") for each in mark.split()]
    if not parts or not parts[0][1]:
        return names.get(mark, mark)
    said = "、".join(f"{names.get(name, name)} {count}" for name, _sign, count in parts)
    return _("with %(sources)s", sources=said)


def figure_claim(session: Session, claim_id: UUID) -> FigureClaim:
    """Return one revision within the viewer's areas. Raises NotFound."""
    found = session.scalar(select(FigureClaim).where(FigureClaim.id == claim_id))
    if found is None:
        raise NotFound(_("There is no such figure, or not in your areas."))
    return found


def current_claim(
    session: Session, *, disaster_id: UUID, area_id: UUID, indicator_id: int, source: str
) -> FigureClaim | None:
    """Return and lock what stands for (disaster, area, figure, source), if anything."""
    return standing(
        session,
        select(FigureClaim)
        .where(
            FigureClaim.disaster_id == disaster_id,
            FigureClaim.area_id == area_id,
            FigureClaim.indicator_id == indicator_id,
            FigureClaim.source == source,
            FigureClaim.current,
        )
        .with_for_update(),
    )


def claims_standing(
    session: Session, *, disaster_id: UUID, source: str, area_ids: Iterable[UUID]
) -> dict[tuple[UUID, int], FigureClaim]:
    """Return what stands for a source in some areas, by (area, figure's number)."""
    rows = session.scalars(
        select(FigureClaim).where(
            FigureClaim.disaster_id == disaster_id,
            FigureClaim.source == source,
            FigureClaim.area_id.in_(list(area_ids)),
            FigureClaim.current,
        )
    )
    return {(each.area_id, each.indicator_id): each for each in rows}


def current_claims(
    session: Session, disaster_id: UUID, tree: AreaTree, area: AreaNode
) -> list[FigureClaim]:
    """Return what other sources say now in and below an area, the latest received first."""
    rows = session.scalars(
        select(FigureClaim)
        .where(FigureClaim.disaster_id == disaster_id, FigureClaim.current)
        .order_by(FigureClaim.received_at.desc(), FigureClaim.id.desc())
    )
    inside = tree.within(area.id)
    return [each for each in rows if each.area_id in inside]


def shown_claim(session: Session, row: FigureClaim, tree: AreaTree) -> dict[str, Any]:
    """Return a revision as the API shows it."""
    return _shown_claim(row, tree, _by_id(session))


def shown_claims(session: Session, rows: list[FigureClaim], tree: AreaTree) -> list[dict[str, Any]]:
    """Return many as the API shows them."""
    fields = _by_id(session)
    return [_shown_claim(row, tree, fields) for row in rows]


def _by_id(session: Session) -> dict[int, Field]:
    return {each.id: each for each in indicators(session).values()}


def _shown_claim(row: FigureClaim, tree: AreaTree, fields: Mapping[int, Field]) -> dict[str, Any]:
    field = fields[row.indicator_id]
    return {
        "id": row.id,
        "disaster_id": row.disaster_id,
        "area_code": tree.node(row.area_id).code,
        "indicator": field.code,
        "source": row.source,
        "value": None if row.value is None else unscaled(row.value, scale=field.scale),
        "as_of": row.as_of,
        "note": row.note,
        "revision": row.revision,
        "base": row.base_id,
        "current": row.current,
        "received_at": row.received_at,
    }


def current_rule(
    session: Session, *, disaster_id: UUID, area_id: UUID, indicator: str, group: str,
    only_here: bool,
) -> SourceRule | None:  # fmt: skip
    """Return and lock the rule that stands for (disaster, area, figures), if any was ever set."""
    return session.scalar(
        select(SourceRule)
        .where(
            SourceRule.disaster_id == disaster_id,
            SourceRule.area_id == area_id,
            SourceRule.indicator == indicator,
            SourceRule.group_code == group,
            SourceRule.only_here == only_here,
            SourceRule.set_to.is_(None),
        )
        .with_for_update()
    )


def rules_set(
    session: Session, disaster_id: UUID, tree: AreaTree, area: AreaNode
) -> list[SourceRule]:
    """Return every revision of the rules that bear on an area or below it, the latest first.

    Rules of the areas above bear on it too, whoever looks.
    """
    rows = session.scalars(
        select(SourceRule)
        .where(SourceRule.disaster_id == disaster_id)
        .order_by(SourceRule.set_from.desc(), SourceRule.id.desc()),
        execution_options=SHARED,
    )
    bearing = tree.within(area.id) | {each.id for each in tree.ancestors(area.id)}
    return [each for each in rows if each.area_id in bearing]


def claims_ever(
    session: Session, disaster_id: UUID, area_id: UUID, indicator_id: int
) -> list[FigureClaim]:
    """Return every revision of what other sources said of a figure of an area, latest first."""
    return list(
        session.scalars(
            select(FigureClaim)
            .where(
                FigureClaim.disaster_id == disaster_id,
                FigureClaim.area_id == area_id,
                FigureClaim.indicator_id == indicator_id,
            )
            .order_by(FigureClaim.received_at.desc(), FigureClaim.id.desc())
        )
    )


def claimed_since(
    session: Session, disaster_id: UUID, tree: AreaTree, area: AreaNode, since: datetime
) -> list[FigureClaim]:
    """Return what other sources said of times up to an instant, or took back, only after it."""
    process = Process(disaster_id, regrouped.grouping(session), tree)
    rows = session.scalars(
        select(FigureClaim)
        .where(
            FigureClaim.disaster_id.in_(process.ids),
            FigureClaim.as_of <= since,
            FigureClaim.received_at > since,
        )
        .order_by(FigureClaim.received_at.desc(), FigureClaim.id.desc())
    )
    return [
        each
        for each in rows
        if each.area_id in tree.within(area.id) and process.holds(each.disaster_id, each.area_id)
    ]


def shown_rule(row: SourceRule, tree: AreaTree, names: Mapping[Any, str]) -> dict[str, Any]:
    """Return a revision of a rule as the API shows it, with who set it."""
    return {
        "id": row.id,
        "area_code": tree.node(row.area_id).code,
        "indicator": row.indicator or None,
        "group": row.group_code or None,
        "only_here": row.only_here,
        "sources": row.sources,
        "reason": row.reason,
        "set_from": row.set_from,
        "set_to": row.set_to,
        "set_by": names.get(row.actor_id, ""),
        "revision": row.revision,
        "base": row.base_id,
        "current": row.set_to is None,
    }
