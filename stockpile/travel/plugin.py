"""What travel times add to the application."""

from relief_ops.plugins import Plugin
from stockpile.travel import events, queries, routes

PLUGIN = Plugin(
    name="travel",
    blueprints=(routes.blueprint, routes.pages.blueprint),
    shut_ways=(queries.closed,),
    events=(events.TravelTimeSet, events.TravelTimeEnded),
)
