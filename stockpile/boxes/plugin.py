"""What boxes add to the application."""

from relief_ops.plugins import Check, OfflinePart, Plugin
from stockpile.boxes import events, queries, routes, services

PLUGIN = Plugin(
    name="boxes",
    blueprints=(routes.blueprint, routes.pages.blueprint, routes.phone.blueprint),
    events=(events.BoxesPacked, events.BoxScanned),
    offline_parts=(
        OfflinePart(
            app="/phone",
            name="boxes",
            paths=(routes.phone.PATH,),
            modules=("boxes/phone/view.js",),
            data=routes.phone.form,
            texts=routes.phone.texts,
            permission="stock.receive",
        ),
    ),
    attention=(queries.attention,),
    parted=(services.part,),
    checks=(Check(id="stock.boxes", run=queries.boxes_add_up),),
)
