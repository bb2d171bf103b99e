"""What the stockpile adds to the application."""

from relief_ops.i18n import lazy
from relief_ops.plugins import (
    Check,
    MapLayer,
    NavEntry,
    PanelSection,
    Plugin,
    Search,
    Total,
    WallPart,
)
from stockpile import events, routes, services
from stockpile.queries import attention, checks, counts, figures

MOVES = (
    events.StockMoved,
    events.StockFileBooked,
    events.StockCounted,
    events.CountWaits,
    events.CountWithdrawn,
    events.StockReserved,
    events.StockReleased,
)
ROAD = (events.ShipmentDispatched, events.ShipmentReceived, events.ShipmentTurnedBack)
KITS = ("kit.assembled", "kit.dismantled")
CHANGES = (*(each.name for each in (events.DepotChanged, *MOVES, *ROAD)), *KITS)

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
    map_layers=(
        MapLayer(
            id="depots",
            title=lazy("Depots"),
            audience="area",
            features=figures.depot_features,
            carried=True,
            events=CHANGES,
        ),
        MapLayer(
            id="shipments",
            title=lazy("Shipments on the road"),
            audience="area",
            features=figures.shipment_features,
            drawn_as="line",
            events=tuple(each.name for each in ROAD),
        ),
    ),
    totals=(
        Total(
            id="stock_cover",
            title=lazy("Stock cover"),
            figure=figures.cover,
            events=(*CHANGES, "shelter.counted"),
            order=40,
        ),
    ),
    wall=(
        WallPart(page="short", permission="stock.read", order=10, headlines=figures.on_the_wall),
    ),
    panel=(
        PanelSection(
            id="stock",
            title=lazy("Stock"),
            template="stockpile/panel.html",
            context=figures.panel,
            order=45,
        ),
    ),
    attention=(attention.attention, counts.attention, counts.beyond_counted),
    nav=(
        NavEntry(
            id="stock",
            title="Stock",
            endpoint="stock.what_is_where",
            icon="package",
            permission="stock.read",
            order=30,
        ),
    ),
    search=(
        Search(kind="item", find=figures.find_items),
        Search(kind="depot", find=figures.find_depots),
    ),
    checks=(
        Check(id="stock.balances", run=checks.balances_are_the_fold),
        Check(id="stock.lots", run=checks.balances_are_of_their_lots),
        Check(id="stock.conservation", run=checks.nothing_appears),
        Check(id="stock.promises", run=checks.promises_are_kept),
        Check(id="stock.board", run=checks.board_is_right),
        Check(id="stock.issued", run=checks.issued_is_what_arrived),
    ),
    gives_back=(services.give_back,),
)
