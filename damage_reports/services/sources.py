"""Sources as data, and what they say: every revision is a row, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from damage_reports import events, queries, rules, schemas
from damage_reports.models import FigureClaim, FigureSource
from damage_reports.queries import CLAIMED, Field
from damage_reports.rules import REPORT
from damage_reports.services.filing import AHEAD
from damage_reports.services.guarding import over
from relief_ops import geo, receipts
from relief_ops.auth.home import own_root
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.models import Disaster
from relief_ops.errors import FieldConflict, FieldError, Invalid, StaleBase
from relief_ops.events import Code, record
from relief_ops.geo import AreaNode, Level
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

LONG_BEFORE = timedelta(days=3)


def load_sources(session: Session, rows: Iterable[Mapping[str, str]]) -> int:
    """Load the sources that are not there yet; return how many were added."""
    have = set(session.scalars(select(FigureSource.code)))
    fresh = [row for row in rows if row["code"] not in have]
    session.add_all(
        FigureSource(**dict(row) | {"position": int(row["position"]), "active": True})
        for row in fresh
    )
    session.flush()
    return len(fresh)


def put_source(
    session: Session, attempt: Attempt, code: str, order: schemas.PutSource, *, actor_id: UUID
) -> Receipt:
    """Add a source or change it. Raises Invalid for the report, which is no other source."""
    if receipt := receipts.replay(session, attempt):
        return receipt
    if code == REPORT:
        wrong = FieldError("code", "fixed", _("The report itself cannot be changed here."))
        raise Invalid(_("Some fields need another look."), [wrong])
    found = session.get(FigureSource, code, with_for_update=True)
    revision = receipts.next_revision(attempt, found.revision if found else None)
    found = found or FigureSource(code=code, source="user", confidence="D")
    for name in ("kind", "name_zh", "name_en", "position", "active"):
        setattr(found, name, getattr(order, name))
    found.revision = revision
    session.add(found)
    event = events.SourceChanged(Code(code), revision)
    root = own_root(geo.tree(session)).id
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[root])
    return receipts.keep(session, attempt, revision=revision)


@dataclass(frozen=True)
class _Claiming:
    """A claim on its way in: what was sent, of which figure, and what stands there."""

    order: schemas.PutClaim
    field: Field
    value: Decimal | None
    area: AreaNode
    disaster: Disaster
    now: datetime


def put_claim(
    session: Session, attempt: Attempt, order: schemas.PutClaim, *, area: AreaNode,
    disaster: Disaster, actor_id: UUID,
) -> Receipt:  # fmt: skip
    """Keep what a source says of a figure of an area. The area's own report is not touched.

    Raises StaleBase, with both figures, when `base` is no longer the one that stands.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    made = _read(session, order, area=area, disaster=disaster)
    standing = queries.current_claim(
        session, disaster_id=disaster.id, area_id=area.id, indicator_id=made.field.id,
        source=order.source,
    )  # fmt: skip
    _check_base(session, made, standing)
    row = _store(session, made, standing, claim_id=attempt.id, actor_id=actor_id)
    event = events.FigureClaimed(
        row.id, disaster.id, Code(area.code), Code(order.indicator), Code(order.source),
        row.as_of, row.revision,
    )  # fmt: skip
    record(session, event, actor_id=actor_id, subject=row.id, areas=[area.id])
    return receipts.keep(session, attempt, revision=row.revision)


def _read(
    session: Session, order: schemas.PutClaim, *, area: AreaNode, disaster: Disaster
) -> _Claiming:
    """Return what was sent, checked. Raises Invalid naming every bad field."""
    form = queries.form_of(session, disaster.form_version)
    now = disasters.now_of(session, disaster)
    problems = [*wrong_source(session, order.source), *_wrong_place(area),
                *disasters.outside(session, disaster, area), *over(disaster)]  # fmt: skip
    problems += wrong_time(order.as_of, now, disaster)
    field, value = form.get(order.indicator), None
    if field is None:
        words = _("This form does not ask for that.")
        problems.append(FieldError("indicator", "unknown_indicator", words))
    else:
        try:
            value = rules.parse_value(order.value, scale=field.scale)
        except ValueError as error:
            words = rules.explain_figure(str(error))
            problems.append(FieldError("value", str(error), words))
        problems += _twice(field, value, area)
    if problems or field is None:
        raise Invalid(_("Some fields need another look."), problems)
    return _Claiming(order, field, value, area, disaster, now)


