"""The headlines the plug-ins contribute, each with its change since the shift began."""

from __future__ import annotations

import csv
import logging
import time
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from maps import rules, words
from maps.base import DATA
from relief_ops import clock, i18n, plugins
from relief_ops.auth import viewer
from relief_ops.errors import Invalid
from relief_ops.plugins import Figure, Proviso, Total, View

log = logging.getLogger(__name__)
PAST_SECONDS = 30
_past: dict[tuple[Any, ...], tuple[float, Figure | None]] = {}


def totals(session: Session, view: View) -> list[dict[str, Any]]:
    """Return the headline figures in order, each with its change since the shift began."""
    began = rules.shift_start(clock.local(view.at or view.now))
    then = replace(view, at=began)
    contributed: list[Total] = sorted(plugins.contributed("totals"), key=lambda each: each.order)
    rows = []
    for total in contributed:
        figure = _figure(session, total, view)
        rows.append(_shown_total(total, figure, _earlier(session, total, then), began=began))
    return rows


def provisos(session: Session, view: View) -> list[Proviso]:
    """Return what must be said of every figure in view."""
    said = [each(session, view) for each in plugins.contributed("provisos")]
    return [each for each in said if each is not None]


def _earlier(session: Session, total: Total, view: View) -> Figure | None:
    """Return a figure of the past; it hardly changes, so it is asked for twice a minute.

    It is kept apart for those who hold other areas or roles: they may see more, or less.
    """
    who = viewer()
    key = (
        frozenset(who.grants) if who else None,
        total.id,
        view.disaster_id,
        view.area_id,
        view.at,
        view.known_at,
        view.settings.get("basis"),
    )
    kept = _past.get(key)
    if kept is None or kept[0] < time.monotonic() - PAST_SECONDS:
        if len(_past) > 500:
            _past.clear()
        kept = _past[key] = (time.monotonic(), _figure(session, total, view))
    return kept[1]


def _figure(session: Session, total: Total, view: View) -> Figure | None:
    """Ask a stranger for its figure; one that fails is shown as such, the others stand.

    Raises Invalid where the address itself asks for what there is not.
    """
    try:
        return total.figure(session, view)
    except Invalid:
        raise
    except Exception:
        log.exception("the total %s could not be worked out", total.id)
        return None


def _shown_total(
    total: Total, figure: Figure | None, before: Figure | None, *, began: Any
) -> dict[str, Any]:
    value = figure.value if figure else None
    earlier = before.value if before else None
    since = value - earlier if value is not None and earlier is not None else None
    return {
        "id": total.id,
        "title": str(total.title),
        "events": list(total.events),
        "failed": figure is None,
        "value": value,
        "unit": str(figure.unit) if figure else "",
        "of": figure.of if figure else None,
        "as_of": figure.as_of if figure else None,
        "source": words.source(figure.source) if figure else "",
        "known": figure.known if figure else None,
        "expected": figure.expected if figure else None,
        "state": figure.state if figure else "blind",
        "href": figure.href if figure else "",
        "notes": [str(note) for note in figure.notes] if figure else [],
        "since_shift": since,
        "shift_began": began,
    }


@cache
def _catalogue() -> tuple[dict[str, str], ...]:
    with (DATA / "indicators.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def indicators(form_version: str | None) -> list[dict[str, Any]]:
    """Return what the chooser offers: the indicators of a form version, with fixed classes."""
    chinese = i18n.language() == "zh"
    rows = [row for row in _catalogue() if form_version in (None, *row["versions"].split())]
    return [
        {
            "id": row["code"],
            "title": row["name_zh" if chinese else "name_en"],
            "group": row["group"],
            "unit": row["unit_zh" if chinese else "unit_en"],
            "scale": int(row["scale"] or 0),
            "core": row["core"] == "1",
            "county": _shown_classes(rules.county_classes(row["code"])),
            "township": _shown_classes(rules.township_classes(row["code"])),
        }
        for row in rows
    ]


def _shown_classes(classes: rules.Classes) -> dict[str, Any]:
    return {"borders": list(classes.borders), "per": classes.per, "factor": classes.factor}
