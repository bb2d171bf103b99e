"""The validation rules of the national form, read from one corpus that the browser runs too.

Source: relief_ops/data/validation_rules.json. The vocabulary is closed: OPERATIONS. A side of a
check is a list of codes that are added; `@name` is a fact about the area or the shelters handed
in as context. A rule about anything unknown is silent: no list of arable land per township is
shipped, so V26 speaks only where somebody entered `area.arable_ha` among the policy numbers,
and V19 only where the area's own population was imported. V29 is ours: nobody counts more
people than the nearest area above has, whose population is known. So are V30 (figures older
than the area's last report) and V31 (a township counts once).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from relief_ops.i18n import gettext as _

Number = Decimal | int
Values = Mapping[str, Number | None]
Rule = Mapping[str, Any]
NONE: Mapping[str, Any] = {}


class Severity(StrEnum):
    """An error blocks, a reason blocks until one is given, a warning asks for one."""

    ERROR = "error"
    REASON = "reason"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One rule a report breaks; `message` is a message id, `params` its places.

    `left` and `right` in `params` are indicator codes joined by a plus sign.
    """

    rule: str
    severity: Severity
    field: str
    message: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Report:
    """What one evaluation looks at."""

    values: Values
    previous: Values
    base: Values | None
    known: Values
    context: Mapping[str, Any]

    @property
    def last(self) -> Values:
        """Return the report this one comes in place of, or after."""
        return self.previous if self.base is None else self.base

    def before(self, code: str) -> Number | None:
        """Return what was last known of a figure, however many reports ago."""
        said = (each.get(code) for each in (self.base or NONE, self.previous, self.known))
        return next((each for each in said if each is not None), None)

    def total(self, codes: Iterable[str]) -> Number | None:
        """Return the sum of the figures or facts named; None as soon as one is unknown."""
        total = Decimal(0)
        for code in codes:
            known = self.context.get(code[1:]) if code[0] == "@" else self.values.get(code)
            if known is None:
                return None
            total += known
        return total


@cache
def corpus() -> tuple[Rule, ...]:
    """Return the rules in the order of their ids."""
    text = (files("relief_ops") / "data" / "validation_rules.json").read_text("utf-8")
    return tuple(json.loads(text))


def check(
    values: Values,
    *,
    previous: Values | None = None,
    base: Values | None = None,
    known: Values | None = None,
    reasons: Mapping[str, str] | None = None,
    context: Mapping[str, Any] | None = None,
) -> list[Finding]:
    """Return every rule the report breaks, in the order of the corpus.

    `previous` is the area's last report of another round, `base` the one this corrects, `known`
    the last known figure of what neither knows. `context` may hold `kind`, `hazard`,
    `no_change`, `population`, `arable_ha`, `shelter_headcount`, and in whole minutes `as_of`
    and `last_as_of`. A soft rule is quiet once `reasons` explains its field.
    """
    report = Report(values, previous or NONE, base, known or NONE, context or NONE)
    explained = {code for code, text in (reasons or NONE).items() if text.strip()}
    return [
        finding
        for rule in corpus()
        if _applies(rule, report.context)
        for finding in OPERATIONS[rule["op"]](rule, report)
        if finding.severity is Severity.ERROR or finding.field not in explained
    ]


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with which a report is refused."""
    return [each for each in findings if each.severity is not Severity.WARNING]


def counted_twice(values: Values) -> list[Finding]:
    """Return the figures of one township that count it more than once (V31)."""
    return [each for each in check(values) if each.rule == "V31"]


def said(finding: Finding, names: Mapping[str, str]) -> str:
    """Return the finding as a sentence in the reader's language, indicators by name."""
    params = dict(finding.params)
    for side in ("left", "right"):
        codes = str(params.get(side, "")).split("+")
        params[side] = " + ".join(names.get(code, code) for code in codes)
    return _(finding.message, **params)


def _applies(rule: Rule, context: Mapping[str, Any]) -> bool:
    if rule["op"] == "only_if":
        return "hazard" in context and context["hazard"] != rule["when"]["hazard"]
    if any(context.get(name) == other for name, other in rule.get("unless", NONE).items()):
        return False
    return all(context.get(name) == wanted for name, wanted in rule.get("when", NONE).items())


def _finding(rule: Rule, left: list[str], right: list[str], **params: Any) -> Finding:
    sides = {"left": "+".join(left), "right": "+".join(right)}
    severity = Severity(rule["severity"])
    return Finding(rule["id"], severity, left[0], rule["message"], sides | params)


