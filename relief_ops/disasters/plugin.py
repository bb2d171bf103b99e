"""What the disaster module adds to the application."""

from relief_ops.disasters import events, routes
from relief_ops.plugins import Plugin

PLUGIN = Plugin(
    name="disasters",
    blueprints=(routes.blueprint,),
    permissions=("disaster.read", "disaster.open", "disaster.respond", "drill.run"),
    events=(
        events.DisasterOpened,
        events.DisasterChanged,
        events.ResponseSet,
        events.DrillStarted,
        events.DrillClockSet,
        events.DrillEnded,
    ),
)
