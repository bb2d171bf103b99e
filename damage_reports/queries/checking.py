"""The rules of the form on one report: with the area's last figures, and what else is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports import rules
from damage_reports.queries.earlier import Earlier, Place, Values, earlier, last_known, times
from damage_reports.queries.form import Field, indicator_names
from damage_reports.queries.reports import current_of_many, latest_of_many, values_of_many
from damage_reports.rules import RoundKind
from relief_ops import parameters, plugins
from relief_ops.disasters.boards.queries import proposals
from relief_ops.disasters.models import Disaster
from relief_ops.disasters.queries import division_tree
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.parameters.queries import versions

ARABLE = "area.arable_ha"
SHELTERS = "shelters"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A report as the rules see it, filed or about to be.

    `base_id` is the revision it corrects; `partial` one takes over what it does not say. See
    `Place` for the others.
    """

    disaster: Disaster
    area: AreaNode
    form: Mapping[str, Field]
    values: Values
    round: str
    as_of: datetime
    kind: str
    no_change: bool
    reasons: Mapping[str, str]
    base_id: UUID | None = None
    rival: bool = False
    partial: bool = False
    received_at: datetime | None = None

    @property
    def place(self) -> Place:
        """Return where and when it is of."""
        return Place(
            disaster=self.disaster, area=self.area, round=self.round, as_of=self.as_of,
            base_id=self.base_id, rival=self.rival, received_at=self.received_at,
        )  # fmt: skip


def findings(session: Session, report: Checked) -> list[rules.Finding]:
    """Return every rule a report breaks, warnings too, in the order of the corpus."""
    before = earlier(session, report.place, report.form, _known(report.values))
    final = report.kind == RoundKind.FINAL  # a figure it does not give is held to be 0
    facts = context_of(
        session, report.disaster, report.area, report.form if final else report.values,
        as_of=report.as_of, kind=report.kind,
    )  # fmt: skip
    return _found(report, before, facts | times(session, report.place))


def _known(values: Values) -> set[str]:
    return {code for code, value in values.items() if value is not None}


def _found(report: Checked, before: Earlier, facts: Mapping[str, Any]) -> list[rules.Finding]:
    return rules.check(
        report.values,
        previous=before.previous,
        base=before.base,
        known=before.known,
        reasons=report.reasons,
        context=dict(facts) | {"kind": report.kind, "no_change": report.no_change},
    )


def findings_of_many(session: Session, reports: Sequence[Checked]) -> list[list[rules.Finding]]:
    """Return the findings of many areas' reports of one disaster, round and time, read together."""
    if not reports:
        return []
    first, areas = reports[0], {each.area.id: each.area for each in reports}
    before = latest_of_many(
        session, disaster_id=first.disaster.id, area_ids=areas, as_of=first.as_of,
        other_than=first.round,
    )  # fmt: skip
    standing = current_of_many(
        session, disaster_id=first.disaster.id, area_ids=areas, round_=first.round
    )
    figures = values_of_many(session, [*before.values(), *standing.values()], first.form)
    counted = _sheltered_many(session, first.disaster, areas)
    no_arable = not versions(session, ARABLE)
    tree = division_tree(session, first.disaster)
    found = []
    for each in reports:
        facts: dict[str, Any] = {"hazard": each.disaster.kind}
        if each.kind == RoundKind.FINAL:
            facts |= _counted(
                session, each.disaster, each.area, each.form, as_of=each.as_of, kind=each.kind
            )
        facts |= _people(tree, each.area)
        if "relocated_central_rt" in each.values and each.area.id in counted:
            facts["shelter_headcount"] = counted[each.area.id]
        if "crop_affected" in each.values and not no_arable:
            facts |= _arable(session, each.disaster, each.area)
        last = figures.get(before.get(each.area.id, each.area.id), {})
        stands = figures.get(standing.get(each.area.id, each.area.id))
        found.append(_of_one(session, each, last, stands, facts))
    return found


