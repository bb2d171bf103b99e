"""Reading needs."""

from relief_ops.disasters.needs.queries.attention import attention
from relief_ops.disasters.needs.queries.forecasts import (
    for_itself,
    forecasts_for,
    hold_forecasts,
    keep_apart,
    really_asked,
)
from relief_ops.disasters.needs.queries.reading import (
    Line,
    features,
    level,
    line,
    lock,
    lock_need,
    need,
    needs,
    now_of,
    outstanding,
    own_place_id,
    panel,
    place_for,
    shown,
)
from relief_ops.disasters.needs.queries.standing_in import (
    hold_together,
    shown_substitution,
    stands_in,
    stood_in_at,
    substitution,
    substitutions,
    substitutions_agree,
)
from relief_ops.disasters.needs.queries.wall import on_the_wall, wall_marks

__all__ = [
    "Line",
    "attention",
    "features",
    "for_itself",
    "forecasts_for",
    "hold_forecasts",
    "hold_together",
    "keep_apart",
    "level",
    "line",
    "lock",
    "lock_need",
    "need",
    "needs",
    "now_of",
    "on_the_wall",
    "outstanding",
    "own_place_id",
    "panel",
    "place_for",
    "really_asked",
    "shown",
    "shown_substitution",
    "stands_in",
    "stood_in_at",
    "substitution",
    "substitutions",
    "substitutions_agree",
    "wall_marks",
]
