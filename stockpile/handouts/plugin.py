"""What handouts to households add to the application."""

from relief_ops.plugins import Check, OfflinePart, Personal, Plugin
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
    offline_parts=(
        OfflinePart(
            app="/phone",
            name="handouts",
            paths=(routes.phone.PATH,),
            modules=("handouts/phone/view.js",),
            data=routes.phone.form,
            texts=routes.phone.texts,
            permission="stock.issue",
        ),
    ),
    attention=(attention.exceptions,),
    checks=(Check(id="stock.handouts", run=checks.handouts_are_booked),),
    given_out=(services.give_out,),
    personal=(Personal(id="handouts of relief goods", rows=services.forget_handouts),),
)
