"""What a report that says only a part takes over from the area's report before it.

Digits hold eight figures, a message in a chat two or three, a table the columns it has: what
they leave out did not become unknown. It is taken over with its mark, unless what is said now
contradicts it: a sum of the former parts is no sum of the present ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from damage_reports.rules.checks import Severity, check
from relief_ops.i18n import gettext as _

Figures = dict[str, Decimal | None]
Mark = Mapping[str, Any]  # {report_id, round, as_of, codes}


def taken_over(
    said: Mapping[str, Decimal | None], before: Mapping[str, Decimal | None]
) -> tuple[Figures, frozenset[str]]:
    """Return the figures taken over, and the codes of those that no longer fit what is said."""
    open_ = {code: value for code, value in before.items()
             if code not in said and value is not None}  # fmt: skip
    kept: Figures = dict(open_)
    while clashing := kept.keys() & _at_odds({**kept, **said}):
        kept = {code: value for code, value in kept.items() if code not in clashing}
    return kept, frozenset(open_.keys() - kept.keys())


def _at_odds(values: Mapping[str, Decimal | None]) -> set[str]:
    """Return every figure that has part in breaking a hard rule."""
    broken = [each for each in check(values) if each.severity is Severity.ERROR]
    sides = [str(each.params[side]) for each in broken for side in ("left", "right")]
    return {code for side in sides for code in side.split("+")}


def marks_of(codes: Iterable[str], marked: Iterable[Mark], own: Mark) -> list[dict[str, Any]]:
    """Return where figures taken over were really said: some report before may have carried them.

    `marked` are the marks of the report they are taken from, `own` that report itself.
    """
    wanted = set(codes)
    found = []
    for mark in marked:
        if theirs := sorted(wanted & set(mark["codes"])):
            found.append({**mark, "codes": theirs})
            wanted -= set(theirs)
    return [*found, {**own, "codes": sorted(wanted)}] if wanted else found


def carried_codes(marked: Iterable[Mark] | None) -> frozenset[str]:
    """Return the figures a report did not say itself."""
    return frozenset(code for mark in marked or () for code in mark["codes"])


def mark_on(code: str, marked: Iterable[Mark] | None) -> dict[str, Any] | None:
    """Return where a figure was really said; None where the report said it itself."""
    mark = next((each for each in marked or () if code in each["codes"]), None)
    return None if mark is None else {**mark, "as_of": datetime.fromisoformat(mark["as_of"])}


def unfit_words() -> str:
    """Return the reason that goes with a figure that is not taken over."""
    return _("The former figure no longer fits what is said now; it is not taken over.")
