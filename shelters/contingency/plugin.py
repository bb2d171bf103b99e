"""What the library of emergency plans adds to the application."""

from relief_ops.plugins import Plugin
from shelters.contingency import events, routes

PLUGIN = Plugin(
    name="contingency",
    permissions=("contingency.write",),
    blueprints=(routes.blueprint, routes.pages.blueprint),
    events=(events.ContingencyPlanAdopted, events.ContingencyPlanWithdrawn),
)
