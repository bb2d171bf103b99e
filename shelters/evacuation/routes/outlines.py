"""The outline of a risk point in its form: drawn on the map, or typed a corner a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from relief_ops.errors import FieldError, Invalid
from relief_ops.geo import shapes
from relief_ops.i18n import gettext as _
from shelters.evacuation import rules
from shelters.evacuation.rules import NoCorner


def read(said: dict[str, Any], held: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what a form says with its outline read; `held` is the point and outline so far.

    A form without the field leaves the outline as it is, an empty field takes it away. A point
    that does not lie in a new outline gives way to it. Raises Invalid naming the line.
    """
    known = dict(held or {})
    if "outline" not in request.form:
        return said | known
    ring = _ring(str(said.get("outline", "")))
    point = known.get("point")
    if ring and point and shapes.is_simple(ring):
        point = point if shapes.inside(rules.polygon(ring), {0: tuple(point)}) else None
    return said | {"outline": ring, "point": point}


def _ring(text: str) -> list[tuple[float, float]] | None:
    try:
        return rules.ring_of(text)
    except NoCorner as wrong:
        words = {
            "pair": _("Line %(n)d is no corner: longitude, a space, latitude.", n=wrong.number),
            "swapped": _("Line %(n)d: longitude comes first, then latitude.", n=wrong.number),
            "few": _("An outline has at least three corners."),
        }[wrong.why]
        raise Invalid(words, [FieldError("outline", wrong.why, words)]) from wrong
