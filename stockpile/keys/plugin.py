"""What the keys of depots add to the application."""

from relief_ops.plugins import Personal, Plugin
from stockpile.keys import events, queries, routes, services

PLUGIN = Plugin(
    name="depot_keys",
    blueprints=(routes.blueprint, routes.pages.blueprint),
    events=(events.KeyGiven, events.KeyBack, events.KeyContactRead),
    attention=(queries.attention,),
    personal=(Personal(id="keys of depots", rows=services.forget_holders),),
)
