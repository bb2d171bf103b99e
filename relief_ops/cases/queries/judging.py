"""Asking the programmes, by the figures in force, and their answers in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relief_ops import geo, parameters, plugins
from relief_ops.cases.rules import forms
from relief_ops.errors import FieldError, Invalid
from relief_ops.i18n import gettext as _
from relief_ops.plugins import Assessment, Programme, Verdict


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a programme says, and the figures it stood on."""

    programme: Programme[Any]
    assessment: Assessment
    figures: Mapping[str, parameters.Parameter]

    @property
    def flagged(self) -> bool:
        """Whether a figure used still has to be checked against its document."""
        return any(each.flagged for each in self.figures.values())

    @property
    def reason_words(self) -> str:
        """Return the reason in the reader's language, with its numbers."""
        return reason_words(self.programme, self.assessment.reason, self.assessment.facts)


def programmes() -> list[Programme[Any]]:
    """Return every registered programme, in the order of the application."""
    return list(plugins.contributed("programmes"))


def programme(code: str) -> Programme[Any]:
    """Return one programme. Raises Invalid when there is none of that code."""
    try:
        return plugins.programme(code)
    except KeyError:
        message = _("There is no programme %(code)s.", code=code)
        raise Invalid(message, [FieldError("programme", "unknown", message)]) from None


def area(session: Session, code: str) -> geo.AreaNode:
    """Return the area with this code. Raises Invalid when nowhere."""
    try:
        return geo.tree(session).by_code(code)
    except KeyError:
        message = _("There is no area with the code %(code)s.", code=code)
        raise Invalid(message, [FieldError("area_code", "unknown", message)]) from None


def judge(
    session: Session,
    one: Programme[Any],
    answers: Mapping[str, Any],
    *,
    on: date,
    area_id: UUID,
) -> Judged:
    """Ask one programme, with the figures in force in the area on the day."""
    figures = parameters.values(session, one.parameters, on=on, area_id=area_id)
    rates = {key: each.value for key, each in figures.items()}
    try:
        said = one.assess(forms.form_of(one, answers), rates)
    except KeyError as error:
        said = Assessment(
            verdict=Verdict.INCOMPLETE,
            reason="no_figure",
            article="",
            amount_set_locally=True,
            facts={"key": str(error.args[0])},
        )
    return Judged(programme=one, assessment=said, figures=figures)


def judge_all(
    session: Session, answers: Mapping[str, Any], *, on: date, area_id: UUID
) -> list[Judged]:
    """Ask every programme."""
    return [judge(session, one, answers, on=on, area_id=area_id) for one in programmes()]


def reason_words(one: Programme[Any], reason: str, facts: Mapping[str, Any]) -> str:
    """Return a reason as a sentence with its numbers, in the reader's language."""
    if reason == "no_figure":
        return _("No figure for %(key)s is in force on that day.", key=facts.get("key", ""))
    sentence = _(one.reasons.get(reason, reason))
    shown = {name: _fact(value) for name, value in facts.items()}
    return sentence % shown if shown else sentence


def _fact(value: Any) -> str:
    if isinstance(value, Decimal | int):
        plain = f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"
        return plain.removesuffix(".00")
    return _(str(value))
