"""What evacuation adds to the application."""

from relief_ops.i18n import lazy
from relief_ops.plugins import (
    Check,
    MapLayer,
    NavEntry,
    OfflinePart,
    PanelSection,
    Personal,
    Plugin,
    WallPart,
)
from shelters.evacuation import events, queries, routes, services
from shelters.evacuation.services import forgetting

PLUGIN = Plugin(
    name="evacuation",
    blueprints=(routes.blueprint,),
    permissions=(
        "evacuation.read",
        "evacuation.write",
        "evacuation.order",
        "evacuation.record",
        "evacuation.read_full",
        "evacuation.look_up",
    ),
    events=(
        events.RiskPointWritten,
        events.CadreWritten,
        events.HouseholdListed,
        events.ImportChecked,
        events.ListImported,
        events.HouseholdsRead,
        events.ListExported,
        events.PersonLookedUp,
        events.OrderGiven,
        events.OrderRevised,
        events.OrderLifted,
        events.ReturnAllowed,
        events.HouseholdsMoved,
        events.HouseholdsDirected,
        events.DwellingsJudged,
        events.DeputiesTold,
    ),
    nav=(
        NavEntry(
            id="evacuation",
            title=lazy("Evacuate"),
            endpoint="evacuation.page_board",
            icon="users",
            permission="evacuation.read",
            order=18,
        ),
    ),
    map_layers=(
        MapLayer(
            id="risk_points",
            title=lazy("Risk points"),
            audience="area",
            features=queries.layer.features,
            drawn_as="shape",
            carried=True,
            on=False,
            events=("evacuation.risk_written",),
        ),
    ),
    wall=(
        WallPart(
            page="not_moved",
            permission="map.read",
            order=20,
            headlines=queries.wall.not_moved,
        ),
    ),
    panel=(
        PanelSection(
            id="risk_points",
            title=lazy("Risk points"),
            template="evacuation/panel.html",
            context=queries.layer.panel,
            order=35,
        ),
    ),
    offline_parts=(
        OfflinePart(
            app="/phone",
            name="evacuation",
            paths=(routes.phone.PATH, routes.phone.DWELLINGS_PATH),
            modules=("evacuation/phone/view.js", "evacuation/phone/dwelling.js"),
            data=routes.phone.form,
            texts=routes.phone.texts,
            permission="evacuation.record",
        ),
    ),
    attention=(queries.attention,),
    messages=((queries.deputies.TEMPLATE, queries.deputies.words),),
    arrivals=(services.hear_arrival,),
    number_listed=(queries.by_number,),
    struck_at=(queries.struck_at,),
    personal=(Personal(id="notes of the evacuation", rows=forgetting.forget_notes),),
    checks=(Check(id="evacuation", run=queries.disagreements),),
)
