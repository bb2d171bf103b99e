"""What other sources say of a disaster's figures, and the rules that say which one counts.

Both are read for whole areas, whoever looks: a total is the same for everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from damage_reports.models import FigureClaim, SourceRule
from damage_reports.queries.form import Field
from damage_reports.rules import DEFAULT, REPORT, ChoiceRule, RuleBook, choose, unscaled
from relief_ops.disasters.parts.rules import Stream
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.geo.models import AreaClosure

SHARED = {"scope": "shared"}


class Claim(NamedTuple):
    """What a source says of a figure; None says that it does not know it (any more)."""

    id: UUID
    source: str
    value: Decimal | None
    as_of: datetime
    received_at: datetime
    note: str
    author_id: UUID


Said = Mapping[str, Claim]  # by source
Claims = Mapping[UUID, Mapping[str, Said]]  # by area, by figure


@dataclass(frozen=True)
class Choices:
    """The rules in force and the claims they choose from, as known at one instant."""

    tree: AreaTree
    form: Mapping[str, Field]
    book: RuleBook
    claims: Claims

    def rule(self, area: AreaNode, code: str) -> ChoiceRule | None:
        """Return the rule for a figure of an area; None where none was set."""
        chain = [each.id for each in self.tree.ancestors(area.id)]
        return self.book.rule(chain, code, self.form[code].group)

    def order(self, area: AreaNode, code: str) -> tuple[str, ...]:
        """Return which sources count for a figure of an area: the report where no rule says so."""
        rule = self.rule(area, code)
        return rule.order if rule else DEFAULT

    def said(self, area: AreaNode, code: str) -> Said:
        """Return what the other sources say of a figure of an area."""
        return self.claims.get(area.id, {}).get(code, {})

    def taken(self, area: AreaNode, reported: Collection[str]) -> dict[str, tuple[Decimal, Claim]]:
        """Return by figure the claims that count in an area, whose reports know some figures."""
        found = self.claims.get(area.id)
        if not found or not self.book:
            return {}
        taken = {}
        for code, said in found.items():
            claim = self._claim(area, code, said, reported)
            if claim is not None and claim.value is not None:
                taken[code] = (claim.value, claim)
        return taken

    def _claim(
        self, area: AreaNode, code: str, said: Said, reported: Collection[str]
    ) -> Claim | None:
        known = {name for name, each in said.items() if each.value is not None}
        reports = {REPORT} if code in reported else set()
        return said.get(choose(self.order(area, code), known | reports) or "")


def rule_book(session: Session, disaster_id: UUID, *, known_at: datetime | None) -> RuleBook:
    """Return the rules of a disaster that were in force at an instant, or are now."""
    rows = session.scalars(
        select(SourceRule).where(
            SourceRule.disaster_id == disaster_id,
            _stood(SourceRule.set_from, SourceRule.set_to, known_at),
        ),
        execution_options=SHARED,
    )
    return RuleBook(plain_rule(row) for row in rows if row.sources)


def plain_rule(row: SourceRule) -> ChoiceRule:
    """Return a rule as the decisions take it."""
    return ChoiceRule(
        row.area_id, tuple(row.sources), row.indicator, row.group_code, row.only_here, row.id,
        row.reason, row.actor_id, row.set_from,
    )  # fmt: skip


def claims(
    session: Session, streams: Sequence[Stream], form: Mapping[str, Field], tree: AreaTree, *,
    within: UUID, at: datetime | None = None, known_at: datetime | None = None,
    only: str | None = None,
) -> Claims:  # fmt: skip
    """Return what each source says of the figures in and below an area, valid and known then.

    What is said of a township or a whole county that was split off is held where they are.
    """
    held = or_(*(_held(each, tree) for each in streams))
    fields = {each.id: each for each in form.values() if only in (None, each.code)}
    found: dict[UUID, dict[str, dict[str, Claim]]] = {}
    for area_id, indicator_id, value, *rest in _rows(session, held, within, at, known_at):
        if indicator_id in fields:
            field = fields[indicator_id]
            figure = None if value is None else unscaled(value, scale=field.scale)
            claim_id, source, *more = rest
            said = found.setdefault(area_id, {}).setdefault(field.code, {})
            said[source] = Claim(claim_id, source, figure, *more)
    return found


def spoken(
    session: Session, streams: Sequence[Stream], form: Mapping[str, Field], tree: AreaTree
) -> dict[UUID, set[str]]:
    """Return by area the figures of which another source says, or said of an earlier time, any."""
    fields = {each.id: each.code for each in form.values()}
    rows = session.execute(
        select(FigureClaim.area_id, FigureClaim.indicator_id)
        .where(
            or_(*(_held(each, tree) for each in streams)),
            FigureClaim.counted_to.is_(None),
            FigureClaim.value.is_not(None),
        )
        .distinct(),
        execution_options=SHARED,
    )
    found: dict[UUID, set[str]] = {}
    for area_id, indicator_id in rows:
        if indicator_id in fields:
            found.setdefault(area_id, set()).add(fields[indicator_id])
    return found


def _rows(
    session: Session, held: ColumnElement[bool], within: UUID, at: datetime | None,
    known_at: datetime | None,
) -> Any:  # fmt: skip
    """Return the latest valid claim of each source: the one with the latest figures."""
    made = FigureClaim
    grain = (made.area_id, made.indicator_id, made.source)
    latest = (made.as_of.desc(), made.received_at.desc(), made.id.desc())
    place = func.row_number().over(partition_by=grain, order_by=latest)
    wanted = [
        held,
        made.area_id.in_(select(AreaClosure.area_id).where(AreaClosure.ancestor_id == within)),
        _stood(made.received_at, made.counted_to, known_at),
    ]
    if at is not None:
        wanted.append(made.as_of <= at)
    ranked = (
        select(
            made.area_id, made.indicator_id, made.value, made.id, made.source, made.as_of,
            made.received_at, made.note, made.author_id, place.label("place"),
        )
        .where(*wanted)
        .subquery()
    )  # fmt: skip
    columns = [each for each in ranked.c if each.name != "place"]
    return session.execute(select(*columns).where(ranked.c.place == 1), execution_options=SHARED)


def _held(stream: Stream, tree: AreaTree) -> ColumnElement[bool]:
    """Return the condition that a claim is of what a stream brings."""
    filed = FigureClaim.disaster_id == stream.disaster_id
    if stream.only is not None:
        return and_(filed, FigureClaim.area_id.in_(spoken_of(tree, stream.only)))
    if stream.less:
        return and_(filed, FigureClaim.area_id.not_in(spoken_of(tree, stream.less)))
    return filed


def spoken_of(tree: AreaTree, townships: Collection[UUID]) -> set[UUID]:
    """Return some townships with the counties all of whose townships are among them."""
    whole = {
        county.id
        for county in tree.at_level(Level.COUNTY)
        if (below := tree.at_level(Level.TOWNSHIP, county.id))
        and all(each.id in townships for each in below)
    }
    return {*townships, *whole}


def _stood(began: Any, ended: Any, known_at: datetime | None) -> ColumnElement[bool]:
    """Return the condition that a row counts now, or counted at an instant."""
    open_: ColumnElement[bool] = ended.is_(None)
    if known_at is None:
        return open_
    return and_(began <= known_at, or_(open_, ended > known_at))
