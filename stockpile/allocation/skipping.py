"""Which lots of a question no need can get, and why: said aloud, never passed over in silence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stockpile.allocation.reach import hours_between, too_old
from stockpile.allocation.shapes import Question, Skip


def skipped(question: Question) -> Mapping[str, Skip]:
    """Return the lots of a question that can serve none of its needs, each with its reason."""
    if not question.lots or not question.needs:
        return {}
    hours = hours_between(question)
    open_ = np.isfinite(hours)
    young = open_ & ~too_old(question, hours)
    spare = _spare(question)
    found = {}
    for row, lot in enumerate(question.lots):
        if lot.free < question.pack:
            found[lot.id] = Skip.PACK
        elif not open_[row].any():
            found[lot.id] = Skip.NO_ROAD
        elif not young[row].any():
            found[lot.id] = Skip.LIFE
        elif spare[lot.depot] < question.pack:
            found[lot.id] = Skip.KEEP_BACK
    return found


def _spare(question: Question) -> dict[str, int]:
    """Return what each depot has beyond the least it keeps."""
    held: dict[str, int] = {}
    for lot in question.lots:
        held[lot.depot] = held.get(lot.depot, 0) + lot.free
    return {depot: free - question.keep_back.get(depot, 0) for depot, free in held.items()}
