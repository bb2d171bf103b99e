"""What agreements with suppliers add to the application."""

from relief_ops.plugins import Check, Plugin
from stockpile.suppliers import events, queries, routes

PLUGIN = Plugin(
    name="suppliers",
    blueprints=(routes.blueprint, routes.pages.blueprint),
    events=(
        events.AgreementWritten,
        events.SupplierContactRead,
        events.SupplyCalled,
        events.CallSigned,
        events.CallWritten,
        events.SupplyDelivered,
        events.CallEnded,
    ),
    attention=(queries.attention,),
    checks=(Check(id="stock.call_offs", run=queries.deliveries_add_up),),
)
