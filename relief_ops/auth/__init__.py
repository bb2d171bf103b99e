"""Who someone is, what they may do and where: one lock for pages, API, maps and sockets."""

from relief_ops.auth.scope import (
    AreaScoped,
    DrillScoped,
    act_as,
    looking_at,
    require,
    viewer,
    visible_rooms,
)
from relief_ops.auth.viewers import EVERYONE, Grant, Viewer

__all__ = [
    "EVERYONE",
    "AreaScoped",
    "DrillScoped",
    "Grant",
    "Viewer",
    "act_as",
    "looking_at",
    "require",
    "viewer",
    "visible_rooms",
]
