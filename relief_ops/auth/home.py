"""Whose city: where several stand side by side, everybody works in their own."""

from __future__ import annotations

from uuid import UUID

from relief_ops.auth.scope import viewer
from relief_ops.geo import AreaNode, AreaTree


def own_root(tree: AreaTree) -> AreaNode:
    """Return the city of whoever is looking: the one above what they hold.

    Who holds areas of several has the first of them; the system itself, and somebody
    without an area, the first of all.
    """
    return next(iter(own_roots(tree)), tree.root)


def own_roots(tree: AreaTree) -> list[AreaNode]:
    """Return every city the viewer holds something in, by code; all of them for the system."""
    who = viewer()
    if who is None:
        return []
    if who.everything:
        return tree.roots
    held = {tree.root_of(each) for each in who.area_ids if each in tree}
    return sorted(held, key=lambda node: node.code)


def writes(permission: str) -> frozenset[UUID] | None:
    """Return the areas the viewer holds a permission for, or None for everywhere."""
    who = viewer()
    if who is None or who.everything:
        return None
    return frozenset(each.area_id for each in who.grants if permission in each.permissions)
