"""The wall: one question a page, at most seven numbers, and one number for each county."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

from relief_ops.auth import viewer
from relief_ops.disasters.queries import Looking
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.plugins import Headline, Mark, View, WallPart, contributed

MOST = 7


@dataclass(frozen=True)
class Page:
    """A question of the wall; `borders` are the shares at which a county changes its class."""

    id: str
    title: str
    shares: str
    borders: tuple[float, float, float, float]


PAGES = (
    Page("not_moved", lazy("Who is not moved"), lazy("not moved, %"), (0.01, 0.02, 0.04, 0.06)),
    Page("out_of_contact", lazy("Who is out of contact"), lazy("townships not heard of, %"),
         (0.01, 0.05, 0.1, 0.2)),
    Page("filling", lazy("What fills up"), lazy("places taken, %"), (0.5, 0.75, 0.9, 1.0)),
    Page("short", lazy("What runs short"), lazy("needs not promised yet, %"),
         (0.1, 0.25, 0.5, 0.75)),
)  # fmt: skip


def page_of(page_id: str) -> Page:
    """Return a page by its id; one that is not known is the first."""
    return next((each for each in PAGES if each.id == page_id), PAGES[0])


def read(session: Session, seen: Looking, page: Page) -> dict[str, Any]:
    """Return what a page says now, of what the viewer may see."""
    parts = sorted(_parts(seen, page), key=lambda each: each.order)
    headlines = [each for part in parts for each in part.headlines(session, seen.view)]
    marks = _marks(session, seen.view, parts)
    tree = seen.tree
    return {
        "page": page.id,
        "title": str(page.title),
        "headlines": [_shown(each) for each in headlines[:MOST]],
        "areas": {
            tree.node(area_id).code: {"words": mark.words, "class": class_of(mark.share, page)}
            for area_id, mark in marks.items()
            if area_id in tree
        },
    }


def class_of(share: float | None, page: Page) -> int:
    """Return the class of a share, 1 to 5; 0 where it is not known."""
    return 0 if share is None else 1 + sum(share >= border for border in page.borders)


def legend(page: Page) -> list[str]:
    """Return the classes in words, in per cent: <1, 1–2, …, ≥6."""
    marks = [f"{100 * each:g}" for each in page.borders]
    between = [f"{low}–{high}" for low, high in pairwise(marks)]
    return [f"<{marks[0]}", *between, f"≥{marks[-1]}"]


def _parts(seen: Looking, page: Page) -> list[WallPart]:
    who = viewer()
    return [
        each
        for each in contributed("wall")
        if each.page == page.id
        and who is not None
        and who.may(each.permission, seen.area.id, seen.tree)
    ]


def _marks(session: Session, view: View, parts: list[WallPart]) -> dict[Any, Mark]:
    drawn = next((each for each in parts if each.marks is not None), None)
    return dict(drawn.marks(session, view)) if drawn and drawn.marks else {}


def _shown(each: Headline) -> dict[str, Any]:
    names = ("id", "title", "words", "unit", "state", "as_of", "source", "until", "share", "says")
    shown = {name: getattr(each, name) for name in names}
    return shown | {"title": str(each.title), "unknown": _("not yet known")}
