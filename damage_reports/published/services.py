"""Entering what was published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from damage_reports.published.events import PublishedEntered
from damage_reports.published.models import PublishedReport
from damage_reports.published.schemas import PublishedFigure, PutPublished
from damage_reports.queries import Field, form_of
from relief_ops import clock, receipts
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt


def put_published(
    session: Session, attempt: Attempt, order: PutPublished, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Enter what was published of an area as of an instant, or put it right.

    Raises Invalid naming every figure that cannot be compared, IllegalTransition where it would
    move to another disaster.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    _check(order, area, disaster, form_of(session, disaster.form_version))
    row = session.get(PublishedReport, attempt.id, with_for_update=True)
    revision = receipts.next_revision(attempt, row.revision if row else None)
    if row is None:
        row = PublishedReport(id=attempt.id, disaster_id=disaster.id)
        session.add(row)
    elif row.disaster_id != disaster.id:
        raise IllegalTransition(_("It belongs to another disaster and stays there."))
    row.area_id, row.as_of = area.id, order.as_of
    row.source, row.source_en = order.source.strip(), order.source_en.strip()
    row.figures = [_kept(each) for each in order.figures]
    row.actor_id, row.received_at, row.revision = actor_id, clock.now(), revision
    event = PublishedEntered(
        row.id, disaster.id, Code(area.code), row.as_of, len(row.figures), revision
    )
    record(session, event, actor_id=actor_id, subject=row.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=revision)


def _kept(figure: PublishedFigure) -> dict[str, Any]:
    """Return a figure for the table: numbers as the text that was published."""
    return figure.model_dump(mode="json") | {
        "value": f"{figure.value:f}", "times": f"{figure.times:f}",
    }  # fmt: skip


def _check(
    order: PutPublished, area: AreaNode, disaster: Disaster, form: Mapping[str, Field]
) -> None:
    problems = []
    if area.level not in (Level.CITY, Level.COUNTY):
        words = _("What was published is of a city or a county.")
        problems.append(FieldError("area_code", "level", words))
    if disaster.drill_id is None and order.as_of > clock.now():
        words = _("The figures cannot be of a time still to come.")
        problems.append(FieldError("as_of", "future", words))
    for number, each in enumerate(order.figures):
        problems += _problems(f"figures.{number}", each, form)
    if problems:
        raise Invalid(_("Some fields need another look."), problems)


def _problems(where: str, figure: PublishedFigure, form: Mapping[str, Field]) -> list[FieldError]:
    unknown = _("This form does not ask for that.")
    problems = [
        FieldError(f"{where}.add", "unknown_indicator", unknown)
        for code in figure.add
        if code not in form
    ]
    if figure.count and len(figure.add) != 1:
        words = _("Name the one figure by which areas are counted.")
        problems.append(FieldError(f"{where}.add", "one", words))
    return problems
