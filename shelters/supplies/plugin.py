"""What the supplies of shelters add to the application."""

from relief_ops.plugins import Plugin
from shelters.supplies import events, routes

PLUGIN = Plugin(
    name="shelter_supplies",
    blueprints=(routes.blueprint,),
    events=(events.SuppliesAsked,),
)
