"""Areas, places and the predicates on them: WGS-84 longitude and latitude throughout."""

from relief_ops.geo.models import Area, AreaPopulation, AreaVersion, Level, Place, Zone
from relief_ops.geo.places import place
from relief_ops.geo.tree import AreaNode, AreaTree, cached_tree, forget, tree

__all__ = [
    "Area",
    "AreaNode",
    "AreaPopulation",
    "AreaTree",
    "AreaVersion",
    "Level",
    "Place",
    "Zone",
    "cached_tree",
    "forget",
    "place",
    "tree",
]
