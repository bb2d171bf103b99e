"""What joining or splitting two disasters would do to their totals, worked out by the same sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports.queries.form import Field, form_of
from damage_reports.queries.live import last_filed
from damage_reports.queries.totals import rollup
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.parts import queries as regrouped
from relief_ops.disasters.parts.rules import Grouping
from relief_ops.geo import AreaNode, AreaTree

Values = Mapping[str, Decimal]


@dataclass(frozen=True)
class Change:
    """One figure of two disasters before and after, and of both as far as each stands alone."""

    field: Field
    before: tuple[Decimal | None, Decimal | None]
    after: tuple[Decimal | None, Decimal | None]
    sum_before: Decimal | None
    sum_after: Decimal | None


@dataclass(frozen=True)
class Preview:
    """What a join, a separation or a split of `areas` would change; `both` report in both."""

    pair: tuple[UUID, UUID]
    changes: tuple[Change, ...]
    both: tuple[AreaNode, ...] = ()
    areas: tuple[AreaNode, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether every sum stays what it was."""
        return all(each.sum_before == each.sum_after for each in self.changes)


def of_join(session: Session, whole: Disaster, part: Disaster, tree: AreaTree) -> Preview:
    """Return what joining a part to a whole changes."""
    now = regrouped.grouping(session)
    area = tree.node(whole.area_id)
    here, there = (
        set(last_filed(session, disaster=each, area=area, tree=tree, at=None))
        for each in (whole, part)
    )
    changes = _changes(session, whole, part.id, tree, now, now.joined(part.id, whole.id))
    return Preview((whole.id, part.id), changes, tuple(regrouped.named(tree, here & there)))


def of_separation(session: Session, whole: Disaster, part_id: UUID, tree: AreaTree) -> Preview:
    """Return what separating a part from its whole changes."""
    now = regrouped.grouping(session)
    changes = _changes(session, whole, part_id, tree, now, now.separated(part_id))
    return Preview((whole.id, part_id), changes)


def of_split(
    session: Session, source: Disaster, into_id: UUID, townships: Sequence[UUID], tree: AreaTree
) -> Preview:
    """Return what splitting townships off into another disaster changes; it may be a new one."""
    now = regrouped.grouping(session)
    then = now.split(source.id, into_id, townships)
    changes = _changes(session, source, into_id, tree, now, then)
    areas = tuple(regrouped.named(tree, townships))
    return Preview((source.id, into_id), changes, areas=areas)


def _changes(  # noqa: PLR0917
    session: Session, one: Disaster, other_id: UUID, tree: AreaTree, now: Grouping,
    then: Grouping,
) -> tuple[Change, ...]:  # fmt: skip
    form, area = form_of(session, one.form_version), tree.node(one.area_id)

    def read(known: Grouping) -> dict[UUID, Values]:
        return {
            each: rollup(
                session, disaster_id=each, area=area, tree=tree, form=form, grouping=known
            ).area.values
            for each in (one.id, other_id)
        }

    before, after = read(now), read(then)
    codes = {code for values in (*before.values(), *after.values()) for code in values}
    return tuple(
        Change(
            field, (before[one.id].get(code), before[other_id].get(code)),
            (after[one.id].get(code), after[other_id].get(code)),
            _sum(now, before, code), _sum(then, after, code),
        )
        for code, field in form.items()
        if code in codes
    )  # fmt: skip


def _sum(known: Grouping, found: Mapping[UUID, Values], code: str) -> Decimal | None:
    """Add up a figure over those disasters that are no part of another of them."""
    alone = [each for each in found if not set(known.chain(each)[1:]) & set(found)]
    figures = [found[each][code] for each in alone if code in found[each]]
    return sum(figures, Decimal(0)) if figures else None