def _twice(field: Field, value: Decimal | None, area: AreaNode) -> list[FieldError]:
    """Return that one township is counted more than once, if it is."""
    found = rules.counted_twice({field.code: value}) if area.level == Level.TOWNSHIP else []
    names = {field.code: field.name}
    return [FieldError("value", each.rule, rules.said(each, names)) for each in found]


def wrong_source(session: Session, code: str) -> list[FieldError]:
    """Return why a source cannot say anything, if so."""
    found = session.get(FigureSource, code)
    if code == REPORT:
        words = _("What the area reports itself is filed as a report.")
        return [FieldError("source", "report", words)]
    if found is None:
        return [FieldError("source", "unknown", _("There is no such source."))]
    if not found.active:
        words = _("This source is no longer in use.")
        return [FieldError("source", "retired", words)]
    return []


def _wrong_place(area: AreaNode) -> list[FieldError]:
    if area.level in CLAIMED:
        return []
    words = _("Other sources speak of townships and counties.")
    return [FieldError("area_code", "level", words)]


def wrong_time(as_of: datetime, now: datetime, disaster: Disaster) -> list[FieldError]:
    """Return why figures cannot be of that time, if so."""
    problems = []
    if as_of > now + AHEAD:
        words = _("The figures cannot be of a time still to come.")
        problems.append(FieldError("as_of", "future", words))
    if as_of < disaster.started_at - LONG_BEFORE:
        words = _("This is long before the disaster began.")
        problems.append(FieldError("as_of", "past", words))
    return problems


def _check_base(session: Session, made: _Claiming, standing: FigureClaim | None) -> None:
    given = made.order.base
    if given == (standing.id if standing else None):
        return
    base = session.scalar(select(FigureClaim).where(FigureClaim.id == given)) if given else None
    mine = base if base is not None and _same_grain(base, made) else None
    current = {"id": str(standing.id), "revision": standing.revision} if standing else None
    raise StaleBase(
        _("Somebody filed a newer version meanwhile. Compare both and send again."),
        current=current,
        fields=[FieldConflict("value", _figure(mine, made), _figure(standing, made), made.value)],
    )


def _figure(row: FigureClaim | None, made: _Claiming) -> Decimal | None:
    if row is None or row.value is None:
        return None
    return rules.unscaled(row.value, scale=made.field.scale)


def _same_grain(row: FigureClaim, made: _Claiming) -> bool:
    """Whether a row is of the very figure: a neighbour's, named as base, tells nothing."""
    grain = (made.disaster.id, made.area.id, made.field.id, made.order.source)
    return (row.disaster_id, row.area_id, row.indicator_id, row.source) == grain


def _store(
    session: Session, made: _Claiming, standing: FigureClaim | None, *, claim_id: UUID,
    actor_id: UUID,
) -> FigureClaim:  # fmt: skip
    """Store a revision; those whose figures are not of an earlier time count no longer.

    What was said of an earlier time stays what the source said of it.
    """
    order, field = made.order, made.field
    if standing is not None:
        standing.current = False
        session.flush()
        session.execute(
            update(FigureClaim)
            .where(
                FigureClaim.disaster_id == made.disaster.id,
                FigureClaim.area_id == made.area.id,
                FigureClaim.indicator_id == field.id,
                FigureClaim.source == order.source,
                FigureClaim.counted_to.is_(None),
                FigureClaim.as_of >= order.as_of,
            )
            .values(counted_to=made.now)
        )
    row = FigureClaim(
        id=claim_id, disaster_id=made.disaster.id, area_id=made.area.id, indicator_id=field.id,
        source=order.source,
        value=None if made.value is None else rules.scaled(made.value, scale=field.scale),
        as_of=order.as_of, note=order.note.strip(), received_at=made.now, counted_to=None,
        revision=standing.revision + 1 if standing else 1, base_id=order.base, current=True,
        author_id=actor_id,
    )  # fmt: skip
    session.add(row)
    return row
