"""本级核定数, the figures the level above set beside the reported ones, and what was answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from damage_reports.models import OwnAnswer, OwnFigure, Report
from damage_reports.queries.form import Field, form_of
from damage_reports.rules import unscaled
from relief_ops.auth import lookup
from relief_ops.disasters.models import Disaster
from relief_ops.errors import NotFound
from relief_ops.geo import AreaNode, AreaTree
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Attention


@dataclass(frozen=True)
class Own:
    """One standing figure of the level above and the latest answer to it."""

    row: OwnFigure
    field: Field
    value: Decimal
    set_by: str
    answer: OwnAnswer | None
    answered_by: str


def own_figure(session: Session, figure_id: UUID) -> OwnFigure:
    """Return one by its id, locked. Raises NotFound for a strange one, or one out of sight."""
    row = session.scalar(select(OwnFigure).where(OwnFigure.id == figure_id).with_for_update())
    if row is None:
        raise NotFound(_("There is no such figure of the level above."))
    return row


def own_figures(session: Session, report: Report, form: Mapping[str, Field]) -> list[Own]:
    """Return the figures of the level above that stand for a report's instant, in form order."""
    rows = session.scalars(
        select(OwnFigure).where(
            OwnFigure.disaster_id == report.disaster_id,
            OwnFigure.area_id == report.area_id,
            OwnFigure.as_of == report.as_of,
            OwnFigure.set_to.is_(None),
        )
    ).all()
    return _answered(session, rows, form)


def _answered(
    session: Session, rows: Collection[OwnFigure], form: Mapping[str, Field]
) -> list[Own]:
    fields = {field.id: field for field in form.values()}
    latest: dict[UUID, OwnAnswer] = {}
    answers = select(OwnAnswer).where(OwnAnswer.own_figure_id.in_([row.id for row in rows]))
    for each in session.scalars(answers.order_by(OwnAnswer.at, OwnAnswer.id)):
        latest[each.own_figure_id] = each
    people = [*(row.actor_id for row in rows), *(each.actor_id for each in latest.values())]
    names = lookup.names(session, people)
    found = []
    for row in rows:
        if field := fields.get(row.indicator_id):
            answer = latest.get(row.id)
            said_by = names.get(answer.actor_id, "") if answer else ""
            value = unscaled(row.value, scale=field.scale)
            found.append(Own(row, field, value, names.get(row.actor_id, ""), answer, said_by))
    order = list(form)
    return sorted(found, key=lambda each: order.index(each.field.code))


def disputed(
    session: Session, disaster: Disaster, tree: AreaTree, area: AreaNode
) -> list[Attention]:
    """Return what the level above should settle: its figures that the area below disputes."""
    rows = session.scalars(
        select(OwnFigure).where(OwnFigure.disaster_id == disaster.id, OwnFigure.set_to.is_(None))
    ).all()
    inside = tree.within(area.id)
    here = [row for row in rows if row.area_id in inside]
    form = form_of(session, disaster.form_version) if here else {}
    return [
        Attention(
            key=f"own:{each.row.id}",
            state="watch",
            kind="disputed",
            title=_(
                "%(area)s disputes a figure: %(figure)s",
                area=tree.node(each.row.area_id).name, figure=each.field.name,
            ),
            detail=each.answer.reason,
            area_id=each.row.area_id,
            since=each.answer.at,
            href=f"/reports?disaster={disaster.id}&area={tree.node(each.row.area_id).code}",
        )
        for each in _answered(session, here, form)
        if each.answer is not None and each.answer.answer == "dispute"
    ]  # fmt: skip


def shown_own(each: Own) -> dict[str, Any]:
    """Return a figure of the level above as the API shows it."""
    return {
        "id": each.row.id,
        "indicator": each.field.code,
        "value": each.value,
        "reason": each.row.reason,
        "set_at": each.row.set_from,
        "answer": each.answer.answer if each.answer else None,
        "answer_reason": each.answer.reason if each.answer else "",
        "answered_at": each.answer.at if each.answer else None,
    }
