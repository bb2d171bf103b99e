"""What allocation plans add to the application."""

from relief_ops.plugins import Plugin
from stockpile.plans import events, jobs, routes

PLUGIN = Plugin(
    name="allocation_plans",
    blueprints=(routes.blueprint,),
    permissions=("stock.plan",),
    events=(events.PlanAsked, events.PlanMade, events.PlanPinned, events.PlanApplied),
    jobs=(jobs.PLAN,),
)
