"""Tables of what another source says (部门数): looked at beside what stands, kept row by row.

They are taken in, checked and filed as tables of reports are (`services/imports.py`); a row
becomes a claim for each of its figures, through the ordinary service.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from damage_reports import queries, rules, schemas
from damage_reports.models import FigureClaim, ReportImport, ReportImportRow
from damage_reports.queries import Field
from damage_reports.rules import Outcome
from damage_reports.services import imports
from damage_reports.services.guarding import over
from damage_reports.services.sources import put_claim, wrong_source, wrong_time
from relief_ops import clock, receipts
from relief_ops.db.sessions import all_or_nothing
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import Invalid, ReliefError, StaleBase
from relief_ops.geo import AreaNode
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

Form = Mapping[str, Field]


def check_in(
    session: Session, attempt: Attempt, order: schemas.PutClaimImport, data: bytes, *,
    source: str, disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Keep a file and have it checked in the background; nothing of it is kept as a claim.

    Raises Invalid for a source that says nothing (any more), for a time that cannot be, and for
    a closed disaster.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    now = disasters.now_of(session, disaster)
    problems = [
        *wrong_source(session, order.source), *wrong_time(order.as_of, now, disaster),
        *over(disaster),
    ]  # fmt: skip
    if problems:
        raise Invalid(_("Some fields need another look."), problems)
    made = ReportImport(
        id=attempt.id, actor_id=actor_id, disaster_id=disaster.id, round="", kind="",
        as_of=order.as_of, figure_source=order.source, source=source[:120], data=data,
        problems=[], made_at=clock.now(),
    )  # fmt: skip
    imports.take_in(session, made)
    return receipts.keep(session, attempt, revision=1)


def note_standing(
    session: Session, made: ReportImport, rows: Sequence[ReportImportRow], form: Form
) -> None:
    """Write beside each figure which claim stands there, and what will become of that.

    It is the base the figure is kept on: what somebody says meanwhile is not overwritten.
    """
    standing = queries.claims_standing(
        session, disaster_id=made.disaster_id, source=made.figure_source,
        area_ids={row.area_id for row in rows if row.area_id},
    )  # fmt: skip
    for row in rows:
        for code in imports.figures_of(row):
            found = row.area_id and standing.get((row.area_id, form[code].id))
            if found:
                _note_one(made, row, form[code], found)


def _note_one(made: ReportImport, row: ReportImportRow, field: Field, stands: FigureClaim) -> None:
    text, cell, *_base = row.figures[field.code]
    row.figures = row.figures | {field.code: [text, cell, str(stands.id)]}
    if _says_the_same(made, row, field, stands):
        return
    said = {"value": _figure(stands, field), "when": f"{clock.local(stands.as_of):%m-%d %H:%M}"}
    if stands.as_of > made.as_of:
        later = _("A later figure stands already: %(value)s of %(when)s. Take this one out, or "
                  "correct the later one on its page.", **said)  # fmt: skip
        row.troubles, row.wrong = [*row.troubles, (cell, field.code, later)], True
    else:
        replaced = _("The source said %(value)s of %(when)s. This figure takes its place.", **said)
        row.notes = [*row.notes, (cell, field.code, replaced)]


def _figure(stands: FigureClaim, field: Field) -> str:
    known = _known(stands, field)
    return _("not yet known") if known is None else f"{known:f}"


def _known(stands: FigureClaim, field: Field) -> Decimal | None:
    return None if stands.value is None else rules.unscaled(stands.value, scale=field.scale)


def _reason(row: ReportImportRow, code: str) -> str:
    return str(row.reasons.get(code) or row.reasons.get("") or "").strip()


def _says_the_same(
    made: ReportImport, row: ReportImportRow, field: Field, stands: FigureClaim
) -> bool:
    """Whether a figure stands already: of the same time, and nothing new is told of it."""
    reason, same = _reason(row, field.code), imports.figures_of(row)[field.code]
    return (
        (stands.as_of, _known(stands, field)) == (made.as_of, same)
        and reason in ("", stands.note)
    )  # fmt: skip


def file_row(
    session: Session, made: ReportImport, row: ReportImportRow, *, area: AreaNode,
    disaster: Disaster, form: Form,
) -> None:  # fmt: skip
    """Keep the figures of one row, all of them or none, and note what became of it.

    Their ids follow from the table, the row and the figure, so that none is kept twice.
    """
    try:
        orders = _orders(session, made, row, area=area, disaster=disaster, form=form)
        with all_or_nothing(session):
            for order in orders:
                _keep(session, made, row, order, area=area, disaster=disaster)
    except ReliefError as error:
        imports.refuse(row, error)
        return
    row.outcome = Outcome.STORED if orders else Outcome.UNCHANGED
    if any(order.base for order in orders):
        row.outcome = Outcome.REVISED


def _orders(
    session: Session, made: ReportImport, row: ReportImportRow, *, area: AreaNode,
    disaster: Disaster, form: Form,
) -> list[schemas.PutClaim]:  # fmt: skip
    """Return what is to be kept. Raises StaleBase where something was said since the look."""
    orders, stale = [], []
    for code, value in imports.figures_of(row).items():
        stands = queries.current_claim(
            session, disaster_id=disaster.id, area_id=area.id, indicator_id=form[code].id,
            source=made.figure_source,
        )  # fmt: skip
        if stands is not None and _says_the_same(made, row, form[code], stands):
            continue
        _text, _cell, *seen = row.figures[code]
        base = stands.id if stands else None
        if ([str(base)] if base else []) != seen:
            stale.append(form[code].name)
        orders.append(
            schemas.PutClaim(
                disaster_id=disaster.id, area_code=area.code, indicator=code,
                source=made.figure_source, value=value, as_of=made.as_of,
                note=_reason(row, code) or made.source, base=base,
            )
        )  # fmt: skip
    if stale:
        raise StaleBase(
            _("Something else was said since this table was looked through: %(figures)s. Send "
              "it again.", figures="、".join(stale))
        )  # fmt: skip
    return orders


def _keep(
    session: Session, made: ReportImport, row: ReportImportRow, order: schemas.PutClaim, *,
    area: AreaNode, disaster: Disaster,
) -> None:  # fmt: skip
    digest = hashlib.sha256(order.model_dump_json().encode()).hexdigest()
    claim_id = uuid5(made.id, f"{row.number}.{order.indicator}")
    attempt = Attempt(id=claim_id, base=str(order.base or ""), digest=digest)
    put_claim(session, attempt, order, area=area, disaster=disaster, actor_id=made.actor_id)
