"""What forecasts of needs add to the application."""

from relief_ops.plugins import Plugin
from shelters.needs_forecast import events, queries, routes

PLUGIN = Plugin(
    name="needs_forecast",
    blueprints=(routes.blueprint,),
    events=(events.NeedsForecast,),
    spare_at=(queries.spare_at,),
)
