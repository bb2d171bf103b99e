"""A figure worth a second look, in words: what was to be expected, and why it stands out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from damage_reports import rules
from damage_reports.queries.outliers import Doubt
from damage_reports.rules import Outlier, Why
from relief_ops.i18n import gettext as _


def why(doubt: Doubt) -> str:
    """Return why a figure deserves a second look, in the reader's language."""
    found = doubt.found
    meant = plain(found.meant) if found.meant is not None else ""
    if found.why in (Why.HIGH, Why.LOW):
        return _far(found)
    if found.why == Why.SWAPPED:
        other = doubt.other.name if doubt.other else found.other
        return _(
            "It would fit the field %(other)s, whose figure would fit here: exchanged?", other=other
        )
    if found.why == Why.DIGITS:
        return _("With two digits exchanged, %(meant)s, it would fit.", meant=meant)
    return _slip(found, meant)


def _far(found: Outlier) -> str:
    if found.last is None:
        return (
            _("Far above its neighbours.")
            if found.why == Why.HIGH
            else _("Far below its neighbours.")
        )
    if found.why == Why.HIGH:
        return _("Far above its last report and its neighbours.")
    return _("Far below its last report.")


def _slip(found: Outlier, meant: str) -> str:
    about = plain(rough(found.meant or 0))
    if found.why == Why.MU:
        return _("15 times what was expected: mu for hectares? %(meant)s would fit.", meant=meant)
    if found.why == Why.YUAN:
        return _(
            "10,000 times what was expected: yuan for 10,000 yuan? %(meant)s would fit.",
            meant=meant,
        )
    if found.why == Why.THOUSANDS:
        return _(
            "A thousandth of what was expected: thousands of hectares? %(meant)s would fit.",
            meant=meant,
        )
    if found.why == Why.TIMES:
        return _(
            "%(factor)d times what was expected: a digit too many? About %(meant)s would fit.",
            factor=round(found.factor), meant=about,
        )  # fmt: skip
    return _(
        "1/%(factor)d of what was expected: a digit too few? About %(meant)s would fit.",
        factor=round(1 / found.factor), meant=about,
    )  # fmt: skip


def span(found: Outlier) -> str:
    """Return between what a figure was to be expected, as people say it."""
    low, high = rough(found.low), rough(found.high)
    if high == low:
        return _("about %(high)s", high=plain(high))
    return _("about %(low)s to %(high)s", low=plain(low), high=plain(high))


def rough(value: float) -> float:
    """Return a number to two digits: an expectation is no more exact."""
    return float(f"{value:.2g}") if value >= 1 else float(round(value))


def plain(value: float) -> str:
    """Return a number with its thousands apart and without needless decimals."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def told_doubts(found: Iterable[Doubt]) -> list[dict[str, str]]:
    """Return findings of a report's page beside those of the rules of the form."""
    return [
        {
            "rule": "",
            "severity": str(rules.Severity.WARNING),
            "field": each.field.code,
            "message": _(
                "%(figure)s: %(value)s reported, %(expected)s expected. %(why)s",
                figure=each.field.name, value=plain(each.found.value), expected=span(each.found),
                why=why(each),
            ) + _looked_at(each),
        }
        for each in found
    ]  # fmt: skip


def _looked_at(doubt: Doubt) -> str:
    if doubt.vouched is None:
        return ""
    who, why_right = doubt.vouched.name, doubt.vouched.reason
    return " " + _("%(who)s looked at it: right. %(why)s", who=who, why=why_right)


def shown_doubt(each: Doubt) -> dict[str, Any]:
    """Return a finding as the API shows it."""
    found = each.found
    return {
        "area_code": each.node.code,
        "name": each.node.name,
        "level": each.node.level,
        "county": each.county.name if each.county else "",
        "indicator": each.field.code,
        "value": found.value,
        "last": found.last,
        "low": rough(found.low),
        "high": rough(found.high),
        "score": round(found.score, 1),
        "why": found.why,
        "meant": found.meant,
        "other": found.other or None,
        "message": why(each),
        "report_id": each.report.id,
        "received_at": each.report.received_at,
        "reported_by": each.author,
        "vouched": _vouched(each),
    }


def _vouched(each: Doubt) -> dict[str, Any] | None:
    if each.vouched is None:
        return None
    return {"by": each.vouched.name, "at": each.vouched.at, "reason": each.vouched.reason}
