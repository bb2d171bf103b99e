"""What requests to the level above add to the application."""

from relief_ops.plugins import Plugin
from stockpile.requests import events, queries, routes

PLUGIN = Plugin(
    name="supply_requests",
    blueprints=(routes.blueprint, routes.pages.blueprint),
    events=(
        events.SupplyAsked,
        events.SupplyGranted,
        events.SupplyRefused,
        events.SupplyRequestWithdrawn,
    ),
    attention=(queries.attention,),
)
