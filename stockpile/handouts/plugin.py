"""What handouts to households add to the application."""

from relief_ops.plugins import Check, Personal, Plugin
from stockpile.handouts import events, routes, services
from stockpile.handouts.queries import attention, checks

PLUGIN = Plugin(
    name="handouts",
    blueprints=(routes.blueprint,),
    permissions=("stock.issue",),
    events=(
        events.StockHandedOut,
        events.HandoutSettled,
        events.HandoutTakenBack,
        events.HandoutIdentified,
        events.EntitlementSought,
        events.HandoutsRead,
    ),
    attention=(attention.exceptions,),
    checks=(Check(id="stock.handouts", run=checks.handouts_are_booked),),
    personal=(Personal(id="handouts of relief goods", rows=services.forget_handouts),),
)
