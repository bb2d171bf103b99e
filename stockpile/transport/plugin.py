"""What the road adds to the application."""

from relief_ops.i18n import lazy
from relief_ops.plugins import MapLayer, OfflineApp, Personal, Plugin
from stockpile.transport import events, queries, routes, services

MOVES = (events.TripAssigned, events.TripTaken, events.TripEnded, events.TripSighted)
MOVING = (*(each.name for each in MOVES), "shipment.received", "shipment.turned_back")

PLUGIN = Plugin(
    name="transport",
    blueprints=(routes.blueprint, routes.pages.blueprint, routes.driver.blueprint),
    permissions=("stock.drive",),
    events=(*MOVES, events.TripPhotographed),
    map_layers=(
        MapLayer(
            id="trucks",
            title=lazy("Trucks on the road"),
            audience="area",
            features=queries.truck_features,
            events=MOVING,
        ),
    ),
    offline=(
        OfflineApp(
            paths=(routes.driver.PATH,),
            template="transport/drive.html",
            modules=("transport/main.js",),
            sheets=("tokens", "base", "forms", "reporter"),
            files=("/static/js/reports/phone/early.js",),
            scope=routes.driver.PATH,
        ),
    ),
    attention=(queries.attention,),
    personal=(
        Personal(id="drivers of shipments", rows=services.forget_drivers),
        Personal(id="pictures of drivers", rows=services.forget_photos),
    ),
)
