"""What the day book of shelters adds to the application."""

from relief_ops.plugins import Plugin
from shelters.daybook import events, routes

PLUGIN = Plugin(
    name="shelter_daybook",
    blueprints=(routes.blueprint,),
    permissions=("shelter.log",),
    events=(events.MealServed,),
)
