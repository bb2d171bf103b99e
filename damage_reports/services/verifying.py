"""What a township's final table (核报) waits for: its final report, in agreement with its lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports import queries, rules
from damage_reports.models import Report
from damage_reports.rules import RoundKind
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import IllegalTransition
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.i18n import gettext as _

OF_LISTS = frozenset(each["id"] for each in rules.corpus() if each["op"] == "listed")
OF_A_TIME = "V27"  # who is away changes by the hour: each report is held against its own


def may_sign(session: Session, disaster: Disaster, area: AreaNode, round_: str) -> None:
    """Raise IllegalTransition while a township has not verified its figures.

    It owes a final report of its own; where its villages report, each of them that ever did. No
    figure may differ from its list without a reason kept in the report.
    """
    tree = disasters.division_tree(session, disaster)
    filed = _standing(session, disaster, tree, area)
    final = [each for each in filed if _is_of(each, disaster, round_)]
    if missing := _missing(area, tree, filed, final):
        raise IllegalTransition(
            _(
                "The final table waits for the final report of %(names)s.",
                names="、".join(node.name for node in missing),
            )
        )
    own = [each for each in final if each.area_id == area.id]
    found = [each for report in own or final for each in _open(session, report, tree)]
    if not own:
        found += _beside_villages(session, disaster, area, final)
    if found:
        names = queries.indicator_names(queries.form_of(session, disaster.form_version))
        said = dict.fromkeys(rules.said(each, names) for each in found)
        raise IllegalTransition(
            _("Figures differ from their lists: %(what)s", what=" ".join(said))
        )  # fmt: skip


def _standing(session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode) -> list[Report]:
    """Return the reports that count of a township and its villages, over all parts."""
    process = queries.process_of(session, disaster, tree)
    rows = session.scalars(
        select(Report).where(
            Report.disaster_id.in_(process.ids),
            Report.area_id.in_([area.id, *(node.id for node in tree.children(area.id))]),
            Report.counted_from.is_not(None),
            Report.counted_to.is_(None),
        )
    )
    return process.only(rows)


def _is_of(report: Report, disaster: Disaster, round_: str) -> bool:
    """Whether a report is the final one; a part has a final round of its own."""
    return report.kind == RoundKind.FINAL and (
        report.round == round_ or report.disaster_id != disaster.id
    )


def _missing(
    area: AreaNode, tree: AreaTree, filed: Sequence[Report], final: Sequence[Report]
) -> list[AreaNode]:
    done, ever = {each.area_id for each in final}, {each.area_id for each in filed}
    if area.id in done:
        return []
    if area.id in ever or not ever:
        return [area]
    return [tree.node(each) for each in ever - done]


def _open(session: Session, report: Report, tree: AreaTree) -> list[rules.Finding]:
    """Return where a final report differs from its lists now, and says no reason."""
    disaster = disasters.disaster(session, report.disaster_id)
    form = queries.form_of(session, report.form_version)
    checked = queries.Checked(
        disaster=disaster, area=tree.node(report.area_id), form=form,
        values=queries.values_of(session, report.id, form), round=report.round,
        as_of=report.as_of, kind=report.kind, no_change=report.no_change, reasons=report.reasons,
        base_id=report.base_id, received_at=report.received_at,
    )  # fmt: skip
    return [each for each in queries.findings(session, checked) if each.rule in OF_LISTS]


def _beside_villages(
    session: Session, disaster: Disaster, area: AreaNode, final: Iterable[Report]
) -> list[rules.Finding]:
    """Return where a list of the township holds what no village's report does."""
    reports = [each for each in final if each.disaster_id == disaster.id]
    if not reports:
        return []
    form = queries.form_of(session, disaster.form_version)
    facts = queries.context_of(
        session, disaster, area, form, as_of=max(each.as_of for each in reports),
        kind=RoundKind.FINAL,
    )  # fmt: skip
    found = rules.check(
        _added(session, [each.id for each in reports], form),
        reasons={code: why for each in reports for code, why in each.reasons.items()},
        context=facts | {"kind": RoundKind.FINAL},
    )
    return [each for each in found if each.rule in OF_LISTS - {OF_A_TIME}]


def _added(
    session: Session, reports: Sequence[UUID], form: Mapping[str, queries.Field]
) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for values in queries.values_of_many(session, reports, form).values():
        for code, value in values.items():
            if value is not None:
                total[code] = total.get(code, Decimal(0)) + value
    return total
