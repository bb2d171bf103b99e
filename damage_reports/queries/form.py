"""The form: which indicators an edition asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from damage_reports.models import (
    FigureClaim,
    FormIndicator,
    FormVersion,
    Indicator,
    OwnFigure,
    Report,
    ReportValue,
)
from damage_reports.rules import OTHER_UNITS, WORK, Nature
from relief_ops import clock, db, i18n
from relief_ops.disasters.models import Disaster

ROMAN = ("0", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")


@dataclass(frozen=True, slots=True)
class Field:
    """One indicator as the code needs it."""

    id: int
    code: str
    group: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    scale: int
    pair: str
    nature: str
    roll_up: str
    part_of: str
    core: bool
    position: int
    help_zh: str
    help_en: str
    source: str
    confidence: str
    made_of: str
    only_for: str
    not_for: str
    revision: int

    @property
    def name(self) -> str:
        """Return the name in the reader's language."""
        return self.name_zh if i18n.language() == "zh" else self.name_en

    @property
    def unit(self) -> str:
        """Return the unit in the reader's language."""
        return self.unit_zh if i18n.language() == "zh" else self.unit_en

    @property
    def other_unit(self) -> tuple[str, int] | None:
        """Return the other unit it may be typed in, and how many of that make one of its own."""
        return OTHER_UNITS.get(self.unit_en)

    @property
    def help(self) -> str:
        """Return the short definition in the reader's language."""
        return self.help_zh if i18n.language() == "zh" else self.help_en

    def asked_in(self, kind: str) -> bool:
        """Whether the form asks for it under this kind of disaster."""
        only, never = self.only_for.split(), self.not_for.split()
        return (not only or kind in only) and kind not in never

    def plain(self, value: Decimal) -> Decimal | datetime:
        """Return a figure as the API gives it: an instant as one, all else as the number it is."""
        if self.nature == Nature.INSTANT:
            return datetime.fromtimestamp(int(value), UTC)
        return value

    def told(self, value: Decimal) -> Decimal | str:
        """Return a figure as a table shows it: a level by its numeral, an instant by the clock."""
        if self.nature == Nature.INSTANT:
            return f"{clock.local(datetime.fromtimestamp(int(value), UTC)):%Y-%m-%d %H:%M}"
        return ROMAN[int(value)] if self.nature == Nature.LEVEL else value

    def json(self) -> dict[str, Any]:
        """Return the field as the API lists it."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "name": self.name,
            "unit": self.unit,
            "only_for": self.only_for.split(),
            "not_for": self.not_for.split(),
        }


COLUMNS = [
    getattr(Indicator, "group_code" if name == "group" else name) for name in Field.__slots__
]


def indicators(session: Session) -> dict[str, Field]:
    """Return every indicator by code, in the order of the form."""
    rows = session.execute(select(*COLUMNS).order_by(Indicator.position, Indicator.id))
    return {field.code: field for field in (Field(*row) for row in rows)}


def editions(session: Session) -> list[str]:
    """Return the editions of the report's form, the oldest first."""
    rows = session.scalars(select(FormVersion.id).order_by(FormVersion.valid_from))
    return [each for each in rows if not each.startswith(WORK)]


@dataclass(frozen=True)
class Book:
    """An edition of a form, and how many indicators it asks."""

    id: str
    era: str
    document: str
    valid_from: str
    valid_to: str
    asks: int


def books(session: Session) -> dict[str, Book]:
    """Return the editions of the damage form, then those of relief work, the newest first."""
    row, asked = FormVersion, FormIndicator
    counted = select(func.count()).where(asked.form_version == row.id).scalar_subquery()
    found = session.execute(
        select(row.id, row.era, row.document, row.valid_from, row.valid_to, counted)
        .order_by(row.valid_from.desc(), row.id)
    )  # fmt: skip
    every = [Book(*each) for each in found]
    return {each.id: each for each in sorted(every, key=lambda one: one.id.startswith(WORK))}


def asked_by(session: Session) -> dict[str, set[str]]:
    """Return which editions ask each indicator, by its code."""
    rows = session.execute(
        select(Indicator.code, FormIndicator.form_version)
        .join(FormIndicator, FormIndicator.indicator_id == Indicator.id)
    )  # fmt: skip
    found: dict[str, set[str]] = {}
    for code, version in rows:
        found.setdefault(code, set()).add(version)
    return found


def editions_with(session: Session, indicator_id: int) -> set[str]:
    """Return the editions on which a figure of an indicator was filed, claimed or set.

    Of every area and drill, whoever asks: read past the scope, and nothing but the editions.
    """
    value, report, disaster = ReportValue.__table__, Report.__table__, Disaster.__table__
    found = [
        select(report.c.form_version)
        .join(value, value.c.report_id == report.c.id)
        .where(value.c.indicator_id == indicator_id)
    ]
    found += [
        select(disaster.c.form_version)
        .join(table, table.c.disaster_id == disaster.c.id)
        .where(table.c.indicator_id == indicator_id)
        for table in (FigureClaim.__table__, OwnFigure.__table__)
    ]
    return {row[0] for each in found for row in session.connection().execute(each.distinct())}


_forms: dict[str, tuple[Any, dict[str, Field]]] = {}
_STATE = select(
    func.count(), func.sum(Indicator.id * (Indicator.revision + 1)), func.max(Indicator.position)
).select_from(Indicator.__table__)


def form_of(session: Session, version: str) -> dict[str, Field]:
    """Return the indicators of one edition by code, in the order of the form.

    Every report asks for it, so it is kept until an indicator has another revision.
    """
    state = (db.engine(), *session.connection().execute(_STATE).one())
    kept = _forms.get(version)
    if kept is None or kept[0] != state or not kept[1]:  # an edition may still be added
        kept = _forms[version] = (state, _read(session, version))
    return kept[1]


def _read(session: Session, version: str) -> dict[str, Field]:
    rows = session.execute(
        select(*COLUMNS)
        .join(FormIndicator, FormIndicator.indicator_id == Indicator.id)
        .where(FormIndicator.form_version == version)
        .order_by(Indicator.position, Indicator.id)
    )
    return {field.code: field for field in (Field(*row) for row in rows)}


def indicator_names(form: dict[str, Field]) -> dict[str, str]:
    """Return code → name in the reader's language, for messages."""
    return {code: field.name for code, field in form.items()}


def moved_code(form: Mapping[str, Field]) -> str:
    """Return the figure held against who should move: moved as a precaution (紧急避险转移).

    Editions before 2020 did not tell it from relocation (紧急转移安置) and asked for one figure.
    """
    return "evacuated_precaution" if "evacuated_precaution" in form else "relocated_cum"
