"""What the counties' forms add up to: read, never stored.

Counties file and levels above add up: each county counts once, with the form of its latest
figures. Unknown stays unknown, and a sum says how many of how many counties know it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.queries import AreaColumn, Field, QuickReport, Round, form_head, signed_by
from damage_reports.relief_work import rules
from damage_reports.relief_work.models import ReliefWorkForm
from damage_reports.relief_work.queries.forms import (
    Values,
    fields_of,
    find,
    plain,
    signatures,
    values_of_many,
)
from damage_reports.relief_work.rules import Filed
from damage_reports.rules import Basis, RollUp, add_up
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.geo import AreaNode, AreaTree, Level
from relief_ops.i18n import gettext as _


@dataclass(frozen=True)
class Totals:
    """An area's total and the column of each area below; `forms` by county, those that count."""

    fields: Mapping[str, Field]
    area: AreaColumn
    children: tuple[AreaColumn, ...]
    forms: Mapping[UUID, Filed]


def totals(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode, *,
    round_: str | None = None, at: datetime | None = None, known_at: datetime | None = None,
) -> Totals:  # fmt: skip
    """Add up an area's counties: their latest forms, or those of one round."""
    fields, counties = fields_of(session, disaster), counties_of(tree, area)
    filed = _filed(session, disaster.id, counties, round_)
    forms = rules.counted(filed, at=at, known_at=known_at)
    values = values_of_many(session, [each.id for each in forms.values()], fields)
    made = _Adding(tree, fields, forms, values)
    below = () if area.level == Level.COUNTY else tree.children(area.id)
    children = tuple(made.column(each) for each in below if counties_of(tree, each))
    return Totals(fields, made.column(area), children, forms)


def counties_of(tree: AreaTree, area: AreaNode) -> list[AreaNode]:
    """Return the counties that owe a form in an area (itself, where it is one)."""
    return [each for each in tree.at_level(Level.COUNTY, area.id) if not each.pseudo]


def _filed(
    session: Session, disaster_id: UUID, counties: Sequence[AreaNode], round_: str | None
) -> list[Filed]:
    of = ReliefWorkForm
    statement = select(of.id, of.area_id, of.round, of.as_of, of.received_at, of.revision).where(
        of.disaster_id == disaster_id, of.area_id.in_([each.id for each in counties])
    )
    if round_:
        statement = statement.where(of.round == round_)
    return [Filed(*row) for row in session.execute(statement)]


@dataclass(frozen=True)
class _Adding:
    tree: AreaTree
    fields: Mapping[str, Field]
    forms: Mapping[UUID, Filed]
    values: Mapping[UUID, Values]

    def column(self, area: AreaNode) -> AreaColumn:
        """Return what the counties of an area add up to."""
        counties = counties_of(self.tree, area)
        forms = [self.forms[each.id] for each in counties if each.id in self.forms]
        known = {code: self._known(code, forms) for code in self.fields}
        stamps = [each.as_of for each in forms]
        return AreaColumn(
            area,
            len(counties),
            len(forms),
            {code: total for code, each in known.items() if (total := self._sum(code, each))
             is not None},
            {code: len(each) for code, each in known.items() if each},
            {},
            min(stamps, default=None),
            max(stamps, default=None),
        )  # fmt: skip

    def _known(self, code: str, forms: Sequence[Filed]) -> list[Decimal]:
        given = (self.values[each.id].get(code) for each in forms)
        return [each for each in given if each is not None]

    def _sum(self, code: str, known: Sequence[Decimal]) -> Decimal | None:
        return add_up(known, how=RollUp(self.fields[code].roll_up))


def as_form(
    session: Session, seen: disasters.Looking, disaster: Disaster, found: Totals, *,
    round_: Round | None,
) -> QuickReport:  # fmt: skip
    """Return totals as the official form that is given out as a file."""
    edition = rules.edition(disaster.form_version)
    own = found.forms.get(seen.area.id)
    form = find(session, own.id) if own else None
    signed = signed_by(session, signatures(session, form.id), form.author_id) if form else {}
    titles = (_("Quick report of relief work in a natural disaster"), _("relief-work report"))
    return QuickReport(
        disaster, seen.area, seen.tree, tuple(found.fields.values()),
        (found.area, *found.children), Basis.REPORTED, round_.title if round_ else "",
        form_head(session, edition), seen.view.now, {}, form_version=edition, titles=titles,
        foot=signed,
    )  # fmt: skip


def shown_totals(found: Totals) -> dict[str, Any]:
    """Return totals as the API gives them."""
    return _shown(found.area, found) | {
        "children": [_shown(each, found) for each in found.children],
        "fields": [each.json() for each in found.fields.values()],
    }


def _shown(column: AreaColumn, found: Totals) -> dict[str, Any]:
    form = found.forms.get(column.node.id)
    return {
        "area_code": column.node.code,
        "name": column.node.name,
        "form": form.id if form else None,
        "round": form.round if form else None,
        "oldest_as_of": column.oldest_as_of,
        "newest_as_of": column.newest_as_of,
        "expected": column.expected,
        "reported": column.reported,
        "values": plain(column.values, found.fields),
        "known": column.known or {},
    }
