"""What the pages call choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from damage_reports.relief_work.rules import Choice
from damage_reports.routes.words import source
from relief_ops.i18n import lazy

CHOICES = {
    Choice.TAKEN: ("ok", lazy("taken over")),
    Choice.CHANGED: ("watch", lazy("changed by hand")),
    Choice.LEFT: ("wait", lazy("left open")),
}


WORDS: Mapping[str, Any] = {"source": source, "choice_words": CHOICES}
