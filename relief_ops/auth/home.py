"""Whose city: where several stand side by side, everybody works in their own."""

from __future__ import annotations

from uuid import UUID

from relief_ops.auth.scope import viewer
from relief_ops.auth.viewers import Viewer
from relief_ops.events import shared_room
from relief_ops.geo import AreaNode, AreaTree


def own_root(tree: AreaTree, someone: Viewer | None = None) -> AreaNode:
    """Return the city of whoever is looking (or of `someone`): the one above what they hold.

    Who holds areas of several has the first of them; the system itself, and somebody
    without an area, the first of all.
    """
    return next(iter(own_roots(tree, someone)), tree.root)


def own_roots(tree: AreaTree, someone: Viewer | None = None) -> list[AreaNode]:
    """Return every city the viewer holds something in, by code; all of them for the system."""
    who = someone or viewer()
    if who is None:
        return []
    if who.everything:
        return tree.roots
    held = {tree.root_of(each) for each in who.area_ids if each in tree}
    return sorted(held, key=lambda node: node.code)


def own_room(tree: AreaTree, someone: Viewer | None = None) -> UUID:
    """Return the room of everybody signed in to the viewer's city."""
    return shared_room(tree, own_root(tree, someone).id)


def own_city(tree: AreaTree, area_id: UUID) -> bool:
    """Whether an area lies in a city of the viewer; somebody without any area has every one."""
    who = viewer()
    if len(tree.roots) < 2 or who is None or who.everything or not who.area_ids:
        return True
    return tree.root_of(area_id).id in {each.id for each in own_roots(tree)}


def writes(permission: str) -> frozenset[UUID] | None:
    """Return the areas the viewer holds a permission for, or None for everywhere."""
    who = viewer()
    if who is None or who.everything:
        return None
    return frozenset(each.area_id for each in who.grants if permission in each.permissions)
