"""What the pages call sources and choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from damage_reports.relief_work.rules import Choice
from relief_ops.i18n import lazy

SOURCES: Mapping[str, Any] = {
    "stockpile": lazy("stock received at the last place"),
    "shelters": lazy("headcounts of the shelters"),
    "evacuation": lazy("steps of the evacuation"),
    "responses": lazy("the response in force"),
}
CHOICES = {
    Choice.TAKEN: ("ok", lazy("taken over")),
    Choice.CHANGED: ("watch", lazy("changed by hand")),
    Choice.LEFT: ("wait", lazy("left open")),
}


def source(code: str) -> str:
    """Return who knows a figure, in words."""
    return str(SOURCES.get(code, code))


WORDS: Mapping[str, Any] = {"source": source, "choice_words": CHOICES}
