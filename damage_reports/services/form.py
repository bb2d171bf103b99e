"""The form as data: loading its editions, adding and changing indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

from damage_reports import queries, schemas
from damage_reports.events import FormVersionAdded, IndicatorChanged
from damage_reports.models import FormIndicator, FormVersion, Indicator
from damage_reports.rules import WORK
from relief_ops import geo, receipts
from relief_ops.auth.home import own_root
from relief_ops.errors import FieldError, IllegalTransition, Invalid
from relief_ops.events import Code, record
from relief_ops.i18n import gettext as _
from relief_ops.receipts import Attempt, Receipt

Row = Mapping[str, str]


def load_form(session: Session, indicators: Iterable[Row], versions: Iterable[Row]) -> int:
    """Load indicators and editions that are not there yet; return how many were added."""
    known = set(session.scalars(select(FormVersion.id)))
    fresh = [row for row in versions if row["id"] not in known]
    for row in fresh:
        session.add(FormVersion(**{key: value for key, value in row.items() if key != "copy_of"}))
    session.flush()
    have = set(session.scalars(select(Indicator.code)))
    top = session.scalar(select(func.max(Indicator.id))) or 0
    added = 0
    for row in indicators:
        if row["code"] in have:
            continue
        added += 1
        _add(session, top + added, row)
    for row in fresh:
        if row["copy_of"]:
            _copy(session, row["copy_of"], row["id"])
    return added


def _copy(session: Session, old: str, new: str) -> None:
    """Let an edition ask what another asks, besides what it asks already."""
    same = FormIndicator.__table__.c
    there = select(same.indicator_id).where(same.form_version == new)
    copied = select(literal(new), same.indicator_id).where(
        same.form_version == old, same.indicator_id.not_in(there.scalar_subquery())
    )
    session.execute(insert(FormIndicator).from_select(["form_version", "indicator_id"], copied))


def _add(session: Session, number: int, row: Row) -> None:
    session.add(
        Indicator(
            id=number,
            code=row["code"],
            group_code=row["group"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            unit_zh=row["unit_zh"],
            unit_en=row["unit_en"],
            scale=int(row["scale"]),
            pair=row["pair"],
            nature=row["nature"],
            roll_up=row["roll_up"],
            part_of=row["part_of"],
            core=row["core"] == "1",
            position=int(row["position"]),
            help_zh=row["help_zh"],
            help_en=row["help_en"],
            source=row["source"],
            confidence=row["confidence"],
            made_of=row.get("made_of", ""),
            only_for=row.get("only_for", ""),
            not_for=row.get("not_for", ""),
        )
    )
    session.flush()
    asked = [{"form_version": v, "indicator_id": number} for v in row["versions"].split()]
    if asked:
        session.execute(insert(FormIndicator), asked)


def put_version(
    session: Session, attempt: Attempt, code: str, order: schemas.PutFormVersion, *, actor_id: UUID
) -> Receipt:
    """Add an edition of the form, with the indicators of another to begin with.

    An edition stays as it is: reports were filed on it. Raises IllegalTransition for one that
    is there, Invalid for an unknown edition to copy.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    if session.get(FormVersion, code) is not None:
        raise IllegalTransition(_("This edition is there already; give the new one its own name."))
    if session.get(FormVersion, order.copy_of) is None:
        wrong = FieldError("copy_of", "unknown", _("There is no such edition of the form."))
        raise Invalid(_("Some fields need another look."), [wrong])
    _add_version(session, code, order, copy_of=order.copy_of)
    beside = WORK + order.copy_of  # a form of damage has one of relief work beside it
    if session.get(FormVersion, beside) and session.get(FormVersion, WORK + code) is None:
        _add_version(session, WORK + code, order, copy_of=beside)
    root = own_root(geo.tree(session)).id
    record(session, FormVersionAdded(Code(code), Code(order.copy_of)), actor_id=actor_id,
           subject=attempt.id, areas=[root])  # fmt: skip
    return receipts.keep(session, attempt, revision=1)


