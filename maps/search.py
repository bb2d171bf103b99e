"""Finding areas by name, code, pinyin or initials; homonyms stand with what they belong to."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from relief_ops import geo, plugins
from relief_ops.plugins import Search, View

log = logging.getLogger(__name__)
MOST = 12
ORDER = {"city": 0, "county": 1, "township": 2, "village": 3}


def everything(session: Session, view: View, words: str) -> list[dict[str, str]]:
    """Ask every plug-in; the areas come from this package like any other kind."""
    found: list[dict[str, str]] = []
    for each in plugins.contributed("search"):
        kind: Search = each
        try:
            rows = kind.find(session, view, words)
        except Exception:
            log.exception("searching %s failed", kind.kind)
            continue
        found.extend({"kind": kind.kind} | row for row in rows[:MOST])
    return found[: 3 * MOST]


def areas(session: Session, view: View, words: str) -> list[dict[str, str]]:
    """Return the areas whose name, code, pinyin or initials begin with (or hold) the words."""
    tree = geo.tree(session, view.on)
    inside = tree.within(tree.root_of(view.area_id).id)
    mine = (node for node in tree if node.id in inside)
    wanted = words.strip().lower().replace(" ", "")
    ranked = [(rank, node) for node in mine if (rank := _rank(node, wanted)) is not None]
    ranked.sort(key=lambda each: (each[0], ORDER[each[1].level], each[1].code))
    return [_shown(tree, node, view) for _rank_, node in ranked[:MOST]]


def _rank(node: geo.AreaNode, wanted: str) -> int | None:
    if node.name.startswith(wanted) or (len(wanted) > 3 and node.code.startswith(wanted)):
        return 0
    if wanted in node.name:
        return 1
    if not wanted.isascii() or wanted.isdigit():
        return None
    whole, initials = spelled(node.name)
    if initials == wanted or whole == wanted:
        return 0
    return 2 if whole.startswith(wanted) or initials.startswith(wanted) else None


@lru_cache(maxsize=8192)
def spelled(name: str) -> tuple[str, str]:
    """Return a Chinese name in pinyin, whole and by its initials."""
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(name)
    return "".join(syllables).lower(), "".join(each[:1] for each in syllables).lower()


def _shown(tree: geo.AreaTree, node: geo.AreaNode, view: View) -> dict[str, Any]:
    above = [each.name for each in tree.ancestors(node.id)[1:] if each.level != "city"]
    small = node.level in ("township", "village")
    target = f"/desk?{'open' if small else 'area'}={node.code}"
    target += f"&disaster={view.disaster_id}" if view.disaster_id else ""
    return {"title": node.name, "detail": " ".join([*reversed(above), node.code]), "href": target}
