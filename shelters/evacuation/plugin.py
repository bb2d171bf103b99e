"""What evacuation adds to the application."""

from relief_ops.i18n import lazy
from relief_ops.plugins import Check, NavEntry, Plugin
from shelters.evacuation import events, queries, routes, services

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
        events.OrderLifted,
        events.ReturnAllowed,
        events.HouseholdsMoved,
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
    attention=(queries.attention,),
    arrivals=(services.hear_arrival,),
    checks=(Check(id="evacuation", run=queries.disagreements),),
)
