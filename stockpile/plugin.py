"""What the stockpile adds to the application."""

from relief_ops.plugins import Plugin
from stockpile import events, routes, services

MOVES = (
    events.StockMoved,
    events.StockCounted,
    events.StockReserved,
    events.StockReleased,
)
ROAD = (events.ShipmentDispatched, events.ShipmentReceived, events.ShipmentTurnedBack)

PLUGIN = Plugin(
    name="stockpile",
    blueprints=(routes.api, routes.pages),
    permissions=(
        "depot.write",
        "stock.read",
        "stock.receive",
        "stock.ship",
        "stock.count",
        "stock.reserve",
    ),
    events=(events.DepotChanged, *MOVES, *ROAD),
    gives_back=(services.give_back,),
)
