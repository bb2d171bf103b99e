"""What allocation plans add to the application."""

from relief_ops.plugins import Plugin
from stockpile.plans import events, jobs, queries, routes

PLUGIN = Plugin(
    name="allocation_plans",
    blueprints=(routes.blueprint,),
    permissions=("stock.plan", "stock.refuse", "stock.sign"),
    events=(
        events.PlanAsked,
        events.PlanMade,
        events.PlanPinned,
        events.PlanApplied,
        events.PlanRefused,
        events.OrderSigned,
        events.OrderWritten,
    ),
    ordered_by=(queries.ordered_by,),
    attention=(queries.orders_to_sign,),
    jobs=(jobs.PLAN,),
)
