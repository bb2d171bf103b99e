"""What the disaster module adds to the application."""

from relief_ops.disasters import events, queries, relief, routes
from relief_ops.disasters.attention import events as attention_events
from relief_ops.disasters.attention import routes as attention_routes
from relief_ops.disasters.boards import models as boards  # noqa: F401  its tables are known so
from relief_ops.disasters.hazards import events as hazard_events
from relief_ops.disasters.hazards import queries as hazards
from relief_ops.disasters.hazards import routes as hazard_routes
from relief_ops.disasters.items import events as item_events
from relief_ops.disasters.items import routes as item_routes
from relief_ops.disasters.needs import events as need_events
from relief_ops.disasters.needs import queries as needs
from relief_ops.disasters.needs import routes as need_routes
from relief_ops.disasters.parts import events as part_events
from relief_ops.disasters.parts import routes as part_routes
from relief_ops.i18n import lazy
from relief_ops.plugins import Check, MapLayer, PanelSection, Plugin, WallPart

NEED_EVENTS = (
    need_events.NeedOpened,
    need_events.NeedChanged,
    need_events.NeedPromised,
    need_events.NeedReleased,
    need_events.NeedShipped,
    need_events.NeedTurnedBack,
    need_events.NeedReceived,
    need_events.NeedWithdrawn,
    need_events.NeedTakenOver,
    need_events.NeedSubstituted,
    need_events.NeedGivenBack,
)

PLUGIN = Plugin(
    name="disasters",
    blueprints=(
        routes.blueprint,
        need_routes.blueprint,
        item_routes.blueprint,
        attention_routes.blueprint,
        part_routes.blueprint,
        hazard_routes.blueprint,
    ),
    permissions=(
        "disaster.read",
        "disaster.open",
        "disaster.respond",
        "drill.run",
        "need.read",
        "need.open",
        "item.write",
        "hazard.write",
        "attention.own",
    ),
    programmes=(relief.PROGRAMME,),
    events=(
        events.DisasterOpened,
        events.DisasterChanged,
        part_events.DisasterJoined,
        part_events.DisasterSeparated,
        part_events.DisasterWasSplit,
        events.ResponseSet,
        events.DrillStarted,
        events.DrillClockSet,
        events.DrillEnded,
        events.PersonalDataDestroyed,
        *NEED_EVENTS,
        item_events.ItemChanged,
        hazard_events.HazardWritten,
        hazard_events.HazardLifted,
        attention_events.AttentionMarked,
    ),
    map_layers=(
        MapLayer(
            id="needs",
            title=lazy("Needs"),
            audience="area",
            features=needs.features,
            events=tuple(each.name for each in NEED_EVENTS),
        ),
        MapLayer(
            id="hazards",
            title=lazy("Closed roads and dangerous ground"),
            audience="shared",
            features=hazards.features,
            drawn_as="shape",
            carried=True,
            events=("hazard.written", "hazard.lifted"),
        ),
    ),
    wall=(
        WallPart(
            page="short",
            permission="need.read",
            order=20,
            headlines=needs.on_the_wall,
            marks=needs.wall_marks,
        ),
    ),
    panel=(
        PanelSection(
            id="needs",
            title=lazy("Needs"),
            template="needs/panel.html",
            context=needs.panel,
            order=40,
        ),
    ),
    attention=(needs.attention,),
    emergency=(queries.under_way,),
    checks=(Check(id="needs.substitutions", run=needs.substitutions_agree),),
)