def _add_version(
    session: Session, code: str, order: schemas.PutFormVersion, *, copy_of: str
) -> None:
    ends = order.valid_to.isoformat() if order.valid_to else ""
    session.add(
        FormVersion(
            id=code, era=order.era, document=order.document,
            valid_from=order.valid_from.isoformat(), valid_to=ends,
        )
    )  # fmt: skip
    session.flush()
    _copy(session, copy_of, code)


def put_indicator(
    session: Session, attempt: Attempt, code: str, order: schemas.PutIndicator, *, actor_id: UUID
) -> Receipt:
    """Add an indicator to the form or change its words and place; no code, no migration.

    Raises Invalid for an unknown edition or a changed scale, IllegalTransition for what would
    change totals of before: how its figures are added, an edition in use that no longer has it.
    """
    if receipt := receipts.replay(session, attempt):
        return receipt
    found = session.scalar(select(Indicator).where(Indicator.code == code).with_for_update())
    revision = receipts.next_revision(attempt, found.revision if found else None)
    editions = set(session.scalars(select(FormVersion.id)))
    unknown = set(order.versions) - editions
    if unknown:
        wrong = FieldError("versions", "unknown", _("There is no such edition of the form."))
        raise Invalid(_("Some fields need another look."), [wrong])
    if found is None:
        number = (session.scalar(select(func.max(Indicator.id))) or 0) + 1
        found = Indicator(id=number, code=code, pair="", source="user", confidence="D")
        found.scale = order.scale
    elif found.scale != order.scale:
        wrong = FieldError("scale", "fixed", _("The number of decimals cannot change any more."))
        raise Invalid(_("Some fields need another look."), [wrong])
    else:
        _check_frozen(session, found, order)
    _describe(found, order, revision)
    session.add(found)
    session.flush()
    session.execute(delete(FormIndicator).where(FormIndicator.indicator_id == found.id))
    asked = [{"form_version": v, "indicator_id": found.id} for v in order.versions]
    if asked:
        session.execute(insert(FormIndicator), asked)
    root = own_root(geo.tree(session)).id
    event = IndicatorChanged(Code(code), revision)
    record(session, event, actor_id=actor_id, subject=attempt.id, areas=[root])
    return receipts.keep(session, attempt, revision=revision)


def _check_frozen(session: Session, found: Indicator, order: schemas.PutIndicator) -> None:
    """Refuse what would change a total that somebody was told already."""
    used = queries.editions_with(session, found.id)
    asking = set(
        session.scalars(
            select(FormIndicator.form_version).where(FormIndicator.indicator_id == found.id)
        )
    )
    if used and (found.roll_up, found.nature) != (order.roll_up, order.nature):
        raise IllegalTransition(
            _(
                "Figures of “%(code)s” were filed: how they are added up stays, or totals of "
                "before would change. Add an indicator with a code of its own for the new meaning.",
                code=found.code,
            )
        )  # fmt: skip
    if gone := sorted((asking & used) - set(order.versions)):
        raise IllegalTransition(
            _(
                "Figures of “%(code)s” were filed on the edition %(editions)s: it stays there, or "
                "totals of before would lose it. Add an edition of the form without it.",
                code=found.code, editions=", ".join(gone),
            )
        )  # fmt: skip


def _describe(found: Indicator, order: schemas.PutIndicator, revision: int) -> None:
    found.group_code = order.group
    for name in ("name_zh", "name_en", "unit_zh", "unit_en", "nature", "roll_up", "part_of",
                 "made_of"):  # fmt: skip
        setattr(found, name, getattr(order, name))
    found.core, found.position = order.core, order.position
    found.only_for, found.not_for = " ".join(order.only_for), " ".join(order.not_for)
    found.help_zh, found.help_en, found.revision = order.help_zh, order.help_en, revision
