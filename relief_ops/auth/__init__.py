"""Who someone is, what they may do and where: one lock for pages, API, maps and sockets."""

from relief_ops.auth.scope import (
    SYSTEM,
    AreaScoped,
    DrillScoped,
    act_as,
    errand,
    look_as,
    looking_at,
    own_drill,
    require,
    viewer,
    visible_rooms,
)
from relief_ops.auth.viewers import EVERYONE, Grant, Viewer

__all__ = [
    "EVERYONE",
    "SYSTEM",
    "AreaScoped",
    "DrillScoped",
    "Grant",
    "Viewer",
    "act_as",
    "errand",
    "look_as",
    "looking_at",
    "own_drill",
    "require",
    "viewer",
    "visible_rooms",
]