def _of_one(
    session: Session, report: Checked, last: Values, stands: Values | None, facts: Mapping[str, Any]
) -> list[rules.Finding]:
    """Return what a row of a table breaks, with what it will take over from `stands` or `last`."""
    said, reasons = report.values, dict(report.reasons)
    if report.partial:
        kept, unfit = rules.taken_over(said, last if stands is None else stands)
        said, reasons = {**kept, **said}, reasons | dict.fromkeys(unfit, rules.unfit_words())
    report = replace(report, values=said, reasons=reasons)
    before = Earlier(last, stands if report.base_id else None)
    wanted = before.open & _known(said)
    if wanted and (last or stands):
        known = last_known(session, report.place, report.form, wanted)
        before = replace(before, known=known)
    return _found(report, before, {**facts, **times(session, report.place)})


def _sheltered_many(
    session: Session, disaster: Disaster, area_ids: Collection[UUID]
) -> dict[UUID, Any]:
    found = proposals(session, disaster, area_ids, indicator="relocated_central_rt")
    return {
        each.area_id: each.value
        for each in found
        if each.source == SHELTERS and each.value is not None
    }


def told(found: list[rules.Finding], form: Mapping[str, Field]) -> list[dict[str, str]]:
    """Return findings as a page or the API shows them, in the reader's language."""
    names = indicator_names(dict(form))
    return [
        {
            "rule": each.rule,
            "severity": str(each.severity),
            "field": each.field,
            "message": rules.said(each, names),
        }
        for each in found
    ]


def context_of(
    session: Session, disaster: Disaster, area: AreaNode, codes: Collection[str], *,
    as_of: datetime, kind: str = RoundKind.UPDATE,
) -> dict[str, Any]:  # fmt: skip
    """Return the facts that rules about these indicators need; what nobody knows is left out.

    `population` is the latest figure of the area itself, `population_above` that of the nearest
    area above that has one, `shelter_headcount` what the shelters
    left on the board for its township, `arable_ha` a policy number (`area.arable_ha`) of the
    area or the nearest one above; packages add what they counted (`report_facts`). A rule
    without its fact is silent.
    """
    facts: dict[str, Any] = {"hazard": disaster.kind}
    facts |= _counted(session, disaster, area, codes, as_of=as_of, kind=kind)
    facts |= _people(division_tree(session, disaster), area)
    if "relocated_central_rt" in codes:
        facts |= _sheltered(session, disaster, area)
    if "crop_affected" in codes:
        facts |= _arable(session, disaster, area)
    return facts


def _counted(
    session: Session, disaster: Disaster, area: AreaNode, codes: Collection[str], *,
    as_of: datetime, kind: str,
) -> dict[str, Any]:  # fmt: skip
    asked = plugins.ReportAsked(
        disaster_id=disaster.id, area_id=area.id, as_of=as_of, final=kind == RoundKind.FINAL,
        codes=frozenset(codes),
    )  # fmt: skip
    facts: dict[str, Any] = {}
    for counted in plugins.contributed("report_facts"):
        facts |= counted(session, asked)
    return facts


def _sheltered(session: Session, disaster: Disaster, area: AreaNode) -> dict[str, Any]:
    found = proposals(session, disaster, [area.id], indicator="relocated_central_rt")
    counted = [each.value for each in found if each.source == SHELTERS and each.value is not None]
    return {"shelter_headcount": counted[0]} if counted else {}


def _people(tree: AreaTree, area: AreaNode) -> dict[str, Any]:
    above = [each.population for each in tree.ancestors(area.id)[1:] if each.population is not None]
    known = {} if area.population is None else {"population": area.population}
    return known | ({"population_above": above[0]} if above else {})


def _arable(session: Session, disaster: Disaster, area: AreaNode) -> dict[str, Any]:
    found = parameters.values(session, [ARABLE], on=disaster.division_date, area_id=area.id)
    return {"arable_ha": found[ARABLE].value} if ARABLE in found else {}
