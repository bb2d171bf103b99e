"""What the trucks of depots add to the application."""

from relief_ops.plugins import Plugin
from stockpile.fleet import events, routes

PLUGIN = Plugin(
    name="depot_trucks",
    blueprints=(routes.blueprint, routes.pages.blueprint),
    events=(events.TrucksEntered,),
)
