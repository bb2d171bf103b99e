"""What the library of emergency plans adds to the application."""

from relief_ops.plugins import Plugin
from shelters.contingency import events, queries, routes

PLUGIN = Plugin(
    name="contingency",
    permissions=("contingency.write",),
    blueprints=(routes.blueprint, routes.pages.blueprint),
    attention=(queries.attention,),
    events=(events.ContingencyPlanAdopted, events.ContingencyPlanWithdrawn),
)