def _compare(rule: Rule, report: Report, breaks: Callable[..., bool]) -> Iterator[Finding]:
    for each in rule["checks"]:
        left, right = report.total(each["left"]), report.total(each["right"])
        if left is not None and right is not None and breaks(each, left, right):
            yield _finding(
                rule,
                each["left"],
                each["right"],
                left_value=left,
                right_value=right,
                factor=each.get("factor", 1),
            )


def _le(rule: Rule, report: Report) -> Iterator[Finding]:
    return _compare(rule, report, lambda each, a, b: a > b * each.get("factor", 1))


def _eq(rule: Rule, report: Report) -> Iterator[Finding]:
    return _compare(
        rule, report, lambda each, a, b: abs(a - b) > Decimal(each.get("tolerance", "0"))
    )


def _listed(rule: Rule, report: Report) -> Iterator[Finding]:
    """Compare figures with rosters; in the final report one that is not given is held to be 0."""
    final = "when" in rule
    for each in rule["checks"]:
        left, right = report.total(each["left"]), report.total(each["right"])
        if right is None or left == right or (left is None and not (final and right)):
            continue
        told = _finding(rule, each["left"], each["right"], left_value=left, right_value=right)
        yield told if left is not None else replace(told, message=rule["absent"])


def _needs(rule: Rule, report: Report) -> Iterator[Finding]:
    return _compare(rule, report, lambda _each, a, b: a > 0 and b <= 0)


def _not_negative(rule: Rule, report: Report) -> Iterator[Finding]:
    for code, value in report.values.items():
        if value is not None and value < 0:
            yield _finding(rule, [code], [], left_value=value)


def _only_if(rule: Rule, report: Report) -> Iterator[Finding]:
    for code in rule["fields"]:
        if report.values.get(code):
            yield _finding(rule, [code], [], left_value=report.values[code])


def _changed(rule: Rule, code: str, now: Number | None, before: Number | None) -> Finding:
    percent = rule.get("percent")
    return _finding(rule, [code], [code], left_value=now, right_value=before, percent=percent)


def _no_fall(rule: Rule, report: Report) -> Iterator[Finding]:
    """Compare with what was last known: a figure does not fall by way of being unknown."""
    for code in rule["fields"]:
        now, before = report.values.get(code), report.before(code)
        if now is not None and before is not None and now < before:
            yield _changed(rule, code, now, before)


def _no_loss(rule: Rule, report: Report) -> Iterator[Finding]:
    """Find what was above zero a report ago and is left out, or unknown, now."""
    for code in rule["fields"]:
        before = report.last.get(code)
        if before is not None and before > 0 and report.values.get(code) is None:
            yield _changed(rule, code, None, before)


def _change_within(rule: Rule, report: Report) -> Iterator[Finding]:
    percent = Decimal(rule["percent"])
    for code in rule["fields"]:
        now, before = report.values.get(code), report.previous.get(code)
        if now is None or before is None:
            continue
        if abs(Decimal(now) - before) * 100 > percent * before:
            yield _changed(rule, code, now, before)


def _unchanged(rule: Rule, report: Report) -> Iterator[Finding]:
    """Compare the whole set: a figure left out is a change as well."""
    for code in [*report.values, *(each for each in report.previous if each not in report.values)]:
        now, before = report.values.get(code), report.previous.get(code)
        if now != before:
            yield _changed(rule, code, now, before)


def _follow_up(rule: Rule, report: Report) -> Iterator[Finding]:
    kind = report.context.get("kind")
    if (kind is not None and kind not in rule["kinds"]) or not report.previous:
        yield _finding(rule, ["no_change"], [], left_value=None)


def _not_before(rule: Rule, report: Report) -> Iterator[Finding]:
    now, last = report.context.get("as_of"), report.context.get("last_as_of")
    if now is not None and last is not None and now < last:
        yield _finding(rule, ["as_of"], [], left_value=now, right_value=last)


def _at_most(rule: Rule, report: Report) -> Iterator[Finding]:
    for code in rule["fields"]:
        value = report.values.get(code)
        if value is not None and value > rule["most"]:
            yield _finding(rule, [code], [], left_value=value)


OPERATIONS: dict[str, Callable[[Rule, Report], Iterator[Finding]]] = {
    "le": _le,
    "eq": _eq,
    "listed": _listed,
    "needs": _needs,
    "not_negative": _not_negative,
    "only_if": _only_if,
    "no_fall": _no_fall,
    "no_loss": _no_loss,
    "change_within": _change_within,
    "unchanged": _unchanged,
    "follow_up": _follow_up,
    "not_before": _not_before,
    "at_most": _at_most,
}
