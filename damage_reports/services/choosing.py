"""Deciding which source counts: by rule for many figures, or for one whose sources differ."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports import events, queries, rules, schemas
from damage_reports.models import FigureSource, GapSettlement, SourceRule
from damage_reports.queries import Difference
from damage_reports.rules import REPORT
from damage_reports.services.guarding import over
from relief_ops import receipts
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import (
    FieldConflict,
    FieldError,
    Forbidden,
    IllegalTransition,
    Invalid,
    StaleBase,
)
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

RULED = (Level.CITY, Level.COUNTY, Level.TOWNSHIP)


@dataclass(frozen=True)
class _Scope:
    """For which figures of which area a rule is."""

    disaster: Disaster
    area: AreaNode
    indicator: str
    group: str
    only_here: bool

    @property
    def figures(self) -> str:
        """Return the figures as one code: of one, of a group, or of all."""
        return self.indicator or self.group or "all"


def put_source_rule(
    session: Session, attempt: Attempt, order: schemas.PutSourceRule, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Set which sources count for an area and in which order; totals follow as they are read.

    Raises StaleBase when `base` is no longer the rule that stands for these figures, Invalid
    for an order that names no report: nothing anybody reported is lost by a rule.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    _check_rule(session, order, area, disaster)
    scope = _Scope(disaster, area, order.indicator, order.group, order.only_here)
    standing = _standing(session, scope)
    if order.base != (standing.id if standing else None):
        current = {"id": str(standing.id), "revision": standing.revision} if standing else None
        raise StaleBase(
            _("Another rule stands for these figures by now. Look at it first."), current=current
        )
    if not (order.sources or (standing and standing.sources)):
        raise IllegalTransition(_("There is no rule here to take back."))
    row = _set_rule(
        session, scope, standing, rule_id=attempt.id, sources=order.sources,
        reason=order.reason.strip(), actor_id=actor_id,
    )  # fmt: skip
    return receipts.keep(session, attempt, revision=row.revision)


def _standing(session: Session, scope: _Scope) -> SourceRule | None:
    return queries.current_rule(
        session, disaster_id=scope.disaster.id, area_id=scope.area.id, indicator=scope.indicator,
        group=scope.group, only_here=scope.only_here,
    )  # fmt: skip


def _check_rule(
    session: Session, order: schemas.PutSourceRule, area: AreaNode, disaster: Disaster
) -> None:
    problems = [
        *_wrong_order(session, order.sources), *_wrong_figures(session, order, disaster),
        *over(disaster),
    ]  # fmt: skip
    if area.level not in RULED:
        words = _("Townships and the areas above them have rules.")
        problems.append(FieldError("area_code", "level", words))
    if not order.reason.strip():
        problems.append(FieldError("reason", "missing", _("Say why, so that it can be traced.")))
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def _wrong_order(session: Session, sources: list[str]) -> list[FieldError]:
    known = set(session.scalars(select(FigureSource.code)))
    problems = []
    if unknown := sorted(set(sources) - known):
        words = _("There is no such source: %(codes)s.", codes=", ".join(unknown))
        problems.append(FieldError("sources", "unknown", words))
    if len(set(sources)) < len(sources):
        problems.append(FieldError("sources", "twice", _("Each source stands once.")))
    if sources and REPORT not in sources:
        words = _("Name the report too, at the end if need be: no reported figure may get lost.")
        problems.append(FieldError("sources", "report_missing", words))
    return problems


def _wrong_figures(
    session: Session, order: schemas.PutSourceRule, disaster: Disaster
) -> list[FieldError]:
    form = queries.form_of(session, disaster.form_version)
    if order.indicator and order.group:
        return [FieldError("group", "both", _("Name one figure or a group of them, not both."))]
    if order.only_here and not order.indicator:
        return [FieldError("indicator", "missing", _("For one area alone, name the figure."))]
    if order.indicator and order.indicator not in form:
        words = _("This form does not ask for that.")
        return [FieldError("indicator", "unknown_indicator", words)]
    if order.group and order.group not in {field.group for field in form.values()}:
        return [FieldError("group", "unknown", _("The form has no such group."))]
    return []


def _set_rule(
    session: Session, scope: _Scope, standing: SourceRule | None, *, rule_id: UUID,
    sources: list[str], reason: str, actor_id: UUID,
) -> SourceRule:  # fmt: skip
    """Store a rule in place of the one that stands, and say so."""
    now = disasters.now_of(session, scope.disaster)
    if standing is not None:
        standing.set_to = now
        session.flush()
    row = SourceRule(
        id=rule_id, disaster_id=scope.disaster.id, area_id=scope.area.id,
        indicator=scope.indicator, group_code=scope.group, only_here=scope.only_here,
        sources=sources, reason=reason, set_from=now, set_to=None,
        revision=standing.revision + 1 if standing else 1,
        base_id=standing.id if standing else None, actor_id=actor_id,
    )  # fmt: skip
    session.add(row)
    event = events.SourceRuleSet(
        row.id, scope.disaster.id, Code(scope.area.code), Code(scope.figures), scope.only_here,
        row.revision,
    )  # fmt: skip
    record(session, event, actor_id=actor_id, subject=row.id, areas=[scope.area.id])
    return row


def put_gap_settlement(
    session: Session, attempt: Attempt, order: schemas.PutGapSettlement, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Decide about figures that differ: what counts now counts on, or another source does here.

    Raises IllegalTransition where nothing differs (any more), StaleBase when the figures are no
    longer those that were looked at, Forbidden for choosing what one filed oneself, Invalid once
    the disaster is closed.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if closed := over(disaster):
        raise Invalid(_("Some fields need another look."), closed)
    tree = disasters.division_tree(session, disaster)
    found = queries.difference(session, disaster, tree, area, order.indicator)
    if found is None:
        raise IllegalTransition(_("The sources of this figure do not differ any more."))
    _check_settlement(order, found, actor_id)
    kept = order.source == found.counts
    now = disasters.now_of(session, disaster)
    session.add(
        GapSettlement(
            id=attempt.id, disaster_id=disaster.id, area_id=area.id,
            indicator_id=found.field.id, source=order.source, kept=kept,
            figures={name: str(value) for name, value in found.figures.items()},
            reason=order.reason.strip(), actor_id=actor_id, at=now,
        )
    )  # fmt: skip
    event = events.GapSettled(
        attempt.id, disaster.id, Code(area.code), Code(order.indicator), Code(order.source), kept
    )
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[area.id])
    if not kept:
        _choose_here(session, attempt.id, order, found, disaster=disaster, actor_id=actor_id)
    return receipts.keep(session, attempt, revision=1)


def _check_settlement(order: schemas.PutGapSettlement, found: Difference, actor_id: UUID) -> None:
    given = _figures(order, found)
    if given != found.figures:
        raise StaleBase(
            _("A figure has changed meanwhile. Look at them again."),
            fields=[
                FieldConflict(name, None, found.figures.get(name), given.get(name))
                for name in dict.fromkeys([*found.figures, *given])
                if found.figures.get(name) != given.get(name)
            ],
        )
    if order.source not in found.figures:
        words = _("This source says nothing of this figure.")
        raise Invalid(words, [FieldError("source", "silent", words)])
    if not order.reason.strip():
        missing = FieldError("reason", "missing", _("Say why, so that it can be traced."))
        raise Invalid(_("A reason is required."), [missing])
    claim = found.said.get(order.source)
    if claim is not None and claim.author_id == actor_id:
        raise Forbidden(_("Whoever files a figure does not choose it."))


def _figures(order: schemas.PutGapSettlement, found: Difference) -> dict[str, Decimal | None]:
    try:
        return {
            name: rules.parse_value(value, scale=found.field.scale)
            for name, value in order.values.items()
        }
    except ValueError as error:
        words = rules.explain_figure(str(error))
        raise Invalid(words, [FieldError("values", str(error), words)]) from None


def _choose_here(
    session: Session, settlement_id: UUID, order: schemas.PutGapSettlement, found: Difference, *,
    disaster: Disaster, actor_id: UUID,
) -> None:  # fmt: skip
    """Put the chosen source first for this figure of this area alone."""
    scope = _Scope(disaster, found.node, order.indicator, "", only_here=True)
    others = [name for name in found.order if name != order.source]
    _set_rule(
        session, scope, _standing(session, scope), rule_id=UUID(int=settlement_id.int ^ 1),
        sources=[order.source, *others], reason=order.reason.strip(), actor_id=actor_id,
    )  # fmt: skip
